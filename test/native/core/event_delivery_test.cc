// Events for a plugin: what is delivered and in which order, what is dropped, and that nothing runs
// before on_init has returned or once on_shutdown has begun.
#include <set>

#include "support/hearing.h"

namespace {

using namespace test;

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
