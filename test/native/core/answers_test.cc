// Answering a call: where, when, with what, and exactly once.
#include <thread>
#include <vector>

#include "support/event.h"
#include "support/running.h"

namespace {

using namespace test;

// A plugin with the one tool "tool", and its calls answered by `handler`.
struct OneTool {
  explicit OneTool(std::function<aisopod_status(const aisopod_request*)> handler,
                   Limits limits = patient_limits())
      : tool(plugin.tool("tool", 0, std::move(handler))), running(embedder, plugin, limits) {}

  aisopod_status reply(aisopod_call call, const char* json, size_t len = AISOPOD_NTS) {
    return plugin.host->call_reply(plugin.host, call, json, len);
  }
  aisopod_status fail(aisopod_call call, aisopod_status code, const char* message,
                      const char* details = nullptr, size_t len = 0) {
    return plugin.host->call_fail(plugin.host, call, code, message, details, len);
  }

  Plugin plugin;
  Tool& tool;
  Embedder embedder;
  Running running;
};

CASE("a handler is asked what the caller asked") {
  OneTool one([&](const aisopod_request* r) {
    CHECK_EQ(r->struct_size, sizeof(aisopod_request));
    CHECK_EQ(std::string(r->method), "invoke");
    CHECK_EQ(std::string(r->name), "tool");
    CHECK_EQ(std::string(r->params), "{\"x\":1}");
    CHECK_EQ(r->params_len, 7u);
    CHECK_EQ(std::string(r->meta), "{}");
    CHECK_EQ(r->meta_len, 2u);
    CHECK(r->timeout_ms > 0 && r->timeout_ms <= kNoHurry);
    return AISOPOD_E_FAIL;
  });
  one.running.call("tool", "{\"x\":1}", kNoHurry);
}

CASE("a call without a deadline says -1") {
  OneTool one([&](const aisopod_request* r) {
    CHECK_EQ(r->timeout_ms, -1);
    CHECK_EQ(one.plugin.host->call_remaining_ms(one.plugin.host, r->call), -1);
    return AISOPOD_E_FAIL;
  });
  one.running.call("tool");
}

CASE("a call is answered in its handler") {
  OneTool one([&](const aisopod_request* r) { return one.reply(r->call, "{\"sum\":4}"); });
  const Heard end = one.running.call("tool");
  CHECK(end.type == MessageType::answer);
  CHECK_EQ(end.a, "{\"sum\":4}");
  CHECK(end.ascii);
}

CASE("a call is answered later, from another thread") {
  std::thread later;
  Event started, returned;
  OneTool one([&](const aisopod_request* r) {
    later = std::thread([&, call = r->call] {
      returned.wait();
      CHECK_EQ(one.reply(call, "\"\xC3\xA9\""), AISOPOD_OK);
    });
    started.set();
    return AISOPOD_OK;
  });
  const uint64_t call = one.running.invoke("tool").token;
  started.wait();
  returned.set();
  const Heard end = one.embedder.ended(call);
  later.join();
  CHECK_EQ(end.a, "\"\xC3\xA9\"");
  CHECK(!end.ascii);
}

CASE("of ten threads that answer at once exactly one is told OK, the others GONE") {
  for (int round = 0; round < 20; ++round) {
    std::atomic<int> ok{0}, gone{0};
    std::vector<std::thread> threads;
    Meeting start(10);
    Event started;
    OneTool one([&](const aisopod_request* r) {
      for (int i = 0; i < 10; ++i) {
        threads.emplace_back([&, i, call = r->call] {
          start.attend();
          const aisopod_status status =
              i % 2 == 0 ? one.reply(call, "1") : one.fail(call, AISOPOD_E_FAIL, "no");
          if (status == AISOPOD_OK) ++ok;
          if (status == AISOPOD_E_GONE) ++gone;
        });
      }
      started.set();
      return AISOPOD_OK;
    });
    const uint64_t call = one.running.invoke("tool").token;
    started.wait();
    one.embedder.ended(call);
    for (std::thread& thread : threads) thread.join();
    CHECK_EQ(ok.load(), 1);
    CHECK_EQ(gone.load(), 9);
    CHECK_EQ(one.embedder.count(MessageType::answer), 0u);
    CHECK_EQ(one.embedder.count(MessageType::failure), 0u);
  }
}

CASE("a second answer is GONE") {
  OneTool one([&](const aisopod_request* r) {
    CHECK_EQ(one.reply(r->call, "1"), AISOPOD_OK);
    CHECK_EQ(one.reply(r->call, "2"), AISOPOD_E_GONE);
    return one.fail(r->call, AISOPOD_E_FAIL, "no");
  });
  CHECK_EQ(one.running.call("tool").a, "1");
}

CASE("a call that is never answered ends when the plugin shuts down") {
  OneTool one([&](const aisopod_request*) { return AISOPOD_OK; });
  const uint64_t call = one.running.invoke("tool").token;
  one.running.dispose();
  const Heard end = one.embedder.ended(call);
  CHECK(end.type == MessageType::lost);
  CHECK_EQ(end.status, AISOPOD_E_STATE);
}

CASE("a negative status answers the call as call_fail would") {
  OneTool one([&](const aisopod_request*) { return AISOPOD_E_DENIED; });
  const Heard end = one.running.call("tool");
  CHECK(end.type == MessageType::failure);
  CHECK_EQ(end.status, AISOPOD_E_DENIED);
  CHECK_EQ(end.a, "the handler answered AISOPOD_E_DENIED");
}

CASE("the lowest status of all answers the call too") {
  OneTool one([&](const aisopod_request*) { return INT32_MIN; });
  CHECK_EQ(one.running.call("tool").status, INT32_MIN);
}

CASE("a negative status after an answer changes nothing") {
  OneTool one([&](const aisopod_request* r) {
    CHECK_EQ(one.reply(r->call, "1"), AISOPOD_OK);
    return AISOPOD_E_FAIL;
  });
  CHECK_EQ(one.running.call("tool").a, "1");
  CHECK_EQ(one.running.call("tool").a, "1");
  CHECK_EQ(one.embedder.count(MessageType::failure), 0u);
}

CASE("a handler that throws has failed, before or after an answer") {
  OneTool one([&](const aisopod_request* r) -> aisopod_status {
    if (std::string(r->params) == "1") one.reply(r->call, "1");
    throw std::runtime_error("oh");
  });
  const Heard end = one.running.call("tool", "0");
  CHECK_EQ(end.status, AISOPOD_E_FAIL);
  CHECK_EQ(end.a, "the handler threw a C++ exception: oh");
  CHECK_EQ(one.running.call("tool", "1").a, "1");
}

CASE("0, a token that was never given out, and one of another instance are GONE") {
  aisopod_call foreign = 0;
  OneTool other([&](const aisopod_request* r) {
    foreign = r->call;
    return AISOPOD_OK;
  });
  OneTool one([&](const aisopod_request* r) { return one.reply(r->call, "1"); });
  const uint64_t open = other.running.invoke("tool").token;
  one.running.call("tool");
  for (const aisopod_call token : {uint64_t{0}, ~uint64_t{0}, uint64_t{1} << 53, open}) {
    const aisopod_host* host = one.plugin.host;
    CHECK_EQ(one.reply(token, "1"), AISOPOD_E_GONE);
    CHECK_EQ(one.fail(token, AISOPOD_E_FAIL, "no"), AISOPOD_E_GONE);
    CHECK_EQ(host->call_chunk(host, token, "1", 1, 0), AISOPOD_E_GONE);
    CHECK_EQ(host->call_progress(host, token, 0.5, nullptr), AISOPOD_E_GONE);
    CHECK_EQ(host->call_check(host, token), AISOPOD_E_GONE);
    CHECK_EQ(host->call_remaining_ms(host, token), 0);
    CHECK_EQ(host->call_on_cancel(
                 host, token, [](void*, aisopod_call, aisopod_status) {}, nullptr, nullptr),
             AISOPOD_E_GONE);
  }
}

CASE("a NULL reply of length 0 reads as null") {
  OneTool one([&](const aisopod_request* r) { return one.reply(r->call, nullptr, 0); });
  CHECK_EQ(one.running.call("tool").a, "null");
}

CASE("an answer that the host refuses finishes the call with that error") {
  struct Wrong {
    const char* json;
    size_t len;
    aisopod_status status;
  };
  Limits limits = patient_limits();
  limits.payload_bytes = 20;
  Wrong wrong{};
  OneTool one(
      [&](const aisopod_request* r) {
        const Wrong now = wrong;  // the caller goes on as soon as it is answered
        CHECK_EQ(one.reply(r->call, now.json, now.len), now.status);
        CHECK_EQ(one.reply(r->call, "1"), AISOPOD_E_GONE);
        return AISOPOD_OK;
      },
      limits);
  for (const Wrong& each : {Wrong{"{\"a\":", AISOPOD_NTS, AISOPOD_E_INVALID},
                            Wrong{"1 2", AISOPOD_NTS, AISOPOD_E_INVALID},
                            Wrong{"\"\xFF\"", AISOPOD_NTS, AISOPOD_E_INVALID},
                            Wrong{"", 0, AISOPOD_E_INVALID}, Wrong{nullptr, 1, AISOPOD_E_INVALID},
                            Wrong{"\"1234567890123456789\"", AISOPOD_NTS, AISOPOD_E_TOO_LARGE}}) {
    wrong = each;
    const Heard end = one.running.call("tool");
    CHECK(end.type == MessageType::refused);
    CHECK_EQ(end.status, each.status);
    CHECK(!end.a.empty());
  }
}

CASE("the longest answer allowed is taken") {
  Limits limits = patient_limits();
  limits.payload_bytes = 20;
  const std::string longest = "\"" + std::string(18, 'x') + "\"";
  const char* const text = longest.c_str();
  OneTool one([&](const aisopod_request* r) { return one.reply(r->call, text); }, limits);
  CHECK_EQ(one.running.call("tool").a, longest);
}

CASE("arguments over the limit never reach the plugin") {
  Limits limits = patient_limits();
  limits.payload_bytes = 4;
  OneTool one([&](const aisopod_request*) { return AISOPOD_E_FAIL; }, limits);
  CHECK_EQ(one.running.call("tool", "12345").status, AISOPOD_E_TOO_LARGE);
  CHECK_EQ(one.running.call("tool", "1234").status, AISOPOD_E_FAIL);
}

CASE("a registration that there is not is NOT_FOUND") {
  OneTool one([&](const aisopod_request*) { return AISOPOD_OK; });
  aisopod::CallRequest request;
  request.registration = 1u << 30;
  const Invoked result = one.running->calls.invoke(request);
  CHECK(result.settled && result.message.type == MessageType::lost);
  CHECK_EQ(result.message.status, AISOPOD_E_NOT_FOUND);
}

CASE("call_fail tells code, message and details") {
  OneTool one([&](const aisopod_request* r) {
    return one.fail(r->call, AISOPOD_E_NOT_FOUND, "no such file", "{\"path\":\"x\"}", AISOPOD_NTS);
  });
  const Heard end = one.running.call("tool");
  CHECK(end.type == MessageType::failure);
  CHECK_EQ(end.status, AISOPOD_E_NOT_FOUND);
  CHECK_EQ(end.a, "no such file");
  CHECK_EQ(end.b, "{\"path\":\"x\"}");
}

CASE("call_fail takes NULL for message and details, and a code that is no failure as FAIL") {
  OneTool one([&](const aisopod_request* r) { return one.fail(r->call, 3, nullptr); });
  const Heard end = one.running.call("tool");
  CHECK(end.type == MessageType::failure);
  CHECK_EQ(end.status, AISOPOD_E_FAIL);
  CHECK_EQ(end.a + end.b, "");
}

CASE("a code that nobody knows is passed on") {
  OneTool one([&](const aisopod_request* r) { return one.fail(r->call, -777, "odd"); });
  CHECK_EQ(one.running.call("tool").status, -777);
}

CASE("an empty text for details says, like NULL, that there are none") {
  OneTool one([&](const aisopod_request* r) {
    const bool counted = std::string(r->params) == "1";
    return one.fail(r->call, AISOPOD_E_DENIED, "no", "", counted ? 0 : AISOPOD_NTS);
  });
  for (const char* params : {"0", "1"}) {
    const Heard end = one.running.call("tool", params);
    CHECK(end.type == MessageType::failure);
    CHECK_EQ(end.status, AISOPOD_E_DENIED);
    CHECK_EQ(end.b, "");
  }
}

CASE("broken details finish the call with their fault") {
  OneTool one([&](const aisopod_request* r) {
    CHECK_EQ(one.fail(r->call, AISOPOD_E_DENIED, "no", "{broken", AISOPOD_NTS), AISOPOD_E_INVALID);
    CHECK_EQ(one.reply(r->call, "1"), AISOPOD_E_GONE);
    return AISOPOD_OK;
  });
  const Heard end = one.running.call("tool");
  CHECK(end.type == MessageType::refused);
  CHECK_EQ(end.status, AISOPOD_E_INVALID);
  CHECK(end.a.find("details") == 0);
}

CASE("a message is bounded, and ends where its UTF-8 is broken") {
  const std::string endless(100000, 'm');
  OneTool one([&](const aisopod_request* r) {
    const bool broken = std::string(r->params) == "1";
    return one.fail(r->call, AISOPOD_E_FAIL, broken ? "good\xC3(bad" : endless.c_str());
  });
  CHECK_EQ(one.running.call("tool", "0").a, std::string(4096, 'm'));
  CHECK_EQ(one.running.call("tool", "1").a, "good");
}

CASE("a call that is given no meta gets a trace id of its own") {
  std::string first, meta;
  OneTool one([&](const aisopod_request* r) {
    meta.assign(r->meta, r->meta_len);
    return AISOPOD_E_FAIL;
  });
  one.running.call("tool", "{}", -1, 0, "");
  CHECK(meta.find("{\"traceId\":\"") == 0);
  CHECK(aisopod::check_json(meta.data(), meta.size()));
  first = meta;
  one.running.call("tool", "{}", -1, 0, "");
  CHECK(meta != first);
  one.running.call("tool", "{}", -1, 0, "{\"user\":\"me\"}");
  CHECK_EQ(meta, "{\"user\":\"me\"}");
}

CASE("after dispose every call is refused with STATE") {
  OneTool one([&](const aisopod_request*) { return AISOPOD_OK; });
  one.running.dispose();
  CHECK_EQ(one.running.call("tool").status, AISOPOD_E_STATE);
  CHECK_EQ(one.tool.released.load(), 1);
}

}  // namespace
