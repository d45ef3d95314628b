// A plugin made in the test: a descriptor whose functions are lambdas. The core opens nothing, so
// it cannot tell.
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
  std::function<aisopod_status(const aisopod_request*)> handler;
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
  std::function<void()> destroy;

  // Registers a tool by default on_register, with that handler.
  Tool& tool(const char* name, uint32_t flags,
             std::function<aisopod_status(const aisopod_request*)> handler);

  // Which of its functions were called, in order, with each release.
  Story story;

  const aisopod_host* host = nullptr;  // from create() on
  aisopod_plugin_desc desc;

  // How a test's instance is told which Plugin it is: by its data_dir.
  std::string address() const;

  static aisopod_status AISOPOD_ABI handle(void* tool, const aisopod_request* request);
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
