// The embedder goes without having closed, as a Worker that is terminated does: instances end on
// their own threads, nothing is leaked, nothing hangs, and no report is made.
#include <thread>

#include "support/requesting.h"

namespace {

using namespace test;

void everything_ends() {
  eventually("the abandoned instances end",
             [] { return aisopod::live_instances() == 0 && aisopod::live_threads() == 0; });
}

// Brings an instance to serving without anything that disposes of it.
std::shared_ptr<Instance> serving(Embedder& embedder, const Plugin& plugin) {
  std::shared_ptr<Instance> instance = make_instance(embedder, plugin);
  for (const Moment moment : {Moment::create, Moment::on_register, Moment::on_init}) {
    CHECK_EQ(run_moment(embedder, *instance, moment).status, AISOPOD_OK);
  }
  return instance;
}

Invoked invoke(Embedder& embedder, Instance& instance, int64_t timeout_ms = -1) {
  aisopod::CallRequest request;
  request.registration = embedder.take(MessageType::registration).token;
  request.timeout_ms = timeout_ms;
  request.wants = aisopod::kWantsChunks;
  return instance.calls.invoke(request);
}

CASE("an abandoned instance is shut down and destroyed on its control thread") {
  Plugin plugin;
  {
    Embedder embedder;
    serving(embedder, plugin);
    embedder.abandon(true);
  }
  everything_ends();
  CHECK_EQ(plugin.story.text(), "create, on_register, on_init, on_shutdown, destroy");
}

CASE("an instance that never began is destroyed") {
  Plugin plugin;
  {
    Embedder embedder;
    make_instance(embedder, plugin);
    embedder.abandon(true);
  }
  everything_ends();
  CHECK_EQ(plugin.story.text(), "");
}

CASE("a running handler sees STATE, and its answer is dropped") {
  Plugin plugin;
  Event begun, go_on;
  Tool& tool = plugin.tool("tool", 0, [&](const aisopod_call* call) {
    begun.set();
    go_on.wait();
    CHECK_EQ(plugin.host->call_check(plugin.host, call->token), AISOPOD_E_STATE);
    CHECK_EQ(aisopod_reply(plugin.host, call->token, "1", 1), AISOPOD_E_GONE);
    return AISOPOD_OK;
  });
  {
    Embedder embedder;
    const auto instance = serving(embedder, plugin);
    invoke(embedder, *instance, kNoHurry);
    begun.wait();
    embedder.abandon(true);
  }
  go_on.set();
  everything_ends();
  CHECK_EQ(tool.released.load(), 1);
}

CASE("a handler that waits for room, and one that waits for a response, get STATE") {
  for (const bool for_room : {true, false}) {
    Plugin plugin;
    Event begun;
    plugin.tool("tool", 0, [&](const aisopod_call* call) {
      const aisopod_host* host = plugin.host;
      if (for_room) {
        for (int i = 0; i < 64; ++i) aisopod_chunk(host, call->token, "1", 1, 0);
        begun.set();
        CHECK_EQ(aisopod_chunk(host, call->token, "1", 1, -1), AISOPOD_E_STATE);
      } else {
        const aisopod_request request = request_of("m", nullptr);
        const aisopod_response* response = nullptr;
        begun.set();
        CHECK_EQ(aisopod_request_and_wait(host, &request, &response), AISOPOD_E_STATE);
      }
      return AISOPOD_OK;
    });
    Embedder embedder;
    invoke(embedder, *serving(embedder, plugin));
    begun.wait();
    if (!for_room) embedder.take(MessageType::request);  // it waits
    embedder.abandon(true);
    everything_ends();
  }
}

CASE("an on_init or an on_shutdown that waits for a response gets GONE, since none will come") {
  for (const bool in_init : {true, false}) {
    Plugin plugin;
    uint64_t token = 0;
    const auto send = [&] {
      const aisopod_request request = request_of("m", nullptr);
      CHECK_EQ(plugin.host->request(plugin.host, &request, &token), AISOPOD_OK);
    };
    const auto wait_in_vain = [&] {
      const aisopod_response* response = nullptr;
      CHECK_EQ(plugin.host->request_wait(plugin.host, token, -1, &response), AISOPOD_E_GONE);
    };
    plugin.on_init = [&](aisopod_error*) {
      send();
      if (in_init) wait_in_vain();
      return AISOPOD_OK;
    };
    if (!in_init) plugin.on_shutdown = wait_in_vain;
    Embedder embedder;
    auto instance = make_instance(embedder, plugin);
    run_moment(embedder, *instance, Moment::create);
    run_moment(embedder, *instance, Moment::on_register);
    instance->begin(Moment::on_init, kNoHurry);
    embedder.take(in_init ? MessageType::request : MessageType::moment);
    instance.reset();
    embedder.abandon(true);
    everything_ends();
    CHECK_EQ(plugin.story.text(), "create, on_register, on_init, on_shutdown, destroy");
  }
}

CASE("requests, posts and observers that are open end and are released once") {
  Plugin plugin;
  Responses responses, late;
  std::atomic<int> released{0};
  const auto release = [](void* count) { ++*static_cast<std::atomic<int>*>(count); };
  plugin.tool("tool", AISOPOD_F_INLINE, [](const aisopod_call*) { return AISOPOD_PENDING; });
  aisopod_post post = AISOPOD_INIT(aisopod_post);
  post.fn = [](void*, const aisopod_task*) {};
  post.user = &released;
  post.release = release;
  plugin.on_shutdown = [&] {
    const aisopod_request request = request_of("m", &late);
    CHECK_EQ(plugin.host->request(plugin.host, &request, nullptr), AISOPOD_E_STATE);
    CHECK_EQ(plugin.host->post(plugin.host, &post, nullptr), AISOPOD_E_STATE);
  };
  {
    Embedder embedder;
    const auto instance = serving(embedder, plugin);
    const uint64_t call = invoke(embedder, *instance).token;
    const aisopod_host* host = plugin.host;
    const aisopod_request request = request_of("m", &responses, call);
    CHECK_EQ(host->request(host, &request, nullptr), AISOPOD_OK);
    aisopod_observer observer = AISOPOD_INIT(aisopod_observer);
    observer.fn = [](void*, const aisopod_cancellation*) {};
    observer.user = &released;
    observer.release = release;
    CHECK_EQ(host->call_on_cancel(host, call, &observer), AISOPOD_OK);
    post.delay_ms = kNoHurry;
    CHECK_EQ(host->post(host, &post, nullptr), AISOPOD_OK);
    embedder.abandon(true);
  }
  everything_ends();
  CHECK_EQ(responses.releases.load(), 1);
  CHECK_EQ(late.releases.load(), 0);
  CHECK_EQ(released.load(), 2);
}

CASE("an on_init that still runs is shut down on the same control thread, and posts are refused") {
  Plugin plugin;
  Event in_init, go_on;
  std::atomic<bool> initialising{false};
  plugin.on_init = [&](aisopod_error*) {
    initialising = true;
    in_init.set();
    go_on.wait();
    initialising = false;
    return AISOPOD_OK;
  };
  plugin.on_shutdown = [&] { CHECK(!initialising); };
  {
    Embedder embedder;
    auto instance = make_instance(embedder, plugin);
    run_moment(embedder, *instance, Moment::create);
    run_moment(embedder, *instance, Moment::on_register);
    instance->begin(Moment::on_init, kNoHurry);
    in_init.wait();
    instance.reset();
    embedder.abandon(true);
  }
  const int threads = aisopod::live_threads();
  for (int i = 0; i < 10; ++i) {
    CHECK_EQ(
        aisopod_post_task(
            plugin.host, AISOPOD_F_CONTROL, 0, [](void*, const aisopod_task*) {}, nullptr, nullptr),
        AISOPOD_E_STATE);
  }
  CHECK_EQ(aisopod::live_threads(), threads);
  go_on.set();
  everything_ends();
  CHECK_EQ(plugin.story.text(), "create, on_register, on_init, on_shutdown, destroy");
}

CASE("an instance that is being disposed of when the embedder goes is disposed of once") {
  Plugin plugin;
  Event in_shutdown, go_on;
  plugin.on_shutdown = [&] {
    in_shutdown.set();
    go_on.wait();
  };
  {
    Embedder embedder;
    auto instance = serving(embedder, plugin);
    instance->begin(Moment::dispose, kNoHurry);
    in_shutdown.wait();
    embedder.abandon(true);
  }
  go_on.set();
  everything_ends();
  CHECK_EQ(plugin.story.text(), "create, on_register, on_init, on_shutdown, destroy");
}

CASE("an instance whose end the embedder has not received is freed") {
  Plugin plugin;
  Event destroyed;
  plugin.destroy = [&] { destroyed.set(); };
  {
    Embedder embedder;
    serving(embedder, plugin)->begin(Moment::dispose, kNoHurry);
    destroyed.wait();
    embedder.abandon(true);
  }
  everything_ends();
}

CASE("a moment that exceeds its limit while the embedder goes ends well") {
  for (int round = 0; round < 60; ++round) {
    Plugin plugin;
    {
      Embedder embedder;
      auto instance = make_instance(embedder, plugin);
      instance->begin(Moment::create, 0);
      instance->begin(Moment::on_register, 1);
      if (round % 3 != 0) instance->begin(Moment::dispose, round % 2);
      embedder.abandon(true);
    }
    everything_ends();
  }
}

CASE("calls with deadlines all around, and the embedder goes in the middle") {
  for (int round = 0; round < 60; ++round) {
    Plugin plugin;
    plugin.tool("tool", AISOPOD_F_PARALLEL, [&](const aisopod_call* call) {
      aisopod_chunk(plugin.host, call->token, "1", 1, 1);
      if (call->token % 2 == 0) aisopod_reply(plugin.host, call->token, "1", 1);
      return AISOPOD_PENDING;
    });
    {
      Embedder embedder;
      const auto instance = serving(embedder, plugin);
      aisopod::CallRequest request;
      request.registration = embedder.take(MessageType::registration).token;
      for (int i = 0; i < 20; ++i) {
        request.timeout_ms = i % 3;
        instance->calls.invoke(request);
      }
      embedder.abandon(true);
    }
    everything_ends();
  }
}

CASE("when the process ends, instances are left as they are") {
  // Kept for the rest of the process, as the host keeps them; so this is the last case.
  static Plugin plugin;
  {
    Embedder embedder;
    serving(embedder, plugin);
    embedder.abandon(false);
  }
  CHECK_EQ(aisopod::live_instances(), 1);
  CHECK(aisopod::live_threads() > 0);
  CHECK_EQ(plugin.story.text(), "create, on_register, on_init");
  CHECK_EQ(aisopod_publish(plugin.host, 0, "t", "1", 1), AISOPOD_OK);
}

}  // namespace
