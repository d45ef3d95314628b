// A plugin made in the test: a descriptor whose functions are lambdas. The core opens nothing, so
// to the core it is like any other.
#pragma once

#include <atomic>
#include <functional>
#include <list>
#include <string>

#include "aisopod/plugin.h"
#include "support/story.h"

namespace test {

// The `user` of one registration, with its handler.
struct Tool {
  std::function<aisopod_status(const aisopod_call*)> handler;
  std::atomic<int> released{0};
};

class Plugin {
 public:
  Plugin();
  Plugin(const Plugin&) = delete;
  Plugin& operator=(const Plugin&) = delete;

  // What each moment does; by default it succeeds. Set them before the moment begins.
  std::function<aisopod_status(aisopod_plugin**, aisopod_error*)> create;
  std::function<aisopod_status(const aisopod_api*, aisopod_error*)> on_register;
  std::function<aisopod_status(aisopod_error*)> on_init;
  std::function<void()> on_shutdown;
  std::function<aisopod_status(const std::string&, aisopod_error*)> on_config_changed;
  std::function<aisopod_status(const aisopod_writer*, aisopod_error*)> save_state;
  std::function<aisopod_status(const aisopod_state*, aisopod_error*)> restore_state;
  std::function<void()> destroy;

  // Registers a tool by default on_register, with that handler.
  Tool& tool(const char* name, uint32_t flags,
             std::function<aisopod_status(const aisopod_call*)> handler);

  // Which of its functions were called, in order.
  Story story;

  const aisopod_host* host = nullptr;  // from create() on
  aisopod_shutdown shutdown = {};      // what on_shutdown() received
  aisopod_plugin_desc desc;

  // By its data_dir an instance finds the Plugin that it belongs to.
  std::string address() const;

  static aisopod_status AISOPOD_ABI handle(void* tool, const aisopod_call* call);
  static void AISOPOD_ABI release(void* tool);

 private:
  struct Entry {
    const char* name;
    uint32_t flags;
    Tool tool;
  };
  friend struct PluginFunctions;
  aisopod_status add_tools(const aisopod_api* api, aisopod_error* err);

  std::list<Entry> tools_;
};

}  // namespace test
