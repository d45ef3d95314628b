#include "core/calls/lane.h"

#include <algorithm>
#include <system_error>
#include <thread>
#include <utility>

#include "core/threads/cores.h"

namespace aisopod {
namespace {

constexpr int64_t kLingerNs = 50'000;

}  // namespace

Lane::~Lane() {
  stop();
  join();
}

aisopod_status Lane::push(std::shared_ptr<Call> call, bool wake) {
  const std::lock_guard lock(mutex_);
  if (stopped_) return AISOPOD_E_STATE;
  if (stuck_ >= max_threads_ && call->turns == nullptr) return AISOPOD_E_BUSY;
  if (waiting_ <= queue_.size() && !add_thread() && threads_.empty()) return AISOPOD_E_NOMEM;
  queue_.push_back(std::move(call));
  has_news_.store(true, std::memory_order_relaxed);
  if (wake) changed_.notify_one();
  return AISOPOD_OK;
}

void Lane::start() {
  const std::lock_guard lock(mutex_);
  if (stopped_ || !threads_.empty()) return;
  threads_.push_back(Thread(name_, [this] { work(); }));
}

void Lane::wake() {
  const std::lock_guard lock(mutex_);
  if (!queue_.empty()) changed_.notify_all();
}

// False: all are there, or no more can be had.
bool Lane::add_thread() {
  if (threads_.size() == max_threads_) return false;
  try {
    threads_.push_back(Thread(name_, [this] { work(); }));
  } catch (const std::system_error&) {
    return false;
  }
  return true;
}

bool Lane::remove(const std::shared_ptr<Call>& call) {
  const std::lock_guard lock(mutex_);
  const auto found = std::find(queue_.begin(), queue_.end(), call);
  if (found == queue_.end()) return false;
  queue_.erase(found);
  return true;
}

std::deque<std::shared_ptr<Call>> Lane::count_stuck(int delta) {
  const std::lock_guard lock(mutex_);
  stuck_ += static_cast<size_t>(delta);  // wraps, and so subtracts what was added
  std::deque<std::shared_ptr<Call>> out;
  if (stuck_ < max_threads_) return out;
  std::deque<std::shared_ptr<Call>> turns;
  for (std::shared_ptr<Call>& each : queue_) {
    (each->turns == nullptr ? out : turns).push_back(std::move(each));
  }
  queue_.swap(turns);
  return out;
}

std::vector<std::shared_ptr<Call>> Lane::running() {
  const std::lock_guard lock(mutex_);
  return running_;
}

std::deque<std::shared_ptr<Call>> Lane::stop() {
  const std::lock_guard lock(mutex_);
  stopped_ = true;
  has_news_.store(true, std::memory_order_relaxed);
  changed_.notify_all();
  return std::exchange(queue_, {});
}

void Lane::join() {
  for (Thread& thread : threads_) {
    if (thread.joinable()) thread.join();
  }
}

void Lane::work() {
  std::unique_lock lock(mutex_);
  for (;;) {
    if (!queue_.empty()) {
      std::shared_ptr<Call> call = std::move(queue_.front());
      queue_.pop_front();
      has_news_.store(!queue_.empty() || stopped_, std::memory_order_relaxed);
      running_.push_back(call);
      lock.unlock();
      run_(call);
      lock.lock();
      running_.erase(std::find(running_.begin(), running_.end(), call));
    } else if (stopped_) {
      return;
    } else {
      ++waiting_;
      linger(lock);
      if (queue_.empty() && !stopped_) changed_.wait(lock);
      --waiting_;
    }
  }
}

// The next call often follows at once, and to sleep and be woken costs more than to look again.
void Lane::linger(std::unique_lock<std::mutex>& lock) {
  if (has_one_core()) return;
  lock.unlock();
  const int64_t until = now_ns() + kLingerNs;
  while (!has_news_.load(std::memory_order_relaxed) && now_ns() < until) std::this_thread::yield();
  lock.lock();
}

}  // namespace aisopod
