// subscribe(): what is refused, what is delivered and in which order, what is dropped, and that
// nothing runs before on_init has returned or once on_shutdown has begun.
#include <cstring>
#include <list>
#include <set>
#include <vector>

#include "support/event.h"
#include "support/running.h"

namespace {

using namespace test;

// The user of a subscription: keeps what it gets, and may wait.
struct Ear {
  std::string glob = "n";
  uint32_t flags = 0;
  Story* story = nullptr;  // told of the release
  std::function<void(const aisopod_event*)> on_event;
  uint64_t token = 0;
  std::mutex mutex;
  std::vector<std::string> got;  // "data" or "data after n lost"
  Counter heard;
  std::atomic<int> released{0};

  static void AISOPOD_ABI hear(void* self, const aisopod_event* e) {
    auto* const ear = static_cast<Ear*>(self);
    CHECK_EQ(ear->released.load(), 0);
    CHECK_EQ(e->struct_size, sizeof(aisopod_event));
    CHECK_EQ(e->flags, 0u);
    CHECK_EQ(std::strlen(e->json), e->len);
    {
      const std::lock_guard lock(ear->mutex);
      std::string text = e->json;
      if (e->dropped != 0) text += " after " + std::to_string(e->dropped) + " lost";
      ear->got.push_back(std::move(text));
    }
    if (ear->on_event) ear->on_event(e);
    ear->heard.add();
  }
  static void AISOPOD_ABI release(void* self) {
    auto* const ear = static_cast<Ear*>(self);
    ++ear->released;
    if (ear->story != nullptr) ear->story->tell(ear->glob);
  }

  aisopod_subscription def() {
    aisopod_subscription d = AISOPOD_INIT(aisopod_subscription);
    d.flags = flags;
    d.topic_glob = glob.c_str();
    d.fn = hear;
    d.user = this;
    d.release = release;
    return d;
  }
  std::string all() {
    const std::lock_guard lock(mutex);
    std::string text;
    for (const std::string& one : got) text += (text.empty() ? "" : ", ") + one;
    return text;
  }
};

// A plugin with subscriptions, and the tool "tool", which replies.
struct Hearing {
  Ear& ear(uint32_t flags = 0) {
    Ear& one = ears.emplace_back();
    one.flags = flags;
    one.glob = "n" + std::to_string(ears.size());
    return one;
  }
  void start(Limits limits = patient_limits()) {
    prepare();
    running = std::make_unique<Running>(embedder, plugin, limits);
  }
  void prepare() {
    plugin.on_register = [this](const aisopod_api* api, aisopod_error* err) {
      for (Ear& one : ears) {
        const aisopod_subscription def = one.def();
        CHECK_EQ(api->subscribe(api, &def, &one.token, err), AISOPOD_OK);
      }
      aisopod_registration tool = AISOPOD_INIT(aisopod_registration);
      tool.kind = AISOPOD_KIND_TOOL;
      tool.name = "tool";
      tool.spec = "{}";
      tool.spec_len = 2;
      tool.handler = [](void* self, const aisopod_request* r) {
        const aisopod_host* host = static_cast<Hearing*>(self)->plugin.host;
        return host->call_reply(host, r->call, "1", 1);
      };
      tool.user = this;
      return api->add(api, &tool, nullptr, err);
    };
  }
  // As JavaScript does it: on the host's thread.
  void publish(const std::string& json, std::vector<uint64_t> tokens = {}) {
    if (tokens.empty()) {
      for (const Ear& one : ears) tokens.push_back(one.token);
    }
    (*running)->subscriptions.deliver(tokens, {"topic", "other", json});
  }

  std::list<Ear> ears;
  Plugin plugin;
  Embedder embedder;
  std::unique_ptr<Running> running;
};

std::string numbers(int first, int last) {
  std::string text;
  for (int i = first; i <= last; ++i) text += (text.empty() ? "" : ", ") + std::to_string(i);
  return text;
}

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

CASE("events come in order, each to the subscriptions that it is for") {
  Hearing h;
  Ear& one = h.ear();
  Ear& two = h.ear();
  h.start();
  for (int i = 1; i <= 500; ++i) {
    h.publish(std::to_string(i), {one.token});
    if (i % 2 == 0) h.publish(std::to_string(i / 2), {two.token, 1u << 30});  // one is unknown
  }
  one.heard.wait_for(500);
  two.heard.wait_for(250);
  CHECK_EQ(one.all(), numbers(1, 500));
  CHECK_EQ(two.all(), numbers(1, 250));
}

CASE("without PARALLEL one function of the plugin runs at a time, and calls get their turn") {
  Hearing h;
  Ear& one = h.ear();
  Ear& two = h.ear();
  std::atomic<int> inside{0};
  one.on_event = two.on_event = [&](const aisopod_event*) {
    CHECK_EQ(++inside, 1);
    std::this_thread::yield();
    --inside;
  };
  h.start();
  for (int i = 0; i < 200; ++i) h.publish("1");
  CHECK_EQ(h.running->call("tool").a, "1");  // does not wait until all events are delivered
  one.heard.wait_for(200);
  two.heard.wait_for(200);
}

CASE("with PARALLEL as many run at a time as there are workers") {
  Hearing h;
  Ear& ear = h.ear(AISOPOD_F_PARALLEL);
  Meeting meeting(4);
  ear.on_event = [&](const aisopod_event*) { meeting.attend(); };
  h.start();
  for (int i = 0; i < 4; ++i) h.publish("1");
  ear.heard.wait_for(4);
}

CASE("nothing is delivered before on_init has returned, and then what has come since") {
  Hearing h;
  Ear& ear = h.ear();
  Event inside, go_on;
  std::atomic<bool> returned{false};
  h.plugin.on_init = [&](aisopod_error*) {
    inside.set();
    go_on.wait();
    returned.store(true);
    return AISOPOD_OK;
  };
  ear.on_event = [&](const aisopod_event*) { CHECK(returned.load()); };
  h.prepare();
  std::shared_ptr<Instance> instance = make_instance(h.embedder, h.plugin);
  run_moment(h.embedder, *instance, Moment::create);
  run_moment(h.embedder, *instance, Moment::on_register);
  instance->begin(Moment::on_init, kNoHurry);
  inside.wait();
  for (int i = 1; i <= 3; ++i) {
    instance->subscriptions.deliver({ear.token}, {"t", "host", std::to_string(i)});
  }
  CHECK_EQ(ear.all(), "");
  go_on.set();
  ear.heard.wait_for(3);
  CHECK_EQ(ear.all(), "1, 2, 3");
  dispose(h.embedder, instance);
}

CASE("events reach a plugin without an on_init, which the host passes over") {
  Hearing h;
  Ear& ear = h.ear();
  h.plugin.desc.on_init = nullptr;
  h.prepare();
  std::shared_ptr<Instance> instance = make_instance(h.embedder, h.plugin);
  run_moment(h.embedder, *instance, Moment::create);
  run_moment(h.embedder, *instance, Moment::on_register);
  instance->subscriptions.deliver({ear.token}, {"t", "host", "1"});
  CHECK(instance->pass_init());
  instance->subscriptions.deliver({ear.token}, {"t", "host", "2"});
  ear.heard.wait_for(2);
  CHECK_EQ(ear.all(), "1, 2");
  dispose(h.embedder, instance);
}

CASE("a failed on_init delivers nothing, and neither does one that comes back too late") {
  for (const bool late : {false, true}) {
    Hearing h;
    Ear& ear = h.ear();
    Event inside, go_on;
    h.plugin.on_init = [&](aisopod_error*) {
      inside.set();
      go_on.wait();
      return late ? AISOPOD_OK : AISOPOD_E_FAIL;
    };
    h.prepare();
    std::shared_ptr<Instance> instance = make_instance(h.embedder, h.plugin);
    run_moment(h.embedder, *instance, Moment::create);
    run_moment(h.embedder, *instance, Moment::on_register);
    instance->begin(Moment::on_init, late ? 1 : kNoHurry);
    inside.wait();
    instance->subscriptions.deliver({ear.token}, {"t", "host", "1"});
    if (late) h.embedder.take(MessageType::moment);
    go_on.set();
    if (late) {
      h.embedder.take(MessageType::disposed);
      instance.reset();
    } else {
      CHECK_EQ(h.embedder.take(MessageType::moment).status, AISOPOD_E_FAIL);
      dispose(h.embedder, instance);
    }
    CHECK_EQ(ear.all(), "");
    CHECK_EQ(ear.released.load(), 1);
  }
}

CASE("none begins once on_shutdown has begun, and on_shutdown waits for none but destroy does") {
  Hearing h;
  Ear& ear = h.ear();
  Event began, go_on;
  ear.on_event = [&](const aisopod_event*) {
    began.set();
    go_on.wait();
  };
  h.plugin.on_shutdown = [&] {
    CHECK_EQ(ear.all(), "1");
    go_on.set();
  };
  h.start();
  for (int i = 1; i <= 10; ++i) h.publish(std::to_string(i));
  began.wait();
  h.running->dispose();
  CHECK_EQ(ear.all(), "1");
  CHECK_EQ(ear.released.load(), 1);
  h.publish("late");  // to an instance that is gone
}

CASE("a full queue drops the oldest, and the next event says how many") {
  Hearing h;
  Limits limits = patient_limits();
  limits.event_queue = 3;
  Ear& ear = h.ear();
  Event began, go_on;
  ear.on_event = [&](const aisopod_event* e) {
    if (std::strcmp(e->json, "0") != 0) return;
    began.set();
    go_on.wait();
  };
  h.start(limits);
  h.publish("0");
  began.wait();
  for (int i = 1; i <= 10; ++i) h.publish(std::to_string(i));
  go_on.set();
  ear.heard.wait_for(4);
  h.publish("11");
  ear.heard.wait_for(5);
  CHECK_EQ(ear.all(), "0, 8 after 7 lost, 9, 10, 11");
}

CASE("the queue is bounded in bytes as well, and one event always fits") {
  Hearing h;
  Limits limits = patient_limits();
  limits.payload_bytes = 10;
  Ear& ear = h.ear();
  Event began, go_on;
  ear.on_event = [&](const aisopod_event* e) {
    if (std::strcmp(e->json, "0") != 0) return;
    began.set();
    go_on.wait();
  };
  h.start(limits);
  h.publish("0");
  began.wait();
  for (const char* json : {"11111", "22222", "3", "444444444444"}) h.publish(json);
  go_on.set();
  ear.heard.wait_for(2);
  h.publish("55555");
  h.publish("66666");
  ear.heard.wait_for(4);
  CHECK_EQ(ear.all(), "0, 444444444444 after 3 lost, 55555, 66666");
}

CASE("a subscription that is slow costs the others of its plugin nothing with PARALLEL") {
  Hearing h;
  Ear& slow = h.ear(AISOPOD_F_PARALLEL);
  Ear& quick = h.ear();
  Event go_on;
  slow.on_event = [&](const aisopod_event*) { go_on.wait(); };
  h.start();
  for (int i = 1; i <= 100; ++i) h.publish(std::to_string(i));
  quick.heard.wait_for(100);
  CHECK_EQ(quick.all(), numbers(1, 100));
  go_on.set();
  slow.heard.wait_for(100);
}

CASE("an exception is a notice, and the next event comes") {
  Hearing h;
  Ear& ear = h.ear();
  ear.on_event = [](const aisopod_event* e) {
    if (std::strcmp(e->json, "1") == 0) throw std::runtime_error("no idea");
  };
  h.start();
  h.publish("1");
  h.publish("2");
  ear.heard.wait_for(1);
  CHECK_EQ(ear.all(), "1, 2");
  const Heard notice = h.embedder.take(MessageType::notice);
  CHECK(notice.a.find("subscription of 'n1'") != std::string::npos);
  CHECK(notice.a.find("no idea") != std::string::npos);
}

CASE("an event function may use the host, also to publish") {
  Hearing h;
  Ear& ear = h.ear();
  ear.on_event = [&](const aisopod_event*) {
    CHECK_EQ(h.plugin.host->emit(h.plugin.host, "x", "1", 1), AISOPOD_OK);
    aisopod_ask ask = AISOPOD_INIT(aisopod_ask);
    ask.method = "m";
    ask.timeout_ms = 0;  // it may wait here
    aisopod_buf out = {};
    CHECK_EQ(h.plugin.host->request_wait(h.plugin.host, &ask, &out, nullptr), AISOPOD_E_DEADLINE);
  };
  h.start();
  h.publish("1");
  ear.heard.wait_for(1);
  CHECK_EQ(h.embedder.take(MessageType::event).a, "x");
}

Limits impatient_limits() {
  Limits limits = patient_limits();
  limits.event_ms = 1;
  limits.stuck_after_ms = 1;
  return limits;
}

CASE("an event function that overstays makes its lane stuck, until it returns") {
  Hearing h;
  Ear& ear = h.ear();
  Ear& other = h.ear();
  Event go_on;
  ear.on_event = [&](const aisopod_event*) { go_on.wait(); };
  h.start(impatient_limits());
  h.publish("1", {ear.token});
  h.publish("waits", {other.token});  // in the lane already when that gets stuck
  CHECK_EQ(h.embedder.take(MessageType::stuck).a, "n1");
  CHECK_EQ(h.running->invoke("tool").message.status, AISOPOD_E_BUSY);
  h.publish("comes", {other.token});
  CHECK_EQ(other.all(), "");
  go_on.set();
  h.embedder.take(MessageType::unstuck);
  other.heard.wait_for(2);
  CHECK_EQ(other.all(), "waits, comes");
  CHECK_EQ(h.running->call("tool").a, "1");
}

CASE("events that wait behind a handler that is stuck are delivered when it returns") {
  Hearing h;
  Ear& ear = h.ear();
  h.prepare();
  const auto good = h.plugin.on_register;
  Event began, go_on;
  Tool hang;
  hang.handler = [&](const aisopod_request*) {
    began.set();
    go_on.wait();
    return AISOPOD_E_FAIL;
  };
  h.plugin.on_register = [&](const aisopod_api* api, aisopod_error* err) {
    aisopod_registration def = AISOPOD_INIT(aisopod_registration);
    def.kind = AISOPOD_KIND_TOOL;
    def.name = "hang";
    def.spec = "{}";
    def.spec_len = 2;
    def.handler = Plugin::handle;
    def.user = &hang;
    CHECK_EQ(api->add(api, &def, nullptr, err), AISOPOD_OK);
    return good(api, err);
  };
  h.running = std::make_unique<Running>(h.embedder, h.plugin, impatient_limits());
  const uint64_t call = h.running->invoke("hang").token;
  began.wait();
  h.publish("1");
  (*h.running)->calls.cancel(call, AISOPOD_E_CANCELLED);
  h.embedder.take(MessageType::stuck);
  h.publish("2");
  go_on.set();
  ear.heard.wait_for(2);
  CHECK_EQ(ear.all(), "1, 2");
}

CASE("being stuck again and again loses no event") {
  Hearing h;
  Limits limits = impatient_limits();
  limits.event_ms = 0;
  limits.stuck_after_ms = 0;
  limits.event_queue = 100'000;
  Ear& one = h.ear();
  Ear& two = h.ear(AISOPOD_F_PARALLEL);
  one.on_event = [](const aisopod_event*) { std::this_thread::yield(); };
  h.start(limits);
  for (int i = 1; i <= 2000; ++i) {
    h.publish(std::to_string(i));
    if (i % 50 == 0) h.embedder.drain();
  }
  one.heard.wait_for(2000);
  two.heard.wait_for(2000);
  CHECK_EQ(one.all(), numbers(1, 2000));
  h.running->dispose();
  CHECK_EQ(h.embedder.count(MessageType::stuck), h.embedder.count(MessageType::unstuck));
}

CASE("a flood is bounded, and neither order nor count is lost in it") {
  Hearing h;
  Limits limits = patient_limits();
  limits.event_queue = 16;
  Ear& ear = h.ear();
  uint64_t lost = 0;
  int last = 0;
  ear.on_event = [&](const aisopod_event* e) {
    lost += e->dropped;
    const int n = std::atoi(e->json);
    CHECK_EQ(static_cast<uint64_t>(n - last), e->dropped + 1);
    last = n;
    if (n == 20'000) CHECK_EQ(lost + ear.got.size(), 20'000u);
  };
  h.start(limits);
  for (int i = 1; i <= 20'000; ++i) h.publish(std::to_string(i));
  eventually("the last event is delivered", [&] {
    const std::lock_guard lock(ear.mutex);
    return !ear.got.empty() && std::atoi(ear.got.back().c_str()) == 20'000;
  });
  h.running->dispose();
}

CASE("an environment that goes away takes its instances with it while events are delivered") {
  Hearing h;
  Ear& ear = h.ear();
  h.prepare();
  std::shared_ptr<Instance> instance = make_instance(h.embedder, h.plugin);
  for (const Moment moment : {Moment::create, Moment::on_register, Moment::on_init}) {
    CHECK_EQ(run_moment(h.embedder, *instance, moment).status, AISOPOD_OK);
  }
  for (int i = 0; i < 100; ++i) instance->subscriptions.deliver({ear.token}, {"t", "host", "1"});
  ear.heard.wait_for(1);
  h.embedder.abandon(true);
  instance.reset();
  eventually("the instance ends",
             [] { return aisopod::live_instances() == 0 && aisopod::live_threads() == 0; });
  CHECK_EQ(ear.released.load(), 1);
}

}  // namespace
