// Calls in a row, the oldest first. The link is a member of Call, so that to queue one takes no
// memory; a call is in one queue at most.
#pragma once

#include <cstddef>
#include <memory>
#include <utility>

#include "core/calls/call.h"

namespace aisopod {

class CallQueue {
 public:
  CallQueue() = default;
  CallQueue(CallQueue&& other) noexcept { swap(other); }
  CallQueue& operator=(CallQueue&& other) noexcept {
    swap(other);
    return *this;
  }
  ~CallQueue() {
    while (!empty()) pop();
  }

  bool empty() const { return first_ == nullptr; }
  size_t size() const { return size_; }

  void push(std::shared_ptr<Call> call) noexcept {
    Call* const newest = call.get();
    (last_ == nullptr ? first_ : last_->behind_) = std::move(call);
    last_ = newest;
    ++size_;
  }

  // The oldest; nullptr: it is empty.
  std::shared_ptr<Call> pop() noexcept {
    if (first_ == nullptr) return nullptr;
    std::shared_ptr<Call> call = std::move(first_);
    first_ = std::move(call->behind_);
    if (first_ == nullptr) last_ = nullptr;
    --size_;
    return call;
  }

  template <class Predicate>
  bool has(Predicate&& matches) const {
    for (const Call* each = first_.get(); each != nullptr; each = each->behind_.get()) {
      if (matches(*each)) return true;
    }
    return false;
  }

  // The oldest that matches; nullptr: none does.
  template <class Predicate>
  std::shared_ptr<Call> take(Predicate&& matches) {
    std::shared_ptr<Call> found;
    for (CallQueue all = std::move(*this); !all.empty();) {
      std::shared_ptr<Call> next = all.pop();
      if (found == nullptr && matches(*next)) found = std::move(next);
      else push(std::move(next));
    }
    return found;
  }

  // False: it isn't here.
  bool remove(const Call& call) noexcept {
    bool found = false;
    for (CallQueue all = std::move(*this); !all.empty();) {
      std::shared_ptr<Call> next = all.pop();
      if (next.get() == &call) found = true;
      else push(std::move(next));
    }
    return found;
  }

  void swap(CallQueue& other) noexcept {
    first_.swap(other.first_);
    std::swap(last_, other.last_);
    std::swap(size_, other.size_);
  }

 private:
  std::shared_ptr<Call> first_;
  Call* last_ = nullptr;
  size_t size_ = 0;
};

}  // namespace aisopod
