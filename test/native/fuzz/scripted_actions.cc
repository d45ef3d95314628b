// What a scripted plugin does with the host table: one action each, its arguments by the script.
#include <cmath>
#include <limits>

#include "fuzz/arguments.h"
#include "fuzz/promises.h"
#include "fuzz/scripted_plugin.h"
#include "support/harness.h"

namespace fuzz {
namespace {

constexpr const char* kNames[] = {"a", "b", "B", "tool-1", "", "-x", nullptr, "a b"};
constexpr const char* kKinds[] = {AISOPOD_KIND_TOOL,    AISOPOD_KIND_TOOL, AISOPOD_KIND_HOOK,
                                  AISOPOD_KIND_COMMAND, "unheard-of",      nullptr};
constexpr uint32_t kFlags[] = {0,
                               0,
                               AISOPOD_F_PARALLEL,
                               AISOPOD_F_INLINE,
                               AISOPOD_F_PARALLEL | AISOPOD_F_INLINE,
                               AISOPOD_F_CONTROL,
                               8};
constexpr aisopod_status kStatuses[] = {AISOPOD_PENDING, AISOPOD_OK,     7,
                                        AISOPOD_E_FAIL,  AISOPOD_E_BUSY, -1000};

// NULL, or one that may be smaller than ours.
aisopod_error* some_error(Bytes& script, aisopod_error& err) {
  err = AISOPOD_INIT(aisopod_error);
  const uint32_t sizes[] = {512, 512, 0, 8, 12, 3, 0xFFFFFFFFu};
  err.struct_size = script.one_of(sizes);
  return script.one_in(4) ? nullptr : &err;
}

}  // namespace

aisopod_status ScriptedPlugin::result(Bytes& script) { return script.one_of(kStatuses); }

void ScriptedPlugin::add(Bytes& script, Place) {
  const aisopod_api* const api = api_.load();
  if (api == nullptr) return;
  Sized<aisopod_registration> def(script);
  def.value.flags = script.one_of(kFlags);
  def.value.kind = script.one_of(kKinds);
  def.value.name = script.one_of(kNames);
  const SomePayload spec(script);
  def.value.spec = spec.get();
  User& user = make_user(script);
  def.value.fn = script.one_in(16) ? nullptr : handle;
  def.value.user = &user;
  def.value.release = release;
  aisopod_error err;
  aisopod_token token = 0;
  const aisopod_status status = api->add(api, &def.value, &token, some_error(script, err));
  accepted(user, status);
  CHECK_EQ(token != 0, status == AISOPOD_OK);
  remember(token);
}

void ScriptedPlugin::subscribe(Bytes& script) {
  const aisopod_api* const api = api_.load();
  const char* const patterns[] = {"a.*", "**", "a", nullptr, "", "a*", "**.a", "\xFF"};
  Sized<aisopod_subscription> def(script);
  def.value.flags = script.one_of(kFlags);
  def.value.pattern = script.one_of(patterns);
  User& user = make_user(script);
  def.value.fn = script.one_in(16) ? nullptr : receive;
  def.value.user = &user;
  def.value.release = release;
  aisopod_error err;
  aisopod_token token = 0;
  const aisopod_status status = api->subscribe(api, &def.value, &token, some_error(script, err));
  accepted(user, status);
  CHECK_EQ(token != 0, status == AISOPOD_OK);
  remember(token);
}

void ScriptedPlugin::reply(Bytes& script, Place) {
  const aisopod_host* const host = host_.load();
  const uint64_t call = some_token(script);
  const SomePayload payload(script);
  CHECK(is_known(host->call_reply(host, call, payload.get())));
}

void ScriptedPlugin::fail(Bytes& script, Place) {
  const aisopod_host* const host = host_.load();
  const uint64_t call = some_token(script);
  const Text messages[] = {{"it failed", 9}, {nullptr, 0}, {"", 0}, {"\xC3\x28", 2}, {nullptr, 3}};
  Sized<aisopod_failure> failure(script);
  const Text message = script.one_of(messages);
  failure.value.message = message.text;
  failure.value.message_len = message.len;
  const Text details = script.one_of(kTexts);
  failure.value.details = details.text;
  failure.value.details_len = details.len;
  failure.value.status = script.one_of(kStatuses);
  CHECK(is_known(host->call_fail(host, call, &failure.value)));
}

void ScriptedPlugin::chunk(Bytes& script, Place place) {
  const aisopod_host* const host = host_.load();
  const uint64_t call = some_token(script);
  const SomePayload payload(script);
  const int64_t waits[] = {0, 0, 1, place == Place::worker ? -1 : 1};
  const int64_t wait = script.one_of(waits);
  const aisopod_status status = host->call_chunk(host, call, payload.get(), wait);
  CHECK(is_known(status));
  if (place == Place::quiet && wait != 0) CHECK_EQ(status, AISOPOD_E_THREAD);
}

void ScriptedPlugin::progress(Bytes& script, Place) {
  const aisopod_host* const host = host_.load();
  const uint64_t call = some_token(script);
  const double fractions[] = {
      0.5, 1, 0, -1, 2, -0.5, std::nan(""), std::numeric_limits<double>::infinity()};
  const Text notes[] = {{"half", AISOPOD_NTS}, {nullptr, 0}, {"\xFF", 1}, {nullptr, 1}};
  Sized<aisopod_progress> progress(script);
  progress.value.fraction = script.one_of(fractions);
  const Text note = script.one_of(notes);
  progress.value.note = note.text;
  progress.value.note_len = note.len;
  CHECK(is_known(host->call_progress(host, call, &progress.value)));
}

void ScriptedPlugin::on_cancel(Bytes& script, Place) {
  const aisopod_host* const host = host_.load();
  const uint64_t call = some_token(script);
  Sized<aisopod_observer> observer(script);
  User& user = make_user(script);
  user.runs_once = true;
  observer.value.fn = script.one_in(16) ? nullptr : cancelled;
  observer.value.user = &user;
  observer.value.release = release;
  accepted(user, host->call_on_cancel(host, call, &observer.value));
}

void ScriptedPlugin::request(Bytes& script, Place) {
  const aisopod_host* const host = host_.load();
  Sized<aisopod_request> request(script);
  const uint32_t flags[] = {0, AISOPOD_REQUEST_STREAM, 0, AISOPOD_REQUEST_STREAM, 2};
  request.value.flags = script.one_of(flags);
  request.value.parent = some_parent(script);
  const int64_t limits[] = {-1, 1000, 0, 1, -2};
  request.value.timeout_ms = script.one_of(limits);
  const char* const methods[] = {"m", "model.chat", "m", "", nullptr};
  request.value.method = script.one_of(methods);
  const SomePayload params(script);
  request.value.params = params.get();
  User& user = make_user(script);
  user.is_request = !script.one_in(2);
  request.value.fn = user.is_request ? respond : nullptr;
  request.value.user = &user;
  request.value.release = release;
  uint64_t token = 0;
  const bool keeps = !script.one_in(8);
  const aisopod_status status = host->request(host, &request.value, keeps ? &token : nullptr);
  accepted(user, status);
  CHECK_EQ(token != 0, keeps && status == AISOPOD_OK);
  remember(token);
}

void ScriptedPlugin::request_wait(Bytes& script, Place place) {
  const aisopod_host* const host = host_.load();
  const uint64_t token = some_token(script);
  const bool is_embedder = std::this_thread::get_id() == embedder_;
  const int64_t waits[] = {0, 1, place == Place::worker ? -1 : 1, -2};
  const int64_t wait = script.one_of(waits);
  // The embedder would wait for itself; that it may not wait in a handler is checked all the same.
  if (is_embedder && place != Place::quiet && wait > 0) return;
  const aisopod_response* response = nullptr;
  const aisopod_status status = host->request_wait(host, token, wait, &response);
  CHECK(is_known(status));
  CHECK_EQ(response != nullptr, status == AISOPOD_OK);
  if (wait == -2) CHECK(status == AISOPOD_E_INVALID || status == AISOPOD_E_STATE);  // STATE: gone
  else if (place == Place::quiet && wait != 0) CHECK_EQ(status, AISOPOD_E_THREAD);
  if (response == nullptr) return;
  check_response(response);
  if (script.one_in(2)) {
    host->response_release(host, response);
    return;
  }
  const std::lock_guard lock(mutex_);
  responses_.push_back(response);
}

void ScriptedPlugin::cancel(Bytes& script, Place) {
  const aisopod_host* const host = host_.load();
  const uint64_t token = some_token(script);
  const aisopod_status status = host->cancel(host, token);
  CHECK(is_known(status));
  if (status != AISOPOD_OK) return;
  const std::lock_guard lock(mutex_);
  for (User& user : users_) {
    if (user.token.load() == token) user.cancelled.store(true);
  }
}

void ScriptedPlugin::post(Bytes& script, Place) {
  const aisopod_host* const host = host_.load();
  Sized<aisopod_post> post(script);
  const uint32_t flags[] = {0,
                            AISOPOD_F_PARALLEL,
                            AISOPOD_F_CONTROL,
                            0,
                            AISOPOD_F_PARALLEL | AISOPOD_F_CONTROL,
                            AISOPOD_F_INLINE,
                            8};
  post.value.flags = script.one_of(flags);
  post.value.parent = some_parent(script);
  const int64_t delays[] = {0, 0, 1, 1000, -1, std::numeric_limits<int64_t>::max()};
  post.value.delay_ms = script.one_of(delays);
  const char* const names[] = {nullptr, "sweep", "", "\xFF"};
  post.value.name = script.one_of(names);
  User& user = make_user(script);
  user.runs_once = true;
  user.place = post.value.flags == AISOPOD_F_CONTROL ? Place::brief : Place::worker;
  post.value.fn = script.one_in(16) ? nullptr : task;
  post.value.user = &user;
  post.value.release = release;
  uint64_t token = 0;
  const aisopod_status status = host->post(host, &post.value, &token);
  accepted(user, status);
  CHECK_EQ(token != 0, status == AISOPOD_OK);
  user.token.store(token);
  remember(token);
}

void ScriptedPlugin::publish(Bytes& script, Place) {
  const aisopod_host* const host = host_.load();
  const char* const topics[] = {"topic", "a.b", "", nullptr, "\xFF", "host.x", "a.*"};
  Sized<aisopod_publication> publication(script);
  publication.value.parent = some_parent(script);
  publication.value.topic = script.one_of(topics);
  const SomePayload payload(script);
  publication.value.payload = payload.get();
  CHECK(is_known(host->publish(host, &publication.value)));
}

void ScriptedPlugin::log(Bytes& script, Place) {
  const aisopod_host* const host = host_.load();
  const Text lines[] = {
      {"line", 4},    {"line", AISOPOD_NTS},
      {"", 0},        {nullptr, 5},
      {"\xFF\0x", 3}, {"a long line: \xF0\x9F\x98\x80\xF0\x9F\x98\x80", AISOPOD_NTS}};
  Sized<aisopod_log_record> record(script);
  record.value.parent = some_parent(script);
  record.value.level = 10 * static_cast<aisopod_level>(script.below(9)) - 5;
  const Text line = script.one_of(lines);
  record.value.message = line.text;
  record.value.message_len = line.len;
  const Text fields = script.one_of(kTexts);
  record.value.fields = fields.text;
  record.value.fields_len = fields.len;
  CHECK(is_known(host->log(host, &record.value)));
}

void ScriptedPlugin::questions(Bytes& script, Place) {
  const aisopod_host* const host = host_.load();
  const uint64_t call = some_token(script);
  CHECK(is_known(host->call_check(host, call)));
  CHECK(host->call_remaining_ms(host, call) >= -1);
  CHECK(host->get_interface(host, "aisopod.unheard-of/1") == nullptr);
  const aisopod_payload* config = nullptr;
  if (host->get_config(host, &config) == AISOPOD_OK) CHECK_EQ(std::string(config->json), "{}");
  host->payload_release(host, config);
  host->payload_release(host, nullptr);
  host->response_release(host, nullptr);
}

}  // namespace fuzz
