// The numbers of an instance's calls, which may be read at any time.
#include "support/event.h"
#include "support/one_tool.h"

namespace {

using namespace test;
using aisopod::CallNumbers;

CASE("calls are counted when their handlers begin, and so is how long they waited and ran") {
  Event go_on;
  Event begun;
  OneTool one([&](const aisopod_call* call) {
    begun.set();
    go_on.wait();
    return aisopod_reply(one.plugin.host, call->token, "1", 1);
  });
  CHECK_EQ(one.running->calls.numbers().calls, 0u);
  const uint64_t first = one.running.invoke("tool").token;
  begun.wait();
  const uint64_t second = one.running.invoke("tool").token;
  CallNumbers numbers = one.running->calls.numbers();
  CHECK_EQ(numbers.calls, 1u);
  CHECK_EQ(numbers.waiting, 1u);
  CHECK_EQ(numbers.ran_ns, 0u);
  const uint64_t waited = numbers.waited_ns;
  go_on.set();
  one.embedder.ended(first);
  one.embedder.ended(second);
  one.running.dispose();  // the handlers have returned
  numbers = one.running->calls.numbers();
  CHECK_EQ(numbers.calls, 2u);
  CHECK_EQ(numbers.waiting, 0u);
  CHECK(numbers.waited_ns > waited);
  CHECK(numbers.ran_ns > 0);
  CHECK_EQ(numbers.refused, 0u);
  CHECK_EQ(numbers.deadlines, 0u);
}

CASE("an inline call counts too, and never waits") {
  OneTool one([&](const aisopod_call* call) { return one.reply(call->token); }, AISOPOD_F_INLINE);
  CHECK_EQ(one.running.call("tool").a, "1");
  const CallNumbers numbers = one.running->calls.numbers();
  CHECK_EQ(numbers.calls, 1u);
  CHECK_EQ(numbers.waited_ns, 0u);
  CHECK(numbers.ran_ns > 0);
}

CASE("calls that are refused and calls that meet their deadline are counted") {
  Limits limits = patient_limits();
  limits.queue = 1;
  Event go_on, begun;
  OneTool one(
      [&](const aisopod_call* call) {
        begun.set();
        go_on.wait();
        return one.reply(call->token);
      },
      0, limits);
  const uint64_t first = one.running.invoke("tool").token;
  begun.wait();
  const uint64_t late = one.running.invoke("tool", "{}", 1).token;
  const bool refused = one.running.invoke("tool").settled;
  CHECK_EQ(one.embedder.ended(late).status, AISOPOD_E_DEADLINE);
  const CallNumbers numbers = one.running->calls.numbers();
  CHECK_EQ(numbers.refused, refused ? 1u : 0u);
  CHECK_EQ(numbers.deadlines, 1u);
  CHECK_EQ(one.running.invoke("tool").settled, !refused);
  go_on.set();
  one.embedder.ended(first);
}

}  // namespace
