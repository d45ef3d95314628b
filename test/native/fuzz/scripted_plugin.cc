#include "fuzz/scripted_plugin.h"

#include <chrono>
#include <stdexcept>
#include <string>

#include "fuzz/promises.h"
#include "support/harness.h"

namespace fuzz {

ScriptedPlugin::ScriptedPlugin(Bytes& script)
    : create_(script.script(8)),
      on_register_(script.script()),
      on_init_(script.script()),
      own_(script.script(40)),
      on_shutdown_(script.script()),
      destroy_(script.script(12)) {
  plugin.create = [this](aisopod_plugin** out, aisopod_error*) {
    host_.store(plugin.host);
    play_and_throw(create_, Place::brief);
    *out = create_.one_in(32) ? nullptr : reinterpret_cast<aisopod_plugin*>(&plugin);
    return create_.one_in(32) ? AISOPOD_E_FAIL : AISOPOD_OK;
  };
  plugin.on_register = [this](const aisopod_api* api, aisopod_error*) {
    enter();
    api_.store(api);
    for (int i = 0; i < 4; ++i) add(on_register_, Place::brief);
    play_and_throw(on_register_, Place::brief);
    for (int i = 0; i < 2; ++i) subscribe(on_register_);
    return AISOPOD_OK;
  };
  plugin.on_init = [this](aisopod_error*) { return init(); };
  plugin.save_state = [this](const aisopod_writer* writer, aisopod_error*) { return save(writer); };
  plugin.on_shutdown = [this] {
    enter();
    CHECK(plugin.shutdown.reason >= AISOPOD_SHUTDOWN_CLOSE);
    CHECK(plugin.shutdown.reason <= AISOPOD_SHUTDOWN_UNDO);
    if (thread_.joinable()) thread_.join();
    play_and_throw(on_shutdown_, Place::brief);
  };
  plugin.destroy = [this] {
    enter();
    play_and_throw(destroy_, Place::brief);
  };
}

// The thread comes last: an on_init() that fails leaves none behind. It waits as it likes, since
// on_shutdown() joins it only when the host has ended every wait.
aisopod_status ScriptedPlugin::init() {
  enter();
  play_and_throw(on_init_, Place::brief);
  if (on_init_.one_in(16)) return AISOPOD_E_FAIL;
  if (on_init_.one_in(32)) return AISOPOD_PENDING;
  thread_ = std::thread([this] {
    Bytes script = own_;
    play(script, Place::worker);
  });
  return AISOPOD_OK;
}

// Each time otherwise: only the first keeps to all rules.
aisopod_status ScriptedPlugin::save(const aisopod_writer* writer) {
  enter();
  writer_ = writer;
  const std::string text = kState;
  switch (saves_++ % 4) {
    case 1: throw std::runtime_error("thrown by save_state()");
    case 2: return writer->write(writer, std::string(65, 'x').data(), 65);
    case 3: writer->write(writer, nullptr, 1); break;
    default: break;
  }
  CHECK_EQ(writer->write(writer, text.data(), 2), AISOPOD_OK);
  CHECK_EQ(writer->write(writer, text.data() + 2, text.size() - 2), AISOPOD_OK);
  return AISOPOD_OK;
}

void ScriptedPlugin::play(Bytes& script, Place place) {
  static constexpr Action kActions[] = {
      &ScriptedPlugin::reply,     &ScriptedPlugin::reply,        &ScriptedPlugin::fail,
      &ScriptedPlugin::chunk,     &ScriptedPlugin::chunk,        &ScriptedPlugin::progress,
      &ScriptedPlugin::on_cancel, &ScriptedPlugin::on_cancel,    &ScriptedPlugin::request,
      &ScriptedPlugin::request,   &ScriptedPlugin::request_wait, &ScriptedPlugin::post,
      &ScriptedPlugin::publish,   &ScriptedPlugin::cancel,       &ScriptedPlugin::log,
      &ScriptedPlugin::questions, &ScriptedPlugin::add,          &ScriptedPlugin::request_wait,
      &ScriptedPlugin::post};
  while (!script.empty() && host_.load() != nullptr)
    (this->*script.one_of(kActions))(script, place);
}

// What happens in a callback: also that it throws.
void ScriptedPlugin::play_and_throw(Bytes script, Place place) {
  enter();
  const bool throws = script.one_in(24);
  play(script, place);
  if (throws) throw std::runtime_error("thrown by a script");
}

void ScriptedPlugin::enter() { CHECK(!gone_.load()); }

void ScriptedPlugin::remember(uint64_t token) {
  if (token == 0) return;
  const std::lock_guard lock(mutex_);
  tokens_.push_back(token);
}

// The newest are the likeliest to be good still.
uint64_t ScriptedPlugin::some_token(Bytes& script) {
  const unsigned back = script.below(12);
  const std::lock_guard lock(mutex_);
  if (back == 11) return 0;
  if (back == 10) return (uint64_t{1} << 53) + 1;
  if (tokens_.empty()) return back;
  return tokens_[tokens_.size() - 1 - back % tokens_.size()];
}

uint64_t ScriptedPlugin::some_parent(Bytes& script) {
  return script.one_in(3) ? some_token(script) : 0;
}

ScriptedPlugin::User& ScriptedPlugin::make_user(Bytes& script) {
  Bytes later = script.script();
  const std::lock_guard lock(mutex_);
  return users_.emplace_back(*this, std::move(later));
}

void ScriptedPlugin::accepted(User& user, aisopod_status status) {
  CHECK(is_known(status));
  if (status == AISOPOD_OK) user.accepted.store(true);
}

// The script of a handler is what the caller gave as arguments.
aisopod_status ScriptedPlugin::handle(void* user, const aisopod_call* call) {
  auto& u = *static_cast<User*>(user);
  CHECK_EQ(u.releases.load(), 0);
  CHECK_EQ(call->struct_size, sizeof(aisopod_call));
  ScriptedPlugin& self = u.owner;
  self.remember(call->token);
  const bool is_inline = std::this_thread::get_id() == self.embedder_;
  Bytes script(reinterpret_cast<const uint8_t*>(call->params->json), call->params->len);
  if (!is_inline && script.one_in(32)) {  // over its deadline, if it has one
    std::this_thread::sleep_for(std::chrono::milliseconds(3));
  }
  const aisopod_status status = result(script);
  self.play_and_throw(std::move(script), is_inline ? Place::quiet : Place::worker);
  return status;
}

void ScriptedPlugin::receive(void* user, const aisopod_event* event) {
  auto& u = *static_cast<User*>(user);
  CHECK_EQ(u.releases.load(), 0);
  CHECK_EQ(std::string(event->payload->json).size(), event->payload->len);
  check_without_authority(std::string(event->meta, event->meta_len));
  u.owner.remember(event->token);
  CHECK(!u.owner.paused.load());
  ++u.runs;
  Bytes script = u.script;
  if (script.one_in(32)) std::this_thread::sleep_for(std::chrono::milliseconds(3));  // stuck
  u.owner.play_and_throw(std::move(script), Place::worker);
}

void ScriptedPlugin::respond(void* user, const aisopod_response* response) {
  auto& u = *static_cast<User*>(user);
  CHECK_EQ(u.releases.load(), 0);
  CHECK_EQ(u.runs.load(), 0);
  check_response(response);
  if ((response->flags & AISOPOD_RESPONSE_MORE) == 0) ++u.runs;
  u.owner.play_and_throw(u.script, Place::quiet);
}

void ScriptedPlugin::cancelled(void* user, const aisopod_cancellation* why) {
  auto& u = *static_cast<User*>(user);
  CHECK_EQ(u.releases.load(), 0);
  CHECK(why->token != 0);
  CHECK(why->status == AISOPOD_E_CANCELLED || why->status == AISOPOD_E_DEADLINE ||
        why->status == AISOPOD_E_STATE);
  ++u.runs;
  u.owner.play_and_throw(u.script, Place::quiet);
}

void ScriptedPlugin::task(void* user, const aisopod_task* task) {
  auto& u = *static_cast<User*>(user);
  CHECK_EQ(u.releases.load(), 0);
  CHECK(!u.owner.paused.load());
  ++u.runs;
  u.owner.remember(task->token);
  u.owner.play_and_throw(u.script, u.place);
  CHECK(!u.owner.paused.load());
}

void ScriptedPlugin::release(void* user) {
  auto& u = *static_cast<User*>(user);
  u.owner.enter();
  ++u.releases;
}

void ScriptedPlugin::is_gone() {
  gone_.store(true);
  const aisopod_host* const host = host_.load();
  if (host == nullptr) return;
  if (writer_ != nullptr) CHECK_EQ(writer_->write(writer_, "x", 1), AISOPOD_E_STATE);
  const aisopod_response* response = nullptr;
  CHECK_EQ(aisopod_reply(host, 1, "1", 1), AISOPOD_E_STATE);
  CHECK_EQ(host->call_check(host, 1), AISOPOD_E_STATE);
  CHECK_EQ(host->call_remaining_ms(host, 1), 0);
  CHECK_EQ(host->publish(host, nullptr), AISOPOD_E_STATE);
  CHECK_EQ(host->post(host, nullptr, nullptr), AISOPOD_E_STATE);
  CHECK_EQ(host->request(host, nullptr, nullptr), AISOPOD_E_STATE);
  CHECK_EQ(host->request_wait(host, 1, 0, &response), AISOPOD_E_STATE);
  CHECK_EQ(host->cancel(host, 1), AISOPOD_E_STATE);
}

void ScriptedPlugin::check_promises() {
  const std::lock_guard lock(mutex_);
  for (const User& user : users_) {
    CHECK_EQ(user.releases.load(), user.accepted.load() ? 1 : 0);
    if (user.is_request) CHECK_EQ(user.runs.load(), user.accepted.load() ? 1 : 0);
    if (user.runs_once) CHECK(user.runs.load() <= 1);
    if (user.cancelled.load()) CHECK_EQ(user.runs.load(), 0);
  }
  for (const aisopod_response* each : responses_) {  // good as long as the plugin likes
    check_response(each);
    host_.load()->response_release(host_.load(), each);
  }
}

}  // namespace fuzz
