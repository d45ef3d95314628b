// A plugin that sends requests to the host, and the responses that it received.
#pragma once

#include <functional>
#include <memory>
#include <mutex>
#include <string>

#include "support/event.h"
#include "support/running.h"

namespace test {

// One response, copied.
struct Copied {
  aisopod_status status = 1;
  bool more = false;
  std::string json, message, details;  // "(none)" without a failure, or without details

  explicit Copied(const aisopod_response* r)
      : status(r->status),
        more((r->flags & AISOPOD_RESPONSE_MORE) != 0),
        json(r->payload->json, r->payload->len),
        message(r->failure == nullptr ? "(none)" : r->failure->message),
        details(r->failure == nullptr || r->failure->details == nullptr ? "(none)"
                                                                        : r->failure->details) {
    CHECK_EQ(r->struct_size, sizeof(aisopod_response));
    CHECK_EQ(r->reserved0, 0u);
    CHECK_EQ(r->payload->struct_size, sizeof(aisopod_payload));
    if (r->failure == nullptr) return;
    CHECK_EQ(r->failure->struct_size, sizeof(aisopod_failure));
    CHECK_EQ(r->failure->status, r->status);
    CHECK_EQ(r->failure->message_len, message.size());
  }
  Copied() = default;
};

// The user of a request with fn: records each response, and that none comes after the release.
struct Responses {
  Event last, released;
  std::atomic<int> lasts{0}, releases{0};
  std::function<void(const aisopod_response*)> on_response;
  std::string text;  // of all that succeeded, in order, each with a ";": written on [reply]
  uint64_t token = 0;
  aisopod_status status = 1;
  std::string message, details;

  static void AISOPOD_ABI respond(void* self, const aisopod_response* r) {
    auto* const a = static_cast<Responses*>(self);
    CHECK_EQ(a->releases.load(), 0);
    CHECK_EQ(a->lasts.load(), 0);
    const Copied copied(r);
    if (r->status == AISOPOD_OK) a->text += copied.json + ";";
    a->token = r->token;
    a->status = copied.status;
    a->message = copied.message;
    a->details = copied.details;
    if (a->on_response) a->on_response(r);
    if (copied.more) return;
    ++a->lasts;
    a->last.set();
  }
  static void AISOPOD_ABI release(void* self) {
    auto* const a = static_cast<Responses*>(self);
    ++a->releases;
    a->released.set();
  }
};

// With `responses`, they go there; without, request_wait() collects them.
inline aisopod_request request_of(const char* method, Responses* responses, uint64_t parent = 0,
                                  int64_t timeout_ms = -1, uint32_t flags = 0) {
  static const aisopod_payload params = aisopod_payload_of("{\"q\":1}", AISOPOD_NTS);
  aisopod_request r = AISOPOD_INIT(aisopod_request);
  r.flags = flags;
  r.parent = parent;
  r.timeout_ms = timeout_ms;
  r.method = method;
  r.params = &params;
  if (responses != nullptr) {
    r.fn = Responses::respond;
    r.user = responses;
    r.release = Responses::release;
  }
  return r;
}

// A plugin with an inline tool "tool" whose calls stay pending, so that they can be parents.
struct Requesting {
  explicit Requesting(Limits limits = patient_limits()) {
    plugin.tool("tool", AISOPOD_F_INLINE, [](const aisopod_call*) { return AISOPOD_PENDING; });
    running = std::make_unique<Running>(embedder, plugin, limits);
  }

  aisopod_status send(const aisopod_request& request, uint64_t* out = nullptr) {
    return plugin.host->request(plugin.host, &request, out);
  }
  // request_wait(); what it gave out is copied into `out` and released.
  aisopod_status wait(uint64_t request, Copied& out, int64_t wait_ms = -1) {
    const aisopod_response* response = nullptr;
    const aisopod_status status =
        plugin.host->request_wait(plugin.host, request, wait_ms, &response);
    CHECK_EQ(response != nullptr, status == AISOPOD_OK);
    if (response != nullptr) out = Copied(response);
    plugin.host->response_release(plugin.host, response);
    return status;
  }
  // The host responds.
  void respond(uint64_t request, const char* json, bool more = false) {
    aisopod::Response response;
    response.json = json;
    (*running)->requests.respond(request, std::move(response), more);
  }
  uint64_t call(int64_t timeout_ms = -1, const std::string& meta = "{}") {
    return running->invoke("tool", "{}", timeout_ms, 0, meta).token;
  }

  Plugin plugin;
  Embedder embedder;
  std::unique_ptr<Running> running;
};

}  // namespace test
