#include "core/threads/task_thread.h"

#include <condition_variable>
#include <mutex>
#include <utility>

#include "core/threads/thread.h"

namespace aisopod {

namespace {

class FunctionJob : public TaskThread::Job {
 public:
  explicit FunctionJob(TaskThread::Task task) : task_(std::move(task)) {}
  void run() override { task_(); }

 private:
  const TaskThread::Task task_;
};

}  // namespace

struct TaskThread::State {
  std::mutex mutex;
  std::condition_variable changed;
  std::unique_ptr<Job> first;
  Job* last = nullptr;  // of the list that begins with `first`
  bool started = false;
  bool stopped = false;
  std::string name;
  Thread thread;  // not joinable: not started, joined or detached
};

TaskThread::TaskThread(std::string name) : state_(std::make_shared<State>()) {
  state_->name = std::move(name);
}

TaskThread::~TaskThread() {
  stop();
  if (state_->thread.is_current()) {
    detach();
  } else {
    join();
  }
}

bool TaskThread::start() {
  const std::lock_guard lock(state_->mutex);
  if (state_->stopped) return false;
  start_locked();
  return true;
}

// A detached thread still runs tasks, so being joinable says nothing here.
void TaskThread::start_locked() {
  if (state_->started) return;
  state_->thread = Thread(state_->name, [shared = state_] { run(*shared); });
  state_->started = true;
}

bool TaskThread::push(Task task) {
  return push(std::unique_ptr<Job>(std::make_unique<FunctionJob>(std::move(task))));
}

bool TaskThread::push(std::unique_ptr<Job> job) {
  const std::lock_guard lock(state_->mutex);
  if (state_->stopped) return false;
  start_locked();
  Job* const newest = job.get();
  (state_->last == nullptr ? state_->first : state_->last->next_) = std::move(job);
  state_->last = newest;
  state_->changed.notify_one();
  return true;
}

void TaskThread::stop() {
  const std::lock_guard lock(state_->mutex);
  state_->stopped = true;
  state_->changed.notify_one();
}

void TaskThread::join() {
  if (state_->thread.joinable()) state_->thread.join();
}

void TaskThread::detach() {
  const std::lock_guard lock(state_->mutex);
  if (state_->thread.joinable()) state_->thread.detach();
}

void TaskThread::run(State& state) {
  std::unique_lock lock(state.mutex);
  for (;;) {
    if (state.first != nullptr) {
      std::unique_ptr<Job> job = std::move(state.first);
      state.first = std::move(job->next_);
      if (state.first == nullptr) state.last = nullptr;
      lock.unlock();
      job->run();
      job.reset();  // what it holds is destroyed outside the lock
      lock.lock();
    } else if (state.stopped) {
      return;
    } else {
      state.changed.wait(lock);
    }
  }
}

}  // namespace aisopod
