#include "core/calls/lane.h"

#include <algorithm>
#include <exception>
#include <thread>
#include <utility>

#include "core/threads/cores.h"

namespace aisopod {
namespace {

constexpr int64_t kLingerNs = 50'000;

}  // namespace

Lane::Lane(Kind kind, std::string name, size_t max_threads, size_t spare_threads, Run run)
    : kind_(kind),
      name_(std::move(name)),
      max_threads_(max_threads),
      spare_threads_(spare_threads),
      run_(std::move(run)) {}

Lane::~Lane() {
  stop();
  join();
}

aisopod_status Lane::push(std::shared_ptr<Call> call, bool wake) {
  const MutexLock lock(mutex_);
  if (stopped_) return AISOPOD_E_STATE;
  const bool inner = is_inner(*call);
  call->inner = inner;
  if (idle_ <= queue_.size() + inner_.size()) {
    add_thread(inner ? waiting_threads() : 0);
    if (threads_.empty()) return AISOPOD_E_NOMEM;
  }
  const bool closed = inner ? is_closed_to_inner() : is_closed_to_outer();
  if (closed && call->work == nullptr) return AISOPOD_E_BUSY;
  (inner ? inner_ : queue_).push(std::move(call));
  has_news_.store(true, std::memory_order_relaxed);
  if (wake) changed_.notify_one();
  return AISOPOD_OK;
}

void Lane::start() {
  const MutexLock lock(mutex_);
  if (!stopped_ && threads_.empty()) start_thread();
}

// The places come first: once it runs, nothing of it may fail.
void Lane::start_thread() {
  if (threads_.size() == threads_.capacity()) threads_.reserve(2 * threads_.size() + 4);
  running_.reserve(threads_.capacity());
  threads_.push_back(Thread(name_, [this] { work(); }));
}

void Lane::wake() {
  const MutexLock lock(mutex_);
  if (has_next()) changed_.notify_all();
}

// Unless there are max_threads_ already, and `extra` more or all that are spare, or none can be
// had.
void Lane::add_thread(size_t extra) {
  const size_t n = threads_.size();
  if (stopped_ || (n >= max_threads_ && n - max_threads_ >= std::min(extra, spare_threads_)))
    return;
  try {
    start_thread();
  } catch (const std::exception&) {
  }
}

// In a serial lane only what is called on behalf of a handler that runs there is.
bool Lane::is_inner(const Call& call) const {
  if (kind_ == Kind::parallel) return (call.wants & kWithinCall) != 0;
  return std::any_of(running_.begin(), running_.end(),
                     [&](const Running& each) { return call.is_within(each.call->token); });
}

// Of a serial lane in which handlers run: the one that waits for what is called on its behalf; 0:
// the newest handler runs, so no other one may.
uint64_t Lane::waiting_call() const {
  const Running& newest = running_.back();
  return newest.waits && !newest.resumes ? newest.call->token : 0;
}

bool Lane::has_next() const {
  if (kind_ == Kind::parallel) {
    return !inner_.empty() || (!queue_.empty() && outer_running_ < max_threads_);
  }
  if (running_.empty()) return !inner_.empty() || !queue_.empty();
  if (inner_.empty()) return false;
  const uint64_t waiting = waiting_call();
  return waiting != 0 &&
         inner_.has([waiting](const Call& call) { return call.is_within(waiting); });
}

// After has_next().
std::shared_ptr<Call> Lane::take_next() {
  if (inner_.empty()) return queue_.pop();
  if (kind_ == Kind::parallel || running_.empty()) return inner_.pop();
  const uint64_t waiting = waiting_call();
  return inner_.take([waiting](const Call& call) { return call.is_within(waiting); });
}

// It may have fewer threads than it is allowed to, and then these count.
bool Lane::is_closed_to_outer() const {
  size_t stuck = 0;
  size_t outer = 0;
  for (const Running& each : running_) {
    if (!each.stuck) continue;
    ++stuck;
    if (!each.call->inner) ++outer;
  }
  return stuck == threads_.size() || outer == max_threads_;
}

bool Lane::is_closed_to_inner() const {
  const auto held = std::count_if(running_.begin(), running_.end(),
                                  [](const Running& each) { return each.stuck || each.waits; });
  return static_cast<size_t>(held) == threads_.size();
}

size_t Lane::waiting_threads() const {
  return static_cast<size_t>(std::count_if(running_.begin(), running_.end(),
                                           [](const Running& each) { return each.waits; }));
}

// The calls that no thread can come to, after a try to start one for them.
CallQueue Lane::take_refused() {
  if (!queue_.empty() && is_closed_to_outer()) add_thread(0);
  if (!inner_.empty() && is_closed_to_inner()) add_thread(waiting_threads());
  CallQueue refused;
  if (is_closed_to_outer()) {
    for (CallQueue all = std::move(queue_); !all.empty();) {
      std::shared_ptr<Call> each = all.pop();
      (each->work == nullptr ? refused : queue_).push(std::move(each));
    }
  }
  if (is_closed_to_inner()) {
    while (!inner_.empty()) refused.push(inner_.pop());
  }
  return refused;
}

Lane::Running* Lane::find(const Call& call) {
  const auto found = std::find_if(running_.begin(), running_.end(),
                                  [&](const Running& each) { return each.call.get() == &call; });
  return found == running_.end() ? nullptr : &*found;
}

bool Lane::remove(const Call& call) {
  const MutexLock lock(mutex_);
  return queue_.remove(call) || inner_.remove(call);
}

CallQueue Lane::set_stuck(const Call& call, bool stuck) {
  const MutexLock lock(mutex_);
  if (Running* const place = find(call)) place->stuck = stuck;
  return stuck ? take_refused() : CallQueue();
}

CallQueue Lane::begin_wait(const Call& call) {
  const MutexLock lock(mutex_);
  Running* const place = find(call);
  if (place == nullptr) return {};
  place->waits = true;
  if (inner_.empty()) return {};
  if (idle_ == 0) {
    add_thread(waiting_threads());
  } else {
    changed_.notify_all();
  }
  return take_refused();
}

void Lane::end_wait(const Call& call) {
  const MutexLock lock(mutex_);
  if (find(call) == nullptr) return;
  if (kind_ == Kind::serial) {
    find(call)->resumes = true;
    while (running_.back().call.get() != &call) returned_.wait(mutex_);
  }
  Running* const place = find(call);
  place->waits = place->resumes = false;
}

std::vector<std::shared_ptr<Call>> Lane::running() {
  std::vector<std::shared_ptr<Call>> calls;
  const MutexLock lock(mutex_);
  calls.reserve(running_.size());
  for (const Running& each : running_) calls.push_back(each.call);
  return calls;
}

void Lane::pause(const PauseHold& hold) {
  PauseHold before;  // released after the lock
  const MutexLock lock(mutex_);
  if (!running_.empty()) before = std::exchange(hold_, hold);
}

void Lane::resume() {
  PauseHold over;  // released after the lock
  const MutexLock lock(mutex_);
  over.swap(hold_);
}

CallQueue Lane::stop() {
  const MutexLock lock(mutex_);
  stopped_ = true;
  has_news_.store(true, std::memory_order_relaxed);
  changed_.notify_all();
  CallQueue left = std::move(inner_);
  while (!queue_.empty()) left.push(queue_.pop());
  return left;
}

void Lane::join() {
  std::vector<Thread> threads;
  {
    const MutexLock lock(mutex_);
    threads.swap(threads_);
  }
  for (Thread& thread : threads) thread.join();
}

void Lane::work() {
  const MutexLock lock(mutex_);
  int64_t now = 0;  // of a call that follows at once upon another
  for (;;) {
    if (has_next()) {
      std::shared_ptr<Call> call = take_next();
      has_news_.store(!queue_.empty() || !inner_.empty() || stopped_, std::memory_order_relaxed);
      const size_t outer = call->inner ? 0 : 1;
      outer_running_ += outer;
      running_.push_back(Running{call, false, false, false});
      {
        const MutexUnlock unlocked(mutex_);
        now = run_(call, now);
      }
      outer_running_ -= outer;
      // In a serial lane it is the last one; in another one the order does not matter.
      std::swap(*find(*call), running_.back());
      running_.pop_back();
      if (kind_ == Kind::serial && !running_.empty()) returned_.notify_all();
      if (running_.empty() && hold_ != nullptr) {
        PauseHold over = std::move(hold_);
        const MutexUnlock unlocked(mutex_);
        over.reset();
      }
      if (idle_ != 0 && has_next()) changed_.notify_one();
    } else if (stopped_) {
      return;
    } else {
      ++idle_;
      now = 0;
      linger();
      if (!has_next() && !stopped_) changed_.wait(mutex_);
      --idle_;
    }
  }
}

// The next call often follows at once, and to sleep and be woken costs more than to look again.
void Lane::linger() {
  if (has_one_core()) return;
  const MutexUnlock unlocked(mutex_);
  const int64_t until = now_ns() + kLingerNs;
  while (!has_news_.load(std::memory_order_relaxed) && now_ns() < until) std::this_thread::yield();
}

}  // namespace aisopod
