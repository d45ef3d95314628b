// The moments of an instance in time: their order, their failures, and what follows each. The end
// of an instance is in shutdown_test.cc.
#include <cstring>
#include <stdexcept>

#include "support/posting.h"
#include "support/requesting.h"

namespace {

using namespace test;

aisopod_status say(aisopod_error* err, aisopod_status status, const char* message) {
  err->status = status;
  std::strncpy(err->message, message, sizeof err->message - 1);
  return status;
}

// Takes an instance through the moments until one fails, disposes of it and returns that failure.
Received failure_of(Plugin& plugin) {
  Embedder embedder;
  std::shared_ptr<Instance> instance = make_instance(embedder, plugin);
  Received end;
  for (const Moment moment : {Moment::create, Moment::on_register, Moment::on_init}) {
    end = run_moment(embedder, *instance, moment);
    if (end.status != AISOPOD_OK) break;
  }
  dispose(embedder, instance);
  return end;
}

CASE("a life runs through create, on_register, on_init, on_shutdown, destroy") {
  Plugin plugin;
  Embedder embedder;
  { Running running(embedder, plugin); }
  CHECK_EQ(plugin.story.text(), "create, on_register, on_init, on_shutdown, destroy");
}

CASE("the host table that create() receives names the host and the plugin") {
  Plugin plugin;
  plugin.create = [&](aisopod_plugin** out, aisopod_error*) {
    CHECK_EQ(plugin.host->struct_size, sizeof(aisopod_host));
    CHECK_EQ(plugin.host->abi_major, AISOPOD_ABI_MAJOR);
    CHECK_EQ(std::string(plugin.host->host_name), "test host");
    CHECK_EQ(std::string(plugin.host->host_version), "1.2.3");
    CHECK_EQ(std::string(plugin.host->plugin_id), "test");
    CHECK_EQ(std::string(plugin.host->plugin_dir), "/nowhere");
    CHECK_EQ(std::string(plugin.host->data_dir), plugin.address());
    *out = reinterpret_cast<aisopod_plugin*>(&plugin);
    return AISOPOD_OK;
  };
  Embedder embedder;
  { Running running(embedder, plugin); }
}

CASE("on_init and on_shutdown may be missing") {
  Plugin plugin;
  plugin.desc.on_init = nullptr;
  plugin.desc.on_shutdown = nullptr;
  Embedder embedder;
  { Running running(embedder, plugin); }
  CHECK_EQ(plugin.story.text(), "create, on_register, destroy");
}

CASE("a create that fails is followed by nothing, and its message reaches the host") {
  Plugin plugin;
  plugin.create = [](aisopod_plugin**, aisopod_error* err) {
    return say(err, AISOPOD_E_DENIED, "no licence");
  };
  const Received end = failure_of(plugin);
  CHECK_EQ(end.status, AISOPOD_E_DENIED);
  CHECK_EQ(end.a, "no licence");
  CHECK_EQ(plugin.story.text(), "create");
}

CASE("a create that fails after it has set *out is followed by nothing") {
  Plugin plugin;
  plugin.create = [&](aisopod_plugin** out, aisopod_error*) {
    *out = reinterpret_cast<aisopod_plugin*>(&plugin);
    return AISOPOD_E_FAIL;
  };
  CHECK_EQ(failure_of(plugin).status, AISOPOD_E_FAIL);
  CHECK_EQ(plugin.story.text(), "create");
}

CASE("a create that throws after it has set *out is followed by nothing") {
  Plugin plugin;
  plugin.create = [&](aisopod_plugin** out, aisopod_error*) -> aisopod_status {
    *out = reinterpret_cast<aisopod_plugin*>(&plugin);
    throw std::runtime_error("half made");
  };
  const Received end = failure_of(plugin);
  CHECK_EQ(end.status, AISOPOD_E_FAIL);
  CHECK_EQ(end.a, "create() threw a C++ exception: half made");
  CHECK_EQ(plugin.story.text(), "create");
}

CASE("a create that returns OK without an instance fails") {
  Plugin plugin;
  plugin.create = [](aisopod_plugin**, aisopod_error*) { return AISOPOD_OK; };
  const Received end = failure_of(plugin);
  CHECK_EQ(end.status, AISOPOD_E_FAIL);
  CHECK(end.a.find("NULL") != std::string::npos);
  CHECK_EQ(plugin.story.text(), "create");
}

CASE("a failure without a message gets one") {
  Plugin plugin;
  plugin.on_register = [](const aisopod_api*, aisopod_error*) { return AISOPOD_E_DENIED; };
  CHECK_EQ(failure_of(plugin).a, "on_register() returned AISOPOD_E_DENIED");
}

CASE("on_register that fails or throws is followed by destroy") {
  Plugin failing;
  failing.on_register = [](const aisopod_api*, aisopod_error* err) {
    return say(err, AISOPOD_E_INVALID, "what?");
  };
  CHECK_EQ(failure_of(failing).a, "what?");
  CHECK_EQ(failing.story.text(), "create, on_register, destroy");
  Plugin throwing;
  throwing.on_register = [](const aisopod_api*, aisopod_error*) -> aisopod_status { throw 1; };
  CHECK_EQ(failure_of(throwing).a, "on_register() threw a C++ exception");
  CHECK_EQ(throwing.story.text(), "create, on_register, destroy");
}

CASE("on_init that fails or throws is followed by destroy, without on_shutdown") {
  Plugin failing;
  failing.on_init = [](aisopod_error* err) { return say(err, AISOPOD_E_FAIL, "port taken"); };
  CHECK_EQ(failure_of(failing).a, "port taken");
  CHECK_EQ(failing.story.text(), "create, on_register, on_init, destroy");
  Plugin throwing;
  throwing.on_init = [](aisopod_error*) -> aisopod_status { throw std::runtime_error("oh"); };
  CHECK_EQ(failure_of(throwing).a, "on_init() threw a C++ exception: oh");
  CHECK_EQ(throwing.story.text(), "create, on_register, on_init, destroy");
}

CASE("after on_init has failed, request, publish and post return STATE") {
  Plugin plugin;
  plugin.on_init = [](aisopod_error*) { return AISOPOD_E_FAIL; };
  Embedder embedder;
  std::shared_ptr<Instance> instance = make_instance(embedder, plugin);
  run_moment(embedder, *instance, Moment::create);
  run_moment(embedder, *instance, Moment::on_register);
  CHECK_EQ(run_moment(embedder, *instance, Moment::on_init).status, AISOPOD_E_FAIL);
  const aisopod_request request = request_of("m", nullptr);
  CHECK_EQ(plugin.host->request(plugin.host, &request, nullptr), AISOPOD_E_STATE);
  CHECK_EQ(aisopod_publish(plugin.host, 0, "t", "1", 1), AISOPOD_E_STATE);
  Posted posted;
  CHECK_EQ(posted.post(plugin.host), AISOPOD_E_STATE);
  dispose(embedder, instance);
}

CASE("on_shutdown and destroy that throw are lines in the log, and the rest goes on") {
  Plugin plugin;
  plugin.on_shutdown = [] { throw std::runtime_error("first"); };
  plugin.destroy = [] { throw std::runtime_error("second"); };
  Embedder embedder;
  { Running running(embedder, plugin); }
  CHECK_EQ(embedder.take(MessageType::notice).a, "on_shutdown() threw a C++ exception: first");
  CHECK_EQ(embedder.take(MessageType::notice).a, "destroy() threw a C++ exception: second");
}

// What the host receives when that moment returns a positive status.
void check_reserved(Moment moment, aisopod_status status, const char* message, const char* story) {
  Plugin plugin;
  plugin.create = [&](aisopod_plugin** out, aisopod_error*) {
    *out = reinterpret_cast<aisopod_plugin*>(&plugin);
    return moment == Moment::create ? status : AISOPOD_OK;
  };
  plugin.on_register = [&](const aisopod_api*, aisopod_error*) {
    return moment == Moment::on_register ? status : AISOPOD_OK;
  };
  plugin.on_init = [&](aisopod_error*) { return moment == Moment::on_init ? status : AISOPOD_OK; };
  const Received end = failure_of(plugin);
  CHECK_EQ(end.token, static_cast<uint64_t>(moment));
  CHECK_EQ(end.status, AISOPOD_E_FAIL);
  CHECK_EQ(end.a, message);
  CHECK_EQ(plugin.story.text(), story);
}

CASE("a moment that returns PENDING or another positive status has failed, and the host says so") {
  check_reserved(Moment::create, AISOPOD_PENDING,
                 "create() returned AISOPOD_PENDING, which only a handler may", "create");
  check_reserved(Moment::on_register, AISOPOD_PENDING,
                 "on_register() returned AISOPOD_PENDING, which only a handler may",
                 "create, on_register, destroy");
  check_reserved(Moment::on_init, AISOPOD_PENDING,
                 "on_init() returned AISOPOD_PENDING, which only a handler may",
                 "create, on_register, on_init, destroy");
  check_reserved(Moment::create, 1, "create() returned the reserved status 1", "create");
  check_reserved(Moment::on_init, 7, "on_init() returned the reserved status 7",
                 "create, on_register, on_init, destroy");
}

CASE("the lowest status of all is a failure like any other") {
  Plugin plugin;
  plugin.on_init = [](aisopod_error*) { return INT32_MIN; };
  const Received end = failure_of(plugin);
  CHECK_EQ(end.status, INT32_MIN);
  CHECK_EQ(end.a, "on_init() returned AISOPOD_E_FAIL");
}

CASE("no call is taken before on_init has returned") {
  Plugin plugin;
  plugin.tool("tool", 0, [](const aisopod_call*) { return AISOPOD_E_FAIL; });
  Event in_init, go_on;
  plugin.on_init = [&](aisopod_error*) {
    in_init.set();
    go_on.wait();
    return AISOPOD_OK;
  };
  Embedder embedder;
  std::shared_ptr<Instance> instance = make_instance(embedder, plugin);
  run_moment(embedder, *instance, Moment::create);
  run_moment(embedder, *instance, Moment::on_register);
  aisopod::CallRequest request;
  request.registration = embedder.take(MessageType::registration).token;
  instance->begin(Moment::on_init, kNoHurry);
  in_init.wait();
  const Invoked early = instance->calls.invoke(request);
  go_on.set();
  CHECK(early.settled);
  CHECK_EQ(early.message.status, AISOPOD_E_STATE);
  CHECK_EQ(embedder.take(MessageType::moment).status, AISOPOD_OK);
  CHECK_EQ(embedder.ended(instance->calls.invoke(request).token).status, AISOPOD_E_FAIL);
  dispose(embedder, instance);
}

CASE("a moment out of turn ends with STATE and calls nothing") {
  Plugin plugin;
  Embedder embedder;
  std::shared_ptr<Instance> instance = make_instance(embedder, plugin);
  CHECK_EQ(run_moment(embedder, *instance, Moment::on_init).status, AISOPOD_E_STATE);
  dispose(embedder, instance);
  CHECK_EQ(plugin.story.text(), "");
}

CASE("a moment that is begun after dispose ends with STATE and calls nothing") {
  Plugin plugin;
  Event in_create, go_on;
  plugin.create = [&](aisopod_plugin** out, aisopod_error*) {
    in_create.set();
    go_on.wait();
    *out = reinterpret_cast<aisopod_plugin*>(&plugin);
    return AISOPOD_OK;
  };
  Embedder embedder;
  std::shared_ptr<Instance> instance = make_instance(embedder, plugin);
  instance->begin(Moment::create, kNoHurry);
  in_create.wait();
  instance->begin(Moment::on_register, kNoHurry);  // waits behind create
  instance->begin(Moment::dispose, kNoHurry);
  go_on.set();
  CHECK_EQ(embedder.take(MessageType::moment, 1).status, AISOPOD_OK);
  CHECK_EQ(embedder.take(MessageType::moment, 2).status, AISOPOD_E_STATE);
  CHECK_EQ(embedder.take(MessageType::moment, 4).status, AISOPOD_OK);
  embedder.take(MessageType::disposed);
  CHECK_EQ(plugin.story.text(), "create, destroy");
  CHECK_EQ(run_moment(embedder, *instance, Moment::on_init).status, AISOPOD_E_STATE);
  CHECK_EQ(run_moment(embedder, *instance, Moment::dispose).status, AISOPOD_OK);
  CHECK_EQ(embedder.count(MessageType::disposed), 0u);
}

CASE("an instance that never began can be disposed of") {
  Plugin plugin;
  Embedder embedder;
  std::shared_ptr<Instance> instance = make_instance(embedder, plugin);
  dispose(embedder, instance);
  CHECK_EQ(plugin.story.text(), "");
}

CASE("two instances of a plugin live side by side") {
  Plugin first, second;
  first.tool("who", 0, [&](const aisopod_call* call) {
    return aisopod_reply(first.host, call->token, "1", 1);
  });
  second.tool("who", 0, [&](const aisopod_call* call) {
    return aisopod_reply(second.host, call->token, "2", 1);
  });
  Embedder embedder;
  Running one(embedder, first), two(embedder, second);
  CHECK(one->id() != two->id());
  CHECK_EQ(one.call("who").a + two.call("who").a, "12");
  one.dispose();
  CHECK_EQ(two.call("who").a, "2");
}

}  // namespace
