// One thread, one task at a time, in order.
#include <memory>

#include "core/threads/ledger.h"
#include "core/threads/task_thread.h"
#include "support/event.h"
#include "support/story.h"

namespace {

using namespace test;
using aisopod::TaskThread;

CASE("tasks run in order on one thread, which starts with the first") {
  Story story;
  TaskThread thread("test");
  CHECK_EQ(aisopod::live_threads(), 0);
  for (int i = 0; i < 5; ++i) CHECK(thread.push([&, i] { story.add(std::to_string(i)); }));
  CHECK_EQ(aisopod::live_threads(), 1);
  thread.stop();
  thread.join();
  CHECK_EQ(story.text(), "0, 1, 2, 3, 4");
  CHECK_EQ(aisopod::live_threads(), 0);
}

CASE("after stop() nothing is taken, and what waited has run") {
  TaskThread thread("test");
  Event begun, go_on;
  bool ran = false;
  thread.push([&] {
    begun.set();
    go_on.wait();
  });
  thread.push([&] { ran = true; });
  begun.wait();
  thread.stop();
  CHECK(!thread.push([] {}));
  CHECK(!thread.start());
  go_on.set();
  thread.join();
  CHECK(ran);
}

CASE("a thread that never started can be stopped and joined") {
  TaskThread thread("test");
  thread.stop();
  thread.join();
  CHECK_EQ(aisopod::live_threads(), 0);
}

CASE("a detached thread goes on alone, and no second one is started") {
  auto thread = std::make_unique<TaskThread>("test");
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
  auto thread = std::make_shared<TaskThread>("test");
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
