// The events and tasks whose functions run: their tokens are good as parents until they return. A
// call is found in Calls.
#pragma once

#include <cstdint>
#include <string>

#include "core/threads/mutex.h"

namespace aisopod {

class Origins {
 public:
  // For the length of a function. `meta` is that of the event or task, and outlives this.
  class Scope {
   public:
    Scope(Origins& origins, uint64_t token, bool event, const std::string& meta)
        : origins_(origins), token_(token), event_(event), meta_(meta) {
      const MutexLock lock(origins_.mutex_);
      next_.under(origins_.mutex_) = origins_.running_;
      origins_.running_ = this;
    }
    ~Scope();
    Scope(const Scope&) = delete;
    Scope& operator=(const Scope&) = delete;

   private:
    friend class Origins;
    Origins& origins_;
    const uint64_t token_;
    const bool event_;
    const std::string& meta_;
    Guarded<Scope*> next_;  // by the mutex of origins_
  };

  // [any thread] False: no function with this token runs.
  bool find(uint64_t token, std::string& meta) AISOPOD_EXCLUDES(mutex_);
  bool is_event(uint64_t token) AISOPOD_EXCLUDES(mutex_);

 private:
  const Scope* find(uint64_t token) const AISOPOD_REQUIRES(mutex_);

  Mutex mutex_;
  // A list of a few: one for each thread. It takes no memory.
  Scope* running_ AISOPOD_GUARDED_BY(mutex_) = nullptr;
};

}  // namespace aisopod
