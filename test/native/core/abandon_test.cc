// The embedder goes without having closed, as a Worker that is terminated does: instances end on
// their own threads, nothing is leaked, nothing hangs, nobody is told.
#include <thread>

#include "support/asking.h"

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

CASE("an instance that never began is let go") {
  Plugin plugin;
  {
    Embedder embedder;
    make_instance(embedder, plugin);
    embedder.abandon(true);
  }
  everything_ends();
  CHECK_EQ(plugin.story.text(), "");
}

CASE("a running handler is told, and its answer is dropped") {
  Plugin plugin;
  Event begun, go_on;
  Tool& tool = plugin.tool("tool", 0, [&](const aisopod_request* r) {
    begun.set();
    go_on.wait();
    CHECK_EQ(plugin.host->call_check(plugin.host, r->call), AISOPOD_E_STATE);
    return plugin.host->call_reply(plugin.host, r->call, "1", 1);
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

CASE("a handler that waits for room, and one that waits for an answer, are woken") {
  for (const bool for_room : {true, false}) {
    Plugin plugin;
    Event begun;
    plugin.tool("tool", 0, [&](const aisopod_request* r) {
      const aisopod_host* host = plugin.host;
      if (for_room) {
        for (int i = 0; i < 64; ++i) host->call_chunk(host, r->call, "1", 1, 0);
        begun.set();
        CHECK_EQ(host->call_chunk(host, r->call, "1", 1, -1), AISOPOD_E_STATE);
      } else {
        const aisopod_ask ask = ask_for("m", nullptr, 0, kNoHurry);
        aisopod_buf buf = {};
        begun.set();
        CHECK_EQ(host->request_wait(host, &ask, &buf, nullptr), AISOPOD_E_GONE);
      }
      return AISOPOD_OK;
    });
    Embedder embedder;
    invoke(embedder, *serving(embedder, plugin));
    begun.wait();
    if (!for_room) embedder.take(MessageType::ask);  // it waits
    embedder.abandon(true);
    everything_ends();
  }
}

CASE("an on_init or an on_shutdown that waits for an answer is woken, as nobody will answer") {
  for (const bool in_init : {true, false}) {
    Plugin plugin;
    const auto ask_in_vain = [&] {
      const aisopod_ask ask = ask_for("m", nullptr, 0, kNoHurry);
      aisopod_buf buf = {};
      CHECK_EQ(plugin.host->request_wait(plugin.host, &ask, &buf, nullptr), AISOPOD_E_GONE);
    };
    if (in_init) {
      plugin.on_init = [&](aisopod_error*) {
        ask_in_vain();
        return AISOPOD_OK;
      };
    } else {
      plugin.on_shutdown = ask_in_vain;
    }
    Embedder embedder;
    auto instance = make_instance(embedder, plugin);
    run_moment(embedder, *instance, Moment::create);
    run_moment(embedder, *instance, Moment::on_register);
    instance->begin(Moment::on_init, kNoHurry);
    embedder.take(in_init ? MessageType::ask : MessageType::moment);
    instance.reset();
    embedder.abandon(true);
    everything_ends();
    CHECK_EQ(plugin.story.text(), "create, on_register, on_init, on_shutdown, destroy");
  }
}

CASE("requests, posts and observers that are open are answered and released once") {
  Plugin plugin;
  Answers answers, late;
  std::atomic<int> released{0};
  const auto release = [](void* count) { ++*static_cast<std::atomic<int>*>(count); };
  plugin.tool("tool", AISOPOD_F_INLINE, [](const aisopod_request*) { return AISOPOD_OK; });
  plugin.on_shutdown = [&] {
    const aisopod_ask ask = ask_for("m", &late);
    CHECK_EQ(plugin.host->request(plugin.host, &ask, nullptr), AISOPOD_E_GONE);
    CHECK_EQ(plugin.host->post(
                 plugin.host, [](void*) {}, &released, release, 0),
             AISOPOD_OK);
  };
  {
    Embedder embedder;
    const auto instance = serving(embedder, plugin);
    const uint64_t call = invoke(embedder, *instance).token;
    const aisopod_host* host = plugin.host;
    const aisopod_ask ask = ask_for("m", &answers, call);
    CHECK_EQ(host->request(host, &ask, nullptr), AISOPOD_OK);
    CHECK_EQ(host->call_on_cancel(
                 host, call, [](void*, aisopod_call, aisopod_status) {}, &released, release),
             AISOPOD_OK);
    CHECK_EQ(host->post(
                 host, [](void*) {}, &released, release, kNoHurry),
             AISOPOD_OK);
    embedder.abandon(true);
  }
  everything_ends();
  CHECK_EQ(answers.releases.load(), 1);
  CHECK_EQ(late.releases.load(), 0);
  CHECK_EQ(released.load(), 3);
}

CASE("posts while on_init still runs do not bring a second control thread to life") {
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
    CHECK_EQ(plugin.host->post(
                 plugin.host, [](void*) {}, nullptr, nullptr, 0),
             AISOPOD_OK);
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

CASE("an instance whose end the embedder has not heard of is let go") {
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

CASE("a moment that overstays its limit beside the end of the embedder ends well") {
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
    plugin.tool("tool", AISOPOD_F_PARALLEL, [&](const aisopod_request* r) {
      plugin.host->call_chunk(plugin.host, r->call, "1", 1, 1);
      if (r->call % 2 == 0) plugin.host->call_reply(plugin.host, r->call, "1", 1);
      return AISOPOD_OK;
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
  CHECK_EQ(plugin.host->emit(plugin.host, "t", "1", 1), AISOPOD_OK);
}

}  // namespace
