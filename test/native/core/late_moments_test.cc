// A moment that exceeds its limit is reported at once, and undone when it returns after all.
#include "support/event.h"
#include "support/running.h"

namespace {

using namespace test;

// Waits in one of the plugin's functions until the host has received that it is late.
struct Late {
  Event may_return;
  Plugin plugin;
  Embedder embedder;
  std::shared_ptr<Instance> instance = make_instance(embedder, plugin);

  void in_time(Moment moment) {
    REQUIRE(run_moment(embedder, *instance, moment).status == AISOPOD_OK);
  }

  // Begins the moment with a limit of 1 ms, and lets it return when it is reported as late.
  Received be_late(Moment moment) {
    const Received late = run_moment(embedder, *instance, moment, 1);
    CHECK_EQ(late.status, AISOPOD_E_DEADLINE);
    CHECK_EQ(late.other, 1u);
    CHECK(late.number >= 1);
    may_return.set();
    embedder.take(MessageType::disposed);
    CHECK_EQ(embedder.count(MessageType::moment), 0u);  // it was reported once
    instance.reset();
    return late;
  }
};

CASE("a late create is followed by destroy") {
  Late late;
  late.plugin.create = [&](aisopod_plugin** out, aisopod_error*) {
    late.may_return.wait();
    *out = reinterpret_cast<aisopod_plugin*>(&late.plugin);
    return AISOPOD_OK;
  };
  CHECK_EQ(late.be_late(Moment::create).a, "create() has not returned after 1 ms");
  CHECK_EQ(late.plugin.story.text(), "create, destroy");
}

CASE("a late create that fails is followed by nothing") {
  Late late;
  late.plugin.create = [&](aisopod_plugin**, aisopod_error*) {
    late.may_return.wait();
    return AISOPOD_E_FAIL;
  };
  late.be_late(Moment::create);
  CHECK_EQ(late.plugin.story.text(), "create");
}

CASE("a late on_register is followed by every release and destroy") {
  Late late;
  Tool& tool = late.plugin.tool("tool", 0, [](const aisopod_call*) { return AISOPOD_E_FAIL; });
  late.plugin.on_register = [&](const aisopod_api* api, aisopod_error* err) {
    aisopod_registration def = AISOPOD_INIT(aisopod_registration);
    def.kind = AISOPOD_KIND_TOOL;
    def.name = "tool";
    def.fn = Plugin::handle;
    def.user = &tool;
    def.release = Plugin::release;
    late.may_return.wait();
    return api->add(api, &def, nullptr, err);
  };
  late.in_time(Moment::create);
  late.be_late(Moment::on_register);
  CHECK_EQ(late.plugin.story.text(), "create, on_register, destroy");
  CHECK_EQ(tool.released.load(), 1);
}

CASE("a late on_init is followed by on_shutdown and destroy") {
  Late late;
  late.plugin.on_init = [&](aisopod_error*) {
    late.may_return.wait();
    return AISOPOD_OK;
  };
  late.in_time(Moment::create);
  late.in_time(Moment::on_register);
  late.be_late(Moment::on_init);
  CHECK_EQ(late.plugin.story.text(), "create, on_register, on_init, on_shutdown, destroy");
}

CASE("a late on_init that fails is followed by destroy, without on_shutdown") {
  Late late;
  late.plugin.on_init = [&](aisopod_error*) {
    late.may_return.wait();
    return AISOPOD_E_FAIL;
  };
  late.in_time(Moment::create);
  late.in_time(Moment::on_register);
  late.be_late(Moment::on_init);
  CHECK_EQ(late.plugin.story.text(), "create, on_register, on_init, destroy");
}

CASE("a late on_shutdown is followed by destroy") {
  Late late;
  late.plugin.on_shutdown = [&] { late.may_return.wait(); };
  for (const Moment moment : {Moment::create, Moment::on_register, Moment::on_init}) {
    late.in_time(moment);
  }
  late.be_late(Moment::dispose);
  CHECK_EQ(late.plugin.story.text(), "create, on_register, on_init, on_shutdown, destroy");
}

CASE("a dispose begun while on_init is late ends when that is over, as UNDO") {
  Event in_init;
  Late late;
  late.plugin.on_init = [&](aisopod_error*) {
    in_init.set();
    late.may_return.wait();
    return AISOPOD_OK;
  };
  late.in_time(Moment::create);
  late.in_time(Moment::on_register);
  CHECK_EQ(run_moment(late.embedder, *late.instance, Moment::on_init, 1).status,
           AISOPOD_E_DEADLINE);
  in_init.wait();
  late.instance->begin(Moment::dispose, kNoHurry);
  late.may_return.set();
  CHECK_EQ(late.embedder.take(MessageType::moment, 4).status, AISOPOD_OK);
  late.embedder.take(MessageType::disposed);
  CHECK_EQ(late.embedder.count(MessageType::disposed), 0u);
  CHECK_EQ(late.plugin.shutdown.reason, AISOPOD_SHUTDOWN_UNDO);
  late.instance.reset();
  CHECK_EQ(late.plugin.story.text(), "create, on_register, on_init, on_shutdown, destroy");
}

CASE("a late dispose may be followed by another, which waits for the first") {
  Late late;
  late.plugin.on_shutdown = [&] { late.may_return.wait(); };
  for (const Moment moment : {Moment::create, Moment::on_register, Moment::on_init}) {
    late.in_time(moment);
  }
  CHECK_EQ(run_moment(late.embedder, *late.instance, Moment::dispose, 1).status,
           AISOPOD_E_DEADLINE);
  late.instance->begin(Moment::dispose, kNoHurry);
  late.may_return.set();
  CHECK_EQ(late.embedder.take(MessageType::moment).status, AISOPOD_OK);
  late.embedder.take(MessageType::disposed);
  late.instance.reset();
  CHECK_EQ(late.plugin.story.text(), "create, on_register, on_init, on_shutdown, destroy");
}

}  // namespace
