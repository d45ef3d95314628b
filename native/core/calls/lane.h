// The worker threads of one instance that may run beside each other: one for handlers that must
// not, a few for those that say AISOPOD_F_PARALLEL. Threads start when there is work for them.
#pragma once

#include <atomic>
#include <condition_variable>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "core/calls/call.h"
#include "core/threads/thread.h"

namespace aisopod {

class Lane {
 public:
  // `run` is called on a worker thread, without a lock. `name`: what tools show the threads as.
  Lane(std::string name, size_t max_threads, std::function<void(const std::shared_ptr<Call>&)> run)
      : name_(std::move(name)), max_threads_(max_threads), run_(std::move(run)) {}
  ~Lane();
  Lane(const Lane&) = delete;
  Lane& operator=(const Lane&) = delete;

  // [any thread] OK; BUSY: every thread is stuck in a call that overstays its deadline, and this is
  // not a turn, which waits for one of them; STATE: stopped; NOMEM: it has no thread and none can
  // be started. Without `wake` the call may wait for wake(), if every thread sleeps.
  aisopod_status push(std::shared_ptr<Call> call, bool wake);
  // [any thread] Starts a first thread, unless there is one or the lane was stopped. Throws
  // std::system_error when none can be started.
  void start();
  // [any thread] Wakes the threads if there is something to do.
  void wake();

  // [any thread] Takes out a call that waits. False: it does not wait here any more.
  bool remove(const std::shared_ptr<Call>& call);

  // [any thread] One more, or one less, of its threads is stuck. When all are, the calls that wait
  // are taken out and returned, since their callers should not wait. Turns stay, in their order.
  std::deque<std::shared_ptr<Call>> count_stuck(int delta);

  // [any thread] The calls whose handlers run.
  std::vector<std::shared_ptr<Call>> running();

  // [any thread] Nothing is taken any more; returns what waited.
  std::deque<std::shared_ptr<Call>> stop();
  // [not a thread of this lane] After stop(): waits for the handlers that run.
  void join();

 private:
  void work();
  void linger(std::unique_lock<std::mutex>& lock);
  bool add_thread();

  const std::string name_;
  const size_t max_threads_;
  const std::function<void(const std::shared_ptr<Call>&)> run_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<std::shared_ptr<Call>> queue_;
  std::vector<std::shared_ptr<Call>> running_;
  std::vector<Thread> threads_;
  size_t waiting_ = 0;  // threads without work
  size_t stuck_ = 0;
  bool stopped_ = false;
  std::atomic<bool> has_news_{false};  // a call waits, or stopped_; written under the mutex
};

}  // namespace aisopod
