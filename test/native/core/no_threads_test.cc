// The machine has no thread to give: each function that would need one says so, takes nothing, and
// works again later. pthread_create() below stands before the C library's.
#include <dlfcn.h>
#include <pthread.h>

#include <cerrno>

#include "support/posting.h"
#include "support/requesting.h"

namespace {

std::atomic<bool> none_left{false};

using Create = int (*)(pthread_t*, const pthread_attr_t*, void* (*)(void*), void*);

}  // namespace

extern "C" __attribute__((visibility("default"))) int pthread_create(
    pthread_t* thread, const pthread_attr_t* attributes, void* (*body)(void*), void* argument) {
  if (none_left) return EAGAIN;
  static const auto real = reinterpret_cast<Create>(dlsym(RTLD_NEXT, "pthread_create"));
  return real(thread, attributes, body, argument);
}

namespace {

using namespace test;

// For as long as it lives no thread can be started.
struct NoThreads {
  NoThreads() { none_left = true; }
  ~NoThreads() { none_left = false; }
};

CASE("a moment without a control thread fails with NOMEM, and may be tried again") {
  Plugin plugin;
  Embedder embedder;
  std::shared_ptr<Instance> instance = make_instance(embedder, plugin);
  {
    const NoThreads now;
    const Received end = run_moment(embedder, *instance, Moment::create);
    CHECK_EQ(end.status, AISOPOD_E_NOMEM);
    CHECK(end.a.find("no thread can be started") == 0);
  }
  CHECK_EQ(plugin.story.text(), "");
  CHECK_EQ(run_moment(embedder, *instance, Moment::create).status, AISOPOD_OK);
  dispose(embedder, instance);
}

CASE("a call without a worker ends with NOMEM, and the next one runs") {
  Plugin plugin;
  plugin.tool("tool", 0, [](const aisopod_call*) { return AISOPOD_E_DENIED; });
  Embedder embedder;
  Running running(embedder, plugin);
  {
    const NoThreads now;
    const Invoked result = running.invoke("tool");
    CHECK(result.settled);
    CHECK(result.message.type == MessageType::lost);
    CHECK_EQ(result.message.status, AISOPOD_E_NOMEM);
  }
  CHECK_EQ(running.call("tool").status, AISOPOD_E_DENIED);
}

CASE("parallel calls make do with the workers that there are") {
  Event go_on;
  Plugin plugin;
  plugin.tool("tool", AISOPOD_F_PARALLEL, [&](const aisopod_call*) {
    go_on.wait();
    return AISOPOD_E_DENIED;
  });
  Embedder embedder;
  Running running(embedder, plugin);
  const uint64_t first = running.invoke("tool").token;
  const NoThreads now;
  const uint64_t second = running.invoke("tool").token;
  go_on.set();
  CHECK_EQ(embedder.ended(first).status, AISOPOD_E_DENIED);
  CHECK_EQ(embedder.ended(second).status, AISOPOD_E_DENIED);
}

CASE("a request or an observer without a reply thread is NOMEM, and nothing of it is taken") {
  Responses responses;
  Requesting a;
  const aisopod_host* const host = a.plugin.host;
  const auto observe = [&](aisopod_token call) {
    aisopod_observer observer = AISOPOD_INIT(aisopod_observer);
    observer.fn = [](void*, const aisopod_cancellation*) {};
    observer.user = &responses;
    observer.release = Responses::release;
    return host->call_on_cancel(host, call, &observer);
  };
  const uint64_t call = a.call();
  {
    const NoThreads now;
    CHECK_EQ(a.send(request_of("m", &responses)), AISOPOD_E_NOMEM);
    CHECK_EQ(observe(call), AISOPOD_E_NOMEM);
    CHECK_EQ(a.embedder.count(MessageType::request), 0u);
  }
  CHECK_EQ(observe(call), AISOPOD_OK);
  a.running->dispose();
  CHECK_EQ(responses.releases.load(), 1);
}

CASE("a request without fn and release needs no reply thread") {
  Requesting a;
  a.call(kNoHurry);  // starts the timer's thread
  uint64_t token = 0;
  const NoThreads now;
  CHECK_EQ(a.send(request_of("m", nullptr, 0, kNoHurry), &token), AISOPOD_OK);
  a.respond(token, "1");
  Copied response;
  CHECK_EQ(a.wait(token, response), AISOPOD_OK);
}

CASE("a post without a worker is NOMEM, and nothing of it is taken") {
  for (const uint32_t flags : {uint32_t{0}, uint32_t{AISOPOD_F_PARALLEL}}) {
    for (const int64_t delay_ms : {0, 1}) {
      Posted posted;
      Plugin plugin;
      Embedder embedder;
      Running running(embedder, plugin);
      {
        const NoThreads now;
        CHECK_EQ(posted.post(plugin.host, flags, delay_ms), AISOPOD_E_NOMEM);
        CHECK_EQ(posted.token, 0u);
      }
      CHECK_EQ(posted.releases.load(), 0);
      CHECK_EQ(posted.post(plugin.host, flags, delay_ms), AISOPOD_OK);
      posted.released.wait();
      running.dispose();
      CHECK_EQ(posted.releases.load(), 1);
    }
  }
}

CASE("a pending call whose deadline cannot be watched ends at once") {
  Plugin plugin;
  plugin.tool("tool", AISOPOD_F_INLINE, [](const aisopod_call*) { return AISOPOD_PENDING; });
  Embedder embedder;
  std::shared_ptr<Instance> instance = make_instance(embedder, plugin);
  for (const Moment moment : {Moment::create, Moment::on_register, Moment::on_init}) {
    CHECK_EQ(run_moment(embedder, *instance, moment, -1).status, AISOPOD_OK);  // no limit, no timer
  }
  aisopod::CallRequest request;
  request.registration = embedder.take(MessageType::registration).token;
  request.timeout_ms = kNoHurry;
  {
    const NoThreads now;
    const uint64_t call = instance->calls.invoke(request).token;
    CHECK_EQ(embedder.ended(call).status, AISOPOD_E_NOMEM);
  }
  dispose(embedder, instance);
}

CASE(
    "an instance without a control thread ends on the spot, and a SINGLE plugin can be made "
    "again") {
  Plugin plugin;
  plugin.desc.flags = AISOPOD_PLUGIN_SINGLE;
  Embedder embedder;
  std::shared_ptr<Instance> instance = make_instance(embedder, plugin);
  {
    const NoThreads now;
    CHECK_EQ(run_moment(embedder, *instance, Moment::create).status, AISOPOD_E_NOMEM);
    dispose(embedder, instance);
    CHECK_EQ(aisopod::live_instances(), 0);
  }
  instance = make_instance(embedder, plugin);
  REQUIRE(instance != nullptr);
  CHECK_EQ(run_moment(embedder, *instance, Moment::create).status, AISOPOD_OK);
  dispose(embedder, instance);
  CHECK_EQ(plugin.story.text(), "create, destroy");
}

CASE("an environment that goes away without a control thread leaves no instance behind") {
  Plugin plugin;
  plugin.desc.flags = AISOPOD_PLUGIN_SINGLE;
  Embedder embedder, next;
  std::shared_ptr<Instance> instance = make_instance(embedder, plugin);
  {
    const NoThreads now;
    instance.reset();
    embedder.abandon(true);
  }
  CHECK_EQ(aisopod::live_instances(), 0);
  instance = make_instance(next, plugin);
  REQUIRE(instance != nullptr);
  dispose(next, instance);
}

CASE("a shutdown that cannot be watched for want of a timer goes on all the same") {
  Plugin plugin;
  Embedder embedder;
  std::shared_ptr<Instance> instance = make_instance(embedder, plugin);
  CHECK_EQ(run_moment(embedder, *instance, Moment::create, -1).status, AISOPOD_OK);
  const NoThreads now;
  dispose(embedder, instance);
  CHECK_EQ(plugin.story.text(), "create, destroy");
}

CASE("parallel calls are BUSY when all threads that could be started are stuck") {
  Event go_on;
  Counter hanging;
  Plugin plugin;
  plugin.tool("hangs", AISOPOD_F_PARALLEL, [&](const aisopod_call*) {
    hanging.add();
    go_on.wait();
    return AISOPOD_E_DENIED;
  });
  Limits limits = patient_limits();
  limits.stuck_after_ms = 1;
  Embedder embedder;
  Running running(embedder, plugin, limits);
  for (int i = 1; i <= 2; ++i) {
    const uint64_t call = running.invoke("hangs").token;
    hanging.wait_for(i);
    running->calls.cancel(call, AISOPOD_E_CANCELLED);
    embedder.take(MessageType::stuck);
  }
  {
    const NoThreads now;
    const Invoked result = running.invoke("hangs");
    CHECK(result.settled);
    CHECK_EQ(result.message.status, AISOPOD_E_BUSY);
  }
  const uint64_t third = running.invoke("hangs").token;  // threads can be had again
  hanging.wait_for(3);
  go_on.set();
  CHECK_EQ(embedder.ended(third).status, AISOPOD_E_DENIED);
}

CASE("an event without a worker is delivered by itself once a thread can be had") {
  static std::atomic<int> received;
  static Event delivered;
  received = 0;
  Plugin plugin;
  aisopod_token token = 0;
  plugin.on_register = [&](const aisopod_api* api, aisopod_error* err) {
    aisopod_subscription def = AISOPOD_INIT(aisopod_subscription);
    def.pattern = "**";
    def.fn = [](void*, const aisopod_event* e) {
      CHECK_EQ(std::string(e->payload->json), std::to_string(++received));
      if (received == 2) delivered.set();
    };
    return api->subscribe(api, &def, &token, err);
  };
  Embedder embedder;
  Running running(embedder, plugin);
  {
    const NoThreads now;
    running->subscriptions.deliver({token}, {"t", "host", "1", "{}"});
    running->subscriptions.deliver({token}, {"t", "host", "2", "{}"});
  }
  delivered.wait();
}

}  // namespace
