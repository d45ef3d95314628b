// A plugin that asks the host, and what it was answered.
#pragma once

#include <memory>
#include <mutex>
#include <string>

#include "support/event.h"
#include "support/running.h"

namespace test {

// The user of a request(): records each response, and that nothing comes after the release.
struct Answers {
  Event last, released;
  std::atomic<int> lasts{0}, releases{0};
  std::function<void()> when_answered;
  std::string text;  // of all responses, in order: written on the reply thread
  uint64_t ask = 0;
  aisopod_status status = 1;
  std::string message, details;

  static void AISOPOD_ABI respond(void* self, const aisopod_response* r) {
    auto* const a = static_cast<Answers*>(self);
    CHECK_EQ(r->struct_size, sizeof(aisopod_response));
    CHECK_EQ(a->releases.load(), 0);
    CHECK_EQ(a->lasts.load(), 0);
    if (r->json != nullptr) a->text += std::string(r->json, r->len) + ";";
    a->ask = r->ask;
    a->status = r->status;
    a->message = r->message == nullptr ? "(none)" : r->message;
    a->details = r->details == nullptr ? "(none)" : r->details;
    if (a->when_answered) a->when_answered();
    if ((r->flags & AISOPOD_RESP_MORE) != 0) return;
    ++a->lasts;
    a->last.set();
  }
  static void AISOPOD_ABI release(void* self) {
    auto* const a = static_cast<Answers*>(self);
    ++a->releases;
    a->released.set();
  }
};

inline aisopod_ask ask_for(const char* method, Answers* answers, uint64_t parent = 0,
                           int64_t timeout_ms = -1, uint32_t flags = 0) {
  aisopod_ask ask = AISOPOD_INIT(aisopod_ask);
  ask.flags = flags;
  ask.parent = parent;
  ask.timeout_ms = timeout_ms;
  ask.method = method;
  ask.params = "{\"q\":1}";
  ask.params_len = AISOPOD_NTS;
  if (answers != nullptr) {
    ask.fn = Answers::respond;
    ask.user = answers;
    ask.release = Answers::release;
  }
  return ask;
}

// A plugin with an inline tool "tool" whose calls stay pending, so that they can be parents.
struct Asking {
  explicit Asking(Limits limits = patient_limits()) {
    plugin.tool("tool", AISOPOD_F_INLINE, [](const aisopod_request*) { return AISOPOD_OK; });
    running = std::make_unique<Running>(embedder, plugin, limits);
  }

  aisopod_status request(const aisopod_ask& ask, uint64_t* out = nullptr) {
    return plugin.host->request(plugin.host, &ask, out);
  }
  // request_wait(), with the answer's text copied.
  aisopod_status wait(const aisopod_ask& ask, std::string& out, aisopod_error* err = nullptr) {
    aisopod_buf buf = {};
    const aisopod_status status = plugin.host->request_wait(plugin.host, &ask, &buf, err);
    if (status == AISOPOD_OK) out.assign(buf.data, buf.len);
    plugin.host->buf_release(plugin.host, &buf);
    return status;
  }
  void respond(uint64_t ask, const char* json, bool more = false) {
    aisopod::Response response;
    response.json = json;
    (*running)->asks.respond(ask, std::move(response), more);
  }
  uint64_t call(int64_t timeout_ms = -1) { return running->invoke("tool", "{}", timeout_ms).token; }

  Plugin plugin;
  Embedder embedder;
  std::unique_ptr<Running> running;
};

}  // namespace test
