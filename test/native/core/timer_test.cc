// The timer: fires once, when due, and can be stopped at any time.
#include <thread>
#include <vector>

#include "core/threads/ledger.h"
#include "core/threads/timer.h"
#include "support/event.h"

namespace {

using namespace test;
using aisopod::after_ms;
using aisopod::kNever;
using aisopod::Timed;
using aisopod::Timer;

struct Alarm : Timed {
  void fire() override {
    ++fired;
    if (when_fired) when_fired();
    rang.set();
  }
  std::atomic<int> fired{0};
  std::function<void()> when_fired;
  Event rang;
};

std::shared_ptr<Alarm> alarm() { return std::make_shared<Alarm>(); }

CASE("what is due fires once") {
  Timer timer;
  const auto a = alarm(), b = alarm();
  timer.arm(a, after_ms(0));
  a->rang.wait();
  timer.arm(b, after_ms(1));
  b->rang.wait();
  CHECK_EQ(a->fired.load() + b->fired.load(), 2);
}

CASE("what is due sooner fires first, whichever was armed first") {
  Timer timer;
  const auto late = alarm(), soon = alarm();
  late->when_fired = [&] { CHECK_EQ(soon->fired.load(), 1); };
  const int64_t now = aisopod::now_ns();
  timer.arm(late, now + 40 * aisopod::kMillisecond);
  timer.arm(soon, now + 10 * aisopod::kMillisecond);
  late->rang.wait();
}

CASE("arming again replaces the earlier moment") {
  Timer timer;
  const auto a = alarm();
  timer.arm(a, after_ms(600'000));
  timer.arm(a, after_ms(1));
  a->rang.wait();
  timer.arm(a, kNever);
  CHECK_EQ(a->fired.load(), 1);
}

CASE("what is cancelled does not fire and is released") {
  Timer timer;
  const auto a = alarm(), b = alarm();
  timer.arm(a, after_ms(600'000));
  CHECK_EQ(a.use_count(), 2);
  timer.cancel(*a);
  timer.cancel(*a);
  CHECK_EQ(a.use_count(), 1);
  timer.arm(b, after_ms(600'000));
  timer.arm(b, kNever);
  CHECK_EQ(b.use_count(), 1);
}

CASE("a fire may arm itself and others again") {
  Timer timer;
  const auto a = alarm(), b = alarm();
  a->when_fired = [&] {
    if (a->fired < 3) {
      timer.arm(a, after_ms(0));
    } else {
      timer.arm(b, after_ms(0));
    }
  };
  timer.arm(a, after_ms(0));
  b->rang.wait();
  CHECK_EQ(a->fired.load(), 3);
}

CASE("stop() joins the thread and drops what is armed; resume() lets arm() start it again") {
  Timer timer;
  for (int i = 0; i < 20; ++i) {
    timer.resume();
    const auto waiting = alarm(), due = alarm();
    timer.arm(waiting, after_ms(600'000));
    timer.arm(due, after_ms(0));
    due->rang.wait();
    CHECK_EQ(aisopod::live_threads(), 1);
    timer.stop();
    CHECK_EQ(aisopod::live_threads(), 0);
    CHECK_EQ(waiting.use_count(), 1);
    timer.cancel(*waiting);
    timer.stop();
  }
}

CASE("what is armed after stop() is neither kept nor fired, and starts no thread") {
  Timer timer;
  const auto late = alarm();
  timer.stop();
  timer.arm(late, after_ms(0));
  CHECK_EQ(late.use_count(), 1);
  CHECK_EQ(aisopod::live_threads(), 0);
  timer.resume();
  timer.arm(late, after_ms(0));
  late->rang.wait();
  timer.stop();
}

CASE("a fire that arms while the timer is stopped neither leaks nor breaks it") {
  Timer timer;
  for (int i = 0; i < 100; ++i) {
    const auto a = alarm(), b = alarm();
    a->when_fired = [&] { timer.arm(b, after_ms(600'000)); };
    timer.arm(a, after_ms(0));
    timer.stop();
    CHECK_EQ(a.use_count(), 1);
    CHECK_EQ(b.use_count(), 1);
    CHECK_EQ(aisopod::live_threads(), 0);
    const auto after = alarm();
    timer.resume();
    timer.arm(after, after_ms(0));
    after->rang.wait();
    timer.stop();
  }
}

CASE("the last holder of a timer may be what it fires") {
  Event gone;
  struct Holder : Timed {
    void fire() override {
      firing.set();
      go_on.wait();
    }
    ~Holder() override { on_end(); }
    Event firing, go_on;
    std::function<void()> on_end;
    std::shared_ptr<Timer> timer;
  };
  auto timer = std::make_shared<Timer>();
  auto holder = std::make_shared<Holder>();
  holder->timer = timer;
  holder->on_end = [&] { gone.set(); };
  Event* const go_on = &holder->go_on;
  timer->arm(holder, after_ms(0));
  holder->firing.wait();
  timer.reset();
  holder.reset();
  go_on->set();
  gone.wait();
  eventually("the thread ends", [] { return aisopod::live_threads() == 0; });
}

CASE("arming, cancelling and firing from many threads at once") {
  Timer timer;
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t) {
    threads.emplace_back([&, t] {
      for (int i = 0; i < 300; ++i) {
        const auto a = alarm();
        timer.arm(a, after_ms(i % 2));
        if ((i + t) % 3 == 0) timer.cancel(*a);
        if ((i + t) % 3 == 1) a->rang.wait();
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
}

}  // namespace
