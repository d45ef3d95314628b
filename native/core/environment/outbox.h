// The queue from every plugin thread to the one thread of the host that takes messages.
#pragma once

#include <atomic>
#include <functional>
#include <vector>

#include "core/environment/message.h"
#include "core/environment/owed.h"
#include "core/threads/mutex.h"

namespace aisopod {

class Outbox {
 public:
  // `wake` is called, on the thread that pushes, for the first message after go_idle(). It must
  // only signal.
  explicit Outbox(std::function<void()> wake) : wake_(std::move(wake)) {}

  // [any thread] Never waits. After close() messages are dropped. Throws std::bad_alloc; then the
  // message has lost its place in its budget, and nothing else has happened.
  void push(Message&& message) AISOPOD_EXCLUDES(mutex_);
  // [any thread] Takes no memory: the messages of `owed` are taken after all that was pushed
  // before. One that is in the list already is not added again.
  void owe(std::shared_ptr<Owed> owed) noexcept AISOPOD_EXCLUDES(mutex_);
  // [host's thread] Swaps what has come into `into`, which must be empty. `wake` is not called
  // before go_idle() has returned true.
  void take(std::vector<Message>& into) AISOPOD_EXCLUDES(mutex_);
  // [host's thread] The first that owes something, once nothing is queued any more.
  std::shared_ptr<Owed> next_owed() noexcept AISOPOD_EXCLUDES(mutex_);
  // [host's thread] True: nothing has come since take(), and the next message wakes.
  bool go_idle() AISOPOD_EXCLUDES(mutex_);
  // [host's thread] Nothing is queued and `wake` is never called after it returned.
  void close() AISOPOD_EXCLUDES(mutex_);

 private:
  bool is_to_wake() AISOPOD_REQUIRES(mutex_);

  Mutex mutex_;
  const std::function<void()> wake_;
  std::vector<Message> queue_ AISOPOD_GUARDED_BY(mutex_);
  std::shared_ptr<Owed> first_owed_ AISOPOD_GUARDED_BY(mutex_);
  // Of the list that begins with first_owed_.
  Owed* last_owed_ AISOPOD_GUARDED_BY(mutex_) = nullptr;
  bool woken_ AISOPOD_GUARDED_BY(mutex_) = false;
  bool closed_ AISOPOD_GUARDED_BY(mutex_) = false;
  std::atomic<int> waking_{0};  // threads that are about to call, or in, wake_
};

}  // namespace aisopod
