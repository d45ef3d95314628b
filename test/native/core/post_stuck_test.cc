// Tasks that exceed their limit, and posts behind a worker that is stuck.
#include <thread>
#include <vector>

#include "support/posting.h"
#include "support/subscribing.h"

namespace {

using namespace test;

Limits impatient_limits() {
  Limits limits = patient_limits();
  limits.event_ms = 1;
  limits.stuck_after_ms = 1;
  return limits;
}

CASE("a task over its limit makes its worker stuck, under its name, until it returns") {
  Posted posted;
  posted.name = "sweep";
  Event go_on;
  posted.work = [&](const aisopod_task*) { go_on.wait(); };
  Posting p(impatient_limits());
  p.handler = [&](const aisopod_call* call) {
    return aisopod_reply(p.plugin.host, call->token, "1", 1);
  };
  CHECK_EQ(p.post(posted), AISOPOD_OK);
  CHECK_EQ(p.embedder.take(MessageType::stuck).a, "sweep");
  CHECK_EQ(p.running->invoke("tool").message.status, AISOPOD_E_BUSY);
  go_on.set();
  p.embedder.take(MessageType::unstuck);
  CHECK_EQ(p.running->call("tool").a, "1");
}

CASE("a task on the control thread has no limit") {
  Posted second;
  Event go_on;
  Posting p(impatient_limits());
  Hold hold(p, AISOPOD_F_CONTROL);
  second.work = [&](const aisopod_task*) { go_on.wait(); };
  CHECK_EQ(p.post(second), AISOPOD_OK);  // has one, and comes later
  p.embedder.take(MessageType::stuck);
  CHECK_EQ(p.embedder.count(MessageType::stuck), 0u);
  go_on.set();
  hold.go_on.set();
}

CASE("posts wait while the worker is stuck, and run in their order when it is free") {
  Story story;
  Posted posted[6];
  Posting p(impatient_limits());
  for (int i = 0; i < 6; ++i) {
    posted[i].work = [&, i](const aisopod_task*) { story.add(std::to_string(i)); };
  }
  Hold hold(p);
  for (int i = 0; i < 3; ++i) CHECK_EQ(p.post(posted[i]), AISOPOD_OK);  // in the lane already
  p.embedder.take(MessageType::stuck);
  for (int i = 3; i < 6; ++i) CHECK_EQ(p.post(posted[i]), AISOPOD_OK);
  CHECK_EQ(story.text(), "");
  hold.go_on.set();
  posted[5].released.wait();
  CHECK_EQ(story.text(), numbers(0, 5));
}

CASE("a post behind a worker that is stuck can be cancelled") {
  Posted early, late, last;
  Posting p(impatient_limits());
  Hold hold(p);
  CHECK_EQ(p.post(early), AISOPOD_OK);
  p.embedder.take(MessageType::stuck);
  CHECK_EQ(p.post(late), AISOPOD_OK);
  CHECK_EQ(p.post(last), AISOPOD_OK);
  CHECK_EQ(p.cancel(early), AISOPOD_OK);
  CHECK_EQ(p.cancel(late), AISOPOD_OK);
  early.released.wait();
  late.released.wait();
  hold.go_on.set();
  last.released.wait();
  CHECK_EQ(early.runs.load() + late.runs.load(), 0);
  CHECK_EQ(last.runs.load(), 1);
}

CASE("posts behind a worker that is stuck are released at the shutdown") {
  Posted early, late;
  Posting p(impatient_limits());
  Hold hold(p);
  CHECK_EQ(p.post(early), AISOPOD_OK);
  p.embedder.take(MessageType::stuck);
  CHECK_EQ(p.post(late), AISOPOD_OK);
  (*p.running)->begin(Moment::dispose, kNoHurry);
  early.released.wait();  // does not wait for the one that is stuck
  late.released.wait();
  hold.go_on.set();
  p.running->dispose();
  CHECK_EQ(early.runs.load() + late.runs.load(), 0);
}

CASE("parallel posts wait while every parallel worker is stuck, and run when one is free") {
  Limits limits = impatient_limits();
  limits.parallel_workers = 2;
  Posted posted;
  Posting p(limits);
  Hold first(p, AISOPOD_F_PARALLEL), second(p, AISOPOD_F_PARALLEL);
  p.embedder.take(MessageType::stuck);
  p.embedder.take(MessageType::stuck);
  CHECK_EQ(p.post(posted, AISOPOD_F_PARALLEL), AISOPOD_OK);
  CHECK_EQ(posted.runs.load(), 0);
  first.go_on.set();
  posted.released.wait();
  CHECK_EQ(posted.runs.load(), 1);
  second.go_on.set();
}

CASE("posts and events that wait behind a stuck worker are all taken up when it is free") {
  Posted holding, posted;
  Event begun, go_on;
  holding.work = [&](const aisopod_task*) {
    begun.set();
    go_on.wait();
  };
  Subscribing s;
  Subscriber& one = s.subscriber();
  s.start(impatient_limits());
  CHECK_EQ(holding.post(s.plugin.host), AISOPOD_OK);
  begun.wait();
  s.deliver("1");
  CHECK_EQ(posted.post(s.plugin.host), AISOPOD_OK);
  s.embedder.take(MessageType::stuck);
  s.deliver("2");
  go_on.set();
  one.received.wait_for(2);
  posted.released.wait();
  CHECK_EQ(posted.runs.load(), 1);
}

CASE("being stuck again and again loses no post and keeps their order") {
  Limits limits = impatient_limits();
  limits.event_ms = 0;
  limits.stuck_after_ms = 0;
  limits.queue = 100'000;
  Posting p(limits);
  static std::atomic<int> ran;
  ran = 0;
  static Event last;
  struct Numbered {
    int number;
  };
  std::vector<Numbered> users(3000);
  for (int i = 0; i < 3000; ++i) {
    users[static_cast<size_t>(i)].number = i;
    aisopod_post post = AISOPOD_INIT(aisopod_post);
    post.user = &users[static_cast<size_t>(i)];
    post.fn = [](void* user, const aisopod_task*) {
      CHECK_EQ(static_cast<Numbered*>(user)->number, ran.load());
      std::this_thread::yield();
      if (++ran == 3000) last.set();
    };
    CHECK_EQ(p.plugin.host->post(p.plugin.host, &post, nullptr), AISOPOD_OK);
    if (i % 50 == 0) p.embedder.drain();
  }
  last.wait("the last task");
  p.running->dispose();
  CHECK_EQ(p.embedder.count(MessageType::stuck), p.embedder.count(MessageType::unstuck));
}

}  // namespace
