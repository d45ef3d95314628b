// Answering a call: where, when, with what, and exactly once. What a handler returns is in
// handler_returns_test.cc.
#include <thread>
#include <vector>

#include "support/event.h"
#include "support/one_tool.h"

namespace {

using namespace test;

CASE("a handler receives what the caller sent, and what it registered") {
  for (const uint32_t flags : {0u, uint32_t{AISOPOD_F_INLINE}}) {
    OneTool one(
        [&](const aisopod_call* call) {
          CHECK_EQ(call->struct_size, sizeof(aisopod_call));
          CHECK_EQ(call->flags, 0u);
          CHECK_EQ(std::string(call->kind), AISOPOD_KIND_TOOL);
          CHECK_EQ(std::string(call->name), "tool");
          CHECK_EQ(std::string(call->method), "invoke");
          CHECK_EQ(call->params->struct_size, sizeof(aisopod_payload));
          CHECK_EQ(call->params->flags, 0u);
          CHECK_EQ(std::string(call->params->json), "{\"x\":1}");
          CHECK_EQ(call->params->len, 7u);
          CHECK_EQ(std::string(call->meta), "{}");
          CHECK_EQ(call->meta_len, 2u);
          CHECK(call->timeout_ms > 0 && call->timeout_ms <= kNoHurry);
          return AISOPOD_E_FAIL;
        },
        flags);
    CHECK_EQ(one.running.call("tool", "{\"x\":1}", kNoHurry).status, AISOPOD_E_FAIL);
  }
}

CASE("a handler learns from the flags of a call what its caller reads") {
  for (const uint32_t flags : {0u, uint32_t{AISOPOD_F_INLINE}}) {
    uint32_t seen = 0;
    OneTool one(
        [&](const aisopod_call* call) {
          seen = call->flags;
          return AISOPOD_E_FAIL;
        },
        flags);
    one.running.call("tool", "{}", -1, aisopod::kWantsChunks);
    CHECK_EQ(seen, AISOPOD_CALL_CHUNKS);
    one.running.call("tool", "{}", -1, aisopod::kWantsProgress);
    CHECK_EQ(seen, AISOPOD_CALL_PROGRESS);
    one.running.call("tool", "{}", -1, ~0u);
    CHECK_EQ(seen, AISOPOD_CALL_CHUNKS | AISOPOD_CALL_PROGRESS);
  }
}

CASE("a call without a deadline has a timeout of -1") {
  OneTool one([&](const aisopod_call* call) {
    CHECK_EQ(call->timeout_ms, -1);
    CHECK_EQ(one.remaining_ms(call->token), -1);
    return AISOPOD_E_FAIL;
  });
  one.running.call("tool");
}

CASE("a call is answered in its handler") {
  OneTool one([&](const aisopod_call* call) { return one.reply(call->token, "{\"sum\":4}"); });
  const Received end = one.running.call("tool");
  CHECK(end.type == MessageType::answer);
  CHECK_EQ(end.a, "{\"sum\":4}");
  CHECK(end.ascii);
}

CASE("a call is answered later, from another thread") {
  OneTool one(stay_pending);
  const uint64_t call = one.running.invoke("tool").token;
  std::thread([&] { CHECK_EQ(one.reply(call, "\"\xC3\xA9\""), AISOPOD_OK); }).join();
  const Received end = one.embedder.ended(call);
  CHECK_EQ(end.a, "\"\xC3\xA9\"");
  CHECK(!end.ascii);
}

CASE("of ten threads that answer at once exactly one gets OK, the others GONE") {
  for (int round = 0; round < 20; ++round) {
    std::atomic<int> ok{0}, gone{0};
    std::vector<std::thread> threads;
    Meeting start(10);
    Event started;
    OneTool one([&](const aisopod_call* c) {
      for (int i = 0; i < 10; ++i) {
        threads.emplace_back([&, i, call = c->token] {
          start.attend();
          const aisopod_status status = i % 2 == 0 ? one.reply(call) : one.fail(call);
          if (status == AISOPOD_OK) ++ok;
          if (status == AISOPOD_E_GONE) ++gone;
        });
      }
      started.set();
      return AISOPOD_PENDING;
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
  OneTool one([&](const aisopod_call* call) {
    CHECK_EQ(one.reply(call->token, "1"), AISOPOD_OK);
    CHECK_EQ(one.reply(call->token, "2"), AISOPOD_E_GONE);
    return one.fail(call->token);
  });
  CHECK_EQ(one.running.call("tool").a, "1");
}

CASE("a call that is never answered ends when the plugin shuts down") {
  OneTool one(stay_pending);
  const uint64_t call = one.running.invoke("tool").token;
  one.running.dispose();
  const Received end = one.embedder.ended(call);
  CHECK(end.type == MessageType::lost);
  CHECK_EQ(end.status, AISOPOD_E_STATE);
}

CASE("0, a token that was never given out, and one of another instance are GONE") {
  OneTool other(stay_pending);
  OneTool one([&](const aisopod_call* call) { return one.reply(call->token); });
  const uint64_t open = other.running.invoke("tool").token;
  one.running.call("tool");
  for (const aisopod_token token : {uint64_t{0}, ~uint64_t{0}, uint64_t{1} << 53, open}) {
    CHECK_EQ(one.reply(token), AISOPOD_E_GONE);
    CHECK_EQ(one.fail(token), AISOPOD_E_GONE);
    CHECK_EQ(one.chunk(token), AISOPOD_E_GONE);
    CHECK_EQ(one.progress(token), AISOPOD_E_GONE);
    CHECK_EQ(one.check(token), AISOPOD_E_GONE);
    CHECK_EQ(one.remaining_ms(token), 0);
    CHECK_EQ(aisopod_on_cancel(
                 one.plugin.host, token, [](void*, const aisopod_cancellation*) {}, nullptr),
             AISOPOD_E_GONE);
  }
}

CASE("no payload, and a payload of NULL and 0, are the value null") {
  OneTool one(stay_pending);
  const aisopod_host* const host = one.plugin.host;
  const uint64_t first = one.running.invoke("tool").token;
  CHECK_EQ(host->call_reply(host, first, nullptr), AISOPOD_OK);
  const uint64_t second = one.running.invoke("tool").token;
  CHECK_EQ(one.reply(second, nullptr, 0), AISOPOD_OK);
  CHECK_EQ(one.embedder.ended(first).a, "null");
  CHECK_EQ(one.embedder.ended(second).a, "null");
}

CASE("an answer that the host refuses fails the call with that error") {
  struct Wrong {
    const char* json;
    size_t len;
    aisopod_status status;
  };
  Limits limits = patient_limits();
  limits.payload_bytes = 20;
  Wrong wrong{};
  OneTool one(
      [&](const aisopod_call* call) {
        const Wrong now = wrong;  // the caller goes on as soon as its call has failed
        CHECK_EQ(one.reply(call->token, now.json, now.len), now.status);
        CHECK_EQ(one.reply(call->token), AISOPOD_E_GONE);
        return AISOPOD_OK;
      },
      0, limits);
  for (const Wrong& each : {Wrong{"{\"a\":", AISOPOD_NTS, AISOPOD_E_INVALID},
                            Wrong{"1 2", AISOPOD_NTS, AISOPOD_E_INVALID},
                            Wrong{"\"\xFF\"", AISOPOD_NTS, AISOPOD_E_INVALID},
                            Wrong{"", 0, AISOPOD_E_INVALID}, Wrong{nullptr, 1, AISOPOD_E_INVALID},
                            Wrong{"\"1234567890123456789\"", AISOPOD_NTS, AISOPOD_E_TOO_LARGE}}) {
    wrong = each;
    const Received end = one.running.call("tool");
    CHECK(end.type == MessageType::refused);
    CHECK_EQ(end.status, each.status);
    CHECK(!end.a.empty());
  }
}

CASE("a payload with an illegal struct_size fails the call with INVALID") {
  for (const uint32_t flags : {0u, uint32_t{AISOPOD_F_INLINE}}) {
    OneTool one(
        [&](const aisopod_call* call) {
          aisopod_payload payload = aisopod_payload_of("1", 1);
          payload.struct_size = 3;
          const aisopod_host* const host = one.plugin.host;
          CHECK_EQ(host->call_reply(host, call->token, &payload), AISOPOD_E_INVALID);
          CHECK_EQ(one.reply(call->token), AISOPOD_E_GONE);
          return AISOPOD_OK;
        },
        flags);
    const Received end = one.running.call("tool");
    CHECK(end.type == MessageType::refused);
    CHECK_EQ(end.status, AISOPOD_E_INVALID);
  }
}

CASE("after UNSUPPORTED from call_reply() the call is still open") {
  for (const uint32_t flags : {0u, uint32_t{AISOPOD_F_INLINE}}) {
    OneTool one(
        [&](const aisopod_call* call) {
          aisopod_payload payload = aisopod_payload_of("1", 1);
          payload.flags = 1;
          const aisopod_host* const host = one.plugin.host;
          CHECK_EQ(host->call_reply(host, call->token, &payload), AISOPOD_E_UNSUPPORTED);
          CHECK_EQ(one.check(call->token), AISOPOD_OK);
          const aisopod_status status = one.reply(call->token, "2");
          CHECK_EQ(host->call_reply(host, call->token, &payload), AISOPOD_E_GONE);
          return status;
        },
        flags);
    CHECK_EQ(one.running.call("tool").a, "2");
  }
}

// A failure with a member of a later minor.
struct Longer {
  aisopod_failure failure = AISOPOD_INIT(aisopod_failure);
  uint64_t later = 1;
};

CASE("after UNSUPPORTED from call_fail() the call is still open") {
  OneTool one([&](const aisopod_call* call) {
    Longer longer;
    longer.failure.struct_size = sizeof longer;
    const aisopod_host* const host = one.plugin.host;
    CHECK_EQ(host->call_fail(host, call->token, &longer.failure), AISOPOD_E_UNSUPPORTED);
    CHECK_EQ(one.check(call->token), AISOPOD_OK);
    return one.reply(call->token, "2");
  });
  CHECK_EQ(one.running.call("tool").a, "2");
}

CASE("a failure that is NULL, or whose message is, fails the call with INVALID") {
  OneTool one(stay_pending);
  const aisopod_host* const host = one.plugin.host;
  aisopod_failure failure = AISOPOD_INIT(aisopod_failure);
  failure.status = AISOPOD_E_DENIED;
  failure.message_len = 1;
  const uint64_t first = one.running.invoke("tool").token;
  CHECK_EQ(host->call_fail(host, first, nullptr), AISOPOD_E_INVALID);
  const uint64_t second = one.running.invoke("tool").token;
  CHECK_EQ(host->call_fail(host, second, &failure), AISOPOD_E_INVALID);
  for (const uint64_t call : {first, second}) {
    CHECK_EQ(one.check(call), AISOPOD_E_GONE);
    const Received end = one.embedder.ended(call);
    CHECK(end.type == MessageType::refused);
    CHECK_EQ(end.status, AISOPOD_E_INVALID);
  }
}

CASE("the longest answer allowed is taken") {
  Limits limits = patient_limits();
  limits.payload_bytes = 20;
  const std::string longest = "\"" + std::string(18, 'x') + "\"";
  const char* const text = longest.c_str();
  OneTool one([&](const aisopod_call* call) { return one.reply(call->token, text); }, 0, limits);
  CHECK_EQ(one.running.call("tool").a, longest);
}

CASE("arguments over the limit never reach the plugin") {
  Limits limits = patient_limits();
  limits.payload_bytes = 4;
  OneTool one([&](const aisopod_call*) { return AISOPOD_E_FAIL; }, 0, limits);
  CHECK_EQ(one.running.call("tool", "12345").status, AISOPOD_E_TOO_LARGE);
  CHECK_EQ(one.running.call("tool", "1234").status, AISOPOD_E_FAIL);
}

CASE("a call of an unknown registration is NOT_FOUND") {
  OneTool one(stay_pending);
  aisopod::CallRequest request;
  request.registration = 1u << 30;
  const Invoked result = one.running->calls.invoke(request);
  CHECK(result.settled && result.message.type == MessageType::lost);
  CHECK_EQ(result.message.status, AISOPOD_E_NOT_FOUND);
}

CASE("call_fail() passes on status, message and details") {
  OneTool one([&](const aisopod_call* call) {
    return one.fail(call->token, AISOPOD_E_NOT_FOUND, "no such file", "{\"path\":\"x\"}",
                    AISOPOD_NTS);
  });
  const Received end = one.running.call("tool");
  CHECK(end.type == MessageType::failure);
  CHECK_EQ(end.status, AISOPOD_E_NOT_FOUND);
  CHECK_EQ(end.a, "no such file");
  CHECK_EQ(end.b, "{\"path\":\"x\"}");
}

CASE("call_fail() takes no message and no details, and reads a status of no error as FAIL") {
  OneTool one([&](const aisopod_call* call) {
    return one.fail(call->token, std::stoi(call->params->json));
  });
  for (const char* status : {"0", "3", "100"}) {
    const Received end = one.running.call("tool", status);
    CHECK(end.type == MessageType::failure);
    CHECK_EQ(end.status, AISOPOD_E_FAIL);
    CHECK_EQ(end.a + end.b, "");
  }
}

CASE("call_fail() passes on an unknown error as it is") {
  OneTool one([&](const aisopod_call* call) { return one.fail(call->token, -777, "odd"); });
  CHECK_EQ(one.running.call("tool").status, -777);
}

CASE("an empty text for details says, like NULL, that there are none") {
  OneTool one([&](const aisopod_call* call) {
    const bool counted = std::string(call->params->json) == "1";
    return one.fail(call->token, AISOPOD_E_DENIED, "no", "", counted ? 0 : AISOPOD_NTS);
  });
  for (const char* params : {"0", "1"}) {
    const Received end = one.running.call("tool", params);
    CHECK(end.type == MessageType::failure);
    CHECK_EQ(end.status, AISOPOD_E_DENIED);
    CHECK_EQ(end.b, "");
  }
}

CASE("broken details, or too long ones, fail the call with their fault") {
  Limits limits = patient_limits();
  limits.payload_bytes = 8;
  aisopod_status wanted = AISOPOD_E_INVALID;
  OneTool one(
      [&](const aisopod_call* call) {
        const aisopod_status now = wanted;
        const char* const details = now == AISOPOD_E_INVALID ? "{broken" : "\"12345678\"";
        CHECK_EQ(one.fail(call->token, AISOPOD_E_DENIED, "no", details, AISOPOD_NTS), now);
        CHECK_EQ(one.reply(call->token), AISOPOD_E_GONE);
        return AISOPOD_OK;
      },
      0, limits);
  for (const aisopod_status status : {AISOPOD_E_INVALID, AISOPOD_E_TOO_LARGE}) {
    wanted = status;
    const Received end = one.running.call("tool");
    CHECK(end.type == MessageType::refused);
    CHECK_EQ(end.status, status);
    CHECK(end.a.find("details: ") == 0);
  }
}

CASE("a message is cut after 4096 bytes, and ends where its UTF-8 is broken") {
  const std::string endless(100000, 'm');
  OneTool one([&](const aisopod_call* call) {
    const bool broken = std::string(call->params->json) == "1";
    return one.fail(call->token, AISOPOD_E_FAIL, broken ? "good\xC3(bad" : endless.c_str());
  });
  CHECK_EQ(one.running.call("tool", "0").a, std::string(4096, 'm'));
  CHECK_EQ(one.running.call("tool", "1").a, "good");
}

CASE("a call without a meta gets a trace id of its own") {
  std::string first, meta;
  OneTool one([&](const aisopod_call* call) {
    meta.assign(call->meta, call->meta_len);
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
  OneTool one(stay_pending);
  one.running.dispose();
  CHECK_EQ(one.running.call("tool").status, AISOPOD_E_STATE);
  CHECK_EQ(one.tool.released.load(), 1);
}

}  // namespace
