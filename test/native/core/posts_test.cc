// post(): functions run on the control thread, in order, later, or not at all.
#include <thread>
#include <vector>

#include "support/event.h"
#include "support/running.h"

namespace {

using namespace test;

// The user of a post.
struct Posted {
  std::function<void()> work;
  std::atomic<int> runs{0}, releases{0};
  Event released;

  static void AISOPOD_ABI run(void* self) {
    auto* const p = static_cast<Posted*>(self);
    CHECK_EQ(p->releases.load(), 0);
    ++p->runs;
    if (p->work) p->work();
  }
  static void AISOPOD_ABI release(void* self) {
    auto* const p = static_cast<Posted*>(self);
    ++p->releases;
    p->released.set();
  }
};

struct Posting {
  explicit Posting(Limits limits = patient_limits()) {
    plugin.tool("tool", 0, [&](const aisopod_request* r) { return handler(r); });
    running = std::make_unique<Running>(embedder, plugin, limits);
  }
  aisopod_status post(Posted& p, int64_t delay_ms = 0) {
    return plugin.host->post(plugin.host, Posted::run, &p, Posted::release, delay_ms);
  }

  std::function<aisopod_status(const aisopod_request*)> handler;
  Plugin plugin;
  Embedder embedder;
  std::unique_ptr<Running> running;
};

// Holds the control thread until it is let go.
struct Hold {
  explicit Hold(Posting& p) {
    posted.work = [&] {
      begun.set();
      go_on.wait();
    };
    CHECK_EQ(p.post(posted), AISOPOD_OK);
    begun.wait();
  }
  Event begun, go_on;
  Posted posted;
};

CASE("posted functions run one after another on the control thread, in order, and are released") {
  Story story;
  Posted posted[20];
  Posting p;
  const auto here = std::this_thread::get_id();
  for (int i = 0; i < 20; ++i) {
    posted[i].work = [&, i] {
      CHECK(std::this_thread::get_id() != here);
      story.tell(std::to_string(i));
    };
    CHECK_EQ(p.post(posted[i]), AISOPOD_OK);
  }
  posted[19].released.wait();
  CHECK_EQ(story.text(), "0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19");
  for (const Posted& each : posted) CHECK_EQ(each.releases.load(), 1);
}

CASE("a posted function may post the next one") {
  Posted first, second;
  Posting p;
  first.work = [&] { CHECK_EQ(p.post(second), AISOPOD_OK); };
  CHECK_EQ(p.post(first), AISOPOD_OK);
  second.released.wait();
  CHECK_EQ(first.runs.load() + second.runs.load(), 2);
}

CASE("delayed functions run in the order of their times, not before them") {
  Story story;
  Posted late, soon, now;
  Posting p;
  late.work = [&] { story.tell("late"); };
  soon.work = [&] { story.tell("soon"); };
  now.work = [&] { story.tell("now"); };
  const auto begun = std::chrono::steady_clock::now();
  {
    Hold hold(p);  // so that all are posted before the first can run
    p.post(late, 40);
    p.post(soon, 20);
    p.post(now);
    hold.go_on.set();
    late.released.wait();
  }
  CHECK_EQ(story.text(), "now, soon, late");
  CHECK(std::chrono::steady_clock::now() - begun >= std::chrono::milliseconds(40));
}

CASE("a function posted in on_init runs when on_init has returned") {
  Plugin plugin;
  Posted posted;
  bool initialised = false;
  posted.work = [&] { CHECK(initialised); };
  plugin.on_init = [&](aisopod_error*) {
    CHECK_EQ(plugin.host->post(plugin.host, Posted::run, &posted, Posted::release, 0), AISOPOD_OK);
    initialised = true;
    return AISOPOD_OK;
  };
  Embedder embedder;
  Running running(embedder, plugin);
  posted.released.wait();
  CHECK_EQ(posted.runs.load(), 1);
}

CASE("a function posted in an on_init that fails is released without being run") {
  Plugin plugin;
  Posted posted;
  plugin.on_init = [&](aisopod_error*) {
    plugin.host->post(plugin.host, Posted::run, &posted, Posted::release, 0);
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

CASE("no function and a negative delay are INVALID, and nothing is taken") {
  Posted posted;
  Posting p;
  CHECK_EQ(p.plugin.host->post(p.plugin.host, nullptr, &posted, Posted::release, 0),
           AISOPOD_E_INVALID);
  CHECK_EQ(p.post(posted, -1), AISOPOD_E_INVALID);
  p.running->dispose();
  CHECK_EQ(posted.releases.load(), 0);
}

CASE("a release may be missing") {
  Posted posted;
  Posting p;
  Event ran;
  posted.work = [&] { ran.set(); };
  CHECK_EQ(p.plugin.host->post(p.plugin.host, Posted::run, &posted, nullptr, 0), AISOPOD_OK);
  ran.wait();
}

CASE("more waiting functions than the queue holds are AGAIN, until one has run") {
  Limits limits = patient_limits();
  limits.queue = 2;
  Posted first, second, over;
  Posting p(limits);
  {
    Hold hold(p);
    CHECK_EQ(p.post(first), AISOPOD_OK);
    CHECK_EQ(p.post(second, kNoHurry), AISOPOD_OK);
    CHECK_EQ(p.post(over), AISOPOD_E_AGAIN);
    hold.go_on.set();
    first.released.wait();
    CHECK_EQ(p.post(over), AISOPOD_OK);
    over.released.wait();
  }
  p.running->dispose();
  CHECK_EQ(second.runs.load(), 0);
  CHECK_EQ(second.releases.load(), 1);
}

CASE("what has not begun at the shutdown is released without being run, before destroy") {
  Posted waiting, delayed, endless, in_shutdown;
  Posting p;
  p.plugin.on_shutdown = [&] {
    CHECK_EQ(waiting.releases.load() + delayed.releases.load(), 0);
    CHECK_EQ(p.post(in_shutdown), AISOPOD_OK);
  };
  p.plugin.destroy = [&] {
    for (const Posted* each : {&waiting, &delayed, &endless, &in_shutdown}) {
      CHECK_EQ(each->releases.load(), 1);
    }
  };
  Hold hold(p);
  CHECK_EQ(p.post(waiting), AISOPOD_OK);
  CHECK_EQ(p.post(delayed, kNoHurry), AISOPOD_OK);
  CHECK_EQ(p.post(endless, INT64_MAX), AISOPOD_OK);
  (*p.running)->begin(Moment::dispose, kNoHurry);
  hold.go_on.set();
  p.running->dispose();
  for (const Posted* each : {&waiting, &delayed, &endless, &in_shutdown}) {
    CHECK_EQ(each->runs.load(), 0);
    CHECK_EQ(each->releases.load(), 1);
  }
  CHECK_EQ(hold.posted.releases.load(), 1);
}

CASE("a handler that waits for a posted function is woken by its release at the shutdown") {
  Posted posted;
  Posting p;
  Event handling;
  Hold hold(p);
  p.handler = [&](const aisopod_request*) {
    CHECK_EQ(p.post(posted), AISOPOD_OK);
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

CASE("a posted function that throws is released all the same, and the next one runs") {
  Posted thrower, next;
  Posting p;
  thrower.work = [] { throw 1; };
  CHECK_EQ(p.post(thrower), AISOPOD_OK);
  CHECK_EQ(p.post(next), AISOPOD_OK);
  next.released.wait();
  CHECK_EQ(thrower.releases.load(), 1);
  CHECK(p.embedder.take(MessageType::notice).a.find("a posted function threw") == 0);
}

CASE("a posted function may wait, as it runs on the control thread") {
  Posted posted;
  Posting p;
  posted.work = [&] {
    aisopod_ask ask = AISOPOD_INIT(aisopod_ask);
    ask.method = "m";
    ask.timeout_ms = -1;
    aisopod_buf out = {};
    CHECK_EQ(p.plugin.host->request_wait(p.plugin.host, &ask, &out, nullptr), AISOPOD_OK);
    p.plugin.host->buf_release(p.plugin.host, &out);
  };
  p.post(posted);
  (*p.running)->asks.respond(p.embedder.take(MessageType::ask).token, {}, false);
  posted.released.wait();
}

CASE("posts from many threads while the plugin is shut down: each accepted one is released once") {
  for (int round = 0; round < 50; ++round) {
    Posting p;
    std::atomic<int> accepted{0};
    Posted shared;
    shared.work = [] {};
    std::vector<std::thread> threads;
    for (int t = 0; t < 3; ++t) {
      threads.emplace_back([&] {
        for (int i = 0; i < 50; ++i) {
          // One user for all: only the releases count here.
          const aisopod_status status = p.plugin.host->post(
              p.plugin.host, [](void*) {}, &shared, Posted::release, i % 3);
          if (status == AISOPOD_OK) ++accepted;
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
