#include "core/threads/task_thread.h"

#include <utility>

#include "core/threads/mutex.h"
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

struct TaskThread::State : std::enable_shared_from_this<State> {
  explicit State(std::string name_) : name(std::move(name_)) {}
  void start() AISOPOD_REQUIRES(mutex);
  void run() AISOPOD_EXCLUDES(mutex);

  const std::string name;
  Mutex mutex;
  Condition changed;
  std::unique_ptr<Job> first AISOPOD_GUARDED_BY(mutex);
  Job* last AISOPOD_GUARDED_BY(mutex) = nullptr;  // of the list that begins with `first`
  bool started AISOPOD_GUARDED_BY(mutex) = false;
  bool stopped AISOPOD_GUARDED_BY(mutex) = false;
  Thread thread AISOPOD_GUARDED_BY(mutex);  // not joinable: not started, joined or detached
};

TaskThread::TaskThread(std::string name) : state_(std::make_shared<State>(std::move(name))) {}

TaskThread::~TaskThread() {
  stop();
  bool current = false;
  {
    const MutexLock lock(state_->mutex);
    current = state_->thread.is_current();
  }
  if (current) {
    detach();
  } else {
    join();
  }
}

bool TaskThread::start() {
  const MutexLock lock(state_->mutex);
  if (state_->stopped) return false;
  state_->start();
  return true;
}

// A detached thread still runs tasks, so being joinable says nothing here.
void TaskThread::State::start() {
  if (started) return;
  thread = Thread(name, [shared = shared_from_this()] { shared->run(); });
  started = true;
}

bool TaskThread::push(Task task) {
  return push(std::unique_ptr<Job>(std::make_unique<FunctionJob>(std::move(task))));
}

bool TaskThread::push(std::unique_ptr<Job> job) {
  const MutexLock lock(state_->mutex);
  if (state_->stopped) return false;
  state_->start();
  Job* const newest = job.get();
  (state_->last == nullptr ? state_->first : state_->last->next_.under(state_->mutex)) =
      std::move(job);
  state_->last = newest;
  state_->changed.notify_one();
  return true;
}

void TaskThread::stop() {
  const MutexLock lock(state_->mutex);
  state_->stopped = true;
  state_->changed.notify_one();
}

void TaskThread::join() {
  Thread thread;
  {
    const MutexLock lock(state_->mutex);
    thread = std::move(state_->thread);
  }
  if (thread.joinable()) thread.join();
}

void TaskThread::detach() {
  const MutexLock lock(state_->mutex);
  if (state_->thread.joinable()) state_->thread.detach();
}

void TaskThread::State::run() {
  const MutexLock lock(mutex);
  for (;;) {
    if (first != nullptr) {
      std::unique_ptr<Job> job = std::move(first);
      first = std::move(job->next_.under(mutex));
      if (first == nullptr) last = nullptr;
      const MutexUnlock unlocked(mutex);
      job->run();
      job.reset();  // what it holds is destroyed outside the lock
    } else if (stopped) {
      return;
    } else {
      changed.wait(mutex);
    }
  }
}

}  // namespace aisopod
