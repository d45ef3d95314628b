#include "fuzz/scripted_host.h"

#include <chrono>
#include <thread>

#include "fuzz/promises.h"
#include "support/event.h"

namespace fuzz {
namespace {

using aisopod::MessageType;
using test::Moment;

constexpr const char* kMetas[] = {"", R"({"user":"u","role":"r","permissions":["p"],"tenant":"t"})",
                                  R"({"role":"r"})", R"({"user":"\"role\""})"};
constexpr Moment kMoments[] = {Moment::create, Moment::on_register, Moment::on_init};

// Small enough for a short script to meet them.
test::Limits small_limits() {
  test::Limits limits;
  limits.payload_bytes = 64;
  limits.spec_bytes = 64;
  limits.chunks_unread = 2;
  limits.chunk_bytes_unread = 32;
  limits.registrations = 6;
  limits.state_bytes = 64;
  limits.queue = 8;
  limits.event_queue = 3;
  limits.queue_bytes = 256;
  limits.uncollected_ms = 1;
  limits.event_ms = 1;
  limits.parallel_workers = 2;
  limits.log_line_bytes = 16;
  limits.request_ms = 2;
  limits.stuck_after_ms = 1;
  return limits;
}

int64_t some_limit(Bytes& script) {
  const int64_t limits[] = {test::kNoHurry, test::kNoHurry, test::kNoHurry, 1, 0};
  return script.one_of(limits);
}

// What a thread leaves behind that uses the host while destroy() returns. No plugin should.
bool may_be_late(MessageType type) {
  return type == MessageType::log || type == MessageType::log_lost || type == MessageType::notice ||
         type == MessageType::publication;
}

}  // namespace

ScriptedHost::ScriptedHost(ScriptedPlugin& plugin) : plugin_(plugin) {
  test::InstanceOptions options;
  options.data_dir = plugin.plugin.address();
  options.kinds = {{AISOPOD_KIND_TOOL, aisopod::NameRule::unique},
                   {AISOPOD_KIND_HOOK, aisopod::NameRule::repeatable}};
  options.limits = small_limits();
  instance_ = test::Instance::make(embedder_.environment(), &plugin.plugin.desc, options);
}

void ScriptedHost::play(Bytes& script) {
  while (!script.empty() && !disposed_) {
    switch (script.below(16)) {
      case 0:
      case 1: next_moment(script); break;
      case 2: wait_for_moments(); break;
      case 3: begin(script.one_of(kMoments), test::kNoHurry); break;  // perhaps out of turn
      case 4: receive(); break;
      case 5:  // the plugin gets a chance to come further than the host
        std::this_thread::sleep_for(std::chrono::milliseconds(1));
        receive();
        break;
      case 6:
      case 7: end_call(script); break;
      case 8:
      case 9: respond(script); break;
      case 10: be_the_plugin(script); break;
      case 11:
        if (script.one_in(8)) return;
        deliver(script);
        break;
      default: invoke(script); break;
    }
  }
}

// Each moment in its turn, and mostly with time enough.
void ScriptedHost::next_moment(Bytes& script) {
  if (next_ == Moment::dispose) return prepare_reload(script);
  const Moment moment = next_;
  next_ = static_cast<Moment>(static_cast<uint64_t>(moment) + 1);
  begin(moment, some_limit(script));
  if (!script.one_in(4)) wait_for_moments();
}

// What a reload does with the old instance, in whatever order.
void ScriptedHost::prepare_reload(Bytes& script) {
  switch (script.below(5)) {
    case 0:
      ++moments_open_;
      ++pauses_open_;
      pauses_ = true;
      instance_->pause(script.below(4));  // an event function may wait for this host
      break;
    case 1:
      plugin_.paused.store(false);
      pauses_ = false;
      instance_->resume();
      break;
    case 2:
      ++moments_open_;  // out of turn
      instance_->begin_restore({}, test::kNoHurry);
      break;
    default: begin(Moment::save_state, some_limit(script)); break;
  }
  if (!script.one_in(4)) wait_for_moments();
}

// One that is late undoes the instance, which then must not be called: so a limit is for a moment
// in its turn.
void ScriptedHost::begin(Moment moment, int64_t limit_ms, test::Reason reason) {
  ++moments_open_;
  if (moment == Moment::on_init) initialising_ = true;
  instance_->begin(moment, limit_ms, reason);
}

void ScriptedHost::wait_for_moments() {
  test::eventually("every moment is reported", [&] {
    receive();
    return moments_open_ == 0;
  });
}

// A host calls nothing while on_init() has not succeeded in time.
bool ScriptedHost::may_invoke() const { return serving_ || !initialising_; }

void ScriptedHost::invoke(Bytes& script) {
  if (!may_invoke()) return;
  aisopod::CallRequest request;
  request.registration = some(registrations_, script);
  const int64_t limits[] = {-1, -1, 1000, 1, 0};
  request.timeout_ms = script.one_of(limits);
  request.wants = script.below(4);
  request.meta = script.one_of(kMetas);
  Bytes params = script.script();
  while (!params.empty()) request.params += static_cast<char>(params.next());
  if (script.one_in(16)) request.params.resize(65, 'x');
  const aisopod::Invoked invoked = instance_->calls.invoke(std::move(request));
  all_calls_.insert(invoked.token);
  if (invoked.settled) {
    CHECK(test::settles(invoked.message.type));
    CHECK_EQ(invoked.message.token, invoked.token);
    return;
  }
  CHECK(open_calls_.insert(invoked.token).second);
  calls_.push_back(invoked.token);
}

void ScriptedHost::end_call(Bytes& script) {
  const uint64_t call = some(calls_, script);
  if (script.one_in(2)) {
    instance_->calls.cancel(call, AISOPOD_E_CANCELLED);
  } else {
    const size_t bytes[] = {1, 5, 22, 1000000};
    instance_->calls.chunk_read(call, script.one_of(bytes));
  }
}

void ScriptedHost::respond(Bytes& script) {
  aisopod::Response response;
  const bool fails = script.one_in(4);
  response.status = fails ? AISOPOD_E_DENIED : AISOPOD_OK;
  response.json = "{\"x\":1}";
  response.message = "not allowed";
  response.details = script.one_in(2) ? "{}" : "";
  const bool more = !fails && script.one_in(3);
  const uint64_t request = some(requests_, script);
  if (more) ++unread_[request];
  else answered_.insert(request);
  instance_->requests.respond(request, std::move(response), more);
}

// Before, while and after the plugin may receive it; more than the queue holds, and stale tokens.
void ScriptedHost::deliver(Bytes& script) {
  if (!registered_) return;  // the subscriptions are not complete
  const std::vector<uint64_t> tokens = {some(subscriptions_, script), some(registrations_, script)};
  const size_t sizes[] = {1, 1, 20, 63};
  const size_t size = script.one_of(sizes);
  for (unsigned n = script.below(8); n > 0; --n) {
    instance_->subscriptions.deliver(
        tokens, {"a.b", "host", std::string(size, '1'), script.one_of(kMetas)});
  }
}

// A thread that the plugin shares with its host, as with an event loop.
void ScriptedHost::be_the_plugin(Bytes& script) {
  if (!created_) return;
  was_plugin_ = true;
  Bytes part = script.script(12);
  plugin_.play(part, ScriptedPlugin::Place::brief);
}

void ScriptedHost::receive() {
  while (embedder_.environment()->drain([&](aisopod::Message& m) { receive(m); }) !=
         aisopod::Drained::all) {
  }
}

void ScriptedHost::receive(const aisopod::Message& m) {
  CHECK_EQ(m.instance, instance_->id());
  if (disposed_) CHECK(m.type == MessageType::moment || (was_plugin_ && may_be_late(m.type)));
  switch (m.type) {
    case MessageType::registration: registrations_.push_back(m.token); break;
    case MessageType::subscription: subscriptions_.push_back(m.token); break;
    case MessageType::moment:
      CHECK(--moments_open_ >= 0);
      if (m.token == static_cast<uint64_t>(Moment::pause)) --pauses_open_;
      if (m.status != AISOPOD_OK) break;
      if (m.token == static_cast<uint64_t>(Moment::pause)) {
        plugin_.paused.store(pauses_ && pauses_open_ == 0);  // the newest says so
      }
      if (m.token == static_cast<uint64_t>(Moment::save_state)) {
        const auto bytes = instance_->take_saved().bytes;  // of an earlier message, perhaps
        if (bytes != nullptr)
          CHECK_EQ(std::string(bytes->begin(), bytes->end()), ScriptedPlugin::kState);
      }
      if (m.token == static_cast<uint64_t>(Moment::create)) created_ = true;
      if (m.token == static_cast<uint64_t>(Moment::on_register)) registered_ = true;
      if (m.token == static_cast<uint64_t>(Moment::on_init)) serving_ = true;
      break;
    case MessageType::chunk:
    case MessageType::progress: CHECK_EQ(open_calls_.count(m.token), 1u); break;
    case MessageType::request:
      CHECK(open_requests_.insert(m.token).second);
      requests_.push_back(m.token);
      if (all_calls_.count(m.other) == 0) check_without_authority(m.c);
      break;
    case MessageType::request_ended: CHECK_EQ(open_requests_.erase(m.token), 1u); break;
    case MessageType::response_read: CHECK(--unread_[m.token] >= 0); break;
    case MessageType::publication: check_without_authority(m.c); break;
    case MessageType::disposed: disposed_ = true; break;
    default:
      if (test::settles(m.type)) CHECK_EQ(open_calls_.erase(m.token), 1u);
  }
}

// One that is known, the newest first, or none.
uint64_t ScriptedHost::some(const std::vector<uint64_t>& tokens, Bytes& script) const {
  const unsigned back = script.below(16);
  if (back == 15 || tokens.empty()) return back;
  return tokens[tokens.size() - 1 - back % tokens.size()];
}

void ScriptedHost::dispose(Bytes& script) {
  const int64_t limit = some_limit(script);
  begin(Moment::dispose, limit, static_cast<test::Reason>(script.below(4)));
  test::eventually("the instance is disposed of", [&] {
    receive();
    return disposed_ && moments_open_ == 0;
  });
  CHECK_EQ(open_calls_.size(), 0u);
  for (const uint64_t request : open_requests_) CHECK_EQ(answered_.count(request), 1u);
  CHECK(instance_->calls.invoke({}).settled);
  plugin_.is_gone();
  receive();
  instance_.reset();
}

void ScriptedHost::abandon() {
  instance_.reset();
  embedder_.abandon(true);
  test::eventually("the abandoned instance ends",
                   [] { return aisopod::live_instances() == 0 && aisopod::live_threads() == 0; });
  plugin_.is_gone();
}

}  // namespace fuzz
