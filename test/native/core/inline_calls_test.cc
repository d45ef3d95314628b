// AISOPOD_F_INLINE: the handler runs on the host's thread, and its answer comes back at once. What
// it returns is in handler_returns_test.cc.
#include <memory>
#include <thread>

#include "support/event.h"
#include "support/one_tool.h"
#include "support/requesting.h"

namespace {

using namespace test;

struct Inline : OneTool {
  explicit Inline(Handler handler, Limits limits = patient_limits())
      : OneTool(std::move(handler), AISOPOD_F_INLINE, limits) {}
};

CASE("an inline handler runs on the caller's thread, and its answer is the result") {
  const auto here = std::this_thread::get_id();
  Inline one([&](const aisopod_call* call) {
    CHECK(std::this_thread::get_id() == here);
    return one.reply(call->token, "4");
  });
  const Invoked result = one.running.invoke("tool");
  CHECK(result.settled);
  CHECK(result.message.type == MessageType::answer);
  CHECK_EQ(result.message.token, result.token);
  CHECK_EQ(result.message.a, "4");
  CHECK_EQ(one.embedder.count(MessageType::answer), 0u);
}

CASE("an inline call fails, is refused, or is unanswered at once") {
  Inline one([&](const aisopod_call* call) -> aisopod_status {
    if (std::string(call->params->json) == "2") return AISOPOD_OK;
    if (std::string(call->params->json) == "1") return one.reply(call->token, "broken");
    return one.fail(call->token, AISOPOD_E_DENIED, "no");
  });
  const Invoked failed = one.running.invoke("tool", "0");
  CHECK(failed.settled && failed.message.type == MessageType::failure);
  CHECK_EQ(failed.message.status, AISOPOD_E_DENIED);
  const Invoked refused = one.running.invoke("tool", "1");
  CHECK(refused.settled && refused.message.type == MessageType::refused);
  const Invoked unanswered = one.running.invoke("tool", "2");
  CHECK(unanswered.settled && unanswered.message.type == MessageType::unanswered);
}

CASE("an answer from another thread while the inline handler runs comes as a message") {
  Inline one([&](const aisopod_call* call) {
    std::thread([&] { CHECK_EQ(one.reply(call->token, "6"), AISOPOD_OK); }).join();
    return one.reply(call->token, "7") == AISOPOD_E_GONE ? AISOPOD_OK : AISOPOD_E_FAIL;
  });
  const Invoked result = one.running.invoke("tool");
  CHECK(!result.settled);
  CHECK_EQ(one.embedder.ended(result.token).a, "6");
}

CASE("a pending inline call meets its deadline") {
  Inline one(stay_pending);
  const Invoked result = one.running.invoke("tool", "{}", 1);
  CHECK(!result.settled);
  CHECK_EQ(one.embedder.ended(result.token).status, AISOPOD_E_DEADLINE);
}

CASE("chunks and progress before an inline answer come before it") {
  Inline one([&](const aisopod_call* call) {
    CHECK_EQ(one.progress(call->token, 0.5, "half"), AISOPOD_OK);
    CHECK_EQ(one.chunk(call->token, "1"), AISOPOD_OK);
    CHECK_EQ(one.chunk(call->token, "2"), AISOPOD_OK);
    return one.reply(call->token, "3");
  });
  const Invoked result =
      one.running.invoke("tool", "{}", -1, aisopod::kWantsChunks | aisopod::kWantsProgress);
  CHECK(!result.settled);
  std::string order;
  while (order.find('3') == std::string::npos) {
    const Received next = one.embedder.take(
        "any message of the call", [&](const Received& m) { return m.token == result.token; });
    order += next.a;
  }
  CHECK_EQ(order, "half123");
}

CASE("an inline handler may not wait") {
  uint64_t request = 0;
  Inline one([&](const aisopod_call* call) {
    CHECK_EQ(one.chunk(call->token, "1", 1), AISOPOD_E_THREAD);
    CHECK_EQ(one.chunk(call->token, "1", -1), AISOPOD_E_THREAD);
    const aisopod_host* const host = one.plugin.host;
    const aisopod_request r = request_of("m", nullptr);
    CHECK_EQ(host->request(host, &r, &request), AISOPOD_OK);
    const aisopod_response* out = nullptr;
    CHECK_EQ(host->request_wait(host, request, -1, &out), AISOPOD_E_THREAD);
    CHECK_EQ(host->request_wait(host, request, 1, &out), AISOPOD_E_THREAD);
    CHECK_EQ(host->request_wait(host, request, 0, &out), AISOPOD_E_AGAIN);
    return one.reply(call->token);
  });
  CHECK_EQ(one.running.call("tool").a, "1");
}

CASE("an inline handler that is too slow three times runs on the worker from then on") {
  Limits limits;
  limits.inline_ns = -1;  // every handler is slower than that
  const auto here = std::this_thread::get_id();
  std::atomic<int> inline_runs{0}, worker_runs{0};
  Inline one(
      [&](const aisopod_call* call) {
        ++(std::this_thread::get_id() == here ? inline_runs : worker_runs);
        return one.reply(call->token);
      },
      limits);
  for (int i = 0; i < 5; ++i) CHECK_EQ(one.running.call("tool").a, "1");
  CHECK_EQ(inline_runs.load(), 3);
  CHECK_EQ(worker_runs.load(), 2);
  CHECK_EQ(one.embedder.count(MessageType::notice), 1u);
  CHECK(one.embedder.take(MessageType::notice).a.find("'tool' took longer") == 0);
}

CASE("an inline handler that becomes slow later is moved after at most sixteen calls more") {
  Limits limits;
  limits.inline_ns = 20'000'000;
  const auto here = std::this_thread::get_id();
  std::atomic<bool> slow{false};
  std::atomic<int> slow_inline{0};
  Inline one(
      [&](const aisopod_call* call) {
        if (slow.load() && std::this_thread::get_id() == here) {
          ++slow_inline;
          const int64_t until = aisopod::now_ns() + limits.inline_ns + 1'000'000;
          while (aisopod::now_ns() < until) continue;
        }
        return one.reply(call->token);
      },
      limits);
  for (int i = 0; i < 100; ++i) CHECK_EQ(one.running.call("tool").a, "1");
  slow.store(true);
  for (int i = 0; i < 20; ++i) CHECK_EQ(one.running.call("tool").a, "1");
  CHECK(slow_inline.load() >= limits.inline_slow_calls);
  CHECK(slow_inline.load() < limits.inline_slow_calls + 16);
  CHECK_EQ(one.embedder.count(MessageType::notice), 1u);
}

CASE("an inline handler may answer another call of its plugin") {
  aisopod_token waiting = 0;
  Inline one([&](const aisopod_call* call) -> aisopod_status {
    if (waiting == 0) {
      waiting = call->token;
      return AISOPOD_PENDING;
    }
    CHECK_EQ(one.reply(waiting, "\"first\""), AISOPOD_OK);
    return one.reply(call->token, "\"second\"");
  });
  const Invoked first = one.running.invoke("tool");
  const Invoked second = one.running.invoke("tool");
  CHECK(!first.settled);
  CHECK(second.settled);
  CHECK_EQ(second.message.a, "\"second\"");
  CHECK_EQ(one.embedder.ended(first.token).a, "\"first\"");
}

CASE("an inline handler that checks its call still answers at once") {
  Inline one([&](const aisopod_call* call) {
    CHECK_EQ(one.check(call->token), AISOPOD_OK);
    CHECK(one.remaining_ms(call->token) > 0);
    CHECK_EQ(call->timeout_ms, kNoHurry);
    CHECK_EQ(one.reply(call->token, "8"), AISOPOD_OK);
    CHECK_EQ(one.check(call->token), AISOPOD_E_GONE);
    return one.reply(call->token, "9") == AISOPOD_E_GONE ? AISOPOD_OK : AISOPOD_E_FAIL;
  });
  const Invoked result = one.running.invoke("tool", "{}", kNoHurry);
  CHECK(result.settled);
  CHECK_EQ(result.message.a, "8");
  CHECK_EQ(one.embedder.count(MessageType::answer), 0u);
}

CASE("an inline handler that logs still answers at once") {
  Inline one([&](const aisopod_call* call) {
    aisopod_log(one.plugin.host, AISOPOD_LOG_INFO, "working");
    return one.reply(call->token);
  });
  const Invoked result = one.running.invoke("tool");
  CHECK(result.settled);
  CHECK_EQ(one.embedder.take(MessageType::log).other, result.token);
}

CASE("of threads that answer an inline call while its handler does too, one succeeds") {
  for (int round = 0; round < 200; ++round) {
    std::atomic<int> taken{0};
    Inline one([&](const aisopod_call* c) {
      std::atomic<int> ready{0};
      const auto answer = [&, call = c->token] {
        ++ready;
        while (ready.load() < 3) std::this_thread::yield();
        if (one.reply(call) == AISOPOD_OK) ++taken;
      };
      std::thread first(answer), second(answer);
      answer();
      first.join();
      second.join();
      return AISOPOD_OK;
    });
    CHECK_EQ(one.running.call("tool").a, "1");
    CHECK_EQ(taken.load(), 1);
  }
}

CASE("an inline call that has failed unseen by other threads is gone") {
  aisopod_token failed = 0;
  Inline one([&](const aisopod_call* call) -> aisopod_status {
    failed = call->token;
    return AISOPOD_E_FAIL;
  });
  CHECK_EQ(one.running.call("tool").status, AISOPOD_E_FAIL);
  CHECK_EQ(one.reply(failed), AISOPOD_E_GONE);
}

CASE("the host table of another instance can't answer an inline call") {
  Inline other(stay_pending);
  Inline one([&](const aisopod_call* call) {
    CHECK_EQ(other.reply(call->token, "1"), AISOPOD_E_GONE);
    return one.reply(call->token, "2");
  });
  CHECK_EQ(one.running.call("tool").a, "2");
}

}  // namespace
