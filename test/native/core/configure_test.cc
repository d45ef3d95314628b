// A new configuration is proposed to a plugin that serves, and is in force once it has agreed.
#include <stdexcept>

#include "core/host/plugin_error.h"
#include "support/event.h"
#include "support/harness.h"
#include "support/running.h"

namespace {

using namespace test;

const char kOld[] = "{\"answer\":42}";
const char kNew[] = "{\"answer\":43}";

std::string config_of(const Plugin& plugin) {
  const aisopod_payload* config = nullptr;
  CHECK_EQ(plugin.host->get_config(plugin.host, &config), AISOPOD_OK);
  std::string text(config->json, config->len);
  plugin.host->payload_release(plugin.host, config);
  return text;
}

struct Configured {
  explicit Configured(bool has_function = true)
      : running(embedder, has_function ? plugin : without_function(plugin)) {}

  static const Plugin& without_function(Plugin& plugin) {
    plugin.desc.on_config_changed = nullptr;
    return plugin;
  }

  Plugin plugin;
  Embedder embedder;
  Running running;

  Received end_of() {
    return embedder.take(MessageType::moment, static_cast<uint64_t>(Moment::configure));
  }
  Received propose(const char* json, int64_t limit_ms = kNoHurry) {
    running->configure(json, limit_ms);
    return end_of();
  }
};

CASE("a configuration is in force once the plugin has agreed, and not before") {
  Configured it;
  std::string given, meanwhile;
  it.plugin.on_config_changed = [&](const std::string& json, aisopod_error*) {
    given = json;
    meanwhile = config_of(it.plugin);
    return AISOPOD_OK;
  };
  CHECK_EQ(it.propose(kNew).status, AISOPOD_OK);
  CHECK_EQ(given, kNew);
  CHECK_EQ(meanwhile, kOld);
  CHECK_EQ(config_of(it.plugin), kNew);
}

CASE("one that the plugin refuses leaves the old one in force, and the plugin serving") {
  Configured it;
  it.plugin.on_config_changed = [](const std::string&, aisopod_error* err) {
    return aisopod::fill(err, AISOPOD_E_INVALID, "answer: too large");
  };
  const Received end = it.propose(kNew);
  CHECK_EQ(end.status, AISOPOD_E_INVALID);
  CHECK_EQ(end.a, "answer: too large");
  CHECK_EQ(config_of(it.plugin), kOld);
  it.plugin.on_config_changed = nullptr;
  CHECK_EQ(it.propose(kNew).status, AISOPOD_OK);
}

CASE("an exception is a refusal") {
  Configured it;
  it.plugin.on_config_changed = [](const std::string&, aisopod_error*) -> aisopod_status {
    throw std::runtime_error("no");
  };
  const Received end = it.propose(kNew);
  CHECK_EQ(end.status, AISOPOD_E_FAIL);
  CHECK_EQ(end.a, "on_config_changed() threw a C++ exception: no");
  CHECK_EQ(config_of(it.plugin), kOld);
}

CASE("a refusal without a message names the status") {
  Configured it;
  it.plugin.on_config_changed = [](const std::string&, aisopod_error*) { return AISOPOD_E_BUSY; };
  CHECK_EQ(it.propose(kNew).a, "on_config_changed() returned AISOPOD_E_BUSY");
}

CASE("a plugin without the function gets it from get_config(), and the log says so") {
  Configured it(false);
  CHECK_EQ(it.propose(kNew).status, AISOPOD_OK);
  CHECK_EQ(config_of(it.plugin), kNew);
  const Received notice = it.embedder.take(MessageType::notice);
  CHECK_EQ(notice.status, AISOPOD_LOG_INFO);
}

CASE("one that exceeds its limit is reported twice: that it is late, and how it ended") {
  for (const bool agrees : {true, false}) {
    Configured it;
    Event may_return;
    it.plugin.on_config_changed = [&](const std::string&, aisopod_error*) {
      may_return.wait();
      return agrees ? AISOPOD_OK : AISOPOD_E_FAIL;
    };
    const Received late = it.propose(kNew, 1);
    CHECK_EQ(late.status, AISOPOD_E_DEADLINE);
    CHECK_EQ(late.other, 1u);
    CHECK_EQ(late.a, "on_config_changed() has not returned after 1 ms");
    CHECK_EQ(config_of(it.plugin), kOld);
    may_return.set();
    const Received end = it.embedder.take(MessageType::configured);
    CHECK_EQ(end.status, agrees ? AISOPOD_OK : AISOPOD_E_FAIL);
    CHECK_EQ(config_of(it.plugin), agrees ? kNew : kOld);
  }
}

CASE("calls are served while one is considered") {
  Configured it;
  Event proposed, may_return;
  it.plugin.on_config_changed = [&](const std::string&, aisopod_error*) {
    proposed.set();
    may_return.wait();
    return AISOPOD_OK;
  };
  it.running->configure(kNew, kNoHurry);
  proposed.wait();
  CHECK_EQ(config_of(it.plugin), kOld);  // on another thread
  may_return.set();
  CHECK_EQ(it.end_of().status, AISOPOD_OK);
}

CASE("several are taken one after the other") {
  Configured it;
  std::string seen;
  it.plugin.on_config_changed = [&](const std::string& json, aisopod_error*) {
    seen += json;
    return AISOPOD_OK;
  };
  it.running->configure("1", kNoHurry);
  it.running->configure("2", kNoHurry);
  CHECK_EQ(it.end_of().status, AISOPOD_OK);
  CHECK_EQ(it.end_of().status, AISOPOD_OK);
  CHECK_EQ(seen, "12");
  CHECK_EQ(config_of(it.plugin), "2");
}

CASE("a positive status is a refusal, and the host says so") {
  Configured it;
  it.plugin.on_config_changed = [&](const std::string&, aisopod_error*) { return 1; };
  const Received end = it.propose(kNew);
  CHECK_EQ(end.status, AISOPOD_E_FAIL);
  CHECK_EQ(end.a, "on_config_changed() returned the reserved status 1");
  CHECK_EQ(config_of(it.plugin), kOld);
  it.plugin.on_config_changed = [&](const std::string&, aisopod_error*) { return AISOPOD_PENDING; };
  CHECK_EQ(it.propose(kNew).a,
           "on_config_changed() returned AISOPOD_PENDING, which only a handler may");
}

CASE("before on_init there is nothing to propose") {
  Plugin plugin;
  Embedder embedder;
  auto instance = make_instance(embedder, plugin);
  CHECK_EQ(run_moment(embedder, *instance, Moment::create).status, AISOPOD_OK);
  instance->configure(kNew, kNoHurry);
  const Received end = embedder.take(MessageType::moment, static_cast<uint64_t>(Moment::configure));
  CHECK_EQ(end.status, AISOPOD_E_STATE);
  CHECK_EQ(config_of(plugin), kOld);
  dispose(embedder, instance);
}

CASE("one that waits when the instance is shut down is not proposed any more") {
  Plugin plugin;
  Embedder embedder;
  Event proposed, may_return;
  plugin.on_config_changed = [&](const std::string&, aisopod_error*) {
    proposed.set();
    may_return.wait();
    return AISOPOD_OK;
  };
  const auto moment = static_cast<uint64_t>(Moment::configure);
  {
    Running running(embedder, plugin);
    running->configure(kNew, kNoHurry);
    running->configure(kOld, kNoHurry);
    proposed.wait();
    running->begin(Moment::dispose, kNoHurry);
    may_return.set();
    CHECK_EQ(embedder.take(MessageType::moment, moment).status, AISOPOD_OK);
    CHECK_EQ(embedder.take(MessageType::moment, moment).status, AISOPOD_E_STATE);
  }
  CHECK_EQ(plugin.story.text(),
           "create, on_register, on_init, on_config_changed, on_shutdown, destroy");
}

CASE("after the end nothing is taken") {
  Plugin plugin;
  Embedder embedder;
  Running running(embedder, plugin);
  running.dispose();
  running->configure(kNew, kNoHurry);
  const auto moment = static_cast<uint64_t>(Moment::configure);
  CHECK_EQ(embedder.take(MessageType::moment, moment).status, AISOPOD_E_STATE);
}

}  // namespace
