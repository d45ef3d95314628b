// Sees to the deadlines of all calls of an instance with one entry in the timer. Calls come and go
// by the hundred thousand and hardly any meets its deadline, so none is entered by itself: what is
// due is found by looking at all of them, at the earliest moment that any of them named.
#pragma once

#include <atomic>
#include <functional>
#include <memory>

#include "core/threads/mutex.h"
#include "core/threads/timer.h"

namespace aisopod {

class Instance;

// Each looks at all calls, so the deadlines of many, each a bit later than the one before, must not
// have one each.
constexpr int64_t kSweepGapNs = kMillisecond;

class Deadlines {
 public:
  // `sweep` does what is due and answers when something is due next, or kNever. [timer's thread]
  Deadlines(Timer& timer, Instance* instance, std::function<int64_t()> sweep)
      : timer_(timer), instance_(instance), sweep_(std::move(sweep)) {}

  // [any thread] There will be a sweep at `when` (ns) or before, or kSweepGapNs after the last one.
  // What is due then must be to be found by the sweep already. Throws std::system_error when the
  // timer's thread can't be started, and std::bad_alloc.
  void watch(int64_t when) {
    if (when < next_.load()) schedule(when);
  }

  // [any thread] No sweep begins after this.
  void stop() AISOPOD_EXCLUDES(mutex_);
  // [any thread] How many have begun.
  size_t sweeps() const { return sweeps_.load(std::memory_order_relaxed); }

 private:
  class Entry;

  void schedule(int64_t when) AISOPOD_EXCLUDES(mutex_);
  void fire() AISOPOD_EXCLUDES(mutex_);

  Timer& timer_;
  Instance* const instance_;
  const std::function<int64_t()> sweep_;
  Mutex mutex_;
  std::atomic<int64_t> next_{kNever};  // written under the mutex
  std::shared_ptr<Entry> entry_ AISOPOD_GUARDED_BY(mutex_);
  int64_t not_before_ AISOPOD_GUARDED_BY(mutex_) = 0;  // when the next sweep may begin
  bool stopped_ AISOPOD_GUARDED_BY(mutex_) = false;
  std::atomic<size_t> sweeps_{0};
};

}  // namespace aisopod
