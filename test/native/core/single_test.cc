// AISOPOD_PLUGIN_SINGLE: one instance of an id at a time, and what a second one gets.
#include "support/harness.h"
#include "support/running.h"

namespace {

using namespace test;

// An instance of that plugin, or nullptr: then `holder` says what is alive.
std::shared_ptr<Instance> make(Embedder& embedder, const Plugin& plugin, const char* plugin_dir,
                               std::string* holder = nullptr) {
  InstanceOptions options;
  options.data_dir = plugin.address();
  options.plugin_dir = plugin_dir;
  return Instance::make(embedder.environment(), &plugin.desc, std::move(options), holder);
}

CASE("a second instance of a SINGLE plugin is not made, and learns which one is alive") {
  Plugin first, second;
  first.desc.flags = second.desc.flags = AISOPOD_PLUGIN_SINGLE;
  second.desc.version = "2.0.0";
  Embedder embedder;
  std::shared_ptr<Instance> instance = make(embedder, first, "/plugins/first");
  REQUIRE(instance != nullptr);
  std::string holder;
  CHECK(make(embedder, second, "/plugins/second", &holder) == nullptr);
  CHECK_EQ(holder, "plugin test 1.0.0 in /plugins/first");
  CHECK_EQ(second.story.text(), "");
  dispose(embedder, instance);
}

CASE("the one that is alive may have no folder") {
  Plugin plugin;
  plugin.desc.flags = AISOPOD_PLUGIN_SINGLE;
  Embedder embedder;
  std::shared_ptr<Instance> instance = make(embedder, plugin, "");
  std::string holder;
  CHECK(make(embedder, plugin, "", &holder) == nullptr);
  CHECK_EQ(holder, "plugin test 1.0.0");
  dispose(embedder, instance);
}

CASE("the second one is refused also in another environment of the process") {
  Plugin plugin;
  plugin.desc.flags = AISOPOD_PLUGIN_SINGLE;
  Embedder embedder, other;
  std::shared_ptr<Instance> instance = make(embedder, plugin, "");
  CHECK(make(other, plugin, "") == nullptr);
  dispose(embedder, instance);
}

CASE("the next one may be made when the first is destroyed, however far that had got") {
  Embedder embedder;
  for (const Moment last :
       {Moment::dispose, Moment::create, Moment::on_register, Moment::on_init}) {
    Plugin plugin;
    plugin.desc.flags = AISOPOD_PLUGIN_SINGLE;
    std::shared_ptr<Instance> instance = make(embedder, plugin, "");
    REQUIRE(instance != nullptr);
    for (const Moment moment : {Moment::create, Moment::on_register, Moment::on_init}) {
      if (last == Moment::dispose) break;
      CHECK_EQ(run_moment(embedder, *instance, moment).status, AISOPOD_OK);
      if (moment == last) break;
    }
    CHECK(make(embedder, plugin, "") == nullptr);
    dispose(embedder, instance);
  }
}

CASE("plugins of other ids, and those that are not SINGLE, are not concerned") {
  Plugin single, other, plain;
  single.desc.flags = other.desc.flags = AISOPOD_PLUGIN_SINGLE;
  other.desc.id = "other";
  Embedder embedder;
  std::shared_ptr<Instance> all[] = {make(embedder, single, ""), make(embedder, other, ""),
                                     make(embedder, plain, ""), make(embedder, plain, "")};
  for (std::shared_ptr<Instance>& each : all) {
    REQUIRE(each != nullptr);
    dispose(embedder, each);
  }
}

}  // namespace
