// One thread, one task at a time, in order: an instance's control thread and its reply thread.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "core/threads/mutex.h"

namespace aisopod {

class TaskThread {
 public:
  using Task = std::function<void()>;

  // A task that was made beforehand: to push it takes no memory.
  class Job {
   public:
    virtual ~Job() = default;
    virtual void run() = 0;

   private:
    friend class TaskThread;
    Guarded<std::unique_ptr<Job>> next_;  // by the mutex of the thread that it waits for
  };

  // `name`: what tools show the thread as; 15 bytes at most.
  explicit TaskThread(std::string name);
  // Stops, and joins unless this is the thread itself.
  ~TaskThread();
  TaskThread(const TaskThread&) = delete;
  TaskThread& operator=(const TaskThread&) = delete;

  // [any thread] Starts the thread, unless a push() has; then no later push() can fail for want of
  // one. False: stopped. Throws std::system_error when no thread can be started.
  bool start();
  // [any thread] Runs the task after those pushed before it. False: stopped, nothing was taken.
  // Throws like start() or std::bad_alloc, and has taken nothing then.
  bool push(Task task);
  // [any thread] The same; once the thread was started it never throws.
  bool push(std::unique_ptr<Job> job);
  // [any thread] No task is taken any more; the thread ends when the waiting ones have run.
  void stop();
  // [not this thread] After stop().
  void join();
  // [any thread] The thread finishes what it has by itself.
  void detach();

 private:
  struct State;  // shared with the thread, which may outlive this object

  const std::shared_ptr<State> state_;
};

}  // namespace aisopod
