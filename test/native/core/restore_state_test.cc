// restore_state(): once, between on_register() and on_init(), with a state that is lent.
#include <cstring>
#include <stdexcept>

#include "core/host/plugin_error.h"
#include "support/event.h"
#include "support/state.h"

namespace {

using namespace test;

// An instance that has registered.
struct Restoring {
  Restoring() {
    for (const Moment moment : {Moment::create, Moment::on_register}) {
      REQUIRE(run_moment(embedder, *instance, moment).status == AISOPOD_OK);
    }
  }
  ~Restoring() {
    if (instance != nullptr) dispose(embedder, instance);
  }

  Received restore(aisopod::SavedState state, int64_t limit_ms = kNoHurry) {
    instance->begin_restore(std::move(state), limit_ms);
    return embedder.take(MessageType::moment, static_cast<uint64_t>(Moment::restore_state));
  }
  Received init() { return run_moment(embedder, *instance, Moment::on_init); }

  Plugin plugin;
  Embedder embedder;
  std::shared_ptr<Instance> instance = make_instance(embedder, plugin);
};

CASE("it gets the bytes themselves, with format, version and build, before on_init") {
  Restoring it;
  const aisopod::SavedState state = state_of(std::string("a\0b", 3));
  it.plugin.restore_state = [&](const aisopod_state* given, aisopod_error*) {
    CHECK(it.instance->is_control_thread());
    CHECK_EQ(given->struct_size, sizeof(aisopod_state));
    CHECK_EQ(given->format, 7u);
    CHECK_EQ(std::string(given->version), "1.2.3");
    CHECK_EQ(std::string(given->build), "nightly");
    CHECK_EQ(given->len, 3u);
    CHECK(given->data == state.bytes->data());  // not a copy
    return AISOPOD_OK;
  };
  CHECK_EQ(it.restore(state).status, AISOPOD_OK);
  CHECK_EQ(it.init().status, AISOPOD_OK);
  CHECK_EQ(it.plugin.story.text(), "create, on_register, restore_state, on_init");
}

CASE("an empty state is no NULL") {
  Restoring it;
  it.plugin.restore_state = [](const aisopod_state* given, aisopod_error*) {
    CHECK(given->data != nullptr);
    CHECK_EQ(given->len, 0u);
    CHECK_EQ(std::string(given->build), "");
    return AISOPOD_OK;
  };
  CHECK_EQ(it.restore({}).status, AISOPOD_OK);
}

CASE("the state is held while it is read, and not longer") {
  Restoring it;
  Event inside, go_on;
  it.plugin.restore_state = [&](const aisopod_state* given, aisopod_error*) {
    inside.set();
    go_on.wait();
    CHECK_EQ(std::memcmp(given->data, "state", 5), 0);
    return AISOPOD_OK;
  };
  aisopod::SavedState state = state_of("state");
  const std::weak_ptr<const aisopod::StateBytes> bytes = state.bytes;
  it.instance->begin_restore(std::move(state), kNoHurry);
  inside.wait();
  CHECK(!bytes.expired());
  go_on.set();
  it.embedder.take(MessageType::moment, static_cast<uint64_t>(Moment::restore_state));
  CHECK_EQ(it.init().status, AISOPOD_OK);  // behind it on the control thread
  CHECK(bytes.expired());
}

CASE("only what is legal in create() is legal meanwhile") {
  Restoring it;
  it.plugin.restore_state = [&](const aisopod_state*, aisopod_error*) {
    CHECK_EQ(aisopod_publish(it.plugin.host, 0, "t", "1", 1), AISOPOD_E_STATE);
    const aisopod_payload* config = nullptr;
    CHECK_EQ(it.plugin.host->get_config(it.plugin.host, &config), AISOPOD_OK);
    it.plugin.host->payload_release(it.plugin.host, config);
    return AISOPOD_OK;
  };
  CHECK_EQ(it.restore(state_of("")).status, AISOPOD_OK);
}

CASE("an error ends the start with the plugin's message, without on_init and on_shutdown") {
  Restoring it;
  it.plugin.restore_state = [](const aisopod_state*, aisopod_error* err) {
    return aisopod::fill(err, AISOPOD_E_UNSUPPORTED, "format 7 is unknown");
  };
  const Received end = it.restore(state_of("x"));
  CHECK_EQ(end.status, AISOPOD_E_UNSUPPORTED);
  CHECK_EQ(end.a, "format 7 is unknown");
  CHECK_EQ(it.init().status, AISOPOD_E_STATE);
  dispose(it.embedder, it.instance);
  CHECK_EQ(it.plugin.story.text(), "create, on_register, restore_state, destroy");
}

CASE("an exception is a failure") {
  Restoring it;
  it.plugin.restore_state = [](const aisopod_state*, aisopod_error*) -> aisopod_status {
    throw std::runtime_error("no idea");
  };
  const Received end = it.restore(state_of("x"));
  CHECK_EQ(end.status, AISOPOD_E_FAIL);
  CHECK_EQ(end.a, "restore_state() threw a C++ exception: no idea");
}

CASE("a late one is followed by every release and destroy") {
  Restoring it;
  Event may_return;
  it.plugin.restore_state = [&](const aisopod_state* given, aisopod_error*) {
    may_return.wait();
    CHECK_EQ(std::memcmp(given->data, "state", 5), 0);
    return AISOPOD_OK;
  };
  const Received late = it.restore(state_of("state"), 1);
  CHECK_EQ(late.status, AISOPOD_E_DEADLINE);
  CHECK_EQ(late.other, 1u);
  CHECK_EQ(late.a, "restore_state() has not returned after 1 ms");
  may_return.set();
  it.embedder.take(MessageType::disposed);
  it.instance.reset();
  CHECK_EQ(it.plugin.story.text(), "create, on_register, restore_state, destroy");
}

CASE("it is in turn once, after on_register()") {
  Plugin plugin;
  Embedder embedder;
  std::shared_ptr<Instance> instance = make_instance(embedder, plugin);
  const auto restore = [&] {
    instance->begin_restore(state_of("x"), kNoHurry);
    return embedder.take(MessageType::moment, static_cast<uint64_t>(Moment::restore_state)).status;
  };
  for (const Moment moment : {Moment::create, Moment::on_register}) {
    CHECK_EQ(run_moment(embedder, *instance, moment).status, AISOPOD_OK);
  }
  CHECK_EQ(restore(), AISOPOD_OK);
  CHECK_EQ(restore(), AISOPOD_E_STATE);
  dispose(embedder, instance);
  CHECK_EQ(plugin.story.text(), "create, on_register, restore_state, destroy");
}

CASE("a plugin without on_init is passed over after it as well") {
  Plugin plugin;
  plugin.desc.on_init = nullptr;
  Embedder embedder;
  std::shared_ptr<Instance> instance = make_instance(embedder, plugin);
  for (const Moment moment : {Moment::create, Moment::on_register}) {
    CHECK_EQ(run_moment(embedder, *instance, moment).status, AISOPOD_OK);
  }
  instance->begin_restore(state_of("x"), kNoHurry);
  embedder.take(MessageType::moment, static_cast<uint64_t>(Moment::restore_state));
  CHECK(instance->pass_init());
  CHECK_EQ(run_moment(embedder, *instance, Moment::save_state).status, AISOPOD_OK);
  dispose(embedder, instance);
}

CASE("what one instance saves another restores, and the first still serves") {
  Saving old;
  old.plugin.save_state = [](const aisopod_writer* writer, aisopod_error*) {
    return write_text(writer, "41");
  };
  CHECK_EQ(old.save().status, AISOPOD_OK);
  Restoring fresh;
  std::string got;
  fresh.plugin.restore_state = [&](const aisopod_state* given, aisopod_error*) {
    got.assign(static_cast<const char*>(given->data), given->len);
    return AISOPOD_OK;
  };
  CHECK_EQ(fresh.restore(old.running->take_saved()).status, AISOPOD_OK);
  CHECK_EQ(got, "41");
  CHECK_EQ(old.saved(), "41");
}

}  // namespace
