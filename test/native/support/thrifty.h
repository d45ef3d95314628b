// A plugin that uses everything that the host has, and takes no memory itself, so that what fails
// in a shortage is the host.
#pragma once

#include <atomic>

#include "aisopod/plugin.h"
#include "support/harness.h"

namespace test {

// Handed over to the host, and how often it came back.
struct Handed {
  std::atomic<int> given{0}, released{0}, lasts{0};

  static void AISOPOD_ABI release(void* self) { ++static_cast<Handed*>(self)->released; }
};

struct Thrifty {
  const aisopod_host* host = nullptr;
  aisopod_token events[2] = {0, 0};
  std::atomic<uint64_t> parked[4] = {};  // calls that a task answers
  Handed registrations, requests, posts, observers;

  static Thrifty& of(void* self) { return *static_cast<Thrifty*>(self); }
};

inline Thrifty* current = nullptr;

inline aisopod_status reply(const Thrifty& p, aisopod_token call) {
  return aisopod_reply(p.host, call, "\"a text that is longer than a string keeps in itself\"",
                       AISOPOD_NTS);
}

inline void AISOPOD_ABI on_response(void* self, const aisopod_response* response) {
  if ((response->flags & AISOPOD_RESPONSE_MORE) == 0) ++static_cast<Handed*>(self)->lasts;
}

inline void AISOPOD_ABI on_task(void* self, const aisopod_task*) {
  (void)self;
  for (std::atomic<uint64_t>& place : current->parked) {
    const aisopod_token call = place.exchange(0);
    if (call != 0) reply(*current, call);
  }
}

inline aisopod_status post(Thrifty& p, uint32_t flags, int64_t delay_ms, aisopod_token* out) {
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

inline bool park(Thrifty& p, aisopod_token call) {
  for (std::atomic<uint64_t>& place : p.parked) {
    uint64_t none = 0;
    if (place.compare_exchange_strong(none, call)) return true;
  }
  return false;
}

// Uses everything that a host table has, and answers, or leaves the answer to a task.
inline aisopod_status AISOPOD_ABI use_everything(void* self, const aisopod_call* call) {
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

inline aisopod_status AISOPOD_ABI answer(void* self, const aisopod_call* call) {
  return reply(Thrifty::of(self), call->token);
}
inline aisopod_status AISOPOD_ABI answer_nothing(void*, const aisopod_call*) { return AISOPOD_OK; }
inline aisopod_status AISOPOD_ABI refuse(void*, const aisopod_call*) { return AISOPOD_E_DENIED; }
inline aisopod_status AISOPOD_ABI leave_pending(void*, const aisopod_call*) {
  return AISOPOD_PENDING;
}
inline void AISOPOD_ABI on_event(void*, const aisopod_event*) {}

struct ThriftyTool {
  const char* name;
  uint32_t flags;
  aisopod_handler_fn fn;
};
constexpr ThriftyTool kTools[] = {{"inline", AISOPOD_F_INLINE, answer},
                                  {"inline_pending", AISOPOD_F_INLINE, leave_pending},
                                  {"inline_everything", AISOPOD_F_INLINE, use_everything},
                                  {"worker", 0, answer},
                                  {"everything", 0, use_everything},
                                  {"parallel", AISOPOD_F_PARALLEL, answer},
                                  {"nothing", 0, answer_nothing},
                                  {"refusing", AISOPOD_F_PARALLEL, refuse},
                                  {"pending", 0, leave_pending}};

inline aisopod_status AISOPOD_ABI create(const aisopod_host* host, aisopod_plugin** out,
                                         aisopod_error*) {
  current->host = host;
  *out = reinterpret_cast<aisopod_plugin*>(current);
  return AISOPOD_OK;
}

// Ignores what add() returns: the host must know all the same that something is missing.
inline aisopod_status AISOPOD_ABI on_register(aisopod_plugin*, const aisopod_api* api,
                                              aisopod_error* err) {
  Thrifty& p = *current;
  for (const ThriftyTool& tool : kTools) {
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

inline aisopod_status AISOPOD_ABI on_init(aisopod_plugin*, aisopod_error*) {
  post(*current, 0, 0, nullptr);
  return AISOPOD_OK;
}
inline void AISOPOD_ABI on_shutdown(aisopod_plugin*, const aisopod_shutdown*) {}
inline void AISOPOD_ABI destroy(aisopod_plugin*) {}
inline aisopod_status AISOPOD_ABI on_config_changed(aisopod_plugin*, const aisopod_payload*,
                                                    aisopod_error*) {
  return AISOPOD_OK;
}

constexpr size_t kPieces = 3;
const char kPiece[] = "a piece of the state that is longer than what a string keeps in itself";

// Ignores what write() returns: the host must know all the same that something is missing.
inline aisopod_status AISOPOD_ABI save_state(aisopod_plugin*, const aisopod_writer* writer,
                                             aisopod_error*) {
  for (size_t i = 0; i < kPieces; ++i) writer->write(writer, kPiece, sizeof kPiece);
  return AISOPOD_OK;
}

inline aisopod_status AISOPOD_ABI restore_state(aisopod_plugin*, const aisopod_state* state,
                                                aisopod_error*) {
  CHECK_EQ(state->len, sizeof kPiece);
  return AISOPOD_OK;
}

inline aisopod_plugin_desc description() {
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
  desc.save_state = save_state;
  desc.restore_state = restore_state;
  return desc;
}

}  // namespace test
