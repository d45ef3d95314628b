// post(): where and in which order posted functions run. How a post ends without being run is in
// post_ends_test.cc.
#include <thread>
#include <vector>

#include "support/posting.h"
#include "support/requesting.h"
#include "support/subscribing.h"

namespace {

using namespace test;

CASE("tasks run on the serial worker by default, in the order of post(), and are released") {
  Story story;
  Posted posted[20];
  Posting p;
  const auto here = std::this_thread::get_id();
  for (int i = 0; i < 20; ++i) {
    posted[i].work = [&, i](const aisopod_task*) {
      CHECK(std::this_thread::get_id() != here);
      CHECK(!(*p.running)->is_control_thread());
      story.add(std::to_string(i));
    };
    CHECK_EQ(p.post(posted[i]), AISOPOD_OK);
  }
  posted[19].released.wait();
  CHECK_EQ(story.text(), numbers(0, 19));
  for (const Posted& each : posted) CHECK_EQ(each.releases.load(), 1);
}

CASE("on the serial worker one of handlers, event functions and tasks runs at a time") {
  Posted posted[50];
  Subscribing s;
  Subscriber& one = s.subscriber();
  std::atomic<int> inside{0};
  const auto alone = [&] {
    CHECK_EQ(++inside, 1);
    std::this_thread::yield();
    --inside;
  };
  one.on_event = [&](const aisopod_event*) { alone(); };
  s.prepare();
  Tool tool;
  tool.handler = [&](const aisopod_call* call) {
    alone();
    return aisopod_reply(s.plugin.host, call->token, "1", 1);
  };
  s.plugin.on_register = [&, good = s.plugin.on_register](const aisopod_api* api,
                                                          aisopod_error* err) {
    CHECK_EQ(aisopod_register_tool(api, "alone", "{}", 0, Plugin::handle, &tool, err), AISOPOD_OK);
    return good(api, err);
  };
  s.running = std::make_unique<Running>(s.embedder, s.plugin);
  for (Posted& each : posted) {
    each.work = [&](const aisopod_task*) { alone(); };
    CHECK_EQ(each.post(s.plugin.host), AISOPOD_OK);
    s.deliver("1");
    s.running->invoke("alone");
  }
  posted[49].released.wait();
  one.received.wait_for(50);
}

CASE("with PARALLEL as many tasks run at a time as there are workers") {
  Meeting meeting(4);
  Posted posted[4];
  Posting p;
  for (Posted& each : posted) {
    each.work = [&](const aisopod_task*) { meeting.attend(); };
    CHECK_EQ(p.post(each, AISOPOD_F_PARALLEL), AISOPOD_OK);
  }
  for (Posted& each : posted) each.released.wait();
}

CASE("with PARALLEL a task runs while the serial worker is busy") {
  Posted posted;
  Posting p;
  Hold hold(p);
  CHECK_EQ(p.post(posted, AISOPOD_F_PARALLEL), AISOPOD_OK);
  posted.released.wait();
  hold.go_on.set();
}

CASE("with CONTROL tasks run on the control thread, in the order of post()") {
  Story story;
  Posted posted[20];
  Posting p;
  Hold hold(p);  // the serial worker has nothing to do with it
  for (int i = 0; i < 20; ++i) {
    posted[i].work = [&, i](const aisopod_task*) {
      CHECK((*p.running)->is_control_thread());
      story.add(std::to_string(i));
    };
    CHECK_EQ(p.post(posted[i], AISOPOD_F_CONTROL), AISOPOD_OK);
  }
  posted[19].released.wait();
  CHECK_EQ(story.text(), numbers(0, 19));
  hold.go_on.set();
}

CASE("a task on the control thread holds up configuration") {
  Posting p;
  Hold hold(p, AISOPOD_F_CONTROL);
  (*p.running)->configure("{}", kNoHurry);
  CHECK_EQ(p.embedder.count(MessageType::moment), 0u);
  CHECK(p.plugin.story.text().find("on_config_changed") == std::string::npos);
  hold.go_on.set();
  CHECK_EQ(p.embedder.take(MessageType::moment).status, AISOPOD_OK);
}

CASE("a task has the token that post() gave out") {
  Posted posted;
  Posting p;
  posted.work = [&](const aisopod_task* task) {
    CHECK(task->token != 0);
    CHECK_EQ(task->token, posted.token);
  };
  CHECK_EQ(p.post(posted), AISOPOD_OK);
  posted.released.wait();
}

CASE("a task may post the next one") {
  Posted first, second;
  Posting p;
  first.work = [&](const aisopod_task*) { CHECK_EQ(p.post(second), AISOPOD_OK); };
  CHECK_EQ(p.post(first), AISOPOD_OK);
  second.released.wait();
  CHECK_EQ(first.runs.load() + second.runs.load(), 2);
}

CASE("delayed tasks run in the order of their times, not before them") {
  for (const uint32_t flags : {uint32_t{0}, uint32_t{AISOPOD_F_CONTROL}}) {
    Story story;
    Posted late, soon, now;
    Posting p;
    late.work = [&](const aisopod_task*) { story.add("late"); };
    soon.work = [&](const aisopod_task*) { story.add("soon"); };
    now.work = [&](const aisopod_task*) { story.add("now"); };
    const auto begun = std::chrono::steady_clock::now();
    CHECK_EQ(p.post(late, flags, 200), AISOPOD_OK);
    CHECK_EQ(p.post(soon, flags, 20), AISOPOD_OK);
    CHECK_EQ(p.post(now, flags), AISOPOD_OK);
    late.released.wait();
    CHECK(std::chrono::steady_clock::now() - begun >= std::chrono::milliseconds(200));
    soon.released.wait();
    now.released.wait();
    CHECK_EQ(story.text(), "now, soon, late");
  }
}

CASE("a task posted in on_init begins when on_init has returned") {
  for (const uint32_t flags :
       {uint32_t{0}, uint32_t{AISOPOD_F_PARALLEL}, uint32_t{AISOPOD_F_CONTROL}}) {
    Plugin plugin;
    Posted posted, delayed;
    std::atomic<bool> initialised{false};
    posted.work = delayed.work = [&](const aisopod_task*) { CHECK(initialised.load()); };
    plugin.on_init = [&](aisopod_error*) {
      CHECK_EQ(posted.post(plugin.host, flags), AISOPOD_OK);
      CHECK_EQ(delayed.post(plugin.host, flags, 1), AISOPOD_OK);
      const auto due = std::chrono::steady_clock::now() + std::chrono::milliseconds(5);
      while (std::chrono::steady_clock::now() < due) std::this_thread::yield();
      CHECK_EQ(posted.runs.load() + delayed.runs.load(), 0);
      initialised = true;
      return AISOPOD_OK;
    };
    Embedder embedder;
    Running running(embedder, plugin);
    posted.released.wait();
    delayed.released.wait();
    CHECK_EQ(posted.runs.load() + delayed.runs.load(), 2);
  }
}

CASE("tasks posted in on_init keep their order") {
  Plugin plugin;
  Story story;
  Posted posted[10];
  plugin.on_init = [&](aisopod_error*) {
    for (int i = 0; i < 10; ++i) {
      posted[i].work = [&, i](const aisopod_task*) { story.add(std::to_string(i)); };
      CHECK_EQ(posted[i].post(plugin.host), AISOPOD_OK);
    }
    return AISOPOD_OK;
  };
  Embedder embedder;
  Running running(embedder, plugin);
  posted[9].released.wait();
  CHECK_EQ(story.text(), numbers(0, 9));
}

CASE("a post that breaks a rule is refused, and nothing of it is taken") {
  Posted posted;
  Posting p;
  const auto refusal = [&](const aisopod_post& post) {
    uint64_t token = 77;
    const aisopod_status status = p.plugin.host->post(p.plugin.host, &post, &token);
    CHECK_EQ(token, 77u);
    return status;
  };
  aisopod_post post = posted.def();
  for (const uint32_t size : {0u, 3u, static_cast<uint32_t>(sizeof post) - 8, 54u, 65540u}) {
    post.struct_size = size;
    CHECK_EQ(refusal(post), AISOPOD_E_INVALID);
  }
  post = posted.def();
  post.fn = nullptr;
  CHECK_EQ(refusal(post), AISOPOD_E_INVALID);
  CHECK_EQ(refusal(posted.def(0, -1)), AISOPOD_E_INVALID);
  CHECK_EQ(refusal(posted.def(AISOPOD_F_PARALLEL | AISOPOD_F_CONTROL)), AISOPOD_E_INVALID);
  CHECK_EQ(refusal(posted.def(AISOPOD_F_INLINE)), AISOPOD_E_UNSUPPORTED);
  CHECK_EQ(refusal(posted.def(8)), AISOPOD_E_UNSUPPORTED);
  CHECK_EQ(p.plugin.host->post(p.plugin.host, nullptr, nullptr), AISOPOD_E_INVALID);
  p.running->dispose();
  CHECK_EQ(posted.runs.load() + posted.releases.load(), 0);
}

CASE("release and out may be NULL") {
  Posted posted;
  Posting p;
  Event ran;
  posted.work = [&](const aisopod_task*) { ran.set(); };
  aisopod_post post = posted.def();
  post.release = nullptr;
  CHECK_EQ(p.plugin.host->post(p.plugin.host, &post, nullptr), AISOPOD_OK);
  ran.wait();
}

CASE("a task that throws is a line in the log with its name, and the next one runs") {
  Posted thrower, nameless, next;
  thrower.name = "sweep";
  Posting p;
  thrower.work = nameless.work = [](const aisopod_task*) { throw 1; };
  for (Posted* each : {&thrower, &nameless, &next}) CHECK_EQ(p.post(*each), AISOPOD_OK);
  next.released.wait();
  CHECK_EQ(thrower.releases.load() + nameless.releases.load(), 2);
  CHECK(p.embedder.take(MessageType::notice).a.find("the task \"sweep\" threw") == 0);
  CHECK(p.embedder.take(MessageType::notice).a.find("the task \"a posted function\" threw") == 0);
}

CASE("a release that throws is a line in the log with the name of the task") {
  Posted posted;
  posted.name = "sweep";
  posted.on_release = [] { throw 1; };
  Posting p;
  CHECK_EQ(p.post(posted), AISOPOD_OK);
  const Received notice = p.embedder.take(MessageType::notice);
  CHECK(notice.a.find("the release of the task \"sweep\" threw") == 0);
}

CASE("a task may wait for a response, on a worker and on the control thread") {
  for (const uint32_t flags :
       {uint32_t{0}, uint32_t{AISOPOD_F_PARALLEL}, uint32_t{AISOPOD_F_CONTROL}}) {
    Posted posted;
    Posting p;
    posted.work = [&](const aisopod_task* task) {
      const aisopod_response* response = nullptr;
      CHECK_EQ(aisopod_send_and_wait(p.plugin.host, task->token, "m", nullptr, 0, &response),
               AISOPOD_OK);
      p.plugin.host->response_release(p.plugin.host, response);
    };
    CHECK_EQ(p.post(posted, flags), AISOPOD_OK);
    (*p.running)
        ->requests.respond(p.embedder.take(MessageType::request).token, {AISOPOD_OK, "1", "", ""},
                           false);
    posted.released.wait();
  }
}

}  // namespace
