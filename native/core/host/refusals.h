// The reasons of what the host refuses, in the log of the plugin: a plugin that ignores a status
// would otherwise never learn what it does wrong. A plugin that does it in a loop must not fill the
// log, so each function and reason has a line ten times a minute; the rest is counted.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>

#include "aisopod/plugin.h"

#include "core/threads/mutex.h"

namespace aisopod {

class Environment;

class Refusals {
 public:
  // `window_ms`: how long the lines of a reason are counted together.
  Refusals(uint32_t instance, std::weak_ptr<Environment> environment, int64_t window_ms = 60'000)
      : instance_(instance), environment_(std::move(environment)), window_ms_(window_ms) {}

  // [any thread] Logs `why` if the status says that an argument, or the thread, was refused.
  // `function` is the host function's name. Returns the status.
  aisopod_status refuse(const char* function, aisopod_status status, const std::string& why);

 private:
  class Window;

  void write(const char* function, const std::string& why) AISOPOD_EXCLUDES(mutex_);

  const uint32_t instance_;
  const std::weak_ptr<Environment> environment_;
  const int64_t window_ms_;
  Mutex mutex_;
  // By function and reason; bounded.
  std::map<std::string, std::shared_ptr<Window>> windows_ AISOPOD_GUARDED_BY(mutex_);
};

}  // namespace aisopod
