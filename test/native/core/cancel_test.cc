// Cancelling a call, and the observer that call_on_cancel() takes.
#include <thread>

#include "support/event.h"
#include "support/running.h"

namespace {

using namespace test;

// An observer's user: what it was told, and when it was let go.
struct Observer {
  Event told, released;
  aisopod_call call = 0;
  aisopod_status why = 0;
  std::atomic<int> tellings{0}, releases{0};
  std::function<void()> when_told;

  static void AISOPOD_ABI tell(void* self, aisopod_call call, aisopod_status why) {
    auto* const o = static_cast<Observer*>(self);
    o->call = call;
    o->why = why;
    CHECK_EQ(o->releases.load(), 0);
    if (o->when_told) o->when_told();
    ++o->tellings;
    o->told.set();
  }
  static void AISOPOD_ABI release(void* self) {
    auto* const o = static_cast<Observer*>(self);
    ++o->releases;
    o->released.set();
  }
};

struct Cancelling {
  explicit Cancelling(std::function<aisopod_status(const aisopod_request*)> handler,
                      uint32_t flags = 0) {
    plugin.tool("tool", flags, std::move(handler));
    running = std::make_unique<Running>(embedder, plugin);
  }

  aisopod_status observe(aisopod_call call, Observer& o) {
    return plugin.host->call_on_cancel(plugin.host, call, Observer::tell, &o, Observer::release);
  }
  aisopod_status reply(aisopod_call call) {
    return plugin.host->call_reply(plugin.host, call, "1", 1);
  }
  void cancel(uint64_t call) { (*running)->calls.cancel(call, AISOPOD_E_CANCELLED); }

  Plugin plugin;
  Embedder embedder;
  std::unique_ptr<Running> running;
};

CASE("a waiting call that is cancelled never reaches the plugin") {
  Event begun, go_on;
  std::atomic<int> runs{0};
  Cancelling c([&](const aisopod_request* r) {
    ++runs;
    begun.set();
    go_on.wait();
    return c.reply(r->call);
  });
  const uint64_t first = c.running->invoke("tool").token;
  begun.wait();
  const uint64_t second = c.running->invoke("tool").token;
  c.cancel(second);
  CHECK_EQ(c.embedder.ended(second).status, AISOPOD_E_CANCELLED);
  go_on.set();
  CHECK_EQ(c.embedder.ended(first).a, "1");
  c.running->dispose();
  CHECK_EQ(runs.load(), 1);
}

CASE("a running call that is cancelled ends for the caller, and the plugin is told why") {
  Observer observer;
  Event observing;
  Cancelling c([&](const aisopod_request* r) {
    CHECK_EQ(c.observe(r->call, observer), AISOPOD_OK);
    observing.set();
    observer.told.wait();
    CHECK_EQ(observer.call, r->call);
    CHECK_EQ(c.plugin.host->call_check(c.plugin.host, r->call), AISOPOD_E_CANCELLED);
    CHECK_EQ(c.plugin.host->call_remaining_ms(c.plugin.host, r->call), 0);
    CHECK_EQ(c.reply(r->call), AISOPOD_E_GONE);
    return AISOPOD_OK;
  });
  const uint64_t call = c.running->invoke("tool").token;
  observing.wait();
  c.cancel(call);
  const Heard end = c.embedder.ended(call);
  CHECK(end.type == MessageType::lost);
  CHECK_EQ(end.status, AISOPOD_E_CANCELLED);
  c.running->dispose();
  CHECK_EQ(observer.why, AISOPOD_E_CANCELLED);
  CHECK_EQ(observer.tellings.load(), 1);
  CHECK_EQ(observer.releases.load(), 1);
}

CASE("a pending call that is cancelled ends for the caller, and the plugin is told why") {
  Observer observer;
  Cancelling c([&](const aisopod_request* r) { return c.observe(r->call, observer); },
               AISOPOD_F_INLINE);
  const uint64_t call = c.running->invoke("tool").token;
  c.cancel(call);
  CHECK_EQ(c.embedder.ended(call).status, AISOPOD_E_CANCELLED);
  observer.released.wait();
  CHECK_EQ(observer.why, AISOPOD_E_CANCELLED);
  CHECK_EQ(c.plugin.host->call_check(c.plugin.host, call), AISOPOD_E_CANCELLED);
}

CASE("a cancelled call is cancelled once, and an answered one not at all") {
  Cancelling c([&](const aisopod_request*) { return AISOPOD_OK; }, AISOPOD_F_INLINE);
  const uint64_t call = c.running->invoke("tool").token;
  c.cancel(call);
  c.cancel(call);
  CHECK_EQ(c.embedder.ended(call).status, AISOPOD_E_CANCELLED);
  const uint64_t answered = c.running->invoke("tool").token;
  CHECK_EQ(c.reply(answered), AISOPOD_OK);
  c.cancel(answered);
  c.cancel(12345678);
  CHECK_EQ(c.embedder.ended(answered).a, "1");
  CHECK_EQ(c.embedder.count(MessageType::lost), 0u);
}

CASE("an observer of a call that is answered is released without being told") {
  Observer observer;
  Cancelling c([&](const aisopod_request* r) {
    CHECK_EQ(c.observe(r->call, observer), AISOPOD_OK);
    return c.reply(r->call);
  });
  CHECK_EQ(c.running->call("tool").a, "1");
  observer.released.wait();
  c.running->dispose();
  CHECK_EQ(observer.tellings.load(), 0);
  CHECK_EQ(observer.releases.load(), 1);
}

CASE("an observer is told of the deadline") {
  Observer observer;
  Cancelling c([&](const aisopod_request* r) { return c.observe(r->call, observer); },
               AISOPOD_F_INLINE);
  c.running->call("tool", "{}", 1);
  observer.released.wait();
  CHECK_EQ(observer.why, AISOPOD_E_DEADLINE);
}

CASE("an observer is told of the shutdown, and released before destroy") {
  Observer observer;
  Cancelling c([&](const aisopod_request* r) { return c.observe(r->call, observer); },
               AISOPOD_F_INLINE);
  c.plugin.destroy = [&] { CHECK_EQ(observer.releases.load(), 1); };
  c.running->invoke("tool");
  c.running->dispose();
  CHECK_EQ(observer.why, AISOPOD_E_STATE);
  CHECK_EQ(observer.releases.load(), 1);
}

CASE("a second observer is refused with EXISTS and nothing of it is taken") {
  Observer first, second;
  Cancelling c([&](const aisopod_request* r) {
    CHECK_EQ(c.observe(r->call, first), AISOPOD_OK);
    CHECK_EQ(c.observe(r->call, second), AISOPOD_E_EXISTS);
    return c.reply(r->call);
  });
  c.running->call("tool");
  c.running->dispose();
  CHECK_EQ(first.releases.load(), 1);
  CHECK_EQ(second.releases.load(), 0);
}

CASE("an observer without a function is INVALID") {
  Cancelling c([&](const aisopod_request* r) {
    CHECK_EQ(
        c.plugin.host->call_on_cancel(c.plugin.host, r->call, nullptr, nullptr, Observer::release),
        AISOPOD_E_INVALID);
    return c.reply(r->call);
  });
  c.running->call("tool");
}

CASE("an observer of a call that has ended for its caller is refused with the reason") {
  Observer observer;
  Cancelling c([&](const aisopod_request*) { return AISOPOD_OK; }, AISOPOD_F_INLINE);
  const uint64_t cancelled = c.running->invoke("tool").token;
  c.cancel(cancelled);
  CHECK_EQ(c.observe(cancelled, observer), AISOPOD_E_CANCELLED);
  const uint64_t overdue = c.running->invoke("tool", "{}", 1).token;
  c.embedder.ended(overdue);
  CHECK_EQ(c.observe(overdue, observer), AISOPOD_E_DEADLINE);
  const uint64_t answered = c.running->invoke("tool").token;
  c.reply(answered);
  CHECK_EQ(c.observe(answered, observer), AISOPOD_E_GONE);
  c.running->dispose();
  CHECK_EQ(observer.releases.load(), 0);
}

CASE("an observer may answer the call itself, harmlessly") {
  Observer observer;
  Cancelling c(
      [&](const aisopod_request* r) {
        observer.when_told = [&, call = r->call] { CHECK_EQ(c.reply(call), AISOPOD_E_GONE); };
        return c.observe(r->call, observer);
      },
      AISOPOD_F_INLINE);
  c.cancel(c.running->invoke("tool").token);
  observer.released.wait();
}

CASE("an observer may not wait, as it runs on the reply thread") {
  Observer observer;
  Cancelling c([&](const aisopod_request* r) { return c.observe(r->call, observer); },
               AISOPOD_F_INLINE);
  observer.when_told = [&] {
    const aisopod_host* host = c.plugin.host;
    CHECK_EQ(host->call_chunk(host, 1, "1", 1, -1), AISOPOD_E_THREAD);
    aisopod_ask ask = AISOPOD_INIT(aisopod_ask);
    ask.method = "test";
    aisopod_buf out = {};
    CHECK_EQ(host->request_wait(host, &ask, &out, nullptr), AISOPOD_E_THREAD);
  };
  c.cancel(c.running->invoke("tool").token);
  observer.released.wait();
}

CASE("an observer that throws is released all the same") {
  Observer observer;
  observer.when_told = [] { throw 1; };
  Cancelling c([&](const aisopod_request* r) { return c.observe(r->call, observer); },
               AISOPOD_F_INLINE);
  c.cancel(c.running->invoke("tool").token);
  observer.released.wait();
  c.running->dispose();
  CHECK_EQ(observer.releases.load(), 1);
  CHECK(c.embedder.take(MessageType::notice).a.find("a cancel observer threw") == 0);
}

CASE("a cancel beside the start of the handler ends the call once") {
  Cancelling c(
      [&](const aisopod_request* r) {
        CHECK_EQ(r->timeout_ms, -1);
        c.reply(r->call);
        return AISOPOD_OK;
      },
      AISOPOD_F_PARALLEL);
  for (int i = 0; i < 500; ++i) {
    const uint64_t call = c.running->invoke("tool").token;
    if (i % 2 == 0) std::this_thread::yield();
    c.cancel(call);
    c.embedder.ended(call);
  }
  c.running->dispose();
  CHECK_EQ(c.embedder.count(MessageType::lost) + c.embedder.count(MessageType::answer), 0u);
}

CASE("answer, cancel and deadline at once: one end for the caller, one release of the observer") {
  for (int round = 0; round < 100; ++round) {
    Observer observer;
    std::thread answering;
    Cancelling c(
        [&](const aisopod_request* r) {
          const bool taken = c.observe(r->call, observer) == AISOPOD_OK;
          if (!taken) observer.releases = 1;
          answering = std::thread([&, call = r->call] { c.reply(call); });
          return AISOPOD_OK;
        },
        AISOPOD_F_INLINE);
    const uint64_t call = c.running->invoke("tool", "{}", 1).token;
    c.cancel(call);
    answering.join();
    c.embedder.ended(call);
    c.running->dispose();
    CHECK_EQ(observer.releases.load(), 1);
    CHECK_EQ(c.embedder.count(MessageType::lost) + c.embedder.count(MessageType::answer), 0u);
  }
}

}  // namespace
