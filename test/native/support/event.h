// What tests wait with: something that happens once, or several times, and a meeting of threads.
// A test never waits for a time; the watchdog only ends a test that hangs.
#pragma once

#include <chrono>
#include <condition_variable>
#include <functional>
#include <mutex>
#include <thread>

#include "support/harness.h"

namespace test {

constexpr std::chrono::seconds kWatchdog{120};

class Event {
 public:
  void set() {
    const std::lock_guard lock(mutex_);
    set_ = true;
    changed_.notify_all();
  }

  void wait(const char* what = "an event") {
    std::unique_lock lock(mutex_);
    if (!changed_.wait_for(lock, kWatchdog, [&] { return set_; })) give_up(what);
  }

  bool is_set() {
    const std::lock_guard lock(mutex_);
    return set_;
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  bool set_ = false;
};

// Holds its threads back until `count` of them have come.
class Meeting {
 public:
  explicit Meeting(int count) : missing_(count) {}

  void attend() {
    std::unique_lock lock(mutex_);
    if (--missing_ <= 0) changed_.notify_all();
    if (!changed_.wait_for(lock, kWatchdog, [&] { return missing_ <= 0; })) {
      give_up("some threads did not come to the meeting");
    }
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  int missing_;
};

// Counts what happens; a test waits until it has happened often enough.
class Counter {
 public:
  void add() {
    const std::lock_guard lock(mutex_);
    ++count_;
    changed_.notify_all();
  }

  void wait_for(int count, const char* what = "a count") {
    std::unique_lock lock(mutex_);
    if (!changed_.wait_for(lock, kWatchdog, [&] { return count_ >= count; })) give_up(what);
  }

  int count() {
    const std::lock_guard lock(mutex_);
    return count_;
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  int count_ = 0;
};

// For a change that no event announces, such as the kernel's list of threads: looks until it is so.
inline void eventually(const char* what, const std::function<bool()>& so) {
  const auto end = std::chrono::steady_clock::now() + kWatchdog;
  while (!so()) {
    if (std::chrono::steady_clock::now() > end) give_up(what);
    std::this_thread::yield();
  }
}

}  // namespace test
