// subscribe(): what is taken, what is refused, and when it is released.
#include <cstring>
#include <set>
#include <thread>

#include "support/subscribing.h"

namespace {

using namespace test;

CASE("a subscription reaches the host with pattern, flags and token") {
  Subscribing s;
  Subscriber& one = s.subscriber(AISOPOD_F_PARALLEL);
  s.start();
  const Received subscription = s.embedder.take(MessageType::subscription);
  CHECK_EQ(subscription.token, one.token);
  CHECK_EQ(subscription.a, "n1");
  CHECK_EQ(subscription.status, static_cast<int32_t>(AISOPOD_F_PARALLEL));
}

CASE("an event has pattern, topic, source, payload, meta and a token of its own") {
  Subscribing s;
  Subscriber& one = s.subscriber();
  std::set<uint64_t> tokens;
  one.on_event = [&](const aisopod_event* e) {
    CHECK_EQ(std::string(e->pattern), "n1");
    CHECK_EQ(std::string(e->topic), "topic");
    CHECK_EQ(std::string(e->source), "other");
    CHECK_EQ(std::string(e->meta, e->meta_len), "{\"tenant\":\"x\"}");
    CHECK(e->token != 0);
    tokens.insert(e->token);
  };
  s.start();
  for (int i = 0; i < 3; ++i) s.deliver("{\"x\":1}", {}, "{\"tenant\":\"x\"}");
  one.received.wait_for(3);
  CHECK_EQ(one.all(), "{\"x\":1}, {\"x\":1}, {\"x\":1}");
  CHECK_EQ(tokens.size(), 3u);
}

CASE("an event that reaches two subscriptions has a token for each, and one meta") {
  Subscribing s;
  Subscriber& one = s.subscriber();
  Subscriber& two = s.subscriber();
  std::set<uint64_t> tokens;
  std::set<std::string> metas;
  one.on_event = two.on_event = [&](const aisopod_event* e) {  // one at a time: both are serial
    tokens.insert(e->token);
    metas.insert(std::string(e->meta, e->meta_len));
  };
  s.start();
  s.deliver("1", {}, "");
  one.received.wait_for(1);
  two.received.wait_for(1);
  CHECK_EQ(tokens.size(), 2u);
  CHECK_EQ(metas.size(), 1u);
}

CASE("an event without a meta gets one with a trace id") {
  Subscribing s;
  Subscriber& one = s.subscriber();
  std::string meta;
  one.on_event = [&](const aisopod_event* e) { meta.assign(e->meta, e->meta_len); };
  s.start();
  s.deliver("1", {}, "");
  one.received.wait_for(1);
  CHECK(meta.find("{\"traceId\":\"") == 0);
}

// Refused during on_register with a status, and reported to the host; `break_it` gets a good one.
void check_refusal(aisopod_status status, const char* why,
                   const std::function<void(aisopod_subscription&)>& break_it) {
  Plugin plugin;
  Embedder embedder;
  Subscriber one;
  plugin.on_register = [&](const aisopod_api* api, aisopod_error*) {
    aisopod_subscription def = one.def();
    break_it(def);
    aisopod_error err = AISOPOD_INIT(aisopod_error);
    aisopod_token out = 7;
    CHECK_EQ(api->subscribe(api, &def, &out, &err), status);
    CHECK_EQ(err.status, status);
    CHECK(std::strstr(err.message, why) != nullptr);
    CHECK_EQ(out, 7u);
    return AISOPOD_OK;
  };
  {
    Running running(embedder, plugin);
    const Received refusal = embedder.take(MessageType::refusal);
    CHECK_EQ(refusal.status, status);
    CHECK(refusal.c.find(why) != std::string::npos);
    CHECK_EQ(refusal.other, 0u);  // a fault of the plugin
  }
  CHECK_EQ(embedder.count(MessageType::subscription), 0u);
  CHECK_EQ(one.released.load(), 0);
}

CASE("a subscription that breaks a rule is refused, and nothing of it is taken") {
  using D = aisopod_subscription;
  check_refusal(AISOPOD_E_INVALID, "NULL", [](D& d) { d.pattern = nullptr; });
  check_refusal(AISOPOD_E_INVALID, "empty", [](D& d) { d.pattern = ""; });
  check_refusal(AISOPOD_E_INVALID, "whole segment", [](D& d) { d.pattern = "a*"; });
  check_refusal(AISOPOD_E_INVALID, "UTF-8", [](D& d) { d.pattern = "\xFF"; });
  check_refusal(AISOPOD_E_INVALID, "fn is NULL", [](D& d) { d.fn = nullptr; });
  check_refusal(AISOPOD_E_UNSUPPORTED, "flag", [](D& d) { d.flags = AISOPOD_F_INLINE; });
  check_refusal(AISOPOD_E_UNSUPPORTED, "flag", [](D& d) { d.flags = 1u << 7; });
  for (const uint32_t size : {0u, 3u, 32u, 42u, 65540u, 0xFFFFFFFFu}) {
    check_refusal(AISOPOD_E_INVALID, "struct_size", [&](D& d) { d.struct_size = size; });
  }
}

CASE("a larger subscription of a later minor is accepted while its new members are zero") {
  Plugin plugin;
  Embedder embedder;
  Subscriber one;
  plugin.on_register = [&](const aisopod_api* api, aisopod_error*) {
    struct {
      aisopod_subscription known;
      char more[64];
    } later = {one.def(), {}};
    later.known.struct_size = sizeof later;
    later.more[63] = 1;
    CHECK_EQ(api->subscribe(api, &later.known, nullptr, nullptr), AISOPOD_E_UNSUPPORTED);
    later.more[63] = 0;
    return api->subscribe(api, &later.known, nullptr, nullptr);
  };
  { Running running(embedder, plugin); }
  CHECK_EQ(embedder.count(MessageType::subscription), 1u);
  CHECK_EQ(one.released.load(), 1);
}

CASE("subscribe() takes NULL for out, err and release") {
  Plugin plugin;
  Embedder embedder;
  Subscriber one;
  plugin.on_register = [&](const aisopod_api* api, aisopod_error*) {
    CHECK_EQ(api->subscribe(api, nullptr, nullptr, nullptr), AISOPOD_E_INVALID);
    aisopod_subscription def = one.def();
    def.release = nullptr;
    return api->subscribe(api, &def, nullptr, nullptr);
  };
  { Running running(embedder, plugin); }
  CHECK_EQ(embedder.count(MessageType::subscription), 1u);
}

CASE("subscribe() is legal during on_register and on its thread only") {
  Plugin plugin;
  Embedder embedder;
  Subscriber one;
  const aisopod_api* kept = nullptr;
  plugin.on_register = [&](const aisopod_api* api, aisopod_error*) {
    kept = api;
    std::thread([&] {
      const aisopod_subscription def = one.def();
      CHECK_EQ(api->subscribe(api, &def, nullptr, nullptr), AISOPOD_E_THREAD);
    }).join();
    return AISOPOD_OK;
  };
  const aisopod_subscription def = one.def();
  {
    Running running(embedder, plugin);
    CHECK_EQ(kept->subscribe(kept, &def, nullptr, nullptr), AISOPOD_E_STATE);
  }
  CHECK_EQ(kept->subscribe(kept, &def, nullptr, nullptr), AISOPOD_E_STATE);
  CHECK_EQ(one.released.load(), 0);
}

CASE("registrations and subscriptions share one limit") {
  Subscribing s;
  Limits limits = patient_limits();
  limits.registrations = 3;
  s.subscriber();
  s.subscriber();
  s.prepare();
  const auto two_and_a_tool = s.plugin.on_register;
  s.plugin.on_register = [&](const aisopod_api* api, aisopod_error* err) {
    CHECK_EQ(two_and_a_tool(api, err), AISOPOD_OK);
    Subscriber more;
    const aisopod_subscription def = more.def();
    CHECK_EQ(api->subscribe(api, &def, nullptr, err), AISOPOD_E_TOO_LARGE);
    return AISOPOD_OK;
  };
  s.running = std::make_unique<Running>(s.embedder, s.plugin, limits);
  CHECK_EQ(s.embedder.take(MessageType::refusal).status, AISOPOD_E_TOO_LARGE);
}

CASE("subscriptions are released with the registrations, newest first, before destroy") {
  Subscribing s;
  for (int i = 0; i < 3; ++i) s.subscriber().story = &s.plugin.story;
  s.start();
  s.running->dispose();
  CHECK_EQ(s.plugin.story.text(), "create, on_register, on_init, on_shutdown, n3, n2, n1, destroy");
}

CASE("subscriptions are released also when on_register fails") {
  Subscribing s;
  s.subscriber().story = &s.plugin.story;
  s.prepare();
  const auto good = s.plugin.on_register;
  s.plugin.on_register = [&](const aisopod_api* api, aisopod_error* err) {
    good(api, err);
    return AISOPOD_E_FAIL;
  };
  std::shared_ptr<Instance> instance = make_instance(s.embedder, s.plugin);
  run_moment(s.embedder, *instance, Moment::create);
  CHECK_EQ(run_moment(s.embedder, *instance, Moment::on_register).status, AISOPOD_E_FAIL);
  dispose(s.embedder, instance);
  CHECK_EQ(s.plugin.story.text(), "create, on_register, n1, destroy");
}

}  // namespace
