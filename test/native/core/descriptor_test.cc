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
  CHECK_EQ(aisopod::Descriptor(longer.desc)->struct_size, sizeof longer);
  aisopod_plugin_desc shorter = plugin.desc;
  shorter.struct_size = static_cast<uint32_t>(offsetof(aisopod_plugin_desc, on_config_changed));
  const aisopod::Descriptor copy(shorter);
  CHECK(copy->on_config_changed == nullptr);
  CHECK(copy->create == plugin.desc.create);
  CHECK_EQ(std::string(copy->build), "test");
}

CASE("of a descriptor of another major, or without functions, nothing but its head is read") {
  Plugin plugin;
  aisopod_plugin_desc other = plugin.desc;
  ++other.abi_major;
  other.id = reinterpret_cast<const char*>(1);  // reading it would crash
  aisopod_plugin_desc small = plugin.desc;
  small.struct_size = offsetof(aisopod_plugin_desc, create) - 4;
  small.id = other.id;
  for (const aisopod_plugin_desc& from : {other, small}) {
    const aisopod::Descriptor copy(from);
    CHECK_EQ(copy->struct_size, from.struct_size);
    CHECK_EQ(copy->abi_major, from.abi_major);
    CHECK(copy->id == nullptr);
    CHECK(copy->create == nullptr);
  }
}

CASE("texts that are NULL stay NULL, and copies are equal when all that they say is") {
  Plugin plugin;
  aisopod_plugin_desc desc = plugin.desc;
  const aisopod::Descriptor first(desc), same(desc);
  CHECK(first == same);
  desc.build = nullptr;
  const aisopod::Descriptor without(desc);
  CHECK(without->build == nullptr);
  CHECK(!(without == first));
  desc.build = "";
  CHECK(!(aisopod::Descriptor(desc) == without));
  desc = plugin.desc;
  desc.flags = AISOPOD_PLUGIN_SINGLE;
  CHECK(!(aisopod::Descriptor(desc) == first));
}

}  // namespace
