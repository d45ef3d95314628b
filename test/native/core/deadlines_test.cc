// A call's deadline, wherever the call is when it passes. Stuck handlers are in stuck_test.cc.
#include <vector>

#include "support/event.h"
#include "support/one_tool.h"

namespace {

using namespace test;

// Waits inside a handler until the host has ended the call for its caller.
void wait_until_ended(const aisopod_host* host, aisopod_token call) {
  Event ended;
  const aisopod_status status = aisopod_on_cancel(
      host, call, [](void* e, const aisopod_cancellation*) { static_cast<Event*>(e)->set(); },
      &ended);
  if (status == AISOPOD_OK) ended.wait("the end of a call for its caller");
}

CASE("a call whose deadline passes in the queue never reaches the plugin") {
  Event go_on;
  std::atomic<int> runs{0};
  Plugin plugin;
  plugin.tool("tool", 0, [&](const aisopod_call*) {
    ++runs;
    go_on.wait();
    return AISOPOD_E_FAIL;
  });
  Embedder embedder;
  Running running(embedder, plugin);
  const uint64_t first = running.invoke("tool").token;
  const uint64_t second = running.invoke("tool", "{}", 1).token;
  const Received end = embedder.ended(second);
  CHECK(end.type == MessageType::lost);
  CHECK_EQ(end.status, AISOPOD_E_DEADLINE);
  go_on.set();
  embedder.ended(first);
  running.dispose();
  CHECK_EQ(runs.load(), 1);
}

CASE("a call whose deadline passes while its handler runs ends for the caller at once") {
  Event seen, checked;
  OneTool one([&](const aisopod_call* call) {
    wait_until_ended(one.plugin.host, call->token);
    seen.wait();
    CHECK_EQ(one.check(call->token), AISOPOD_E_DEADLINE);
    CHECK_EQ(one.remaining_ms(call->token), 0);
    CHECK_EQ(one.chunk(call->token, "1", -1), AISOPOD_E_DEADLINE);
    CHECK_EQ(one.progress(call->token), AISOPOD_E_DEADLINE);
    CHECK_EQ(one.reply(call->token), AISOPOD_E_GONE);
    CHECK_EQ(one.check(call->token), AISOPOD_E_GONE);
    checked.set();
    return AISOPOD_OK;
  });
  const uint64_t call = one.running.invoke("tool", "{}", 5).token;
  CHECK_EQ(one.embedder.ended(call).status, AISOPOD_E_DEADLINE);
  if (one.check(call) != AISOPOD_E_DEADLINE) return;  // so slow that it ended in the queue
  seen.set();
  checked.wait();
  one.running.dispose();
  CHECK_EQ(one.embedder.count(MessageType::answer), 0u);
  CHECK_EQ(one.embedder.count(MessageType::unanswered), 0u);
}

CASE("a pending call meets its deadline, and its late answer is dropped") {
  OneTool one(stay_pending, AISOPOD_F_INLINE);
  const uint64_t call = one.running.invoke("tool", "{}", 20).token;
  CHECK_EQ(one.embedder.ended(call).status, AISOPOD_E_DEADLINE);
  CHECK_EQ(one.check(call), AISOPOD_E_DEADLINE);
  CHECK_EQ(one.reply(call), AISOPOD_E_GONE);
  CHECK_EQ(one.check(call), AISOPOD_E_GONE);
  CHECK_EQ(one.embedder.count(MessageType::answer), 0u);
}

CASE("a deadline of 0 ends the call exactly once, before or after its answer") {
  Plugin plugin;
  plugin.tool("tool", AISOPOD_F_PARALLEL,
              [&](const aisopod_call* c) { return aisopod_reply(plugin.host, c->token, "1", 1); });
  Embedder embedder;
  Running running(embedder, plugin);
  for (int i = 0; i < 300; ++i) {
    const Invoked result = running.invoke("tool", "{}", i % 2);
    if (!result.settled) embedder.ended(result.token);
  }
  running.dispose();
  CHECK_EQ(embedder.count(MessageType::answer) + embedder.count(MessageType::lost), 0u);
}

CASE("a call that was answered in time does not meet its deadline") {
  OneTool one([&](const aisopod_call* call) { return one.reply(call->token); });
  CHECK_EQ(one.running.call("tool", "{}", kNoHurry).a, "1");
  one.running.dispose();
  CHECK_EQ(one.embedder.count(MessageType::lost), 0u);
}

CASE("the time that remains shrinks from the caller's limit") {
  Plugin plugin;
  plugin.tool("tool", 0, [&](const aisopod_call* c) {
    const int64_t left = plugin.host->call_remaining_ms(plugin.host, c->token);
    CHECK(left > 0 && left <= c->timeout_ms);
    return AISOPOD_E_FAIL;
  });
  Embedder embedder;
  Running running(embedder, plugin);
  running.call("tool", "{}", kNoHurry);
}

CASE("an enormous limit is none") {
  Plugin plugin;
  plugin.tool("tool", 0, [&](const aisopod_call* c) {
    CHECK_EQ(c->timeout_ms, -1);
    return AISOPOD_E_FAIL;
  });
  Embedder embedder;
  Running running(embedder, plugin);
  running.call("tool", "{}", INT64_MAX);
}

CASE("of calls that ended for their callers the plugin may check the newest only") {
  Limits limits = patient_limits();
  limits.queue = 4;
  OneTool one(stay_pending, AISOPOD_F_INLINE, limits);
  std::vector<aisopod_token> calls;
  for (int i = 0; i < 10; ++i) {
    calls.push_back(one.running.invoke("tool").token);
    one.cancel(calls.back());
  }
  for (size_t i = 0; i < calls.size(); ++i) {
    CHECK_EQ(one.check(calls[i]), i < 6 ? AISOPOD_E_GONE : AISOPOD_E_CANCELLED);
  }
}

CASE("all calls are looked at once a millisecond at most, however many deadlines pass") {
  constexpr int kCalls = 500;
  OneTool one(stay_pending, AISOPOD_F_INLINE);
  const int64_t begun = aisopod::now_ns();
  for (int i = 0; i < kCalls; ++i) one.running.invoke("tool", "{}", 20 + i % 10);
  for (int i = 0; i < kCalls; ++i) {
    CHECK_EQ(one.embedder.take(MessageType::lost).status, AISOPOD_E_DEADLINE);
  }
  const int64_t took_ms = (aisopod::now_ns() - begun) / aisopod::kMillisecond;
  CHECK(one.running->calls.sweeps() <= static_cast<size_t>(took_ms) + 2);
}

CASE("calls that end long before their deadlines are hardly ever looked at") {
  OneTool one([&](const aisopod_call* call) { return one.reply(call->token); });
  for (int i = 0; i < 1000; ++i) CHECK_EQ(one.running.call("tool", "{}", kNoHurry).a, "1");
  CHECK_EQ(one.running->calls.sweeps(), 0u);
}

}  // namespace
