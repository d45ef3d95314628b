// Cancelling a call, and the observer that call_on_cancel() takes.
#include <thread>

#include "support/event.h"
#include "support/one_tool.h"
#include "support/requesting.h"

namespace {

using namespace test;

// The user of an observer: what it received, and when it was released.
struct Observer {
  Event called, released;
  aisopod_token call = 0;
  aisopod_status why = 0;
  std::atomic<int> calls{0}, releases{0};
  std::function<void()> when_called;

  static void AISOPOD_ABI observe(void* self, const aisopod_cancellation* cancellation) {
    auto* const o = static_cast<Observer*>(self);
    CHECK_EQ(cancellation->struct_size, sizeof(aisopod_cancellation));
    o->call = cancellation->token;
    o->why = cancellation->status;
    CHECK_EQ(o->releases.load(), 0);
    if (o->when_called) o->when_called();
    ++o->calls;
    o->called.set();
  }
  static void AISOPOD_ABI release(void* self) {
    auto* const o = static_cast<Observer*>(self);
    ++o->releases;
    o->released.set();
  }
};

struct Cancelling : OneTool {
  explicit Cancelling(Handler handler, uint32_t flags = 0) : OneTool(std::move(handler), flags) {}

  aisopod_status observe(aisopod_token call, Observer& o) {
    aisopod_observer observer = AISOPOD_INIT(aisopod_observer);
    observer.fn = Observer::observe;
    observer.user = &o;
    observer.release = Observer::release;
    return plugin.host->call_on_cancel(plugin.host, call, &observer);
  }
  // For an inline handler that leaves its call pending with an observer.
  aisopod_status pend(aisopod_token call, Observer& o) {
    const aisopod_status status = observe(call, o);
    return status == AISOPOD_OK ? AISOPOD_PENDING : status;
  }
};

CASE("a waiting call that is cancelled never reaches the plugin") {
  Event begun, go_on;
  std::atomic<int> runs{0};
  Cancelling c([&](const aisopod_call* r) {
    ++runs;
    begun.set();
    go_on.wait();
    return c.reply(r->token);
  });
  const uint64_t first = c.running.invoke("tool").token;
  begun.wait();
  const uint64_t second = c.running.invoke("tool").token;
  c.cancel(second);
  CHECK_EQ(c.embedder.ended(second).status, AISOPOD_E_CANCELLED);
  go_on.set();
  CHECK_EQ(c.embedder.ended(first).a, "1");
  c.running.dispose();
  CHECK_EQ(runs.load(), 1);
}

CASE("a running call that is cancelled ends for the caller, and the observer learns why") {
  Observer observer;
  Event observing;
  Cancelling c([&](const aisopod_call* r) {
    CHECK_EQ(c.observe(r->token, observer), AISOPOD_OK);
    observing.set();
    observer.called.wait();
    CHECK_EQ(observer.call, r->token);
    CHECK_EQ(c.check(r->token), AISOPOD_E_CANCELLED);
    CHECK_EQ(c.remaining_ms(r->token), 0);
    CHECK_EQ(c.reply(r->token), AISOPOD_E_GONE);
    return AISOPOD_OK;
  });
  const uint64_t call = c.running.invoke("tool").token;
  observing.wait();
  c.cancel(call);
  const Received end = c.embedder.ended(call);
  CHECK(end.type == MessageType::lost);
  CHECK_EQ(end.status, AISOPOD_E_CANCELLED);
  c.running.dispose();
  CHECK_EQ(observer.why, AISOPOD_E_CANCELLED);
  CHECK_EQ(observer.calls.load(), 1);
  CHECK_EQ(observer.releases.load(), 1);
}

CASE("a pending call that is cancelled ends for the caller, and the observer learns why") {
  Observer observer;
  Cancelling c([&](const aisopod_call* r) { return c.pend(r->token, observer); }, AISOPOD_F_INLINE);
  const uint64_t call = c.running.invoke("tool").token;
  c.cancel(call);
  CHECK_EQ(c.embedder.ended(call).status, AISOPOD_E_CANCELLED);
  observer.released.wait();
  CHECK_EQ(observer.why, AISOPOD_E_CANCELLED);
  CHECK_EQ(c.check(call), AISOPOD_E_CANCELLED);
}

CASE("a cancelled call is cancelled once, and an answered one not at all") {
  Cancelling c(stay_pending, AISOPOD_F_INLINE);
  const uint64_t call = c.running.invoke("tool").token;
  c.cancel(call);
  c.cancel(call);
  CHECK_EQ(c.embedder.ended(call).status, AISOPOD_E_CANCELLED);
  const uint64_t answered = c.running.invoke("tool").token;
  CHECK_EQ(c.reply(answered), AISOPOD_OK);
  c.cancel(answered);
  c.cancel(12345678);
  CHECK_EQ(c.embedder.ended(answered).a, "1");
  CHECK_EQ(c.embedder.count(MessageType::lost), 0u);
}

CASE("an observer of a call that is answered is released without being called") {
  Observer observer;
  Cancelling c([&](const aisopod_call* r) {
    CHECK_EQ(c.observe(r->token, observer), AISOPOD_OK);
    return c.reply(r->token);
  });
  CHECK_EQ(c.running.call("tool").a, "1");
  observer.released.wait();
  c.running.dispose();
  CHECK_EQ(observer.calls.load(), 0);
  CHECK_EQ(observer.releases.load(), 1);
}

CASE("an observer learns of the deadline") {
  Observer observer;
  Cancelling c([&](const aisopod_call* r) { return c.pend(r->token, observer); }, AISOPOD_F_INLINE);
  c.running.call("tool", "{}", 1);
  observer.released.wait();
  CHECK_EQ(observer.why, AISOPOD_E_DEADLINE);
}

CASE("an observer learns of the shutdown, and released before destroy") {
  Observer observer;
  Cancelling c([&](const aisopod_call* r) { return c.pend(r->token, observer); }, AISOPOD_F_INLINE);
  c.plugin.destroy = [&] { CHECK_EQ(observer.releases.load(), 1); };
  c.running.invoke("tool");
  c.running.dispose();
  CHECK_EQ(observer.why, AISOPOD_E_STATE);
  CHECK_EQ(observer.releases.load(), 1);
}

CASE("a second observer is refused with EXISTS and nothing of it is taken") {
  Observer first, second;
  Cancelling c([&](const aisopod_call* r) {
    CHECK_EQ(c.observe(r->token, first), AISOPOD_OK);
    CHECK_EQ(c.observe(r->token, second), AISOPOD_E_EXISTS);
    return c.reply(r->token);
  });
  c.running.call("tool");
  c.running.dispose();
  CHECK_EQ(first.releases.load(), 1);
  CHECK_EQ(second.releases.load(), 0);
}

CASE("an observer of a call that is unanswered, or that fails, is released without being called") {
  for (const aisopod_status returned : {AISOPOD_OK, AISOPOD_E_DENIED}) {
    for (const uint32_t flags : {0u, uint32_t{AISOPOD_F_INLINE}}) {
      Observer observer;
      Cancelling c(
          [&](const aisopod_call* r) {
            CHECK_EQ(c.observe(r->token, observer), AISOPOD_OK);
            return returned;
          },
          flags);
      c.running.call("tool");
      c.running.dispose();
      CHECK_EQ(observer.calls.load(), 0);
      CHECK_EQ(observer.releases.load(), 1);
    }
  }
}

CASE("an observer without a function is INVALID, and nothing of it is taken") {
  Observer observer;
  Cancelling c([&](const aisopod_call* r) {
    aisopod_observer without = AISOPOD_INIT(aisopod_observer);
    without.user = &observer;
    without.release = Observer::release;
    const aisopod_host* const host = c.plugin.host;
    CHECK_EQ(host->call_on_cancel(host, r->token, &without), AISOPOD_E_INVALID);
    CHECK_EQ(c.observe(r->token, observer), AISOPOD_OK);
    return c.reply(r->token);
  });
  c.running.call("tool");
  c.running.dispose();
  CHECK_EQ(observer.releases.load(), 1);
}

CASE("an observer needs neither a user nor a release") {
  Event called;
  static Event* seen;
  seen = &called;
  OneTool one(stay_pending, AISOPOD_F_INLINE);
  const uint64_t call = one.running.invoke("tool").token;
  CHECK_EQ(aisopod_on_cancel(
               one.plugin.host, call,
               [](void* user, const aisopod_cancellation*) {
                 CHECK(user == nullptr);
                 seen->set();
               },
               nullptr),
           AISOPOD_OK);
  one.cancel(call);
  called.wait("the observer");
}

CASE("an observer of a call that has ended for its caller is refused with the reason") {
  Observer observer;
  Cancelling c(stay_pending, AISOPOD_F_INLINE);
  const uint64_t cancelled = c.running.invoke("tool").token;
  c.cancel(cancelled);
  CHECK_EQ(c.observe(cancelled, observer), AISOPOD_E_CANCELLED);
  const uint64_t overdue = c.running.invoke("tool", "{}", 1).token;
  c.embedder.ended(overdue);
  CHECK_EQ(c.observe(overdue, observer), AISOPOD_E_DEADLINE);
  const uint64_t answered = c.running.invoke("tool").token;
  c.reply(answered);
  CHECK_EQ(c.observe(answered, observer), AISOPOD_E_GONE);
  c.running.dispose();
  CHECK_EQ(observer.releases.load(), 0);
}

CASE("an observer may answer the call itself, harmlessly") {
  Observer observer;
  Cancelling c(
      [&](const aisopod_call* r) {
        observer.when_called = [&, call = r->token] { CHECK_EQ(c.reply(call), AISOPOD_E_GONE); };
        return c.pend(r->token, observer);
      },
      AISOPOD_F_INLINE);
  c.cancel(c.running.invoke("tool").token);
  observer.released.wait();
}

CASE("an observer may not wait, as it runs on the reply thread") {
  Observer observer;
  Cancelling c([&](const aisopod_call* r) { return c.pend(r->token, observer); }, AISOPOD_F_INLINE);
  observer.when_called = [&] {
    CHECK_EQ(c.chunk(1, "1", -1), AISOPOD_E_THREAD);
    const aisopod_host* const host = c.plugin.host;
    const aisopod_request r = request_of("m", nullptr);
    uint64_t request = 0;
    CHECK_EQ(host->request(host, &r, &request), AISOPOD_OK);
    const aisopod_response* out = nullptr;
    CHECK_EQ(host->request_wait(host, request, -1, &out), AISOPOD_E_THREAD);
    CHECK_EQ(host->request_wait(host, request, 0, &out), AISOPOD_E_AGAIN);
  };
  c.cancel(c.running.invoke("tool").token);
  observer.released.wait();
}

CASE("an observer that throws is released all the same") {
  Observer observer;
  observer.when_called = [] { throw 1; };
  Cancelling c([&](const aisopod_call* r) { return c.pend(r->token, observer); }, AISOPOD_F_INLINE);
  c.cancel(c.running.invoke("tool").token);
  observer.released.wait();
  c.running.dispose();
  CHECK_EQ(observer.releases.load(), 1);
  CHECK(c.embedder.take(MessageType::notice).a.find("a cancel observer threw") == 0);
}

CASE("a cancel while the handler begins ends the call once") {
  Cancelling c(
      [&](const aisopod_call* r) {
        CHECK_EQ(r->timeout_ms, -1);
        return c.reply(r->token);
      },
      AISOPOD_F_PARALLEL);
  for (int i = 0; i < 500; ++i) {
    const uint64_t call = c.running.invoke("tool").token;
    if (i % 2 == 0) std::this_thread::yield();
    c.cancel(call);
    c.embedder.ended(call);
  }
  c.running.dispose();
  CHECK_EQ(c.embedder.count(MessageType::lost) + c.embedder.count(MessageType::answer), 0u);
}

CASE("answer, cancel and deadline at once: one end for the caller, one release of the observer") {
  for (int round = 0; round < 100; ++round) {
    Observer observer;
    std::thread answering;
    Cancelling c(
        [&](const aisopod_call* r) {
          const bool taken = c.observe(r->token, observer) == AISOPOD_OK;
          if (!taken) observer.releases = 1;
          answering = std::thread([&, call = r->token] { c.reply(call); });
          return AISOPOD_PENDING;
        },
        AISOPOD_F_INLINE);
    const uint64_t call = c.running.invoke("tool", "{}", 1).token;
    c.cancel(call);
    answering.join();
    c.embedder.ended(call);
    c.running.dispose();
    CHECK_EQ(observer.releases.load(), 1);
    CHECK_EQ(c.embedder.count(MessageType::lost) + c.embedder.count(MessageType::answer), 0u);
  }
}

}  // namespace
