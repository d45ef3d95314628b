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
  // `wake` is called, on the thread that pushes, when there is something to take and nobody was
  // told yet. It must only signal.
  explicit Outbox(std::function<void()> wake) : wake_(std::move(wake)) {}

  // [any thread] Never waits. After close() messages are dropped. Throws std::bad_alloc; then the
  // message has lost its place in its budget, and nothing else has happened.
  void push(Message&& message) AISOPOD_EXCLUDES(mutex_);
  // [any thread] Takes no memory: `owed` says what it owes once all that was pushed is taken. One
  // that owes already is in the list once.
  void owe(std::shared_ptr<Owed> owed) noexcept AISOPOD_EXCLUDES(mutex_);
  // [host's thread] Swaps what has come into `into`, which must be empty. Nobody is woken before
  // rest() has answered true.
  void take(std::vector<Message>& into) AISOPOD_EXCLUDES(mutex_);
  // [host's thread] The first that owes something, once nothing is queued any more.
  std::shared_ptr<Owed> next_owed() noexcept AISOPOD_EXCLUDES(mutex_);
  // [host's thread] True: nothing has come since take(), and the next message wakes.
  bool rest() AISOPOD_EXCLUDES(mutex_);
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
  bool told_ AISOPOD_GUARDED_BY(mutex_) = false;
  bool closed_ AISOPOD_GUARDED_BY(mutex_) = false;
  std::atomic<int> waking_{0};  // threads that are about to call, or in, wake_
};

}  // namespace aisopod
