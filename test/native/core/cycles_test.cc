// What an instance took is given back: threads, descriptors, and the counts of the ledger.
#include <dirent.h>

#include <thread>
#include <vector>

#include "support/requesting.h"

namespace {

using namespace test;

size_t entries(const char* directory) {
  DIR* const open = opendir(directory);
  if (open == nullptr) return 0;
  size_t n = 0;
  while (readdir(open) != nullptr) ++n;
  closedir(open);
  return n;
}

// Uses every thread an instance can have: control, reply, serial and parallel workers, timer.
void live_a_life() {
  Responses responses;
  Plugin plugin;
  for (const uint32_t flags : {0u, uint32_t{AISOPOD_F_PARALLEL}}) {
    plugin.tool(flags == 0 ? "serial" : "parallel", flags, [&](const aisopod_call* call) {
      return aisopod_reply(plugin.host, call->token, "1", 1);
    });
  }
  Embedder embedder;
  Running running(embedder, plugin);
  CHECK_EQ(running.call("serial", "{}", kNoHurry).a, "1");
  CHECK_EQ(running.call("parallel", "{}", kNoHurry).a, "1");
  const aisopod_request request = request_of("m", &responses);
  CHECK_EQ(plugin.host->request(plugin.host, &request, nullptr), AISOPOD_OK);
  CHECK_EQ(aisopod_post_task(
               plugin.host, 0, 1, [](void*, const aisopod_task*) {}, nullptr, nullptr),
           AISOPOD_OK);
  running.dispose();
  CHECK_EQ(responses.releases.load(), 1);
}

CASE("200 lives leave as many threads and descriptors as there were") {
  live_a_life();  // what the process itself makes once is there then
  const size_t descriptors = entries("/proc/self/fd");
  const size_t threads = entries("/proc/self/task");
  for (int i = 0; i < 200; ++i) live_a_life();
  CHECK_EQ(entries("/proc/self/fd"), descriptors);
  // A joined thread may be on the kernel's list for a moment longer.
  eventually("the threads go", [&] { return entries("/proc/self/task") <= threads; });
  CHECK_EQ(aisopod::live_instances(), 0);
  CHECK_EQ(aisopod::live_threads(), 0);
}

CASE("the ledger counts what lives") {
  Plugin plugin;
  Embedder embedder;
  CHECK_EQ(aisopod::live_instances(), 0);
  std::shared_ptr<Instance> instance = make_instance(embedder, plugin);
  CHECK_EQ(aisopod::live_instances(), 1);
  CHECK_EQ(aisopod::live_threads(), 0);
  run_moment(embedder, *instance, Moment::create);
  CHECK(aisopod::live_threads() >= 1);
  dispose(embedder, instance);
  CHECK_EQ(aisopod::live_instances(), 0);
  CHECK_EQ(aisopod::live_threads(), 0);
}

CASE("an environment serves further instances after all were disposed of") {
  Embedder embedder;
  for (int i = 0; i < 20; ++i) {
    Plugin plugin;
    plugin.tool("tool", AISOPOD_F_INLINE, [](const aisopod_call*) { return AISOPOD_PENDING; });
    Running running(embedder, plugin);
    CHECK_EQ(running.call("tool", "{}", 1).status, AISOPOD_E_DEADLINE);  // the timer runs again
    running.dispose();
    CHECK_EQ(aisopod::live_threads(), 0);
  }
}

CASE("many instances live in one environment and go in any order") {
  Embedder embedder;
  std::vector<std::unique_ptr<Plugin>> plugins;
  std::vector<std::unique_ptr<Running>> all;
  for (int i = 0; i < 20; ++i) {
    Plugin& plugin = *plugins.emplace_back(std::make_unique<Plugin>());
    plugin.tool("tool", 0, [&](const aisopod_call* call) {
      return aisopod_reply(plugin.host, call->token, "1", 1);
    });
    all.push_back(std::make_unique<Running>(embedder, plugin));
  }
  for (size_t i = 0; i < all.size(); ++i) {
    CHECK_EQ(all[i * 7 % all.size()]->call("tool").a, "1");
    all[i * 7 % all.size()]->dispose();
  }
}

}  // namespace
