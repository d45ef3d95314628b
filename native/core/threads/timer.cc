#include "core/threads/timer.h"

#include <new>
#include <utility>

#include "core/threads/thread.h"

namespace aisopod {
namespace {

// Until something that had no memory is fired again.
constexpr int64_t kAgainNs = 10 * kMillisecond;

}  // namespace

struct Timer::State {
  std::mutex mutex;
  std::condition_variable changed;
  Queue queue;
  int64_t wakes_at = kNever;  // when the thread will look again by itself
  bool stopping = false;      // from then on no thread is started, until stop() has joined it
  Thread thread;
};

Timer::Timer() : state_(std::make_shared<State>()) {}

Timer::~Timer() {
  {
    const std::lock_guard lock(state_->mutex);
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
  const std::lock_guard lock(state.mutex);
  if (what->armed_) {
    state.queue.erase(what->place_);
    what->armed_ = false;
  }
  if (when == kNever) return;
  if (!state.thread.joinable() && !state.stopping) {
    state.thread = Thread("ais:timer", [shared = state_] { run(shared); });
  }
  // Most deadlines are equally long, so the newest is nearly always the last.
  what->place_ = state.queue.emplace_hint(state.queue.end(), when, what);
  what->armed_ = true;
  if (when < state.wakes_at) state.changed.notify_one();
}

void Timer::cancel(Timed& what) {
  std::shared_ptr<Timed> last;  // released after the lock
  const std::lock_guard lock(state_->mutex);
  if (!what.armed_) return;
  last = std::move(what.place_->second);
  state_->queue.erase(what.place_);
  what.armed_ = false;
}

void Timer::stop() {
  Thread thread;
  {
    const std::lock_guard lock(state_->mutex);
    if (!state_->thread.joinable()) return;
    state_->stopping = true;
    state_->changed.notify_one();
    thread = std::move(state_->thread);
  }
  thread.join();
  Queue left;  // released after the lock
  const std::lock_guard lock(state_->mutex);
  state_->stopping = false;
  state_->wakes_at = kNever;
  left.swap(state_->queue);
  for (auto& [when, what] : left) what->armed_ = false;
}

void Timer::run(const std::shared_ptr<State>& shared) {
  State& state = *shared;
  std::unique_lock lock(state.mutex);
  while (!state.stopping) {
    if (state.queue.empty()) {
      state.wakes_at = kNever;
      state.changed.wait(lock);
      continue;
    }
    const auto first = state.queue.begin();
    if (first->first > now_ns()) {
      state.wakes_at = first->first;
      state.changed.wait_until(lock, time_point(state.wakes_at));
      continue;
    }
    Queue::node_type place = state.queue.extract(first);
    std::shared_ptr<Timed> due = std::move(place.mapped());
    due->armed_ = false;
    lock.unlock();
    bool fired = true;
    try {
      due->fire();
    } catch (const std::bad_alloc&) {
      fired = false;
    }
    if (fired) due.reset();  // it may be the last that holds the instance, and with it the timer
    lock.lock();
    if (fired) continue;
    if (state.stopping || due->armed_) {
      lock.unlock();
      due.reset();
      lock.lock();
      continue;
    }
    place.key() = now_ns() + kAgainNs;
    place.mapped() = due;
    due->place_ = state.queue.insert(std::move(place));
    due->armed_ = true;
  }
}

}  // namespace aisopod
