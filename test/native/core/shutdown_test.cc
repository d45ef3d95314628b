// The shutdown: what on_shutdown() receives, what is legal while it runs, and the order of the end.
// What threads that wait receive is in shutdown_waits_test.cc.
#include <memory>
#include <thread>
#include <utility>
#include <vector>

#include "support/posting.h"
#include "support/requesting.h"
#include "support/subscribing.h"

namespace {

using namespace test;

CASE("on_shutdown() receives the reason that the host gives") {
  for (const Reason reason : {Reason::close, Reason::unload, Reason::reload, Reason::undo}) {
    Plugin plugin;
    Embedder embedder;
    {
      Running running(embedder, plugin);
      running.dispose(reason);
    }
    CHECK_EQ(plugin.shutdown.struct_size, sizeof(aisopod_shutdown));
    CHECK_EQ(plugin.shutdown.reason, static_cast<int32_t>(reason));
  }
}

CASE("the reasons have the numbers of the header") {
  CHECK_EQ(static_cast<int32_t>(Reason::close), 0);
  CHECK_EQ(static_cast<int32_t>(Reason::unload), 1);
  CHECK_EQ(static_cast<int32_t>(Reason::reload), 2);
  CHECK_EQ(static_cast<int32_t>(Reason::undo), 3);
}

CASE("on_shutdown() receives the limit") {
  Plugin plugin;
  Embedder embedder;
  Running running(embedder, plugin);
  running->begin(Moment::dispose, kNoHurry);
  embedder.take(MessageType::moment);
  CHECK(plugin.shutdown.timeout_ms > kNoHurry / 2);
  CHECK(plugin.shutdown.timeout_ms <= kNoHurry);
}

CASE("on_shutdown() receives -1 when the host has no limit") {
  Plugin plugin;
  Embedder embedder;
  Running running(embedder, plugin);
  running->begin(Moment::dispose, -1);
  embedder.take(MessageType::moment);
  CHECK_EQ(plugin.shutdown.timeout_ms, -1);
}

CASE("on_shutdown() receives what is left of the limit: 0 after a task that took all of it") {
  Posting p;
  Hold hold(p, AISOPOD_F_CONTROL);
  (*p.running)->begin(Moment::dispose, 1);
  CHECK_EQ(p.embedder.take(MessageType::moment).status, AISOPOD_E_DEADLINE);
  hold.go_on.set();
  p.running->dispose();
  CHECK_EQ(p.plugin.shutdown.timeout_ms, 0);
}

CASE("a late on_init() is undone with UNDO and without a limit") {
  Plugin plugin;
  Event may_return;
  plugin.on_init = [&](aisopod_error*) {
    may_return.wait();
    return AISOPOD_OK;
  };
  Embedder embedder;
  std::shared_ptr<Instance> instance = make_instance(embedder, plugin);
  run_moment(embedder, *instance, Moment::create);
  run_moment(embedder, *instance, Moment::on_register);
  CHECK_EQ(run_moment(embedder, *instance, Moment::on_init, 1).status, AISOPOD_E_DEADLINE);
  may_return.set();
  embedder.take(MessageType::disposed);
  CHECK_EQ(plugin.shutdown.reason, AISOPOD_SHUTDOWN_UNDO);
  CHECK_EQ(plugin.shutdown.timeout_ms, -1);
}

CASE("an embedder that goes without closing shuts its instances down with CLOSE") {
  Plugin plugin;
  {
    Embedder embedder;
    std::shared_ptr<Instance> instance = make_instance(embedder, plugin);
    for (const Moment moment : {Moment::create, Moment::on_register, Moment::on_init}) {
      run_moment(embedder, *instance, moment);
    }
    plugin.shutdown.reason = 77;
    embedder.abandon(true);
  }
  eventually("the instance ends", [] { return aisopod::live_threads() == 0; });
  CHECK_EQ(plugin.shutdown.reason, AISOPOD_SHUTDOWN_CLOSE);
  CHECK_EQ(plugin.shutdown.timeout_ms, -1);
}

CASE("the end is on_shutdown, responses and posts, registrations newest first, destroy") {
  Responses responses;
  Posted posted;
  Tool tool;
  Subscribing s;
  Story& story = s.plugin.story;
  for (int i = 0; i < 2; ++i) s.subscriber().story = &story;
  s.prepare();
  s.plugin.on_register = [&, more = s.plugin.on_register](const aisopod_api* api,
                                                          aisopod_error* err) {
    CHECK_EQ(more(api, err), AISOPOD_OK);
    aisopod_registration def = AISOPOD_INIT(aisopod_registration);
    def.kind = AISOPOD_KIND_TOOL;
    def.name = "newest";
    def.fn = Plugin::handle;
    def.user = &story;
    def.release = [](void* user) { static_cast<Story*>(user)->add("newest"); };
    return api->add(api, &def, nullptr, err);
  };
  responses.on_response = [&](const aisopod_response* r) {
    CHECK_EQ(r->status, AISOPOD_E_GONE);
    story.add("response");
  };
  s.plugin.on_shutdown = [&] { story.add("still open"); };
  s.running = std::make_unique<Running>(s.embedder, s.plugin);
  const aisopod_request request = request_of("m", &responses);
  CHECK_EQ(s.plugin.host->request(s.plugin.host, &request, nullptr), AISOPOD_OK);
  s.running->dispose();
  CHECK_EQ(story.text(),
           "create, on_register, on_init, on_shutdown, still open, response, newest, n2, n1, "
           "destroy");
}

CASE("a post is released after on_shutdown() and before the registrations") {
  Posted posted;
  Posting p;
  posted.on_release = [&] { p.plugin.story.add("post"); };
  CHECK_EQ(p.post(posted, 0, kNoHurry), AISOPOD_OK);
  p.plugin.on_shutdown = [&] { CHECK_EQ(posted.releases.load(), 0); };
  p.running->dispose();
  CHECK_EQ(p.plugin.story.text(), "create, on_register, on_init, on_shutdown, post, destroy");
}

CASE("while on_shutdown() runs, another thread may request, publish and log, but not post") {
  Responses responses;
  Posted posted;
  Requesting a;
  a.plugin.on_shutdown = [&] {
    std::thread([&] {
      const aisopod_host* host = a.plugin.host;
      CHECK_EQ(a.send(request_of("m", &responses)), AISOPOD_OK);
      CHECK_EQ(aisopod_publish(host, 0, "t", "1", 1), AISOPOD_OK);
      aisopod_log(host, AISOPOD_LOG_INFO, "still here");
      CHECK_EQ(posted.post(host), AISOPOD_E_STATE);
    }).join();
  };
  a.running->dispose();
  CHECK_EQ(a.embedder.take(MessageType::log).a, "still here");
  CHECK_EQ(a.embedder.count(MessageType::publication), 1u);
  CHECK_EQ(responses.status, AISOPOD_E_GONE);
  CHECK_EQ(posted.releases.load(), 0);
}

// A task that a thread has taken may still run next to on_shutdown(): the test holds all threads.
CASE("no task begins once the shutdown has begun") {
  const Limits limits = patient_limits();
  for (const auto& [flags, threads] :
       {std::pair<uint32_t, size_t>{0, 1},
        std::pair<uint32_t, size_t>{AISOPOD_F_PARALLEL, limits.parallel_workers},
        std::pair<uint32_t, size_t>{AISOPOD_F_CONTROL, 1}}) {
    for (int round = 0; round < 30; ++round) {
      Posted posted[10];
      Posting p(limits);
      std::vector<std::unique_ptr<Hold>> holds;
      while (holds.size() < threads) holds.push_back(std::make_unique<Hold>(p, flags));
      for (Posted& each : posted) CHECK_EQ(p.post(each, flags, round % 2), AISOPOD_OK);
      (*p.running)->begin(Moment::dispose, kNoHurry);
      holds.clear();
      p.running.reset();
      for (Posted& each : posted) {
        CHECK_EQ(each.runs.load(), 0);
        CHECK_EQ(each.releases.load(), 1);
      }
    }
  }
}

CASE("after destroy every function returns STATE") {
  Plugin plugin;
  Embedder embedder;
  { Running running(embedder, plugin); }
  const aisopod_host* host = plugin.host;
  const aisopod_request request = request_of("m", nullptr);
  const aisopod_response* response = nullptr;
  Posted posted;
  CHECK_EQ(host->request(host, &request, nullptr), AISOPOD_E_STATE);
  CHECK_EQ(host->request_wait(host, 1, 0, &response), AISOPOD_E_STATE);
  CHECK_EQ(host->cancel(host, 1), AISOPOD_E_STATE);
  CHECK_EQ(aisopod_publish(host, 0, "t", "1", 1), AISOPOD_E_STATE);
  CHECK_EQ(posted.post(host), AISOPOD_E_STATE);
  CHECK_EQ(aisopod_reply(host, 1, "1", 1), AISOPOD_E_STATE);
}

}  // namespace
