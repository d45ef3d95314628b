// A pause of what an instance runs by itself: what has come before is handled to the end, what
// comes meanwhile waits, in order, and calls go on.
#include <stdexcept>

#include "support/posting.h"
#include "support/subscribing.h"

namespace {

using namespace test;

constexpr auto kPause = static_cast<uint64_t>(Moment::pause);

Received pause(Embedder& embedder, Running& running, int64_t limit_ms = kNoHurry) {
  running->pause(limit_ms);
  return embedder.take(MessageType::moment, kPause);
}

// Holds the event function that receives "hold".
struct Held {
  explicit Held(Subscriber& one) {
    one.on_event = [this](const aisopod_event* e) {
      if (std::strcmp(e->payload->json, "\"hold\"") != 0) return;
      begun.set();
      go_on.wait();
    };
  }
  Event begun, go_on;
};

CASE("an idle plugin pauses at once, within any limit") {
  Plugin plugin;
  Embedder embedder;
  Running running(embedder, plugin);
  for (const int64_t limit_ms : {kNoHurry, int64_t{0}, int64_t{-1}}) {
    const Received end = pause(embedder, running, limit_ms);
    CHECK_EQ(end.status, AISOPOD_OK);
    CHECK_EQ(end.other, 0u);
    running->resume();
  }
}

CASE("events that came before are handled, those that come meanwhile wait for resume, in order") {
  Subscribing s;
  Subscriber& one = s.subscriber();
  Subscriber& two = s.subscriber();
  Held held(one);
  s.start();
  s.deliver("\"hold\"", {one.token});
  held.begun.wait();
  for (int i = 1; i <= 50; ++i) s.deliver(std::to_string(i));
  (*s.running)->pause(kNoHurry);
  for (int i = 51; i <= 100; ++i) s.deliver(std::to_string(i));
  CHECK_EQ(s.embedder.count(MessageType::moment), 0u);
  held.go_on.set();
  CHECK_EQ(s.embedder.take(MessageType::moment, kPause).status, AISOPOD_OK);
  CHECK_EQ(one.all(), "\"hold\", " + numbers(1, 50));
  CHECK_EQ(two.all(), numbers(1, 50));
  CHECK_EQ(s.running->call("tool").a, "1");  // calls are not affected
  CHECK_EQ(two.all(), numbers(1, 50));
  (*s.running)->resume();
  one.received.wait_for(101);
  two.received.wait_for(100);
  CHECK_EQ(one.all(), "\"hold\", " + numbers(1, 100));
  CHECK_EQ(two.all(), numbers(1, 100));
}

CASE("the functions of a subscription with PARALLEL all end first") {
  Subscribing s;
  Subscriber& one = s.subscriber(AISOPOD_F_PARALLEL);
  Meeting meeting(5);
  one.on_event = [&](const aisopod_event*) { meeting.attend(); };
  s.start();
  for (int i = 0; i < 4; ++i) s.deliver("1");
  (*s.running)->pause(kNoHurry);
  CHECK_EQ(s.embedder.count(MessageType::moment), 0u);
  meeting.attend();
  CHECK_EQ(s.embedder.take(MessageType::moment, kPause).status, AISOPOD_OK);
  CHECK_EQ(one.received.count(), 4);
  s.deliver("2");
  CHECK_EQ(s.running->call("tool").a, "1");
  CHECK_EQ(one.received.count(), 4);
  (*s.running)->resume();
  one.received.wait_for(5);
}

CASE("an event function that throws ends all the same") {
  Subscribing s;
  Subscriber& one = s.subscriber();
  one.on_event = [](const aisopod_event*) { throw std::runtime_error("no idea"); };
  s.start();
  s.deliver("1");
  CHECK_EQ(pause(s.embedder, *s.running).status, AISOPOD_OK);
  CHECK_EQ(one.all(), "1");
}

CASE("a queue that overflows meanwhile drops the oldest, and the next event counts them") {
  Subscribing s;
  Limits limits = patient_limits();
  limits.event_queue = 3;
  Subscriber& one = s.subscriber();
  Held held(one);
  s.start(limits);
  s.deliver("\"hold\"");
  held.begun.wait();
  s.deliver("1");
  s.deliver("2");
  (*s.running)->pause(kNoHurry);
  for (int i = 3; i <= 6; ++i) s.deliver(std::to_string(i));  // 1, 2 and 3 are dropped
  held.go_on.set();
  CHECK_EQ(s.embedder.take(MessageType::moment, kPause).status, AISOPOD_OK);
  CHECK_EQ(one.all(), "\"hold\"");
  (*s.running)->resume();
  one.received.wait_for(4);
  CHECK_EQ(one.all(), "\"hold\", 4 after 3 lost, 5, 6");
}

CASE("tasks that are due run, and one that is posted meanwhile is accepted and waits") {
  Posting p;
  Posted again, control, delayed;
  {
    Posted first;
    Hold hold(p);
    first.work = [&](const aisopod_task*) {
      CHECK_EQ(p.post(again), AISOPOD_OK);
      CHECK_EQ(p.post(control, AISOPOD_F_CONTROL), AISOPOD_OK);
      CHECK_EQ(p.post(delayed, 0, 1), AISOPOD_OK);
    };
    CHECK_EQ(p.post(first), AISOPOD_OK);
    (*p.running)->pause(kNoHurry);
    CHECK_EQ(p.embedder.count(MessageType::moment), 0u);
    hold.go_on.set();
    CHECK_EQ(p.embedder.take(MessageType::moment, kPause).status, AISOPOD_OK);
    CHECK_EQ(first.runs.load(), 1);
    CHECK_EQ(first.releases.load(), 1);
  }
  CHECK_EQ(run_moment(p.embedder, **p.running, Moment::save_state).status, AISOPOD_OK);
  CHECK_EQ(again.runs + control.runs + delayed.runs, 0);
  (*p.running)->resume();
  for (Posted* const each : {&again, &control, &delayed}) {
    each->released.wait();
    CHECK_EQ(each->runs.load(), 1);
  }
}

CASE("a task on the control thread ends before the pause is complete") {
  Posting p;
  Hold hold(p, AISOPOD_F_CONTROL);
  (*p.running)->pause(kNoHurry);
  CHECK_EQ(p.embedder.count(MessageType::moment), 0u);
  hold.go_on.set();
  CHECK_EQ(p.embedder.take(MessageType::moment, kPause).status, AISOPOD_OK);
}

CASE("tasks begin in the order of post() after resume") {
  Posting p;
  CHECK_EQ(pause(p.embedder, *p.running).status, AISOPOD_OK);
  Story story;
  std::list<Posted> all(20);
  int i = 0;
  for (Posted& each : all) {
    each.work = [&story, n = ++i](const aisopod_task*) { story.add(std::to_string(n)); };
    CHECK_EQ(p.post(each), AISOPOD_OK);
  }
  (*p.running)->resume();
  for (Posted& each : all) each.released.wait();
  CHECK_EQ(story.text(), numbers(1, 20));
}

CASE("a task may be cancelled during the pause, and many that are leave no trace") {
  Posting p;
  CHECK_EQ(pause(p.embedder, *p.running).status, AISOPOD_OK);
  for (int i = 0; i < 5000; ++i) {  // more than may wait at once
    Posted gone;
    CHECK_EQ(p.post(gone), AISOPOD_OK);
    CHECK_EQ(p.cancel(gone), AISOPOD_OK);
    gone.released.wait();
    CHECK_EQ(gone.runs.load(), 0);
  }
  (*p.running)->resume();
  Posted last;
  CHECK_EQ(p.post(last), AISOPOD_OK);
  last.released.wait();
  CHECK_EQ(last.runs.load(), 1);
}

CASE("a task that is cancelled before it begins does not hold up the pause") {
  Posting p;
  Posted waits;
  Hold hold(p);
  CHECK_EQ(p.post(waits), AISOPOD_OK);
  (*p.running)->pause(kNoHurry);
  CHECK_EQ(p.cancel(waits), AISOPOD_OK);
  hold.go_on.set();
  CHECK_EQ(p.embedder.take(MessageType::moment, kPause).status, AISOPOD_OK);
  waits.released.wait();
  CHECK_EQ(waits.runs.load(), 0);
}

CASE("one that is late is reported, and the plugin goes on after resume as before") {
  Subscribing s;
  Subscriber& one = s.subscriber();
  Held held(one);
  s.start();
  s.deliver("\"hold\"");
  held.begun.wait();
  s.deliver("1");
  const Received late = pause(s.embedder, *s.running, 1);
  CHECK_EQ(late.status, AISOPOD_E_DEADLINE);
  CHECK_EQ(late.other, 1u);
  CHECK_EQ(late.a, "an event function, a task or a handler has not returned after 1 ms");
  s.deliver("2");
  (*s.running)->resume();
  held.go_on.set();
  one.received.wait_for(3);
  CHECK_EQ(one.all(), "\"hold\", 1, 2");
  CHECK_EQ(s.embedder.count(MessageType::moment), 0u);  // it was reported once
  CHECK_EQ(pause(s.embedder, *s.running).status, AISOPOD_OK);
}

CASE("resume before the pause is complete ends it") {
  Subscribing s;
  Subscriber& one = s.subscriber();
  Held held(one);
  s.start();
  s.deliver("\"hold\"");
  held.begun.wait();
  (*s.running)->pause(-1);
  (*s.running)->resume();
  CHECK_EQ(s.embedder.take(MessageType::moment, kPause).status, AISOPOD_E_CANCELLED);
  held.go_on.set();
}

CASE("another pause takes the place of one that is not complete") {
  Subscribing s;
  Subscriber& one = s.subscriber();
  Held held(one);
  s.start();
  s.deliver("\"hold\"");
  held.begun.wait();
  (*s.running)->pause(-1);
  (*s.running)->pause(-1);
  CHECK_EQ(s.embedder.take(MessageType::moment, kPause).status, AISOPOD_E_CANCELLED);
  CHECK_EQ(s.embedder.count(MessageType::moment), 0u);
  held.go_on.set();
  CHECK_EQ(s.embedder.take(MessageType::moment, kPause).status, AISOPOD_OK);
}

CASE("a shutdown ends a pause that is not complete") {
  Subscribing s;
  Subscriber& one = s.subscriber();
  Held held(one);
  s.plugin.on_shutdown = [&] { held.go_on.set(); };
  s.start();
  s.deliver("\"hold\"");
  held.begun.wait();
  s.deliver("1");
  (*s.running)->pause(-1);
  (*s.running).dispose();
  CHECK_EQ(s.embedder.take(MessageType::moment, kPause).status, AISOPOD_E_STATE);
  CHECK_EQ(one.all(), "\"hold\"");
}

CASE("a shutdown in a pause releases what waits without running it, with the reason RELOAD") {
  Subscribing s;
  Subscriber& one = s.subscriber();
  s.start();
  CHECK_EQ(pause(s.embedder, *s.running).status, AISOPOD_OK);
  s.deliver("1");
  Posted worker, control, delayed;
  CHECK_EQ(worker.post(s.plugin.host), AISOPOD_OK);
  CHECK_EQ(control.post(s.plugin.host, AISOPOD_F_CONTROL), AISOPOD_OK);
  CHECK_EQ(delayed.post(s.plugin.host, 0, 600'000), AISOPOD_OK);
  s.running->dispose(Reason::reload);
  CHECK_EQ(s.plugin.shutdown.reason, AISOPOD_SHUTDOWN_RELOAD);
  CHECK_EQ(one.all(), "");
  for (Posted* const each : {&worker, &control, &delayed}) {
    CHECK_EQ(each->runs.load(), 0);
    CHECK_EQ(each->releases.load(), 1);
  }
}

CASE("a pause needs an instance that serves") {
  Plugin plugin;
  Embedder embedder;
  std::shared_ptr<Instance> instance = make_instance(embedder, plugin);
  instance->pause(kNoHurry);
  CHECK_EQ(embedder.take(MessageType::moment, kPause).status, AISOPOD_E_STATE);
  dispose(embedder, instance);
}

CASE("pauses and resumes under load lose no event and no task") {
  Subscribing s;
  Subscriber& one = s.subscriber();
  Subscriber& two = s.subscriber(AISOPOD_F_PARALLEL);
  s.start();
  std::list<Posted> posted(2000);
  std::thread poster([&] {
    for (Posted& each : posted) {
      while (each.post(s.plugin.host) == AISOPOD_E_AGAIN) std::this_thread::yield();
    }
  });
  int sent = 0;
  for (int round = 0; round < 200; ++round) {
    for (int i = 0; i < 5; ++i) s.deliver(std::to_string(++sent));
    (*s.running)->pause(kNoHurry);
    s.deliver(std::to_string(++sent));
    CHECK_EQ(s.embedder.take(MessageType::moment, kPause).status, AISOPOD_OK);
    CHECK_EQ(one.received.count(), sent - 1);
    CHECK_EQ(two.received.count(), sent - 1);
    (*s.running)->resume();
    one.received.wait_for(sent);
    two.received.wait_for(sent);
  }
  poster.join();
  for (Posted& each : posted) {
    each.released.wait();
    CHECK_EQ(each.runs.load(), 1);
  }
  CHECK_EQ(one.all(), numbers(1, sent));
}

}  // namespace
