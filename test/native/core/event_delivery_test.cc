// Events for a plugin: what is delivered and in which order, what is dropped, and that nothing runs
// before on_init has returned or once on_shutdown has begun.
#include <stdexcept>

#include "support/subscribing.h"

namespace {

using namespace test;

CASE("events come in order, each to the subscriptions that it is for") {
  Subscribing s;
  Subscriber& one = s.subscriber();
  Subscriber& two = s.subscriber();
  s.start();
  for (int i = 1; i <= 500; ++i) {
    s.deliver(std::to_string(i), {one.token});
    if (i % 2 == 0) s.deliver(std::to_string(i / 2), {two.token, 1u << 30});  // one is unknown
  }
  one.received.wait_for(500);
  two.received.wait_for(250);
  CHECK_EQ(one.all(), numbers(1, 500));
  CHECK_EQ(two.all(), numbers(1, 250));
}

CASE("without PARALLEL one function of the plugin runs at a time, and calls run in between") {
  Subscribing s;
  Subscriber& one = s.subscriber();
  Subscriber& two = s.subscriber();
  std::atomic<int> inside{0};
  one.on_event = two.on_event = [&](const aisopod_event*) {
    CHECK_EQ(++inside, 1);
    std::this_thread::yield();
    --inside;
  };
  s.start();
  for (int i = 0; i < 200; ++i) s.deliver("1");
  CHECK_EQ(s.running->call("tool").a, "1");  // does not wait until all events are delivered
  one.received.wait_for(200);
  two.received.wait_for(200);
}

CASE("with PARALLEL as many run at a time as there are workers") {
  Subscribing s;
  Subscriber& one = s.subscriber(AISOPOD_F_PARALLEL);
  Meeting meeting(4);
  one.on_event = [&](const aisopod_event*) { meeting.attend(); };
  s.start();
  for (int i = 0; i < 4; ++i) s.deliver("1");
  one.received.wait_for(4);
}

CASE("nothing is delivered before on_init has returned, and then what has come since") {
  Subscribing s;
  Subscriber& one = s.subscriber();
  Event inside, go_on;
  std::atomic<bool> returned{false};
  s.plugin.on_init = [&](aisopod_error*) {
    inside.set();
    go_on.wait();
    returned.store(true);
    return AISOPOD_OK;
  };
  one.on_event = [&](const aisopod_event*) { CHECK(returned.load()); };
  s.prepare();
  std::shared_ptr<Instance> instance = make_instance(s.embedder, s.plugin);
  run_moment(s.embedder, *instance, Moment::create);
  run_moment(s.embedder, *instance, Moment::on_register);
  instance->begin(Moment::on_init, kNoHurry);
  inside.wait();
  for (int i = 1; i <= 3; ++i) {
    instance->subscriptions.deliver({one.token}, {"t", "host", std::to_string(i), "{}"});
  }
  CHECK_EQ(one.all(), "");
  go_on.set();
  one.received.wait_for(3);
  CHECK_EQ(one.all(), "1, 2, 3");
  dispose(s.embedder, instance);
}

CASE("events reach a plugin without an on_init, which the host passes over") {
  Subscribing s;
  Subscriber& one = s.subscriber();
  s.plugin.desc.on_init = nullptr;
  s.prepare();
  std::shared_ptr<Instance> instance = make_instance(s.embedder, s.plugin);
  run_moment(s.embedder, *instance, Moment::create);
  run_moment(s.embedder, *instance, Moment::on_register);
  instance->subscriptions.deliver({one.token}, {"t", "host", "1", "{}"});
  CHECK(instance->pass_init());
  instance->subscriptions.deliver({one.token}, {"t", "host", "2", "{}"});
  one.received.wait_for(2);
  CHECK_EQ(one.all(), "1, 2");
  dispose(s.embedder, instance);
}

CASE("a failed on_init delivers nothing, and neither does one that comes back too late") {
  for (const bool late : {false, true}) {
    Subscribing s;
    Subscriber& one = s.subscriber();
    Event inside, go_on;
    s.plugin.on_init = [&](aisopod_error*) {
      inside.set();
      go_on.wait();
      return late ? AISOPOD_OK : AISOPOD_E_FAIL;
    };
    s.prepare();
    std::shared_ptr<Instance> instance = make_instance(s.embedder, s.plugin);
    run_moment(s.embedder, *instance, Moment::create);
    run_moment(s.embedder, *instance, Moment::on_register);
    instance->begin(Moment::on_init, late ? 1 : kNoHurry);
    inside.wait();
    instance->subscriptions.deliver({one.token}, {"t", "host", "1", "{}"});
    if (late) s.embedder.take(MessageType::moment);
    go_on.set();
    if (late) {
      s.embedder.take(MessageType::disposed);
      instance.reset();
    } else {
      CHECK_EQ(s.embedder.take(MessageType::moment).status, AISOPOD_E_FAIL);
      dispose(s.embedder, instance);
    }
    CHECK_EQ(one.all(), "");
    CHECK_EQ(one.released.load(), 1);
  }
}

CASE("no event function begins once on_shutdown has begun, and destroy waits for those that run") {
  Subscribing s;
  Subscriber& one = s.subscriber();
  Event began, go_on;
  one.on_event = [&](const aisopod_event*) {
    began.set();
    go_on.wait();
  };
  s.plugin.on_shutdown = [&] {
    CHECK_EQ(one.all(), "1");
    go_on.set();
  };
  s.start();
  for (int i = 1; i <= 10; ++i) s.deliver(std::to_string(i));
  began.wait();
  s.running->dispose();
  CHECK_EQ(one.all(), "1");
  CHECK_EQ(one.released.load(), 1);
  s.deliver("late");  // to an instance that is gone
}

CASE("a full queue drops the oldest, and the next event counts them") {
  Subscribing s;
  Limits limits = patient_limits();
  limits.event_queue = 3;
  Subscriber& one = s.subscriber();
  Event began, go_on;
  one.on_event = [&](const aisopod_event* e) {
    if (std::strcmp(e->payload->json, "0") != 0) return;
    began.set();
    go_on.wait();
  };
  s.start(limits);
  s.deliver("0");
  began.wait();
  for (int i = 1; i <= 10; ++i) s.deliver(std::to_string(i));
  go_on.set();
  one.received.wait_for(4);
  s.deliver("11");
  one.received.wait_for(5);
  CHECK_EQ(one.all(), "0, 8 after 7 lost, 9, 10, 11");
}

CASE("a queue of too many bytes drops the oldest, and keeps the newest whatever its size") {
  Subscribing s;
  Limits limits = patient_limits();
  limits.queue_bytes = 40;  // an event has 12 besides its payload: topic, source and meta
  Subscriber& one = s.subscriber();
  Event began, go_on;
  one.on_event = [&](const aisopod_event* e) {
    if (std::strcmp(e->payload->json, "0") != 0) return;
    began.set();
    go_on.wait();
  };
  s.start(limits);
  s.deliver("0");
  began.wait();
  for (const char* json : {"11111", "22222", "3"}) s.deliver(json);
  const std::string large(100, '4');
  s.deliver(large);
  go_on.set();
  one.received.wait_for(2);
  s.deliver("55555");
  s.deliver("66666");
  one.received.wait_for(4);
  CHECK_EQ(one.all(), "0, " + large + " after 3 lost, 55555, 66666");
}

CASE("the bytes of topic, source and meta count as well") {
  Subscribing s;
  Limits limits = patient_limits();
  limits.queue_bytes = 100;
  Subscriber& one = s.subscriber();
  Event began, go_on;
  one.on_event = [&](const aisopod_event* e) {
    if (std::strcmp(e->payload->json, "0") != 0) return;
    began.set();
    go_on.wait();
  };
  s.start(limits);
  s.deliver("0");
  began.wait();
  const std::string meta = "{\"tenant\":\"" + std::string(60, 'x') + "\"}";
  s.deliver("1", {}, meta);
  s.deliver("2", {}, meta);
  go_on.set();
  one.received.wait_for(2);
  CHECK_EQ(one.all(), "0, 2 after 1 lost");
}

CASE("a slow subscription with PARALLEL does not hold up the others of its plugin") {
  Subscribing s;
  Subscriber& slow = s.subscriber(AISOPOD_F_PARALLEL);
  Subscriber& quick = s.subscriber();
  Event go_on;
  slow.on_event = [&](const aisopod_event*) { go_on.wait(); };
  s.start();
  for (int i = 1; i <= 100; ++i) s.deliver(std::to_string(i));
  quick.received.wait_for(100);
  CHECK_EQ(quick.all(), numbers(1, 100));
  go_on.set();
  slow.received.wait_for(100);
}

CASE("an exception is a notice, and the next event comes") {
  Subscribing s;
  Subscriber& one = s.subscriber();
  one.on_event = [](const aisopod_event* e) {
    if (std::strcmp(e->payload->json, "1") == 0) throw std::runtime_error("no idea");
  };
  s.start();
  s.deliver("1");
  s.deliver("2");
  one.received.wait_for(1);
  CHECK_EQ(one.all(), "1, 2");
  const Received notice = s.embedder.take(MessageType::notice);
  CHECK(notice.a.find("subscription of 'n1'") != std::string::npos);
  CHECK(notice.a.find("no idea") != std::string::npos);
}

CASE("an event function may use the host, also to publish") {
  Subscribing s;
  Subscriber& one = s.subscriber();
  one.on_event = [&](const aisopod_event* e) {
    CHECK_EQ(aisopod_publish(s.plugin.host, e->token, "x", "1", 1), AISOPOD_OK);
    aisopod_request request = AISOPOD_INIT(aisopod_request);
    request.method = "m";
    request.timeout_ms = 1;
    const aisopod_response* response = nullptr;  // it may wait here
    CHECK_EQ(aisopod_request_and_wait(s.plugin.host, &request, &response), AISOPOD_E_DEADLINE);
    s.plugin.host->response_release(s.plugin.host, response);
  };
  s.start();
  s.deliver("1");
  one.received.wait_for(1);
  CHECK_EQ(s.embedder.take(MessageType::publication).a, "x");
}

Limits impatient_limits() {
  Limits limits = patient_limits();
  limits.event_ms = 1;
  limits.stuck_after_ms = 1;
  return limits;
}

CASE("an event function that overstays makes its lane stuck, until it returns") {
  Subscribing s;
  Subscriber& one = s.subscriber();
  Subscriber& other = s.subscriber();
  Event go_on;
  one.on_event = [&](const aisopod_event*) { go_on.wait(); };
  s.start(impatient_limits());
  s.deliver("1", {one.token});
  s.deliver("waits", {other.token});  // in the lane already when that gets stuck
  CHECK_EQ(s.embedder.take(MessageType::stuck).a, "n1");
  CHECK_EQ(s.running->invoke("tool").message.status, AISOPOD_E_BUSY);
  s.deliver("comes", {other.token});
  CHECK_EQ(other.all(), "");
  go_on.set();
  s.embedder.take(MessageType::unstuck);
  other.received.wait_for(2);
  CHECK_EQ(other.all(), "waits, comes");
  CHECK_EQ(s.running->call("tool").a, "1");
}

CASE("events that wait behind a handler that is stuck are delivered when it returns") {
  Subscribing s;
  Subscriber& one = s.subscriber();
  s.prepare();
  const auto good = s.plugin.on_register;
  Event began, go_on;
  Tool hang;
  hang.handler = [&](const aisopod_call*) {
    began.set();
    go_on.wait();
    return AISOPOD_E_FAIL;
  };
  s.plugin.on_register = [&](const aisopod_api* api, aisopod_error* err) {
    CHECK_EQ(aisopod_register_tool(api, "hang", "{}", 0, Plugin::handle, &hang, err), AISOPOD_OK);
    return good(api, err);
  };
  s.running = std::make_unique<Running>(s.embedder, s.plugin, impatient_limits());
  const uint64_t call = s.running->invoke("hang").token;
  began.wait();
  s.deliver("1");
  (*s.running)->calls.cancel(call, AISOPOD_E_CANCELLED);
  s.embedder.take(MessageType::stuck);
  s.deliver("2");
  go_on.set();
  one.received.wait_for(2);
  CHECK_EQ(one.all(), "1, 2");
}

CASE("a worker that is stuck again and again loses no event") {
  Subscribing s;
  Limits limits = impatient_limits();
  limits.event_ms = 0;
  limits.stuck_after_ms = 0;
  limits.event_queue = 100'000;
  Subscriber& one = s.subscriber();
  Subscriber& two = s.subscriber(AISOPOD_F_PARALLEL);
  one.on_event = [](const aisopod_event*) { std::this_thread::yield(); };
  s.start(limits);
  for (int i = 1; i <= 2000; ++i) {
    s.deliver(std::to_string(i));
    if (i % 50 == 0) s.embedder.drain();
  }
  one.received.wait_for(2000);
  two.received.wait_for(2000);
  CHECK_EQ(one.all(), numbers(1, 2000));
  s.running->dispose();
  CHECK_EQ(s.embedder.count(MessageType::stuck), s.embedder.count(MessageType::unstuck));
}

CASE("a flood is bounded, and neither order nor count is lost in it") {
  Subscribing s;
  Limits limits = patient_limits();
  limits.event_queue = 16;
  Subscriber& one = s.subscriber();
  uint64_t lost = 0;
  int last = 0;
  one.on_event = [&](const aisopod_event* e) {
    lost += e->dropped;
    const int n = std::atoi(e->payload->json);
    CHECK_EQ(static_cast<uint64_t>(n - last), e->dropped + 1);
    last = n;
    if (n == 20'000) CHECK_EQ(lost + one.got.size(), 20'000u);
  };
  s.start(limits);
  for (int i = 1; i <= 20'000; ++i) s.deliver(std::to_string(i));
  eventually("the last event is delivered", [&] {
    const std::lock_guard lock(one.mutex);
    return !one.got.empty() && std::atoi(one.got.back().c_str()) == 20'000;
  });
  s.running->dispose();
}

CASE("an environment that goes away takes its instances with it while events are delivered") {
  Subscribing s;
  Subscriber& one = s.subscriber();
  s.prepare();
  std::shared_ptr<Instance> instance = make_instance(s.embedder, s.plugin);
  for (const Moment moment : {Moment::create, Moment::on_register, Moment::on_init}) {
    CHECK_EQ(run_moment(s.embedder, *instance, moment).status, AISOPOD_OK);
  }
  for (int i = 0; i < 100; ++i) {
    instance->subscriptions.deliver({one.token}, {"t", "host", "1", "{}"});
  }
  one.received.wait_for(1);
  s.embedder.abandon(true);
  instance.reset();
  eventually("the instance ends",
             [] { return aisopod::live_instances() == 0 && aisopod::live_threads() == 0; });
  CHECK_EQ(one.released.load(), 1);
}

}  // namespace
