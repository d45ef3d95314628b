// Sees to the deadlines of all calls of an instance with one entry in the timer. Calls come and go
// by the hundred thousand and hardly any meets its deadline, so none is entered by itself: what is
// due is found by looking at all of them, at the earliest moment that any of them named.
#pragma once

#include <atomic>
#include <functional>
#include <memory>
#include <mutex>

#include "core/threads/timer.h"

namespace aisopod {

class Instance;

class Deadlines {
 public:
  // `sweep` does what is due and answers when something is due next, or kNever. [timer's thread]
  Deadlines(Timer& timer, Instance* instance, std::function<int64_t()> sweep)
      : timer_(timer), instance_(instance), sweep_(std::move(sweep)) {}

  // [any thread] There will be a sweep at `when` (ns) or before. What is due then must be to be
  // found by the sweep already. Throws std::system_error when the timer's thread can't be started.
  void watch(int64_t when) {
    if (when < next_.load()) enter(when);
  }

  // [any thread] No sweep begins after this.
  void stop();

 private:
  class Entry;

  void enter(int64_t when);
  void fire();

  Timer& timer_;
  Instance* const instance_;
  const std::function<int64_t()> sweep_;
  std::mutex mutex_;
  std::atomic<int64_t> next_{kNever};  // written under the mutex
  std::shared_ptr<Entry> entry_;
  bool stopped_ = false;
};

}  // namespace aisopod
