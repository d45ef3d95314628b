// A handler that still runs past its deadline and a grace: the plugin is stuck until it returns.
#include "support/event.h"
#include "support/one_tool.h"

namespace {

using namespace test;

Limits impatient_limits() {
  Limits limits = patient_limits();
  limits.stuck_after_ms = 1;
  return limits;
}

struct Stuck {
  explicit Stuck(uint32_t flags = 0) {
    plugin.tool("hangs", flags, [&](const aisopod_call* call) {
      if (std::string(call->params->json) == "answer first") reply(call->token);
      hanging.add();
      go_on.wait();
      return AISOPOD_OK;
    });
    plugin.tool("quick", flags, [&](const aisopod_call* call) { return reply(call->token); });
    running = std::make_unique<Running>(embedder, plugin, impatient_limits());
  }
  ~Stuck() { go_on.set(); }

  aisopod_status reply(aisopod_token call) { return aisopod_reply(plugin.host, call, "1", 1); }

  Counter hanging;
  Event go_on;
  Plugin plugin;
  Embedder embedder;
  std::unique_ptr<Running> running;
};

// Calls again until the handler has begun before its deadline, as that is what is tested.
uint64_t hang(Stuck& s, int64_t timeout_ms) {
  for (;;) {
    const uint64_t call = s.running->invoke("hangs", "{}", timeout_ms).token;
    CHECK_EQ(s.embedder.ended(call).status, AISOPOD_E_DEADLINE);
    if (s.hanging.count() > 0) return call;
  }
}

CASE("while a serial handler is stuck, calls are answered BUSY at once, until it returns") {
  Stuck s;
  hang(s, 5);
  CHECK_EQ(s.embedder.take(MessageType::stuck).a, "hangs");
  for (int i = 0; i < 3; ++i) {
    const Invoked busy = s.running->invoke("quick");
    CHECK(busy.settled);
    CHECK(busy.message.type == MessageType::lost);
    CHECK_EQ(busy.message.status, AISOPOD_E_BUSY);
  }
  s.go_on.set();
  s.embedder.take(MessageType::unstuck);
  CHECK_EQ(s.running->call("quick").a, "1");
}

CASE("calls that wait when a serial handler gets stuck are answered BUSY") {
  Stuck s;
  const uint64_t hanging = s.running->invoke("hangs").token;
  s.hanging.wait_for(1);
  const uint64_t waiting = s.running->invoke("quick").token;
  (*s.running)->calls.cancel(hanging, AISOPOD_E_CANCELLED);  // without a deadline: overstays now
  CHECK_EQ(s.embedder.ended(waiting).status, AISOPOD_E_BUSY);
  CHECK_EQ(s.embedder.count(MessageType::stuck), 1u);
  s.go_on.set();
  s.embedder.take(MessageType::unstuck);
  CHECK_EQ(s.running->call("quick").a, "1");
}

CASE("a handler that has answered and does not return is stuck as well") {
  Stuck s;
  for (;;) {
    const uint64_t call = s.running->invoke("hangs", "answer first", 20).token;
    if (s.embedder.ended(call).type == MessageType::answer) break;
    if (s.hanging.count() > 0) return;  // begun, but answered too late
  }
  s.embedder.take(MessageType::stuck);
  CHECK_EQ(s.running->invoke("quick").message.status, AISOPOD_E_BUSY);
  s.go_on.set();
  s.embedder.take(MessageType::unstuck);
  CHECK_EQ(s.running->call("quick").a, "1");
}

CASE("a plugin whose call stays pending past its deadline is not stuck") {
  Counter handled;
  OneTool one(
      [&](const aisopod_call* call) -> aisopod_status {
        if (std::string(call->params->json) == "answer") return one.reply(call->token);
        handled.add();
        return AISOPOD_PENDING;
      },
      0, impatient_limits());
  while (handled.count() < 3) {  // with each deadline the host looks at the calls before it, too
    const Invoked result = one.running.invoke("tool", "pend", 5);
    if (!result.settled) CHECK_EQ(one.embedder.ended(result.token).status, AISOPOD_E_DEADLINE);
  }
  eventually("a call is answered", [&] { return one.running.call("tool", "answer").a == "1"; });
  one.running.dispose();
  // On a busy machine a handler may be interrupted for longer than it may overstay.
  CHECK_EQ(one.embedder.count(MessageType::stuck), one.embedder.count(MessageType::unstuck));
}

CASE("parallel calls are BUSY only when all four workers are stuck") {
  Stuck s(AISOPOD_F_PARALLEL);
  for (int i = 1; i <= 4; ++i) {
    CHECK_EQ(s.running->call("quick").a, "1");
    const uint64_t hanging = s.running->invoke("hangs").token;
    s.hanging.wait_for(i);
    (*s.running)->calls.cancel(hanging, AISOPOD_E_CANCELLED);
    s.embedder.take(MessageType::stuck);
  }
  CHECK_EQ(s.running->invoke("quick").message.status, AISOPOD_E_BUSY);
  s.go_on.set();
  s.embedder.take(MessageType::unstuck);
  CHECK_EQ(s.running->call("quick").a, "1");
}

CASE("a call that is BUSY just as its deadline passes ends once") {
  Stuck s;
  hang(s, 5);
  s.embedder.take(MessageType::stuck);
  for (int i = 0; i < 1000; ++i) {
    const Invoked result = s.running->invoke("quick", "{}", 0);
    if (!result.settled) CHECK_EQ(s.embedder.ended(result.token).status, AISOPOD_E_DEADLINE);
  }
  s.go_on.set();
  s.running->dispose();
  CHECK_EQ(s.embedder.count(MessageType::lost), 0u);
}

CASE("a stuck handler that returns during the shutdown lets it go on") {
  Stuck s;
  hang(s, 5);
  s.embedder.take(MessageType::stuck);
  const Received late = run_moment(s.embedder, **s.running, Moment::dispose, 1);
  CHECK_EQ(late.status, AISOPOD_E_DEADLINE);
  CHECK(s.plugin.story.text().find("destroy") == std::string::npos);
  s.go_on.set();
  s.running->dispose();
  CHECK_EQ(s.plugin.story.text(), "create, on_register, on_init, on_shutdown, destroy");
}

CASE("a handler that returns in time after its deadline is not stuck") {
  Stuck s;
  s.go_on.set();
  for (int i = 0; i < 50; ++i) {
    const Invoked result = s.running->invoke("hangs", "answer first", 0);
    if (!result.settled) s.embedder.ended(result.token);
  }
  s.running->dispose();
  CHECK_EQ(s.embedder.count(MessageType::stuck), s.embedder.count(MessageType::unstuck));
}

}  // namespace
