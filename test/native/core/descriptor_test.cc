// A descriptor is the plugin's own memory: what it changes there later has no effect.
#include "core/host/descriptor.h"

#include <cstring>

#include "support/harness.h"
#include "support/running.h"

namespace {

using namespace test;

CASE("what a plugin changes in its descriptor once its instance is made has no effect") {
  Plugin plugin;
  char id[] = "test";
  plugin.desc.id = id;
  plugin.desc.flags = AISOPOD_PLUGIN_SINGLE;
  Embedder embedder;
  std::shared_ptr<Instance> instance = make_instance(embedder, plugin);
  std::memcpy(id, "else", 4);
  const aisopod_plugin_desc before = plugin.desc;
  plugin.desc = aisopod_plugin_desc();
  for (const Moment moment : {Moment::create, Moment::on_register, Moment::on_init}) {
    CHECK_EQ(run_moment(embedder, *instance, moment).status, AISOPOD_OK);
  }
  dispose(embedder, instance);
  CHECK_EQ(plugin.story.text(), "create, on_register, on_init, on_shutdown, destroy");

  // The id that was claimed is the one that is released.
  std::memcpy(id, "test", 4);
  plugin.desc = before;
  instance = make_instance(embedder, plugin);
  REQUIRE(instance != nullptr);
  dispose(embedder, instance);
}

CASE("of a descriptor that ends earlier the rest is 0, and of a longer one it is left out") {
  struct Longer {
    aisopod_plugin_desc desc;
    char more[64];
  } longer = {};
  Plugin plugin;
  longer.desc = plugin.desc;
  longer.desc.struct_size = sizeof longer;
  CHECK(aisopod::Descriptor(longer.desc)->struct_size == sizeof(aisopod_plugin_desc));
  aisopod_plugin_desc shorter = plugin.desc;
  shorter.struct_size = static_cast<uint32_t>(offsetof(aisopod_plugin_desc, on_config_changed));
  const aisopod::Descriptor copy(shorter);
  CHECK(copy->on_config_changed == nullptr);
  CHECK(copy->create == plugin.desc.create);
  CHECK_EQ(std::string(copy->build), "test");
}

}  // namespace
