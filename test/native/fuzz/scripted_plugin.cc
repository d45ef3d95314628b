#include "fuzz/scripted_plugin.h"

#include <chrono>
#include <cmath>
#include <limits>
#include <stdexcept>
#include <string>

#include "support/harness.h"

namespace fuzz {
namespace {

// What a plugin might hand in as JSON, and what it might say of its length.
struct Text {
  const char* text;
  size_t len;
};
constexpr Text kTexts[] = {
    {"1", 1},
    {"{}", AISOPOD_NTS},
    {"[1,2]", 5},
    {"\"\xC3\xA9\"", 4},
    {nullptr, 0},
    {nullptr, 1},
    {"", 0},
    {"[1,", AISOPOD_NTS},
    {"\"\xFF\"", 3},
    {"null", 4},
    {"1\0", 2},
    {nullptr, AISOPOD_NTS},
    {"\"0123456789012345678901234567890123456789012345678901234567890123456789\"", AISOPOD_NTS},
    {"\"01234567890123456789\"", AISOPOD_NTS}};
constexpr const char* kNames[] = {"a", "b", "B", "tool-1", "", "-x", nullptr, "a b"};
constexpr const char* kKinds[] = {AISOPOD_KIND_TOOL,    AISOPOD_KIND_TOOL, AISOPOD_KIND_HOOK,
                                  AISOPOD_KIND_COMMAND, "unheard-of",      nullptr};
constexpr uint32_t kFlags[] = {
    0, 0, AISOPOD_F_PARALLEL, AISOPOD_F_INLINE, AISOPOD_F_PARALLEL | AISOPOD_F_INLINE, 4};
constexpr aisopod_status kStatuses[] = {AISOPOD_OK,     AISOPOD_OK,     7,
                                        AISOPOD_E_FAIL, AISOPOD_E_BUSY, -1000};

uint32_t some_size(Bytes& script, size_t right) {
  const auto size = static_cast<uint32_t>(right);
  const uint32_t sizes[] = {size, size, size, size, 65536, 0, 3, size - 1, 65537, 0xFFFFFFFFu};
  return script.one_of(sizes);
}

// NULL, or one that may be smaller than ours.
aisopod_error* some_error(Bytes& script, aisopod_error& err) {
  err = AISOPOD_INIT(aisopod_error);
  const uint32_t sizes[] = {512, 512, 0, 8, 12, 3, 0xFFFFFFFFu};
  err.struct_size = script.one_of(sizes);
  return script.one_in(4) ? nullptr : &err;
}

bool is_known(aisopod_status status) { return status <= 0 && status >= AISOPOD_E_BUSY; }

}  // namespace

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
  plugin.on_shutdown = [this] {
    enter();
    if (thread_.joinable()) thread_.join();
    play_and_throw(on_shutdown_, Place::brief);
  };
  plugin.destroy = [this] {
    enter();
    play_and_throw(destroy_, Place::brief);
  };
}

// The thread comes last: an on_init() that fails leaves none behind.
aisopod_status ScriptedPlugin::init() {
  enter();
  play_and_throw(on_init_, Place::brief);
  if (on_init_.one_in(16)) return AISOPOD_E_FAIL;
  thread_ = std::thread([this] {
    Bytes script = own_;
    play(script, Place::brief);
  });
  return AISOPOD_OK;
}

void ScriptedPlugin::play(Bytes& script, Place place) {
  static constexpr Action kActions[] = {
      &ScriptedPlugin::reply,        &ScriptedPlugin::reply,
      &ScriptedPlugin::fail,         &ScriptedPlugin::chunk,
      &ScriptedPlugin::chunk,        &ScriptedPlugin::progress,
      &ScriptedPlugin::on_cancel,    &ScriptedPlugin::on_cancel,
      &ScriptedPlugin::request,      &ScriptedPlugin::request,
      &ScriptedPlugin::request_wait, &ScriptedPlugin::post,
      &ScriptedPlugin::emit,         &ScriptedPlugin::cancel_request,
      &ScriptedPlugin::log,          &ScriptedPlugin::questions,
      &ScriptedPlugin::add};
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
  const std::lock_guard lock(mutex_);
  tokens_.push_back(token);
}

// The newest are the likeliest to be good still.
uint64_t ScriptedPlugin::some_call(Bytes& script) {
  const unsigned back = script.below(12);
  const std::lock_guard lock(mutex_);
  if (back == 11) return 0;
  if (back == 10) return (uint64_t{1} << 53) + 1;
  if (tokens_.empty()) return back;
  return tokens_[tokens_.size() - 1 - back % tokens_.size()];
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

aisopod_status ScriptedPlugin::result(Bytes& script) { return script.one_of(kStatuses); }

void ScriptedPlugin::add(Bytes& script, Place) {
  const aisopod_api* const api = api_.load();
  if (api == nullptr) return;
  aisopod_registration def = AISOPOD_INIT(aisopod_registration);
  def.struct_size = some_size(script, sizeof def);
  def.flags = script.one_of(kFlags);
  def.kind = script.one_of(kKinds);
  def.name = script.one_of(kNames);
  const Text spec = script.one_of(kTexts);
  def.spec = spec.text;
  def.spec_len = spec.len;
  User& user = make_user(script);
  def.handler = script.one_in(16) ? nullptr : handle;
  def.user = &user;
  def.release = release;
  aisopod_error err;
  aisopod_reg token = 0;
  const aisopod_status status = api->add(api, &def, &token, some_error(script, err));
  accepted(user, status);
  CHECK_EQ(token != 0, status == AISOPOD_OK);
  if (token != 0) remember(token);
}

void ScriptedPlugin::subscribe(Bytes& script) {
  const aisopod_api* const api = api_.load();
  const char* const globs[] = {"a.*", "**", "a", nullptr, "", "a*", "**.a", "\xFF"};
  aisopod_subscription def = AISOPOD_INIT(aisopod_subscription);
  def.struct_size = some_size(script, sizeof def);
  def.flags = script.one_of(kFlags);
  def.topic_glob = script.one_of(globs);
  User& user = make_user(script);
  def.fn = script.one_in(16) ? nullptr : hear;
  def.user = &user;
  def.release = release;
  aisopod_error err;
  aisopod_reg token = 0;
  const aisopod_status status = api->subscribe(api, &def, &token, some_error(script, err));
  accepted(user, status);
  CHECK_EQ(token != 0, status == AISOPOD_OK);
}

void ScriptedPlugin::reply(Bytes& script, Place) {
  const aisopod_host* const host = host_.load();
  const uint64_t call = some_call(script);
  const Text json = script.one_of(kTexts);
  CHECK(is_known(host->call_reply(host, call, json.text, json.len)));
}

void ScriptedPlugin::fail(Bytes& script, Place) {
  const aisopod_host* const host = host_.load();
  const uint64_t call = some_call(script);
  const char* const messages[] = {"it failed", nullptr, "", "\xC3\x28"};
  const Text details = script.one_of(kTexts);
  const aisopod_status code = script.one_of(kStatuses);
  CHECK(is_known(
      host->call_fail(host, call, code, script.one_of(messages), details.text, details.len)));
}

void ScriptedPlugin::chunk(Bytes& script, Place place) {
  const aisopod_host* const host = host_.load();
  const uint64_t call = some_call(script);
  const Text json = script.one_of(kTexts);
  const int64_t waits[] = {0, 0, 1, place == Place::worker ? -1 : 1};
  const int64_t wait = script.one_of(waits);
  const aisopod_status status = host->call_chunk(host, call, json.text, json.len, wait);
  CHECK(is_known(status));
  if (place == Place::quiet && wait != 0) CHECK_EQ(status, AISOPOD_E_THREAD);
}

void ScriptedPlugin::progress(Bytes& script, Place) {
  const aisopod_host* const host = host_.load();
  const uint64_t call = some_call(script);
  const double fractions[] = {
      0.5, 1, 0, -1, 2, -0.5, std::nan(""), std::numeric_limits<double>::infinity()};
  const char* const notes[] = {"half", nullptr, "\xFF"};
  const double fraction = script.one_of(fractions);
  CHECK(is_known(host->call_progress(host, call, fraction, script.one_of(notes))));
}

void ScriptedPlugin::on_cancel(Bytes& script, Place) {
  const aisopod_host* const host = host_.load();
  const uint64_t call = some_call(script);
  User& user = make_user(script);
  user.runs_once = true;
  const auto fn = script.one_in(16) ? nullptr : cancelled;
  accepted(user, host->call_on_cancel(host, call, fn, &user, release));
}

void ScriptedPlugin::request(Bytes& script, Place) {
  const aisopod_host* const host = host_.load();
  aisopod_ask ask = AISOPOD_INIT(aisopod_ask);
  ask.struct_size = some_size(script, sizeof ask);
  const uint32_t flags[] = {0, AISOPOD_ASK_STREAM, 0, AISOPOD_ASK_STREAM, 2};
  ask.flags = script.one_of(flags);
  ask.parent = script.one_in(3) ? some_call(script) : 0;
  const int64_t limits[] = {-1, 1000, 0, 1};
  ask.timeout_ms = script.one_of(limits);
  const char* const methods[] = {"m", "model.chat", "m", "", nullptr};
  ask.method = script.one_of(methods);
  const Text params = script.one_of(kTexts);
  ask.params = params.text;
  ask.params_len = params.len;
  User& user = make_user(script);
  user.is_ask = true;
  ask.fn = script.one_in(16) ? nullptr : respond;
  ask.user = &user;
  ask.release = release;
  uint64_t token = 0;
  const aisopod_status status = host->request(host, &ask, script.one_in(8) ? nullptr : &token);
  accepted(user, status);
  if (token != 0) remember(token);
}

void ScriptedPlugin::request_wait(Bytes& script, Place place) {
  const aisopod_host* const host = host_.load();
  aisopod_ask ask = AISOPOD_INIT(aisopod_ask);
  ask.struct_size = some_size(script, sizeof ask);
  ask.parent = script.one_in(3) ? some_call(script) : 0;
  const int64_t limits[] = {0, 1, -1};
  ask.timeout_ms = std::this_thread::get_id() == embedder_ ? 0 : script.one_of(limits);
  ask.method = "m";
  const Text params = script.one_of(kTexts);
  ask.params = params.text;
  ask.params_len = params.len;
  aisopod_buf buf = {};
  aisopod_error err;
  const aisopod_status status = host->request_wait(host, &ask, &buf, some_error(script, err));
  CHECK_EQ(buf.owner != nullptr, status == AISOPOD_OK);
  if (place == Place::quiet) CHECK_EQ(status, AISOPOD_E_THREAD);
  if (status == AISOPOD_OK) CHECK_EQ(buf.data[buf.len], '\0');
  host->buf_release(host, &buf);
}

void ScriptedPlugin::cancel_request(Bytes& script, Place) {
  const aisopod_host* const host = host_.load();
  CHECK(is_known(host->request_cancel(host, some_call(script))));
}

void ScriptedPlugin::post(Bytes& script, Place) {
  const aisopod_host* const host = host_.load();
  User& user = make_user(script);
  user.runs_once = true;
  const int64_t delays[] = {0, 0, 1, 1000, -1, std::numeric_limits<int64_t>::max()};
  const int64_t delay = script.one_of(delays);
  accepted(user, host->post(host, script.one_in(16) ? nullptr : task, &user, release, delay));
}

void ScriptedPlugin::emit(Bytes& script, Place) {
  const aisopod_host* const host = host_.load();
  const char* const topics[] = {"topic", "a/b", "", nullptr, "\xFF"};
  const char* const topic = script.one_of(topics);
  const Text json = script.one_of(kTexts);
  CHECK(is_known(host->emit(host, topic, json.text, json.len)));
}

void ScriptedPlugin::log(Bytes& script, Place) {
  const aisopod_host* const host = host_.load();
  const Text lines[] = {
      {"line", 4},    {"line", AISOPOD_NTS},
      {"", 0},        {nullptr, 5},
      {"\xFF\0x", 3}, {"a long line: \xF0\x9F\x98\x80\xF0\x9F\x98\x80", AISOPOD_NTS}};
  const Text line = script.one_of(lines);
  host->log(host, static_cast<aisopod_level>(script.below(9)) - 1, line.text, line.len);
}

void ScriptedPlugin::questions(Bytes& script, Place) {
  const aisopod_host* const host = host_.load();
  const uint64_t call = some_call(script);
  CHECK(is_known(host->call_check(host, call)));
  CHECK(host->call_remaining_ms(host, call) >= -1);
  CHECK(host->get_interface(host, "aisopod.unheard-of/1") == nullptr);
  aisopod_buf buf = {};
  if (host->config(host, &buf) == AISOPOD_OK) CHECK_EQ(std::string(buf.data, buf.len), "{}");
  host->buf_release(host, &buf);
  host->buf_release(host, &buf);  // empty by now
}

// The script of a handler is what the caller gave as arguments.
aisopod_status ScriptedPlugin::handle(void* user, const aisopod_request* request) {
  auto& u = *static_cast<User*>(user);
  CHECK_EQ(u.releases.load(), 0);
  ScriptedPlugin& self = u.owner;
  self.remember(request->call);
  const bool is_inline = std::this_thread::get_id() == self.embedder_;
  Bytes script(reinterpret_cast<const uint8_t*>(request->params), request->params_len);
  if (!is_inline && script.one_in(32)) {  // over its deadline, if it has one
    std::this_thread::sleep_for(std::chrono::milliseconds(3));
  }
  const aisopod_status status = result(script);
  self.play_and_throw(std::move(script), is_inline ? Place::quiet : Place::worker);
  return status;
}

void ScriptedPlugin::hear(void* user, const aisopod_event* event) {
  auto& u = *static_cast<User*>(user);
  CHECK_EQ(u.releases.load(), 0);
  CHECK_EQ(std::string(event->json).size(), event->len);
  ++u.runs;
  Bytes script = u.script;
  if (script.one_in(32)) std::this_thread::sleep_for(std::chrono::milliseconds(3));  // stuck
  u.owner.play_and_throw(std::move(script), Place::worker);
}

void ScriptedPlugin::respond(void* user, const aisopod_response* response) {
  auto& u = *static_cast<User*>(user);
  CHECK_EQ(u.releases.load(), 0);
  CHECK_EQ(u.runs.load(), 0);
  if ((response->flags & AISOPOD_RESP_MORE) == 0) ++u.runs;
  u.owner.play_and_throw(u.script, Place::quiet);
}

void ScriptedPlugin::cancelled(void* user, aisopod_call, aisopod_status why) {
  auto& u = *static_cast<User*>(user);
  CHECK_EQ(u.releases.load(), 0);
  CHECK(why == AISOPOD_E_CANCELLED || why == AISOPOD_E_DEADLINE || why == AISOPOD_E_STATE);
  ++u.runs;
  u.owner.play_and_throw(u.script, Place::quiet);
}

void ScriptedPlugin::task(void* user) {
  auto& u = *static_cast<User*>(user);
  CHECK_EQ(u.releases.load(), 0);
  ++u.runs;
  u.owner.play_and_throw(u.script, Place::brief);
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
  CHECK_EQ(host->call_reply(host, 1, "1", 1), AISOPOD_E_STATE);
  CHECK_EQ(host->call_check(host, 1), AISOPOD_E_STATE);
  CHECK_EQ(host->call_remaining_ms(host, 1), 0);
  CHECK_EQ(host->emit(host, "topic", "1", 1), AISOPOD_E_STATE);
  CHECK_EQ(host->post(host, task, nullptr, nullptr, 0), AISOPOD_E_STATE);
  CHECK_EQ(host->request(host, nullptr, nullptr), AISOPOD_E_STATE);
}

void ScriptedPlugin::check_promises() {
  const std::lock_guard lock(mutex_);
  for (const User& user : users_) {
    CHECK_EQ(user.releases.load(), user.accepted.load() ? 1 : 0);
    if (user.is_ask) CHECK_EQ(user.runs.load(), user.accepted.load() ? 1 : 0);
    if (user.runs_once) CHECK(user.runs.load() <= 1);
  }
}

}  // namespace fuzz
