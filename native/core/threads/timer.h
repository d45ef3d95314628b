// One thread that fires what is due. Everything that has a deadline is a Timed.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <thread>

#include "core/clock.h"
#include "core/threads/mutex.h"

namespace aisopod {

class Timed;

class Timer {
 public:
  Timer();
  // Like stop(), also on the timer's own thread: what it fired may be the last that holds us.
  ~Timer();
  Timer(const Timer&) = delete;
  Timer& operator=(const Timer&) = delete;

  // [any thread] Fires `what` once at `when` (ns); replaces its earlier moment. kNever: cancels.
  // Throws std::system_error when no thread can be started; `what` is not armed then. Does nothing
  // between stop() and resume().
  void arm(const std::shared_ptr<Timed>& what, int64_t when);
  // [any thread] A fire() that has begun is not waited for.
  void cancel(Timed& what);
  // [not the timer's thread] Joins the thread. What is armed is released without being fired.
  void stop();
  // [the thread that calls stop()] From now on arm() starts the thread again.
  void resume();

 private:
  friend class Timed;
  using Queue = std::multimap<int64_t, std::shared_ptr<Timed>>;
  struct State;  // shared with the thread, which may outlive this object

  static void run(const std::shared_ptr<State>& state);

  const std::shared_ptr<State> state_;
};

// Base of what a Timer fires. fire() runs on the timer's thread: it must be short, must not call
// plugin code and must not wait. If it throws std::bad_alloc it is fired again a moment later.
class Timed {
 public:
  virtual ~Timed() = default;
  virtual void fire() = 0;

 private:
  friend class Timer;
  struct Arming {
    Timer::Queue::iterator place{};
    bool armed = false;
  };
  Guarded<Arming> arming_;  // by the timer's mutex
};

}  // namespace aisopod
