// A mutex, its locks and a condition that clang's analysis of thread safety understands
// (-Wthread-safety): each member says which mutex guards it, each function that is called with a
// lock held says so, and what breaks that does not compile. They are std::mutex and
// std::condition_variable, and cost what these cost; for other compilers the annotations are empty.
#pragma once

#include <chrono>
#include <condition_variable>
#include <mutex>

#include "core/threads/thread_annotations.h"

namespace aisopod {

class AISOPOD_CAPABILITY("mutex") Mutex {
 public:
  Mutex() = default;
  Mutex(const Mutex&) = delete;
  Mutex& operator=(const Mutex&) = delete;

  // Not analysed inside, since in some libraries std::mutex is itself a capability.
  void lock() AISOPOD_ACQUIRE() AISOPOD_NO_THREAD_SAFETY_ANALYSIS { native_.lock(); }
  void unlock() AISOPOD_RELEASE() AISOPOD_NO_THREAD_SAFETY_ANALYSIS { native_.unlock(); }
  bool try_lock() AISOPOD_TRY_ACQUIRE(true) AISOPOD_NO_THREAD_SAFETY_ANALYSIS {
    return native_.try_lock();
  }

 private:
  friend class Condition;
  std::mutex native_;
};

// Holds a mutex as long as it lives.
class AISOPOD_SCOPED_CAPABILITY MutexLock {
 public:
  explicit MutexLock(Mutex& mutex) AISOPOD_ACQUIRE(mutex) : mutex_(mutex) { mutex.lock(); }
  // Takes over a mutex that is held already.
  MutexLock(Mutex& mutex, std::adopt_lock_t) AISOPOD_REQUIRES(mutex) : mutex_(mutex) {}
  ~MutexLock() AISOPOD_RELEASE() { mutex_.unlock(); }
  MutexLock(const MutexLock&) = delete;
  MutexLock& operator=(const MutexLock&) = delete;

 private:
  Mutex& mutex_;
};

// Releases a mutex that is held, as long as it lives, and then locks it again, also when an
// exception ends its block.
class AISOPOD_SCOPED_CAPABILITY MutexUnlock {
 public:
  explicit MutexUnlock(Mutex& mutex) AISOPOD_RELEASE(mutex) : mutex_(mutex) { mutex.unlock(); }
  ~MutexUnlock() AISOPOD_RELEASE() { mutex_.lock(); }
  MutexUnlock(const MutexUnlock&) = delete;
  MutexUnlock& operator=(const MutexUnlock&) = delete;

 private:
  Mutex& mutex_;
};

// Waits may end without a reason, so each stands in a loop that looks at what it waits for.
class Condition {
 public:
  Condition() = default;
  Condition(const Condition&) = delete;
  Condition& operator=(const Condition&) = delete;

  void notify_one() noexcept { native_.notify_one(); }
  void notify_all() noexcept { native_.notify_all(); }

  void wait(Mutex& mutex) AISOPOD_REQUIRES(mutex) {
    Borrowed lock(mutex.native_);
    native_.wait(lock.native);
  }
  void wait_until(Mutex& mutex, std::chrono::steady_clock::time_point until)
      AISOPOD_REQUIRES(mutex) {
    Borrowed lock(mutex.native_);
    native_.wait_until(lock.native, until);
  }

 private:
  // A mutex that the caller holds before and after, also when its thread is cancelled meanwhile.
  struct Borrowed {
    explicit Borrowed(std::mutex& mutex) : native(mutex, std::adopt_lock) {}
    ~Borrowed() { (void)native.release(); }
    Borrowed(const Borrowed&) = delete;
    Borrowed& operator=(const Borrowed&) = delete;
    std::unique_lock<std::mutex> native;
  };

  std::condition_variable native_;
};

// What one object has and the mutex of another one guards, which the annotations can't name here:
// each access names that mutex instead, and is refused without it.
template <class T>
class Guarded {
 public:
  T& under([[maybe_unused]] const Mutex& mutex) AISOPOD_REQUIRES(mutex) { return value_; }
  const T& under([[maybe_unused]] const Mutex& mutex) const AISOPOD_REQUIRES(mutex) {
    return value_;
  }

 private:
  T value_{};
};

}  // namespace aisopod
