// subscribe(): what is taken, what is refused, and when it is released.
#include <cstring>

#include "support/hearing.h"

namespace {

using namespace test;

CASE("a subscription is told with its glob and flags, and gets topic, source and JSON") {
  Hearing h;
  Ear& ear = h.ear(AISOPOD_F_PARALLEL);
  ear.on_event = [](const aisopod_event* e) {
    CHECK_EQ(std::string(e->topic), "topic");
    CHECK_EQ(std::string(e->source), "other");
  };
  h.start();
  const Heard told = h.embedder.take(MessageType::subscription);
  CHECK_EQ(told.token, ear.token);
  CHECK_EQ(told.a, "n1");
  CHECK_EQ(told.status, static_cast<int32_t>(AISOPOD_F_PARALLEL));
  h.publish("{\"x\":1}");
  ear.heard.wait_for(1);
  CHECK_EQ(ear.all(), "{\"x\":1}");
}

// Refused during on_register with a status, and told to the host; `break_it` gets a good one.
void check_refusal(aisopod_status status, const char* why,
                   const std::function<void(aisopod_subscription&)>& break_it) {
  Plugin plugin;
  Embedder embedder;
  Ear ear;
  plugin.on_register = [&](const aisopod_api* api, aisopod_error*) {
    aisopod_subscription def = ear.def();
    break_it(def);
    aisopod_error err = AISOPOD_INIT(aisopod_error);
    aisopod_reg out = 7;
    CHECK_EQ(api->subscribe(api, &def, &out, &err), status);
    CHECK_EQ(err.code, status);
    CHECK(std::strstr(err.message, why) != nullptr);
    CHECK_EQ(out, 7u);
    return AISOPOD_OK;
  };
  {
    Running running(embedder, plugin);
    const Heard refusal = embedder.take(MessageType::refusal);
    CHECK_EQ(refusal.status, status);
    CHECK(refusal.c.find(why) != std::string::npos);
  }
  CHECK_EQ(embedder.count(MessageType::subscription), 0u);
  CHECK_EQ(ear.released.load(), 0);
}

CASE("a subscription that breaks a rule is refused, and nothing of it is taken") {
  using D = aisopod_subscription;
  check_refusal(AISOPOD_E_INVALID, "NULL", [](D& d) { d.topic_glob = nullptr; });
  check_refusal(AISOPOD_E_INVALID, "empty", [](D& d) { d.topic_glob = ""; });
  check_refusal(AISOPOD_E_INVALID, "whole segment", [](D& d) { d.topic_glob = "a*"; });
  check_refusal(AISOPOD_E_INVALID, "UTF-8", [](D& d) { d.topic_glob = "\xFF"; });
  check_refusal(AISOPOD_E_INVALID, "fn is NULL", [](D& d) { d.fn = nullptr; });
  check_refusal(AISOPOD_E_UNSUPPORTED, "flag", [](D& d) { d.flags = AISOPOD_F_INLINE; });
  check_refusal(AISOPOD_E_UNSUPPORTED, "flag", [](D& d) { d.flags = 1u << 7; });
  for (const uint32_t size : {0u, 3u, 31u, 65537u, 0xFFFFFFFFu}) {
    check_refusal(AISOPOD_E_INVALID, "struct_size", [&](D& d) { d.struct_size = size; });
  }
}

CASE("subscribe() takes NULL for out, err and release, and a struct of a later minor") {
  Plugin plugin;
  Embedder embedder;
  Ear ear;
  plugin.on_register = [&](const aisopod_api* api, aisopod_error*) {
    CHECK_EQ(api->subscribe(api, nullptr, nullptr, nullptr), AISOPOD_E_INVALID);
    struct {
      aisopod_subscription known;
      char more[64];
    } later = {ear.def(), {}};
    later.known.struct_size = sizeof later;
    later.known.release = nullptr;
    return api->subscribe(api, &later.known, nullptr, nullptr);
  };
  { Running running(embedder, plugin); }
  CHECK_EQ(embedder.count(MessageType::subscription), 1u);
}

CASE("subscribe() is legal during on_register and on its thread only") {
  Plugin plugin;
  Embedder embedder;
  Ear ear;
  const aisopod_api* kept = nullptr;
  plugin.on_register = [&](const aisopod_api* api, aisopod_error*) {
    kept = api;
    std::thread([&] {
      const aisopod_subscription def = ear.def();
      CHECK_EQ(api->subscribe(api, &def, nullptr, nullptr), AISOPOD_E_THREAD);
    }).join();
    return AISOPOD_OK;
  };
  const aisopod_subscription def = ear.def();
  {
    Running running(embedder, plugin);
    CHECK_EQ(kept->subscribe(kept, &def, nullptr, nullptr), AISOPOD_E_STATE);
  }
  CHECK_EQ(kept->subscribe(kept, &def, nullptr, nullptr), AISOPOD_E_STATE);
  CHECK_EQ(ear.released.load(), 0);
}

CASE("registrations and subscriptions share one limit") {
  Hearing h;
  Limits limits = patient_limits();
  limits.registrations = 3;
  h.ear();
  h.ear();
  h.prepare();
  const auto two_and_a_tool = h.plugin.on_register;
  h.plugin.on_register = [&](const aisopod_api* api, aisopod_error* err) {
    CHECK_EQ(two_and_a_tool(api, err), AISOPOD_OK);
    Ear more;
    const aisopod_subscription def = more.def();
    CHECK_EQ(api->subscribe(api, &def, nullptr, err), AISOPOD_E_TOO_LARGE);
    return AISOPOD_OK;
  };
  h.running = std::make_unique<Running>(h.embedder, h.plugin, limits);
  CHECK_EQ(h.embedder.take(MessageType::refusal).status, AISOPOD_E_TOO_LARGE);
}

CASE("subscriptions are released with the registrations, newest first, before destroy") {
  Hearing h;
  for (int i = 0; i < 3; ++i) h.ear().story = &h.plugin.story;
  h.start();
  h.running->dispose();
  CHECK_EQ(h.plugin.story.text(), "create, on_register, on_init, on_shutdown, n3, n2, n1, destroy");
}

CASE("subscriptions are released also when on_register fails") {
  Hearing h;
  h.ear().story = &h.plugin.story;
  h.prepare();
  const auto good = h.plugin.on_register;
  h.plugin.on_register = [&](const aisopod_api* api, aisopod_error* err) {
    good(api, err);
    return AISOPOD_E_FAIL;
  };
  std::shared_ptr<Instance> instance = make_instance(h.embedder, h.plugin);
  run_moment(h.embedder, *instance, Moment::create);
  CHECK_EQ(run_moment(h.embedder, *instance, Moment::on_register).status, AISOPOD_E_FAIL);
  dispose(h.embedder, instance);
  CHECK_EQ(h.plugin.story.text(), "create, on_register, n1, destroy");
}

}  // namespace
