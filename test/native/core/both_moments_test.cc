// create and on_register in one request, and on_init of a plugin that has none.
#include <csignal>
#if defined(__linux__)
#  include <sys/stat.h>
#endif

#include "support/event.h"
#include "support/running.h"

namespace {

using namespace test;

constexpr auto kCreate = static_cast<uint64_t>(Moment::create);
constexpr auto kRegister = static_cast<uint64_t>(Moment::on_register);

CASE("create and on_register in one request end with one message") {
  Plugin plugin;
  plugin.tool("tool", 0, [](const aisopod_call*) { return AISOPOD_E_FAIL; });
  Embedder embedder;
  std::shared_ptr<Instance> instance = make_instance(embedder, plugin);
  instance->begin_both(kNoHurry, kNoHurry);
  const Received end = embedder.take(MessageType::moment);
  CHECK_EQ(end.token, kRegister);
  CHECK_EQ(end.status, AISOPOD_OK);
  CHECK_EQ(embedder.take(MessageType::registration).b, "tool");
  dispose(embedder, instance);
  CHECK_EQ(embedder.count(MessageType::moment), 0u);
}

CASE("a create that fails is reported, and on_register is not called") {
  Plugin plugin;
  plugin.create = [](aisopod_plugin**, aisopod_error*) { return AISOPOD_E_DENIED; };
  Embedder embedder;
  std::shared_ptr<Instance> instance = make_instance(embedder, plugin);
  instance->begin_both(kNoHurry, kNoHurry);
  const Received end = embedder.take(MessageType::moment);
  CHECK_EQ(end.token, kCreate);
  CHECK_EQ(end.status, AISOPOD_E_DENIED);
  dispose(embedder, instance);
  CHECK_EQ(plugin.story.text(), "create");
}

CASE("an on_register that fails after create is reported as such") {
  Plugin plugin;
  plugin.on_register = [](const aisopod_api*, aisopod_error*) { return AISOPOD_E_DENIED; };
  Embedder embedder;
  std::shared_ptr<Instance> instance = make_instance(embedder, plugin);
  instance->begin_both(kNoHurry, kNoHurry);
  const Received end = embedder.take(MessageType::moment);
  CHECK_EQ(end.token, kRegister);
  CHECK_EQ(end.a, "on_register() returned AISOPOD_E_DENIED");
  dispose(embedder, instance);
  CHECK_EQ(plugin.story.text(), "create, on_register, destroy");
}

CASE("a create that is late in one request is undone, and on_register is not called") {
  Plugin plugin;
  Event go_on;
  plugin.create = [&](aisopod_plugin** out, aisopod_error*) {
    go_on.wait();
    *out = reinterpret_cast<aisopod_plugin*>(&plugin);
    return AISOPOD_OK;
  };
  Embedder embedder;
  std::shared_ptr<Instance> instance = make_instance(embedder, plugin);
  instance->begin_both(1, kNoHurry);
  const Received end = embedder.take(MessageType::moment);
  CHECK_EQ(end.token, kCreate);
  CHECK_EQ(end.status, AISOPOD_E_DEADLINE);
  go_on.set();
  embedder.take(MessageType::disposed);
  CHECK_EQ(plugin.story.text(), "create, destroy");
  CHECK_EQ(embedder.count(MessageType::moment), 0u);
}

CASE("in one request on_register has a limit of its own") {
  Plugin plugin;
  Event go_on;
  plugin.on_register = [&](const aisopod_api*, aisopod_error*) {
    go_on.wait();
    return AISOPOD_OK;
  };
  Embedder embedder;
  std::shared_ptr<Instance> instance = make_instance(embedder, plugin);
  instance->begin_both(kNoHurry, 1);
  const Received end = embedder.take(MessageType::moment);
  CHECK_EQ(end.token, kRegister);
  CHECK_EQ(end.a, "on_register() has not returned after 1 ms");
  go_on.set();
  embedder.take(MessageType::disposed);
  CHECK_EQ(plugin.story.text(), "create, on_register, destroy");
}

#if !defined(_WIN32)
CASE("a create that changes the process is reported before on_register is begun") {
  Plugin plugin;
  plugin.create = [&](aisopod_plugin** out, aisopod_error*) {
    std::signal(SIGUSR2, SIG_IGN);
    *out = reinterpret_cast<aisopod_plugin*>(&plugin);
    return AISOPOD_OK;
  };
  Embedder embedder;
  std::shared_ptr<Instance> instance = make_instance(embedder, plugin);
  instance->begin_both(kNoHurry, kNoHurry);
  CHECK_EQ(embedder.take(MessageType::process).a, "create()");
  const Received end = embedder.take(MessageType::moment);
  CHECK_EQ(end.token, kCreate);
  CHECK_EQ(end.status, AISOPOD_OK);
  std::signal(SIGUSR2, SIG_DFL);
  CHECK_EQ(run_moment(embedder, *instance, Moment::on_register).status, AISOPOD_OK);
  dispose(embedder, instance);
}
#endif

#if defined(__linux__)
CASE("an umask that create or on_register has changed is reported at the end of both") {
  Plugin plugin;
  plugin.create = [&](aisopod_plugin** out, aisopod_error*) {
    umask(0);
    *out = reinterpret_cast<aisopod_plugin*>(&plugin);
    return AISOPOD_OK;
  };
  const mode_t mask = umask(027);
  umask(027);
  Embedder embedder;
  std::shared_ptr<Instance> instance = make_instance(embedder, plugin);
  instance->begin_both(kNoHurry, kNoHurry);
  CHECK_EQ(embedder.take(MessageType::process).a, "create() or on_register()");
  const Received end = embedder.take(MessageType::moment);
  CHECK_EQ(end.token, kRegister);
  CHECK_EQ(end.status, AISOPOD_OK);
  dispose(embedder, instance);
  umask(mask);
}

CASE("an umask that a late create has changed is reported as its own") {
  Plugin plugin;
  Event go_on;
  plugin.create = [&](aisopod_plugin** out, aisopod_error*) {
    go_on.wait();
    umask(0);
    *out = reinterpret_cast<aisopod_plugin*>(&plugin);
    return AISOPOD_OK;
  };
  const mode_t mask = umask(027);
  umask(027);
  Embedder embedder;
  std::shared_ptr<Instance> instance = make_instance(embedder, plugin);
  instance->begin_both(1, kNoHurry);
  CHECK_EQ(embedder.take(MessageType::moment).status, AISOPOD_E_DEADLINE);
  go_on.set();
  CHECK_EQ(embedder.take(MessageType::process).a, "create()");
  embedder.take(MessageType::disposed);
  umask(mask);
}
#endif

CASE("a plugin without on_init serves at once, and is shut down like any other") {
  Plugin plugin;
  plugin.desc.on_init = nullptr;
  plugin.tool("tool", AISOPOD_F_INLINE, [&](const aisopod_call* call) {
    return aisopod_reply(plugin.host, call->token, "1", 1);
  });
  Embedder embedder;
  std::shared_ptr<Instance> instance = make_instance(embedder, plugin);
  CHECK(!instance->pass_init());  // not registered yet
  instance->begin_both(kNoHurry, kNoHurry);
  CHECK_EQ(embedder.take(MessageType::moment).status, AISOPOD_OK);
  CHECK(instance->pass_init());
  CHECK(!instance->pass_init());
  aisopod::CallRequest request;
  request.registration = embedder.take(MessageType::registration).token;
  request.method = "invoke";
  request.params = "{}";
  CHECK_EQ(instance->calls.invoke(std::move(request)).message.a, "1");
  dispose(embedder, instance);
  CHECK_EQ(plugin.story.text(), "create, on_register, on_shutdown, destroy");
}

CASE("a plugin with on_init is not passed over") {
  Plugin plugin;
  Embedder embedder;
  std::shared_ptr<Instance> instance = make_instance(embedder, plugin);
  instance->begin_both(kNoHurry, kNoHurry);
  embedder.take(MessageType::moment);
  CHECK(!instance->pass_init());
  CHECK_EQ(run_moment(embedder, *instance, Moment::on_init).status, AISOPOD_OK);
  dispose(embedder, instance);
}

}  // namespace
