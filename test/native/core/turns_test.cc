// drain(): the messages of a plugin keep their order, and a flood does not keep the host's thread.
#include <atomic>
#include <string>
#include <thread>
#include <vector>

#include "core/clock.h"
#include "support/event.h"
#include "support/running.h"

namespace {

using namespace test;
using aisopod::Drained;

constexpr int kMany = 5000;

struct Talking {
  Talking() : running(embedder, plugin, limits()) { embedder.drain(); }

  static Limits limits() {
    Limits limits = patient_limits();
    limits.queue = kMany;
    return limits;
  }

  void log(const std::string& text) { aisopod_log(plugin.host, AISOPOD_LOG_INFO, text.c_str()); }

  Plugin plugin;
  Embedder embedder;
  Running running;
};

CASE("what fits into a turn is drained at once, and the next message wakes") {
  Talking t;
  (void)t.embedder.was_woken();
  t.log("one");
  CHECK(t.embedder.was_woken());
  CHECK(t.embedder.drain_once() == Drained::all);
  t.log("two");
  CHECK(t.embedder.was_woken());
  CHECK_EQ(t.embedder.take(MessageType::log).a, "one");
  CHECK_EQ(t.embedder.take(MessageType::log).a, "two");
}

CASE(
    "more than a turn has room for takes several, in order, and wakes the host only after the "
    "last") {
  Talking t;
  for (int i = 0; i < kMany; ++i) t.log(std::to_string(i));
  (void)t.embedder.was_woken();
  int turns = 1;
  for (; t.embedder.drain_once() == Drained::turn_over; ++turns) {
    CHECK(!t.embedder.was_woken());
    if (turns == 1) t.log("the last");
  }
  CHECK(turns >= kMany / 1024);
  for (int i = 0; i < kMany; ++i) {
    CHECK_EQ(t.embedder.take(MessageType::log).a, std::to_string(i));
  }
  // There was room for it, since some lines had been delivered by then.
  CHECK_EQ(t.embedder.take(MessageType::log).a, "the last");
  t.log("after");
  CHECK(t.embedder.was_woken());
}

CASE("a slow host ends a turn too") {
  Talking t;
  for (int i = 0; i < 3; ++i) t.log("line");
  const auto slowly = [](aisopod::Message&) {
    const int64_t end = aisopod::now_ns() + 6 * aisopod::kMillisecond;
    while (aisopod::now_ns() < end) {
    }
  };
  for (int i = 0; i < 2; ++i) {
    CHECK(t.embedder.environment()->drain(slowly) == Drained::turn_over);
  }
  CHECK(t.embedder.environment()->drain(slowly) == Drained::all);
}

CASE("what comes while messages are delivered is there for the same turn") {
  Talking t;
  t.log("first");
  const auto talkative = [&](aisopod::Message&) { t.log("second"); };
  CHECK(t.embedder.environment()->drain(talkative) != Drained::all);
  CHECK(t.embedder.drain_once() == Drained::all);
  CHECK_EQ(t.embedder.take(MessageType::log).a, "second");
}

CASE("a flood from many threads never fills more than a turn") {
  Talking t;
  std::atomic<bool> stop{false};
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; ++i) {
    threads.emplace_back([&] {
      while (!stop.load()) t.log("still here");
    });
  }
  size_t most = 0;
  for (int turns = 0; turns < 20; ++turns) {
    size_t received = 0;
    const auto count = [&](aisopod::Message&) { ++received; };
    while (t.embedder.environment()->drain(count) == Drained::more) {
    }
    most = std::max(most, received);
  }
  stop.store(true);
  for (std::thread& thread : threads) thread.join();
  CHECK(most <= 1024);
  t.embedder.drain();
}

CASE("an environment that goes in the middle of a flood leaves nothing behind") {
  Plugin plugin;
  Event destroyed;
  plugin.destroy = [&] { destroyed.set(); };
  {
    Embedder embedder;
    auto instance = make_instance(embedder, plugin, Talking::limits());
    run_moment(embedder, *instance, aisopod::Moment::create);
    run_moment(embedder, *instance, aisopod::Moment::on_register);
    run_moment(embedder, *instance, aisopod::Moment::on_init);
    for (int i = 0; i < kMany; ++i) {
      aisopod_log(plugin.host, AISOPOD_LOG_INFO, "line");
    }
    CHECK(embedder.drain_once() == Drained::turn_over);
    instance.reset();
    embedder.abandon(true);
    destroyed.wait("destroy");
  }
  eventually("the threads end", [] { return aisopod::live_threads() == 0; });
  CHECK_EQ(aisopod::live_instances(), 0);
}

}  // namespace
