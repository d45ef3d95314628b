// The events and tasks whose functions run: their tokens are good as parents until they return. A
// call is found in Calls.
#pragma once

#include <cstdint>
#include <mutex>
#include <string>
#include <vector>

namespace aisopod {

class Origins {
 public:
  // For the length of a function. `meta` is that of the event or task, and outlives this.
  class Scope {
   public:
    Scope(Origins& origins, uint64_t token, bool event, const std::string& meta)
        : origins_(origins), token_(token) {
      const std::lock_guard lock(origins_.mutex_);
      origins_.running_.push_back({token, event, &meta});
    }
    ~Scope();
    Scope(const Scope&) = delete;
    Scope& operator=(const Scope&) = delete;

   private:
    Origins& origins_;
    const uint64_t token_;
  };

  // [any thread] False: no function with this token runs.
  bool find(uint64_t token, std::string& meta);
  bool is_event(uint64_t token);

 private:
  struct Running {
    uint64_t token;
    bool event;
    const std::string* meta;
  };

  std::mutex mutex_;
  std::vector<Running> running_;  // a few: one for each thread
};

}  // namespace aisopod
