#include "core/environment/outbox.h"

#include <thread>

namespace aisopod {

void Outbox::push(Message&& message) {
  {
    const std::lock_guard lock(mutex_);
    if (closed_) {
      if (message.budget) message.budget->give_back(message.budget_bytes);
      return;
    }
    queue_.push_back(std::move(message));
    if (told_) return;
    told_ = true;
    ++waking_;
  }
  wake_();  // without the lock: whoever it wakes wants it next
  --waking_;
}

void Outbox::take(std::vector<Message>& into) {
  const std::lock_guard lock(mutex_);
  queue_.swap(into);
}

bool Outbox::rest() {
  const std::lock_guard lock(mutex_);
  if (!queue_.empty()) return false;
  told_ = false;
  return true;
}

void Outbox::close() {
  std::vector<Message> dropped;  // destroyed after the lock
  {
    const std::lock_guard lock(mutex_);
    closed_ = true;
    dropped.swap(queue_);
  }
  while (waking_.load() != 0) std::this_thread::yield();  // a signal takes a microsecond
}

}  // namespace aisopod
