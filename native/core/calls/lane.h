// The worker threads of one instance that may run concurrently: one for handlers that must not, a
// few for those that say AISOPOD_F_PARALLEL. Threads start when there is work for them.
//
// A call that was made on behalf of another one (an inner call) may be what a thread of the same
// lane waits for. A lane therefore never lets it wait behind calls that came from outside: inner
// calls go first, and each thread that waits in a [waits] function makes room for one thread more.
// Where all threads wait and no other can be had, inner calls are refused.
//
// In a serial lane one handler runs at a time. While it waits, only what is called on its own
// behalf may run, and its wait ends when that has returned.
#pragma once

#include <atomic>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "core/calls/call_queue.h"
#include "core/instance/pause.h"
#include "core/threads/mutex.h"
#include "core/threads/thread.h"

namespace aisopod {

class Lane {
 public:
  enum class Kind { serial, parallel };

  // At most `max_threads` calls from outside run at once, in a serial lane one; `spare_threads`
  // more may be started for inner calls. `run` is called on a worker thread, without a lock; it is
  // given the time if the thread has just looked, else 0, and returns it if it has, else 0.
  // `name`: what tools show the threads as.
  using Run = std::function<int64_t(const std::shared_ptr<Call>& call, int64_t now)>;
  Lane(Kind kind, std::string name, size_t max_threads, size_t spare_threads, Run run);
  ~Lane();
  Lane(const Lane&) = delete;
  Lane& operator=(const Lane&) = delete;

  // [any thread] OK; BUSY: every thread that it has, and can have, is stuck in a call that
  // overstays its deadline, or waits while this is an inner call, and this is not a work item,
  // which waits for one of them; STATE: stopped; NOMEM: it has no thread and none can be started.
  // Takes no memory but that of a thread. Without `wake` the call may wait for wake(), if every
  // thread sleeps.
  aisopod_status push(std::shared_ptr<Call> call, bool wake) AISOPOD_EXCLUDES(mutex_);
  // [any thread] Starts a first thread, unless there is one or the lane was stopped. Throws
  // std::system_error or std::bad_alloc when none can be started.
  void start() AISOPOD_EXCLUDES(mutex_);
  // [any thread] Wakes the threads if there is something to do.
  void wake() AISOPOD_EXCLUDES(mutex_);

  // [any thread] Takes out a call that waits. False: it does not wait here any more.
  bool remove(const Call& call) AISOPOD_EXCLUDES(mutex_);

  // [any thread] A call that runs is stuck, or is no longer. The calls that no thread can come to
  // are taken out and returned, since their callers should not wait. Work items stay, in order.
  CallQueue set_stuck(const Call& call, bool stuck) AISOPOD_EXCLUDES(mutex_);
  // [worker] The same for one whose thread waits in a [waits] function from now on.
  CallQueue begin_wait(const Call& call) AISOPOD_EXCLUDES(mutex_);
  // [worker] And waits no more. In a serial lane: returns when no other handler runs.
  void end_wait(const Call& call) AISOPOD_EXCLUDES(mutex_);

  // [any thread] The calls whose handlers run.
  std::vector<std::shared_ptr<Call>> running() AISOPOD_EXCLUDES(mutex_);

  // [host's thread] See Instance::pause(): the hold is kept while a handler runs.
  void pause(const PauseHold& hold) AISOPOD_EXCLUDES(mutex_);
  void resume() AISOPOD_EXCLUDES(mutex_);

  // [any thread] Nothing is taken any more; returns what waited.
  CallQueue stop() AISOPOD_EXCLUDES(mutex_);
  // [not a thread of this lane] After stop(): waits for the handlers that run.
  void join() AISOPOD_EXCLUDES(mutex_);

 private:
  struct Running {
    std::shared_ptr<Call> call;
    bool stuck = false;
    bool waits = false;
    bool resumes = false;  // it waits no more, but another handler of a serial lane runs
  };

  bool is_inner(const Call& call) const AISOPOD_REQUIRES(mutex_);
  uint64_t waiting_call() const AISOPOD_REQUIRES(mutex_);
  std::shared_ptr<Call> take_next() AISOPOD_REQUIRES(mutex_);
  void work() AISOPOD_EXCLUDES(mutex_);
  void linger() AISOPOD_REQUIRES(mutex_);
  void start_thread() AISOPOD_REQUIRES(mutex_);
  void add_thread(size_t extra) AISOPOD_REQUIRES(mutex_);
  bool has_next() const AISOPOD_REQUIRES(mutex_);
  bool is_closed_to_outer() const AISOPOD_REQUIRES(mutex_);
  bool is_closed_to_inner() const AISOPOD_REQUIRES(mutex_);
  size_t waiting_threads() const AISOPOD_REQUIRES(mutex_);
  CallQueue take_refused() AISOPOD_REQUIRES(mutex_);
  Running* find(const Call& call) AISOPOD_REQUIRES(mutex_);

  const Kind kind_;
  const std::string name_;
  const size_t max_threads_;
  const size_t spare_threads_;
  const Run run_;
  Mutex mutex_;
  Condition changed_;
  Condition returned_;                          // of a serial lane: a handler has
  CallQueue queue_ AISOPOD_GUARDED_BY(mutex_);  // calls from outside, and work items
  CallQueue inner_ AISOPOD_GUARDED_BY(mutex_);
  // Has room for all threads. In no order; in a serial lane each waits for the next.
  std::vector<Running> running_ AISOPOD_GUARDED_BY(mutex_);
  std::vector<Thread> threads_ AISOPOD_GUARDED_BY(mutex_);
  size_t idle_ AISOPOD_GUARDED_BY(mutex_) = 0;  // threads without work
  // Of running_, those that are not inner calls.
  size_t outer_running_ AISOPOD_GUARDED_BY(mutex_) = 0;
  bool stopped_ AISOPOD_GUARDED_BY(mutex_) = false;
  PauseHold hold_ AISOPOD_GUARDED_BY(mutex_);  // only while a handler runs
  std::atomic<bool> has_news_{false};          // a call waits, or stopped_; written under the mutex
};

}  // namespace aisopod
