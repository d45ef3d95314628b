// Worker threads: one handler at a time, or up to four concurrently, and a bounded queue.
#include <limits>
#include <thread>
#include <vector>

#include "support/event.h"
#include "support/running.h"

namespace {

using namespace test;

// How many are inside at once, and the most there ever were.
class Crowd {
 public:
  void enter() {
    const int now = inside_.fetch_add(1) + 1;
    int most = most_.load();
    while (now > most && !most_.compare_exchange_weak(most, now)) {
    }
  }
  void leave() { inside_.fetch_sub(1); }
  int most() const { return most_.load(); }

 private:
  std::atomic<int> inside_{0}, most_{0};
};

struct Crowded {
  aisopod_status handle(const aisopod_call* call) {
    crowd.enter();
    std::this_thread::yield();
    crowd.leave();
    return aisopod_reply(plugin.host, call->token, "1", 1);
  }

  void call_all(const std::vector<const char*>& tools, int times) {
    std::vector<uint64_t> calls;
    for (int i = 0; i < times; ++i) {
      for (const char* tool : tools) calls.push_back(running->invoke(tool).token);
    }
    for (const uint64_t call : calls) CHECK_EQ(embedder.ended(call).a, "1");
  }

  Crowd crowd;
  Plugin plugin;
  Embedder embedder;
  std::unique_ptr<Running> running;
};

CASE("calls for which no worker was woken begin when it is") {
  Crowded c;
  for (const auto& [name, flags] :
       {std::pair("serial", 0u), {"parallel", AISOPOD_F_PARALLEL + 0u}}) {
    c.plugin.tool(name, flags, [&](const aisopod_call* call) { return c.handle(call); });
  }
  c.running = std::make_unique<Running>(c.embedder, c.plugin);
  aisopod::Calls& calls = (*c.running)->calls;
  for (int round = 0; round < 100; ++round) {
    aisopod::CallRequest request;
    request.wake = false;
    request.params = "{}";
    request.registration = c.running->registration("serial");
    const Invoked first = calls.invoke(request);
    const Invoked second = calls.invoke(request);
    CHECK(first.unwoken && second.unwoken);
    request.registration = c.running->registration("parallel");
    const Invoked other = calls.invoke(request);
    CHECK(!other.unwoken);
    CHECK_EQ(c.embedder.ended(other.token).a, "1");
    calls.wake();
    for (const uint64_t call : {first.token, second.token}) {
      CHECK_EQ(c.embedder.ended(call).a, "1");
    }
  }
}

CASE("handlers that do not say PARALLEL run strictly one at a time, whichever tool they are of") {
  Crowded c;
  for (const char* name : {"a", "b"}) {
    c.plugin.tool(name, 0, [&](const aisopod_call* call) { return c.handle(call); });
  }
  c.running = std::make_unique<Running>(c.embedder, c.plugin);
  c.call_all({"a", "b"}, 200);
  CHECK_EQ(c.crowd.most(), 1);
}

CASE("handlers that do not say PARALLEL run in the order they were called") {
  std::string order;
  Plugin plugin;
  plugin.tool("tool", 0, [&](const aisopod_call* call) {
    order += call->params->json;
    return AISOPOD_E_FAIL;
  });
  Embedder embedder;
  Running running(embedder, plugin);
  uint64_t last = 0;
  for (int digit = 1; digit <= 6; ++digit) {
    last = running.invoke("tool", std::to_string(digit)).token;
  }
  embedder.ended(last);
  CHECK_EQ(order, "123456");
}

CASE("handlers that say PARALLEL run four at once") {
  Meeting four(4);
  Plugin plugin;
  plugin.tool("tool", AISOPOD_F_PARALLEL, [&](const aisopod_call*) {
    four.attend();
    return AISOPOD_E_FAIL;
  });
  Embedder embedder;
  Running running(embedder, plugin);
  uint64_t calls[4];
  for (uint64_t& call : calls) call = running.invoke("tool").token;
  for (const uint64_t call : calls) CHECK_EQ(embedder.ended(call).status, AISOPOD_E_FAIL);
}

CASE("handlers that say PARALLEL never run more than four at once") {
  Crowded c;
  c.plugin.tool("tool", AISOPOD_F_PARALLEL,
                [&](const aisopod_call* call) { return c.handle(call); });
  c.running = std::make_unique<Running>(c.embedder, c.plugin);
  c.call_all({"tool"}, 400);
  CHECK(c.crowd.most() <= 4);
}

CASE("the limit of threads for PARALLEL may be as large as a number can be") {
  Plugin plugin;
  plugin.tool("tool", AISOPOD_F_PARALLEL, [](const aisopod_call*) { return AISOPOD_E_DENIED; });
  Embedder embedder;
  Limits limits = patient_limits();
  limits.parallel_workers = std::numeric_limits<size_t>::max();
  Running running(embedder, plugin, limits);
  CHECK_EQ(running.call("tool").status, AISOPOD_E_DENIED);
}

CASE("a handler that waits does not hold up those that say PARALLEL") {
  Event done;
  Plugin plugin;
  plugin.tool("slow", 0, [&](const aisopod_call*) {
    done.wait();
    return AISOPOD_E_FAIL;
  });
  plugin.tool("quick", AISOPOD_F_PARALLEL, [](const aisopod_call*) { return AISOPOD_E_DENIED; });
  Embedder embedder;
  Running running(embedder, plugin);
  const uint64_t slow = running.invoke("slow").token;
  CHECK_EQ(running.call("quick").status, AISOPOD_E_DENIED);
  done.set();
  CHECK_EQ(embedder.ended(slow).status, AISOPOD_E_FAIL);
}

// A tool whose handler waits for go_on, so that further calls wait behind it.
struct Held {
  explicit Held(size_t queue, size_t queue_bytes = Limits().queue_bytes) {
    Limits limits = patient_limits();
    limits.queue = queue;
    limits.queue_bytes = queue_bytes;
    plugin.tool("tool", 0, [&](const aisopod_call*) {
      begun.set();
      go_on.wait();
      ++handled;
      return AISOPOD_E_FAIL;
    });
    running = std::make_unique<Running>(embedder, plugin, limits);
    first = running->invoke("tool").token;
    begun.wait();
  }
  ~Held() { go_on.set(); }

  Event begun, go_on;
  std::atomic<int> handled{0};
  Plugin plugin;
  Embedder embedder;
  std::unique_ptr<Running> running;
  uint64_t first = 0;
};

CASE("a call over the limit of the queue is answered AGAIN at once") {
  Held held(2);
  const uint64_t second = held.running->invoke("tool").token;
  const uint64_t third = held.running->invoke("tool").token;
  const Invoked over = held.running->invoke("tool");
  CHECK(over.settled);
  CHECK(over.message.type == MessageType::lost);
  CHECK_EQ(over.message.status, AISOPOD_E_AGAIN);
  held.go_on.set();
  for (const uint64_t call : {held.first, second, third}) {
    CHECK_EQ(held.embedder.ended(call).status, AISOPOD_E_FAIL);
  }
  CHECK_EQ(held.running->call("tool").status, AISOPOD_E_FAIL);
}

CASE("a waiting call that is cancelled makes room in the queue") {
  Held held(2);
  const uint64_t second = held.running->invoke("tool").token;
  held.running->invoke("tool");
  (*held.running)->calls.cancel(second, AISOPOD_E_CANCELLED);
  CHECK(!held.running->invoke("tool").settled);
  CHECK(held.running->invoke("tool").settled);
}

// Arguments that have, with the meta of "{}", `bytes` bytes.
std::string arguments(size_t bytes) { return '"' + std::string(bytes - 4, 'x') + '"'; }

CASE("a call over the limit of bytes in the queue is answered AGAIN at once") {
  Held held(10, 100);
  CHECK(!held.running->invoke("tool", arguments(60)).settled);
  const Invoked over = held.running->invoke("tool", arguments(41));
  CHECK(over.settled);
  CHECK(over.message.type == MessageType::lost);
  CHECK_EQ(over.message.status, AISOPOD_E_AGAIN);
  CHECK_EQ(over.message.a, "1 calls with 60 bytes of arguments are waiting already");
  CHECK(!held.running->invoke("tool", arguments(40)).settled);
  CHECK(held.running->invoke("tool", arguments(5)).settled);
}

CASE("a waiting call that is cancelled makes room for its bytes") {
  Held held(10, 100);
  const uint64_t waiting = held.running->invoke("tool", arguments(100)).token;
  CHECK(held.running->invoke("tool", arguments(5)).settled);
  (*held.running)->calls.cancel(waiting, AISOPOD_E_CANCELLED);
  CHECK(!held.running->invoke("tool", arguments(100)).settled);
}

CASE("a waiting call that meets its deadline makes room for its bytes") {
  Held held(10, 100);
  const uint64_t waiting = held.running->invoke("tool", arguments(100), 1).token;
  CHECK_EQ(held.embedder.ended(waiting).status, AISOPOD_E_DEADLINE);
  eventually("its bytes are given back",
             [&] { return !held.running->invoke("tool", arguments(100)).settled; });
}

CASE("a call larger than the queue may hold waits when no other call does") {
  Held held(10, 100);
  CHECK(!held.running->invoke("tool", arguments(5000)).settled);
  CHECK(held.running->invoke("tool", arguments(5)).settled);
}

CASE("calls that have run have given back their bytes") {
  Held held(10, 100);
  const uint64_t waiting = held.running->invoke("tool", arguments(100)).token;
  held.go_on.set();
  CHECK_EQ(held.embedder.ended(waiting).status, AISOPOD_E_FAIL);
  CHECK_EQ(held.running->call("tool", arguments(100)).status, AISOPOD_E_FAIL);
}

CASE("calls that wait when the plugin shuts down never reach it") {
  Held held(10);
  const uint64_t second = held.running->invoke("tool").token;
  (*held.running)->begin(Moment::dispose, kNoHurry);
  CHECK_EQ(held.embedder.ended(second).status, AISOPOD_E_STATE);
  CHECK_EQ(held.embedder.ended(held.first).status, AISOPOD_E_STATE);
  held.go_on.set();
  held.running->dispose();
  CHECK_EQ(held.handled.load(), 1);
}

}  // namespace
