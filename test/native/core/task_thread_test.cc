// One thread, one task at a time, in order.
#include <memory>

#include "core/clock.h"
#include "core/threads/ledger.h"
#include "core/threads/task_thread.h"
#include "support/event.h"
#include "support/story.h"

namespace {

using namespace test;
using aisopod::TaskThread;

CASE("tasks run in order on one thread, which starts with the first") {
  Story story;
  TaskThread thread;
  CHECK_EQ(aisopod::live_threads(), 0);
  for (int i = 0; i < 5; ++i) CHECK(thread.push([&, i] { story.tell(std::to_string(i)); }));
  CHECK_EQ(aisopod::live_threads(), 1);
  thread.stop();
  thread.join();
  CHECK_EQ(story.text(), "0, 1, 2, 3, 4");
  CHECK_EQ(aisopod::live_threads(), 0);
}

CASE("after stop nothing is taken; what waited has run, what was delayed is let go unrun") {
  TaskThread thread;
  Event begun, go_on;
  bool ran = false;
  const auto held = std::make_shared<int>(0);
  thread.push([&] {
    begun.set();
    go_on.wait();
  });
  thread.push([&] { ran = true; });
  thread.push_at(aisopod::after_ms(600'000), [held] { ++*held; });
  begun.wait();
  thread.stop();
  CHECK_EQ(held.use_count(), 1);
  CHECK(!thread.push([] {}));
  CHECK(!thread.push_at(0, [] {}));
  CHECK(!thread.start());
  go_on.set();
  thread.join();
  CHECK(ran);
  CHECK_EQ(*held, 0);
}

CASE("a thread that never started can be stopped and joined") {
  TaskThread thread;
  thread.stop();
  thread.join();
  CHECK_EQ(aisopod::live_threads(), 0);
}

CASE("delayed tasks run when they are due, in the order of their times") {
  Story story;
  Event done;
  TaskThread thread;
  const int64_t now = aisopod::now_ns();
  thread.push_at(now + 30 * aisopod::kMillisecond, [&] {
    story.tell("late");
    done.set();
  });
  thread.push_at(now + 10 * aisopod::kMillisecond, [&] { story.tell("soon"); });
  thread.push_at(aisopod::kNever, [&] { story.tell("never"); });
  done.wait();
  CHECK_EQ(story.text(), "soon, late");
}

CASE("a detached thread goes on alone, and no second one is started beside it") {
  auto thread = std::make_unique<TaskThread>();
  Event begun, go_on, second;
  thread->push([&] {
    begun.set();
    go_on.wait();
  });
  begun.wait();
  thread->detach();
  CHECK(thread->push([&] { second.set(); }));
  CHECK_EQ(aisopod::live_threads(), 1);
  CHECK(!second.is_set());
  go_on.set();
  second.wait();
  thread.reset();
  eventually("the thread ends", [] { return aisopod::live_threads() == 0; });
}

CASE("the last holder of a task thread may be its own task") {
  auto thread = std::make_shared<TaskThread>();
  Event go_on;
  thread->push([thread, &go_on]() mutable {
    go_on.wait();
    thread.reset();
  });
  thread.reset();
  go_on.set();
  eventually("the thread ends", [] { return aisopod::live_threads() == 0; });
}

}  // namespace
