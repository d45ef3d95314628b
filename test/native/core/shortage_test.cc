// A whole life of an instance, in which each allocation fails once, each nth fails, or each nth
// thread can't be started. Whatever fails: nothing crashes, each call ends once, each thing that
// was handed over is released once, the instance ends, and the next one of a SINGLE plugin can be
// made.
#include "support/shortage.h"

#include <atomic>
#include <map>
#include <set>
#include <vector>

#include "support/event.h"
#include "support/running.h"

namespace {

using namespace test;
using aisopod::Message;

// Handed over to the host, and how often it came back.
struct Handed {
  std::atomic<int> given{0}, released{0}, lasts{0};

  static void AISOPOD_ABI release(void* self) { ++static_cast<Handed*>(self)->released; }
};

// The plugin takes no memory itself, so that what fails is the host.
struct Thrifty {
  const aisopod_host* host = nullptr;
  aisopod_token events[2] = {0, 0};
  std::atomic<uint64_t> parked[4] = {};  // calls that a task answers
  Handed registrations, requests, posts, observers;

  static Thrifty& of(void* self) { return *static_cast<Thrifty*>(self); }
};

Thrifty* current = nullptr;

aisopod_status reply(const Thrifty& p, aisopod_token call) {
  return aisopod_reply(p.host, call, "\"a text that is longer than a string keeps in itself\"",
                       AISOPOD_NTS);
}

void AISOPOD_ABI on_response(void* self, const aisopod_response* response) {
  if ((response->flags & AISOPOD_RESPONSE_MORE) == 0) ++static_cast<Handed*>(self)->lasts;
}

void AISOPOD_ABI on_task(void* self, const aisopod_task*) {
  (void)self;
  for (std::atomic<uint64_t>& place : current->parked) {
    const aisopod_token call = place.exchange(0);
    if (call != 0) reply(*current, call);
  }
}

aisopod_status post(Thrifty& p, uint32_t flags, int64_t delay_ms, aisopod_token* out) {
  aisopod_post post = AISOPOD_INIT(aisopod_post);
  post.flags = flags;
  post.delay_ms = delay_ms;
  post.name = "a task with a name that takes memory";
  post.fn = on_task;
  post.user = &p.posts;
  post.release = Handed::release;
  const aisopod_status status = p.host->post(p.host, &post, out);
  if (status == AISOPOD_OK) ++p.posts.given;
  return status;
}

bool park(Thrifty& p, aisopod_token call) {
  for (std::atomic<uint64_t>& place : p.parked) {
    uint64_t none = 0;
    if (place.compare_exchange_strong(none, call)) return true;
  }
  return false;
}

// Uses everything that a host table has, and answers, or leaves the answer to a task.
aisopod_status AISOPOD_ABI use_everything(void* self, const aisopod_call* call) {
  Thrifty& p = Thrifty::of(self);
  const aisopod_host* const host = p.host;
  aisopod_log_record record = AISOPOD_INIT(aisopod_log_record);
  record.message = "a line that is longer than a string keeps in itself";
  record.message_len = AISOPOD_NTS;
  host->log(host, &record);
  record.message = nullptr;  // refused, and the reason is logged
  host->log(host, &record);
  aisopod_publish(host, call->token, "some.topic.that.takes.memory", "{\"a\":\"b\"}", 9);
  aisopod_chunk(host, call->token, "\"a chunk that is longer than a string keeps\"", AISOPOD_NTS,
                0);
  aisopod_report_progress(host, call->token, 0.5, "a note that is longer than a string keeps");
  const aisopod_payload* config = nullptr;
  if (host->get_config(host, &config) == AISOPOD_OK) host->payload_release(host, config);

  aisopod_observer observer = AISOPOD_INIT(aisopod_observer);
  observer.fn = [](void*, const aisopod_cancellation*) {};
  observer.user = &p.observers;
  observer.release = Handed::release;
  if (host->call_on_cancel(host, call->token, &observer) == AISOPOD_OK) ++p.observers.given;

  aisopod_request request = AISOPOD_INIT(aisopod_request);
  request.flags = AISOPOD_REQUEST_STREAM;
  request.parent = call->token;
  request.method = "a method that is longer than a string keeps";
  request.fn = on_response;
  request.user = &p.requests;
  request.release = Handed::release;
  if (host->request(host, &request, nullptr) == AISOPOD_OK) ++p.requests.given;
  request.fn = nullptr;
  request.user = nullptr;
  request.release = nullptr;
  aisopod_token collected = 0;
  if (host->request(host, &request, &collected) == AISOPOD_OK) {
    const aisopod_response* response = nullptr;
    const int64_t wait_ms = (call->flags & AISOPOD_CALL_CHUNKS) != 0 ? 1 : 0;
    host->request_wait(host, collected, wait_ms, &response);
    host->response_release(host, response);
    host->cancel(host, collected);
  }
  aisopod_token late = 0;
  if (post(p, 0, 600'000, &late) == AISOPOD_OK) host->cancel(host, late);
  post(p, AISOPOD_F_CONTROL, 0, nullptr);
  if (!park(p, call->token) || post(p, 0, 1, nullptr) != AISOPOD_OK) return reply(p, call->token);
  return AISOPOD_PENDING;
}

aisopod_status AISOPOD_ABI answer(void* self, const aisopod_call* call) {
  return reply(Thrifty::of(self), call->token);
}
aisopod_status AISOPOD_ABI answer_nothing(void*, const aisopod_call*) { return AISOPOD_OK; }
aisopod_status AISOPOD_ABI refuse(void*, const aisopod_call*) { return AISOPOD_E_DENIED; }
aisopod_status AISOPOD_ABI leave_pending(void*, const aisopod_call*) { return AISOPOD_PENDING; }
void AISOPOD_ABI on_event(void*, const aisopod_event*) {}

struct Tool {
  const char* name;
  uint32_t flags;
  aisopod_handler_fn fn;
};
constexpr Tool kTools[] = {{"inline", AISOPOD_F_INLINE, answer},
                           {"inline_pending", AISOPOD_F_INLINE, leave_pending},
                           {"inline_everything", AISOPOD_F_INLINE, use_everything},
                           {"worker", 0, answer},
                           {"everything", 0, use_everything},
                           {"parallel", AISOPOD_F_PARALLEL, answer},
                           {"nothing", 0, answer_nothing},
                           {"refusing", AISOPOD_F_PARALLEL, refuse},
                           {"pending", 0, leave_pending}};

aisopod_status AISOPOD_ABI create(const aisopod_host* host, aisopod_plugin** out, aisopod_error*) {
  current->host = host;
  *out = reinterpret_cast<aisopod_plugin*>(current);
  return AISOPOD_OK;
}

// Ignores what add() returns: the host must know all the same that something is missing.
aisopod_status AISOPOD_ABI on_register(aisopod_plugin*, const aisopod_api* api,
                                       aisopod_error* err) {
  Thrifty& p = *current;
  for (const Tool& tool : kTools) {
    aisopod_registration def = AISOPOD_INIT(aisopod_registration);
    const aisopod_payload spec =
        aisopod_payload_of("{\"title\":\"a text that takes memory\"}", AISOPOD_NTS);
    def.flags = tool.flags;
    def.kind = AISOPOD_KIND_TOOL;
    def.name = tool.name;
    def.spec = &spec;
    def.fn = tool.fn;
    def.user = &p;
    def.release = [](void* self) { ++Thrifty::of(self).registrations.released; };
    if (api->add(api, &def, nullptr, err) == AISOPOD_OK) ++p.registrations.given;
  }
  for (int i = 0; i < 2; ++i) {
    aisopod_subscription def = AISOPOD_INIT(aisopod_subscription);
    def.flags = i == 0 ? 0 : AISOPOD_F_PARALLEL;
    def.pattern = "some.pattern.that.takes.memory";
    def.fn = on_event;
    def.user = &p;
    def.release = [](void* self) { ++Thrifty::of(self).registrations.released; };
    if (api->subscribe(api, &def, &p.events[i], err) == AISOPOD_OK) ++p.registrations.given;
  }
  return AISOPOD_OK;
}

aisopod_status AISOPOD_ABI on_init(aisopod_plugin*, aisopod_error*) {
  post(*current, 0, 0, nullptr);
  return AISOPOD_OK;
}
void AISOPOD_ABI on_shutdown(aisopod_plugin*, const aisopod_shutdown*) {}
void AISOPOD_ABI destroy(aisopod_plugin*) {}
aisopod_status AISOPOD_ABI on_config_changed(aisopod_plugin*, const aisopod_payload*,
                                             aisopod_error*) {
  return AISOPOD_OK;
}

aisopod_plugin_desc description() {
  aisopod_plugin_desc desc = AISOPOD_INIT(aisopod_plugin_desc);
  desc.abi_major = AISOPOD_ABI_MAJOR;
  desc.flags = AISOPOD_PLUGIN_SINGLE;
  desc.id = "a-plugin-whose-id-takes-memory";
  desc.version = "1.0.0";
  desc.build = "test";
  desc.create = create;
  desc.on_register = on_register;
  desc.on_init = on_init;
  desc.on_shutdown = on_shutdown;
  desc.destroy = destroy;
  desc.on_config_changed = on_config_changed;
  return desc;
}

// The host of one life: all of the core that runs on its thread may fail, and it itself does not.
class Life {
 public:
  void live() {
    desc_ = description();
    current = &plugin_;
    if (!make()) return;
    bool good = true;
    for (const Moment moment : {Moment::create, Moment::on_register, Moment::on_init}) {
      good = good && run(moment);
    }
    if (good) serve();
    begin(Moment::dispose);
    wait([&] { return ends_.count(Moment::dispose) != 0 && disposed_; }, "the end");
    CHECK_EQ(ends_[Moment::dispose], AISOPOD_OK);
    instance_.reset();
    check();
  }

 private:
  bool make() {
    InstanceOptions options;
    options.plugin_id = desc_.id;
    options.plugin_dir = "/a/folder/whose/name/takes/memory";
    options.kinds = {{AISOPOD_KIND_TOOL, aisopod::NameRule::unique}};
    options.limits = patient_limits();
    try {
      const NotExempt now;
      instance_ = Instance::make(embedder_.environment(), &desc_, options);
    } catch (const std::bad_alloc&) {
      return false;
    }
    REQUIRE(instance_ != nullptr);  // else a claim was left behind
    return true;
  }

  // Dispose never fails; the others may, and may throw before they begin.
  bool begin(Moment moment) {
    try {
      const NotExempt now;
      instance_->begin(moment, moment == Moment::on_init ? -1 : kNoHurry, Reason::close);
    } catch (const std::bad_alloc&) {
      CHECK(moment != Moment::dispose);
      return false;
    }
    return true;
  }

  bool run(Moment moment) {
    if (!begin(moment)) return false;
    wait([&] { return ends_.count(moment) != 0; }, "the end of a moment");
    return ends_[moment] == AISOPOD_OK;
  }

  void serve() {
    std::vector<uint64_t> tokens;
    for (int round = 0; round < 2; ++round) {
      for (const Tool& tool : kTools) {
        const bool pends = tool.fn == leave_pending;
        const uint64_t token =
            invoke(tool.name, pends && round == 1 ? 5 : kNoHurry, round == 0 ? 3 : 0);
        if (token != 0 && pends && round == 0) {
          const NotExempt now;
          instance_->calls.cancel(token, AISOPOD_E_CANCELLED);
        }
      }
      deliver();
      drain();
    }
    try {
      const NotExempt now;
      instance_->configure("{\"a\":\"text that takes memory\"}", kNoHurry);
      const Exempt again;
      wait([&] { return ends_.count(Moment::configure) != 0; }, "the end of a proposal");
    } catch (const std::bad_alloc&) {
    }
    wait([&] { return open_.empty(); }, "the ends of all calls");
  }

  uint64_t invoke(const char* tool, int64_t timeout_ms, uint32_t wants) {
    aisopod::CallRequest request;
    request.registration = tools_.at(tool);
    request.params = "{\"a\":\"text that takes memory\"}";
    request.timeout_ms = timeout_ms;
    request.wants = wants;
    Invoked result;
    {
      const NotExempt now;
      result = instance_->calls.invoke(std::move(request));
    }
    if (result.settled) return 0;
    open_.insert(result.token);
    return result.token;
  }

  void deliver() {
    const std::vector<uint64_t> tokens = {plugin_.events[0], plugin_.events[1]};
    for (int i = 0; i < 3; ++i) {
      aisopod::Event event{"some.topic", "host", "{\"a\":\"text that takes memory\"}", ""};
      const NotExempt now;
      instance_->subscriptions.deliver(tokens, std::move(event));
    }
  }

  void receive(Message& m) {
    switch (m.type) {
      case MessageType::moment: ends_[static_cast<Moment>(m.token)] = m.status; break;
      case MessageType::disposed: disposed_ = true; break;
      case MessageType::registration: tools_[m.b] = m.token; break;
      case MessageType::request: respond(m.token); break;
      case MessageType::stuck: ++stuck_; break;
      case MessageType::unstuck: --stuck_; break;
      default:
        if (settles(m.type)) CHECK_EQ(open_.erase(m.token), 1u);
    }
  }

  void respond(uint64_t request) {
    for (const bool more : {true, false}) {
      aisopod::Response response;
      response.json = "\"a response that takes memory\"";
      const NotExempt now;
      instance_->requests.respond(request, std::move(response), more);
    }
  }

  void drain() {
    for (auto left = aisopod::Drained::more; left != aisopod::Drained::all;) {
      const std::function<void(Message&)> take = [&](Message& m) {
        const Exempt own;
        receive(m);
      };
      const NotExempt now;
      left = embedder_.environment()->drain(take);
    }
  }

  void wait(const std::function<bool()>& so, const char* what) {
    eventually(what, [&] {
      drain();
      return so();
    });
  }

  void check() {
    CHECK_EQ(stuck_, 0);
    CHECK_EQ(plugin_.registrations.released.load(), plugin_.registrations.given.load());
    CHECK_EQ(plugin_.requests.released.load(), plugin_.requests.given.load());
    CHECK_EQ(plugin_.requests.lasts.load(), plugin_.requests.given.load());
    CHECK_EQ(plugin_.posts.released.load(), plugin_.posts.given.load());
    CHECK_EQ(plugin_.observers.released.load(), plugin_.observers.given.load());
  }

  Thrifty plugin_;
  aisopod_plugin_desc desc_ = {};
  Embedder embedder_;  // in its destructor nothing of the core may be left
  std::shared_ptr<Instance> instance_;
  std::map<Moment, aisopod_status> ends_;
  std::map<std::string, uint64_t> tools_;
  std::set<uint64_t> open_;
  int stuck_ = 0;
  bool disposed_ = false;
};

// Whether anything has failed.
bool live_with(Shortage::Of what, int64_t nth, bool again) {
  const Exempt main;
  const int before = failures().load();
  int64_t failed = 0;
  {
    const Shortage shortage(what, nth, again);
    Life().live();
    failed = Shortage::failures();
  }
  if (failures().load() != before) {
    give_up("that was with number " + std::to_string(nth) + (again ? ", again and again" : ""));
  }
  return failed != 0;
}

CASE("an instance lives without a shortage") {
  CHECK(!live_with(Shortage::Of::memory, 1'000'000'000, false));
}

CASE("each allocation may fail once") {
  int64_t nth = 1;
  while (live_with(Shortage::Of::memory, nth, false)) ++nth;
  CHECK(nth > 100);
}

CASE("each nth allocation may fail") {
  for (int64_t nth = 1; nth <= 100; ++nth) CHECK(live_with(Shortage::Of::memory, nth, true));
}

CASE("each thread may fail to start") {
  int64_t nth = 1;
  while (live_with(Shortage::Of::threads, nth, false)) ++nth;
  CHECK(nth > 4);
}

CASE("each nth thread may fail to start") {
  for (int64_t nth = 1; nth <= 6; ++nth) live_with(Shortage::Of::threads, nth, true);
}

}  // namespace
