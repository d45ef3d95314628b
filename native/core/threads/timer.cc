#include "core/threads/timer.h"

#include <new>
#include <utility>

#include "core/threads/mutex.h"
#include "core/threads/thread.h"

namespace aisopod {
namespace {

// Until something that had no memory is fired again.
constexpr int64_t kAgainNs = 10 * kMillisecond;

}  // namespace

struct Timer::State {
  Mutex mutex;
  Condition changed;
  Queue queue AISOPOD_GUARDED_BY(mutex);
  // When the thread will look again by itself.
  int64_t wakes_at AISOPOD_GUARDED_BY(mutex) = kNever;
  // From then on nothing is armed, until resume().
  bool stopping AISOPOD_GUARDED_BY(mutex) = false;
  Thread thread AISOPOD_GUARDED_BY(mutex);
};

Timer::Timer() : state_(std::make_shared<State>()) {}

Timer::~Timer() {
  {
    const MutexLock lock(state_->mutex);
    if (state_->thread.is_current()) {
      state_->stopping = true;
      state_->thread.detach();
      return;
    }
  }
  stop();
}

void Timer::arm(const std::shared_ptr<Timed>& what, int64_t when) {
  State& state = *state_;
  const MutexLock lock(state.mutex);
  Timed::Arming& arming = what->arming_.under(state.mutex);
  if (arming.armed) {
    state.queue.erase(arming.place);
    arming.armed = false;
  }
  if (when == kNever || state.stopping) return;
  if (!state.thread.joinable()) {
    state.thread = Thread("ais:timer", [shared = state_] { run(shared); });
  }
  // Most deadlines are equally long, so the newest is nearly always the last.
  arming.place = state.queue.emplace_hint(state.queue.end(), when, what);
  arming.armed = true;
  if (when < state.wakes_at) state.changed.notify_one();
}

void Timer::cancel(Timed& what) {
  std::shared_ptr<Timed> last;  // released after the lock
  const MutexLock lock(state_->mutex);
  Timed::Arming& arming = what.arming_.under(state_->mutex);
  if (!arming.armed) return;
  last = std::move(arming.place->second);
  state_->queue.erase(arming.place);
  arming.armed = false;
}

void Timer::stop() {
  Thread thread;
  {
    const MutexLock lock(state_->mutex);
    state_->stopping = true;
    if (!state_->thread.joinable()) return;
    state_->changed.notify_one();
    thread = std::move(state_->thread);
  }
  thread.join();
  Queue left;  // released after the lock
  const MutexLock lock(state_->mutex);
  state_->wakes_at = kNever;
  left.swap(state_->queue);
  for (auto& [when, what] : left) what->arming_.under(state_->mutex).armed = false;
}

void Timer::resume() {
  const MutexLock lock(state_->mutex);
  state_->stopping = false;
}

void Timer::run(const std::shared_ptr<State>& shared) {
  State& state = *shared;
  const MutexLock lock(state.mutex);
  while (!state.stopping) {
    if (state.queue.empty()) {
      state.wakes_at = kNever;
      state.changed.wait(state.mutex);
      continue;
    }
    const auto first = state.queue.begin();
    if (first->first > now_ns()) {
      state.wakes_at = first->first;
      state.changed.wait_until(state.mutex, time_point(state.wakes_at));
      continue;
    }
    Queue::node_type place = state.queue.extract(first);
    std::shared_ptr<Timed> due = std::move(place.mapped());
    due->arming_.under(state.mutex).armed = false;
    bool fired = true;
    {
      const MutexUnlock unlocked(state.mutex);
      try {
        due->fire();
      } catch (const std::bad_alloc&) {
        fired = false;
      }
      if (fired) due.reset();  // it may be the last that holds the instance, and with it the timer
    }
    if (fired) continue;
    Timed::Arming& arming = due->arming_.under(state.mutex);
    if (state.stopping || arming.armed) {
      const MutexUnlock unlocked(state.mutex);
      due.reset();
      continue;
    }
    place.key() = now_ns() + kAgainNs;
    place.mapped() = due;
    arming.place = state.queue.insert(std::move(place));
    arming.armed = true;
  }
}

}  // namespace aisopod
