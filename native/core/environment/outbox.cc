#include "core/environment/outbox.h"

#include <thread>
#include <utility>

namespace aisopod {

void Outbox::push(Message&& message) {
  {
    const MutexLock lock(mutex_);
    if (closed_) {
      if (message.budget) message.budget->release(message.budget_bytes);
      return;
    }
    try {
      queue_.push_back(std::move(message));
    } catch (...) {
      if (message.budget) message.budget->release(message.budget_bytes);
      throw;
    }
    if (!is_to_wake()) return;
  }
  wake_();  // without the lock, which the thread that it wakes needs next
  --waking_;
}

void Outbox::owe(std::shared_ptr<Owed> owed) noexcept {
  {
    const MutexLock lock(mutex_);
    if (closed_ || std::exchange(owed->link_.under(mutex_).listed, true)) return;
    Owed* const newest = owed.get();
    (last_owed_ == nullptr ? first_owed_ : last_owed_->link_.under(mutex_).next) = std::move(owed);
    last_owed_ = newest;
    if (!is_to_wake()) return;
  }
  wake_();
  --waking_;
}

// True: wake_ is to be called.
bool Outbox::is_to_wake() {
  if (std::exchange(woken_, true)) return false;
  ++waking_;
  return true;
}

void Outbox::take(std::vector<Message>& into) {
  const MutexLock lock(mutex_);
  queue_.swap(into);
}

std::shared_ptr<Owed> Outbox::next_owed() noexcept {
  const MutexLock lock(mutex_);
  if (!queue_.empty() || first_owed_ == nullptr) return nullptr;
  std::shared_ptr<Owed> first = std::move(first_owed_);
  Owed::Link& link = first->link_.under(mutex_);
  first_owed_ = std::move(link.next);
  if (first_owed_ == nullptr) last_owed_ = nullptr;
  link.listed = false;
  return first;
}

bool Outbox::go_idle() {
  const MutexLock lock(mutex_);
  if (!queue_.empty() || first_owed_ != nullptr) return false;
  woken_ = false;
  return true;
}

void Outbox::close() {
  std::vector<Message> dropped;  // destroyed after the lock
  {
    const MutexLock lock(mutex_);
    closed_ = true;
    dropped.swap(queue_);
  }
  while (next_owed() != nullptr) {  // one by one, however long the list is
  }
  while (waking_.load() != 0) std::this_thread::yield();  // a signal takes a microsecond
}

}  // namespace aisopod
