// What a handler returns decides about its call at that moment: on the worker and inline alike.
#include <climits>
#include <stdexcept>
#include <thread>

#include "support/event.h"
#include "support/one_tool.h"

namespace {

using namespace test;

constexpr uint32_t kThreads[] = {0, AISOPOD_F_INLINE};
constexpr aisopod_status kReserved[] = {1, 7, 99, 101, INT32_MAX};

// What a handler may return: OK, PENDING, an error, a reserved status.
constexpr aisopod_status kReturns[] = {AISOPOD_OK, AISOPOD_PENDING, AISOPOD_E_DENIED, 7};

// Runs f() on another thread, and waits until it has returned.
template <class F>
void elsewhere(F f) {
  std::thread(f).join();
}

// Nothing further of any call has come.
void check_silence(OneTool& one) {
  for (const MessageType type : {MessageType::answer, MessageType::failure, MessageType::unanswered,
                                 MessageType::refused, MessageType::lost}) {
    CHECK_EQ(one.embedder.count(type), 0u);
  }
}

// Every function that takes the token says GONE.
void check_gone(OneTool& one, aisopod_token call) {
  CHECK_EQ(one.check(call), AISOPOD_E_GONE);
  CHECK_EQ(one.chunk(call), AISOPOD_E_GONE);
  CHECK_EQ(one.progress(call), AISOPOD_E_GONE);
  CHECK_EQ(one.reply(call), AISOPOD_E_GONE);
  CHECK_EQ(one.fail(call), AISOPOD_E_GONE);
  CHECK_EQ(one.remaining_ms(call), 0);
}

CASE("whatever a handler returns after its answer, the answer counts") {
  for (const uint32_t flags : kThreads) {
    for (const aisopod_status returned : kReturns) {
      OneTool one(
          [&](const aisopod_call* call) {
            CHECK_EQ(one.reply(call->token), AISOPOD_OK);
            return returned;
          },
          flags);
      const Received end = one.running.call("tool");
      CHECK(end.type == MessageType::answer);
      CHECK_EQ(end.a, "1");
      one.running.dispose();
      check_silence(one);
    }
  }
}

CASE("whatever a handler returns after another thread has answered, that answer counts") {
  for (const uint32_t flags : kThreads) {
    for (const aisopod_status returned : kReturns) {
      OneTool one(
          [&](const aisopod_call* call) {
            elsewhere([&] { CHECK_EQ(one.reply(call->token, "2"), AISOPOD_OK); });
            return returned;
          },
          flags);
      CHECK_EQ(one.running.call("tool").a, "2");
      one.running.dispose();
      check_silence(one);
    }
  }
}

CASE("OK without an answer fails the call at once as unanswered, and says what to do") {
  for (const uint32_t flags : kThreads) {
    OneTool one([](const aisopod_call*) { return AISOPOD_OK; }, flags);
    const Received end = one.running.call("tool");  // which has no deadline
    CHECK(end.type == MessageType::unanswered);
    CHECK_EQ(end.status, AISOPOD_E_FAIL);
    CHECK_EQ(
        end.a,
        "the handler of \"tool\" returned AISOPOD_OK without an answer. Return AISOPOD_PENDING "
        "if the answer comes later");
    one.running.dispose();
    check_silence(one);
    CHECK_EQ(one.embedder.count(MessageType::notice), 0u);
  }
}

CASE("OK without an answer fails a call that was checked, or that streamed") {
  for (const uint32_t flags : kThreads) {
    OneTool one(
        [&](const aisopod_call* call) {
          elsewhere([&] { CHECK_EQ(one.check(call->token), AISOPOD_OK); });
          CHECK_EQ(one.chunk(call->token), AISOPOD_OK);
          return AISOPOD_OK;
        },
        flags);
    const Received end = one.running.call("tool", "{}", -1, aisopod::kWantsChunks);
    CHECK(end.type == MessageType::unanswered);
  }
}

CASE("an unanswered call is GONE for a thread that answers late") {
  for (const uint32_t flags : kThreads) {
    aisopod_token kept = 0;
    OneTool one(
        [&](const aisopod_call* call) {
          kept = call->token;
          return AISOPOD_OK;
        },
        flags);
    one.running.call("tool");
    check_gone(one, kept);
    check_silence(one);
  }
}

CASE("PENDING keeps a call open until another thread answers it") {
  for (const uint32_t flags : kThreads) {
    OneTool one(stay_pending, flags);
    const Invoked result = one.running.invoke("tool", "{}", kNoHurry);
    CHECK(!result.settled);
    elsewhere([&] { CHECK_EQ(one.reply(result.token, "3"), AISOPOD_OK); });
    CHECK_EQ(one.embedder.ended(result.token).a, "3");
  }
}

CASE("a pending call does not hold up the lane") {
  aisopod_token first = 0;
  OneTool one([&](const aisopod_call* call) -> aisopod_status {
    if (first == 0) {
      first = call->token;
      return AISOPOD_PENDING;
    }
    return one.reply(call->token, "2");
  });
  const uint64_t pending = one.running.invoke("tool").token;
  CHECK_EQ(one.running.call("tool").a, "2");
  CHECK_EQ(one.reply(pending, "1"), AISOPOD_OK);
  CHECK_EQ(one.embedder.ended(pending).a, "1");
}

CASE("an error without an answer fails the call with that status") {
  for (const uint32_t flags : kThreads) {
    aisopod_status returned = AISOPOD_E_DENIED;
    OneTool one([&](const aisopod_call*) { return returned; }, flags);
    const Received end = one.running.call("tool");
    CHECK(end.type == MessageType::failure);
    CHECK_EQ(end.status, AISOPOD_E_DENIED);
    CHECK_EQ(end.a, "the handler of \"tool\" returned AISOPOD_E_DENIED");
    returned = INT32_MIN;
    CHECK_EQ(one.running.call("tool").status, INT32_MIN);
  }
}

CASE("a reserved status without an answer fails the call with FAIL, and is logged") {
  for (const uint32_t flags : kThreads) {
    for (const aisopod_status returned : kReserved) {
      OneTool one([&](const aisopod_call*) { return returned; }, flags);
      const Received end = one.running.call("tool");
      CHECK(end.type == MessageType::failure);
      CHECK_EQ(end.status, AISOPOD_E_FAIL);
      const std::string text =
          "the handler of \"tool\" returned the reserved status " + std::to_string(returned);
      CHECK_EQ(end.a, text);
      CHECK_EQ(one.embedder.take(MessageType::notice).a, text);
      CHECK_EQ(one.embedder.count(MessageType::notice), 0u);
    }
  }
}

CASE("a reserved status after an answer is logged") {
  for (const uint32_t flags : kThreads) {
    OneTool one(
        [&](const aisopod_call* call) {
          one.reply(call->token);
          return 7;
        },
        flags);
    one.running.call("tool");
    CHECK_EQ(one.embedder.take(MessageType::notice).a,
             "the handler of \"tool\" returned the reserved status 7");
    CHECK_EQ(one.embedder.count(MessageType::notice), 0u);
  }
}

CASE("a handler that throws fails its call, before an answer only") {
  for (const uint32_t flags : kThreads) {
    OneTool one(
        [&](const aisopod_call* call) -> aisopod_status {
          if (std::string(call->params->json) == "1") one.reply(call->token);
          throw std::runtime_error("oh");
        },
        flags);
    const Received end = one.running.call("tool", "0");
    CHECK_EQ(end.status, AISOPOD_E_FAIL);
    CHECK_EQ(end.a, "the handler of \"tool\" threw a C++ exception: oh");
    CHECK_EQ(one.running.call("tool", "1").a, "1");
  }
}

CASE("OK, an error or a reserved status ends a call whose caller is gone, without a message") {
  for (const uint32_t flags : kThreads) {
    for (const aisopod_status returned : {AISOPOD_OK, AISOPOD_E_DENIED, 7}) {
      aisopod_token kept = 0;
      OneTool one(
          [&](const aisopod_call* call) {
            kept = call->token;
            one.cancel(kept);
            CHECK_EQ(one.check(kept), AISOPOD_E_CANCELLED);
            return returned;
          },
          flags);
      const uint64_t call = one.running.invoke("tool").token;
      CHECK_EQ(one.embedder.ended(call).status, AISOPOD_E_CANCELLED);
      eventually("the handler returns", [&] { return one.check(call) == AISOPOD_E_GONE; });
      check_gone(one, kept);
      one.running.dispose();
      check_silence(one);
    }
  }
}

CASE("PENDING keeps a call whose caller is gone, until the plugin answers it") {
  for (const uint32_t flags : kThreads) {
    OneTool one(
        [&](const aisopod_call* call) {
          one.cancel(call->token);
          return AISOPOD_PENDING;
        },
        flags);
    const uint64_t call = one.running.invoke("tool").token;
    CHECK_EQ(one.embedder.ended(call).status, AISOPOD_E_CANCELLED);
    CHECK_EQ(one.check(call), AISOPOD_E_CANCELLED);
    CHECK_EQ(one.chunk(call), AISOPOD_E_CANCELLED);
    CHECK_EQ(one.progress(call), AISOPOD_E_CANCELLED);
    CHECK_EQ(one.reply(call), AISOPOD_E_GONE);
    check_gone(one, call);
    check_silence(one);
  }
}

// A thread answers just when the handler returns. How the call ended, and whether the thread's
// answer was taken.
struct Race {
  Received end;
  bool taken = false;
};

Race race(uint32_t flags, aisopod_status returned) {
  Race result;
  std::atomic<bool> go{false};
  std::thread answering;
  OneTool one(
      [&](const aisopod_call* call) {
        answering = std::thread([&, token = call->token] {
          while (!go.load()) std::this_thread::yield();
          const aisopod_status status = one.reply(token, "\"thread\"");
          CHECK(status == AISOPOD_OK || status == AISOPOD_E_GONE);
          result.taken = status == AISOPOD_OK;
        });
        go.store(true);
        return returned;
      },
      flags);
  result.end = one.running.call("tool");
  answering.join();
  one.running.dispose();
  check_silence(one);
  return result;
}

CASE("of a thread that answers and a handler that returns PENDING, the thread is the one") {
  for (int i = 0; i < 60; ++i) {
    const Race one = race(kThreads[i % 2], AISOPOD_PENDING);
    CHECK(one.taken);
    CHECK_EQ(one.end.a, "\"thread\"");
  }
}

CASE("of a thread that answers and a handler that returns OK, one decides") {
  for (int i = 0; i < 60; ++i) {
    const Race one = race(kThreads[i % 2], AISOPOD_OK);
    CHECK(one.end.type == (one.taken ? MessageType::answer : MessageType::unanswered));
  }
}

CASE("of a thread that answers and a handler that returns an error, one decides") {
  for (int i = 0; i < 60; ++i) {
    const Race one = race(kThreads[i % 2], AISOPOD_E_DENIED);
    CHECK(one.end.type == (one.taken ? MessageType::answer : MessageType::failure));
    CHECK_EQ(one.end.status, one.taken ? AISOPOD_OK : AISOPOD_E_DENIED);
  }
}

CASE("of a caller that cancels and a handler that returns OK, one ends the call") {
  OneTool one([](const aisopod_call*) { return AISOPOD_OK; }, AISOPOD_F_PARALLEL);
  for (int i = 0; i < 500; ++i) {
    const uint64_t call = one.running.invoke("tool").token;
    if (i % 2 == 0) std::this_thread::yield();
    one.cancel(call);
    const Received end = one.embedder.ended(call);
    CHECK(end.type == MessageType::unanswered || end.type == MessageType::lost);
  }
  one.running.dispose();
  check_silence(one);
}

}  // namespace
