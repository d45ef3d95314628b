#include "core/calls/deadlines.h"

#include <algorithm>

#include "core/instance/instance.h"

namespace aisopod {

// Holds the instance while it fires, and not otherwise: the timer may outlive it.
class Deadlines::Entry : public Timed {
 public:
  Entry(std::weak_ptr<Instance> instance, Deadlines& deadlines)
      : instance_(std::move(instance)), deadlines_(deadlines) {}

  void fire() override {
    if (const std::shared_ptr<Instance> instance = instance_.lock()) deadlines_.fire();
  }

 private:
  const std::weak_ptr<Instance> instance_;
  Deadlines& deadlines_;
};

void Deadlines::schedule(int64_t when) {
  const MutexLock lock(mutex_);
  when = std::max(when, not_before_);
  if (stopped_ || when >= next_.load()) return;
  if (entry_ == nullptr) entry_ = std::make_shared<Entry>(instance_->weak_from_this(), *this);
  timer_.arm(entry_, when);
  next_.store(when);
}

// [timer's thread]
void Deadlines::fire() {
  {
    // First, so that a watch() from now on arms the timer again.
    const MutexLock lock(mutex_);
    next_.store(kNever);
    not_before_ = now_ns() + kSweepGapNs;
  }
  sweeps_.fetch_add(1, std::memory_order_relaxed);
  watch(sweep_());
}

void Deadlines::stop() {
  const MutexLock lock(mutex_);
  stopped_ = true;
  next_.store(kNever);
  if (entry_ != nullptr) timer_.cancel(*entry_);
}

}  // namespace aisopod
