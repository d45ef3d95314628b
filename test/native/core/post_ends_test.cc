// Posts that don't run: cancelled, refused for want of room, left at the shutdown. What the host
// has taken, it releases exactly once.
#include <thread>
#include <vector>

#include "support/posting.h"

namespace {

using namespace test;

CASE("a cancelled post is released without being run, on the control thread") {
  for (const uint32_t flags : {uint32_t{0}, uint32_t{AISOPOD_F_CONTROL}}) {
    Posted posted;
    Posting p;
    Hold hold(p, flags);
    posted.on_release = [&] { CHECK((*p.running)->is_control_thread()); };
    CHECK_EQ(p.post(posted, flags), AISOPOD_OK);
    CHECK_EQ(p.cancel(posted), AISOPOD_OK);
    CHECK_EQ(p.cancel(posted), AISOPOD_E_GONE);
    hold.go_on.set();
    posted.released.wait();
    p.running->dispose();
    CHECK_EQ(posted.runs.load(), 0);
    CHECK_EQ(posted.releases.load(), 1);
  }
}

CASE("a post that waits for its time can be cancelled") {
  Posted posted;
  Posting p;
  CHECK_EQ(p.post(posted, 0, kNoHurry), AISOPOD_OK);
  CHECK_EQ(p.cancel(posted), AISOPOD_OK);
  posted.released.wait();
  CHECK_EQ(posted.runs.load(), 0);
}

CASE("cancel() releases nothing before it has returned, also on the control thread") {
  Posted posted, canceller;
  Posting p;
  canceller.work = [&](const aisopod_task*) {
    CHECK_EQ(p.cancel(posted), AISOPOD_OK);
    CHECK_EQ(posted.releases.load(), 0);
  };
  CHECK_EQ(p.post(posted, 0, kNoHurry), AISOPOD_OK);
  CHECK_EQ(p.post(canceller, AISOPOD_F_CONTROL), AISOPOD_OK);
  posted.released.wait();
}

CASE("a task that has begun, or has run, is GONE for cancel()") {
  Posted posted;
  Posting p;
  posted.work = [&](const aisopod_task*) { CHECK_EQ(p.cancel(posted), AISOPOD_E_GONE); };
  CHECK_EQ(p.post(posted), AISOPOD_OK);
  posted.released.wait();
  CHECK_EQ(p.cancel(posted), AISOPOD_E_GONE);
  CHECK_EQ(posted.runs.load(), 1);
}

CASE("a post that was cancelled in on_init is not run after it") {
  Plugin plugin;
  Posted posted, next;
  plugin.on_init = [&](aisopod_error*) {
    CHECK_EQ(posted.post(plugin.host), AISOPOD_OK);
    CHECK_EQ(next.post(plugin.host), AISOPOD_OK);
    return plugin.host->cancel(plugin.host, posted.token);
  };
  Embedder embedder;
  Running running(embedder, plugin);
  next.released.wait();
  posted.released.wait();
  CHECK_EQ(posted.runs.load(), 0);
}

CASE("cancel() and the beginning of a task at once: it runs or it was cancelled, never both") {
  for (int round = 0; round < 300; ++round) {
    Posted posted;
    Posting p;
    CHECK_EQ(p.post(posted, round % 3 == 0 ? AISOPOD_F_CONTROL : 0, round % 2), AISOPOD_OK);
    const aisopod_status status = p.cancel(posted);
    CHECK(status == AISOPOD_OK || status == AISOPOD_E_GONE);
    posted.released.wait();
    p.running->dispose();
    CHECK_EQ(posted.runs.load(), status == AISOPOD_OK ? 0 : 1);
    CHECK_EQ(posted.releases.load(), 1);
  }
}

CASE("more waiting posts than the queue holds are AGAIN, until one has begun") {
  Limits limits = patient_limits();
  limits.queue = 2;
  Posted first, second, over;
  Posting p(limits);
  Hold hold(p);
  CHECK_EQ(p.post(first), AISOPOD_OK);
  CHECK_EQ(p.post(second, 0, kNoHurry), AISOPOD_OK);
  CHECK_EQ(p.post(over), AISOPOD_E_AGAIN);
  CHECK_EQ(over.releases.load(), 0);
  hold.go_on.set();
  first.released.wait();
  CHECK_EQ(p.post(over), AISOPOD_OK);
  over.released.wait();
  p.running->dispose();
  CHECK_EQ(second.runs.load(), 0);
  CHECK_EQ(second.releases.load(), 1);
}

CASE("a cancelled post gives its place back") {
  Limits limits = patient_limits();
  limits.queue = 1;
  Posted first, second;
  Posting p(limits);
  CHECK_EQ(p.post(first, 0, kNoHurry), AISOPOD_OK);
  CHECK_EQ(p.post(second, 0, kNoHurry), AISOPOD_E_AGAIN);
  CHECK_EQ(p.cancel(first), AISOPOD_OK);
  CHECK_EQ(p.post(second, 0, kNoHurry), AISOPOD_OK);
}

CASE("posts of more bytes than the queue holds are AGAIN: their parent's meta counts") {
  Limits limits = patient_limits();
  limits.queue_bytes = 20'000;
  Posted first, second, bare, over;
  Event posted, go_on;
  Posting p(limits);
  p.handler = [&](const aisopod_call* call) {
    CHECK_EQ(p.post(first, AISOPOD_F_CONTROL, kNoHurry, call->token), AISOPOD_OK);
    CHECK_EQ(p.post(second, AISOPOD_F_CONTROL, kNoHurry, call->token), AISOPOD_E_AGAIN);
    CHECK_EQ(p.post(bare, AISOPOD_F_CONTROL, kNoHurry), AISOPOD_OK);
    CHECK_EQ(p.cancel(first), AISOPOD_OK);
    CHECK_EQ(p.post(second, AISOPOD_F_CONTROL, kNoHurry, call->token), AISOPOD_OK);
    return AISOPOD_E_FAIL;
  };
  p.running->call("tool", "{}", -1, 0, "{\"user\":\"" + std::string(12'000, 'x') + "\"}");
}

CASE("a post made in an on_init that fails is released without being run") {
  Plugin plugin;
  Posted posted;
  plugin.on_init = [&](aisopod_error*) {
    CHECK_EQ(posted.post(plugin.host), AISOPOD_OK);
    return AISOPOD_E_FAIL;
  };
  plugin.destroy = [&] { CHECK_EQ(posted.releases.load(), 1); };
  Embedder embedder;
  std::shared_ptr<Instance> instance = make_instance(embedder, plugin);
  for (const Moment moment : {Moment::create, Moment::on_register, Moment::on_init}) {
    run_moment(embedder, *instance, moment);
  }
  dispose(embedder, instance);
  CHECK_EQ(posted.runs.load(), 0);
  CHECK_EQ(posted.releases.load(), 1);
}

CASE("what has not begun at the shutdown is released without being run, newest first") {
  for (const uint32_t flags :
       {uint32_t{0}, uint32_t{AISOPOD_F_PARALLEL}, uint32_t{AISOPOD_F_CONTROL}}) {
    Limits limits = patient_limits();
    limits.parallel_workers = 1;
    Posted waiting, delayed, endless, in_shutdown;
    Posting p(limits);
    Story& story = p.plugin.story;
    waiting.on_release = [&] { story.add("waiting"); };
    delayed.on_release = [&] { story.add("delayed"); };
    endless.on_release = [&] { story.add("endless"); };
    p.plugin.on_shutdown = [&] { CHECK_EQ(p.post(in_shutdown, flags), AISOPOD_E_STATE); };
    Hold hold(p, flags);
    CHECK_EQ(p.post(waiting, flags), AISOPOD_OK);
    CHECK_EQ(p.post(delayed, flags, kNoHurry), AISOPOD_OK);
    CHECK_EQ(p.post(endless, flags, INT64_MAX), AISOPOD_OK);
    (*p.running)->begin(Moment::dispose, kNoHurry);
    CHECK_EQ(p.post(in_shutdown, flags), AISOPOD_E_STATE);
    hold.go_on.set();
    p.running->dispose();
    CHECK_EQ(story.text(),
             "create, on_register, on_init, on_shutdown, endless, delayed, waiting, destroy");
    CHECK_EQ(waiting.runs.load() + delayed.runs.load() + endless.runs.load(), 0);
    CHECK_EQ(hold.posted.releases.load(), 1);
    CHECK_EQ(in_shutdown.releases.load(), 0);
  }
}

CASE("a handler that waits for a post is woken by its release at the shutdown") {
  Posted posted;
  Posting p;
  Event handling;
  Hold hold(p, AISOPOD_F_CONTROL);
  p.handler = [&](const aisopod_call*) {
    CHECK_EQ(p.post(posted, AISOPOD_F_CONTROL), AISOPOD_OK);
    handling.set();
    posted.released.wait();
    return AISOPOD_E_FAIL;
  };
  p.running->invoke("tool");
  handling.wait();
  (*p.running)->begin(Moment::dispose, kNoHurry);
  hold.go_on.set();
  p.running->dispose();
  CHECK_EQ(posted.releases.load(), 1);
}

CASE("posts and cancels from many threads at the shutdown: each accepted post is released once") {
  for (int round = 0; round < 50; ++round) {
    Posting p;
    std::atomic<int> accepted{0};
    Posted shared;  // one user for all: only the releases count here
    std::vector<std::thread> threads;
    for (int t = 0; t < 3; ++t) {
      threads.emplace_back([&, t] {
        const uint32_t flags[] = {0, AISOPOD_F_PARALLEL, AISOPOD_F_CONTROL};
        for (int i = 0; i < 50; ++i) {
          aisopod_post post = shared.def(flags[t], i % 3);
          post.fn = [](void*, const aisopod_task*) {};
          uint64_t token = 0;
          if (p.plugin.host->post(p.plugin.host, &post, &token) == AISOPOD_OK) ++accepted;
          if (i % 2 == 0) p.plugin.host->cancel(p.plugin.host, token);
        }
      });
    }
    p.plugin.on_shutdown = [&] {
      for (std::thread& thread : threads) thread.join();
    };
    p.running->dispose();
    CHECK_EQ(shared.releases.load(), accepted.load());
  }
}

}  // namespace
