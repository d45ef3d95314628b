// The moments of an instance in time: their order, their failures, and what follows each.
#include <cstring>
#include <stdexcept>

#include "support/event.h"
#include "support/running.h"

namespace {

using namespace test;

aisopod_status say(aisopod_error* err, aisopod_status status, const char* message) {
  err->code = status;
  std::strncpy(err->message, message, sizeof err->message - 1);
  return status;
}

// Takes an instance through the moments until one fails, disposes of it and returns that failure.
Heard failure_of(Plugin& plugin) {
  Embedder embedder;
  std::shared_ptr<Instance> instance = make_instance(embedder, plugin);
  Heard end;
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

CASE("the host table that create() is given says who the host is") {
  Plugin plugin;
  plugin.create = [&](aisopod_plugin** out, aisopod_error*) {
    CHECK_EQ(plugin.host->struct_size, sizeof(aisopod_host));
    CHECK_EQ(plugin.host->abi_major, AISOPOD_ABI_MAJOR);
    CHECK_EQ(std::string(plugin.host->host_name), "test host");
    CHECK_EQ(std::string(plugin.host->host_version), "1.2.3");
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

CASE("a create that fails is followed by nothing, and its message is told") {
  Plugin plugin;
  plugin.create = [](aisopod_plugin**, aisopod_error* err) {
    return say(err, AISOPOD_E_DENIED, "no licence");
  };
  const Heard end = failure_of(plugin);
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
  const Heard end = failure_of(plugin);
  CHECK_EQ(end.status, AISOPOD_E_FAIL);
  CHECK_EQ(end.a, "create() threw a C++ exception: half made");
  CHECK_EQ(plugin.story.text(), "create");
}

CASE("a create that answers OK without an instance fails") {
  Plugin plugin;
  plugin.create = [](aisopod_plugin**, aisopod_error*) { return AISOPOD_OK; };
  const Heard end = failure_of(plugin);
  CHECK_EQ(end.status, AISOPOD_E_FAIL);
  CHECK(end.a.find("NULL") != std::string::npos);
  CHECK_EQ(plugin.story.text(), "create");
}

CASE("a failure without a message gets one") {
  Plugin plugin;
  plugin.on_register = [](const aisopod_api*, aisopod_error*) { return AISOPOD_E_DENIED; };
  CHECK_EQ(failure_of(plugin).a, "on_register() answered AISOPOD_E_DENIED");
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

CASE("after on_init has failed, request, emit and post answer STATE") {
  Plugin plugin;
  plugin.on_init = [](aisopod_error*) { return AISOPOD_E_FAIL; };
  Embedder embedder;
  std::shared_ptr<Instance> instance = make_instance(embedder, plugin);
  run_moment(embedder, *instance, Moment::create);
  run_moment(embedder, *instance, Moment::on_register);
  CHECK_EQ(run_moment(embedder, *instance, Moment::on_init).status, AISOPOD_E_FAIL);
  CHECK_EQ(plugin.host->emit(plugin.host, "t", "1", 1), AISOPOD_E_STATE);
  CHECK_EQ(plugin.host->post(
               plugin.host, [](void*) {}, nullptr, nullptr, 0),
           AISOPOD_E_STATE);
  dispose(embedder, instance);
}

CASE("on_shutdown and destroy that throw are told, and the rest goes on") {
  Plugin plugin;
  plugin.on_shutdown = [] { throw std::runtime_error("first"); };
  plugin.destroy = [] { throw std::runtime_error("second"); };
  Embedder embedder;
  { Running running(embedder, plugin); }
  CHECK_EQ(embedder.take(MessageType::notice).a, "on_shutdown() threw a C++ exception: first");
  CHECK_EQ(embedder.take(MessageType::notice).a, "destroy() threw a C++ exception: second");
}

CASE("every status that says success is success") {
  Plugin plugin;
  plugin.on_init = [](aisopod_error*) { return 7; };
  CHECK_EQ(failure_of(plugin).status, AISOPOD_OK);
  CHECK_EQ(plugin.story.text(), "create, on_register, on_init, on_shutdown, destroy");
}

CASE("the lowest status of all is a failure like any other") {
  Plugin plugin;
  plugin.on_init = [](aisopod_error*) { return INT32_MIN; };
  const Heard end = failure_of(plugin);
  CHECK_EQ(end.status, INT32_MIN);
  CHECK_EQ(end.a, "on_init() answered AISOPOD_E_FAIL");
}

CASE("no call is taken before on_init has returned") {
  Plugin plugin;
  plugin.tool("tool", 0, [](const aisopod_request*) { return AISOPOD_E_FAIL; });
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

CASE("a moment out of turn answers STATE and calls nothing") {
  Plugin plugin;
  Embedder embedder;
  std::shared_ptr<Instance> instance = make_instance(embedder, plugin);
  CHECK_EQ(run_moment(embedder, *instance, Moment::on_init).status, AISOPOD_E_STATE);
  dispose(embedder, instance);
  CHECK_EQ(plugin.story.text(), "");
}

CASE("a moment asked for after dispose answers STATE and calls nothing") {
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
  first.tool("who", 0, [&](const aisopod_request* r) {
    return first.host->call_reply(first.host, r->call, "1", 1);
  });
  second.tool("who", 0, [&](const aisopod_request* r) {
    return second.host->call_reply(second.host, r->call, "2", 1);
  });
  Embedder embedder;
  Running one(embedder, first), two(embedder, second);
  CHECK(one->id() != two->id());
  CHECK_EQ(one.call("who").a + two.call("who").a, "12");
  one.dispose();
  CHECK_EQ(two.call("who").a, "2");
}

}  // namespace
