// The queue from every plugin thread to the one thread of the host that takes messages.
#pragma once

#include <atomic>
#include <functional>
#include <mutex>
#include <vector>

#include "core/environment/message.h"
#include "core/environment/owed.h"

namespace aisopod {

class Outbox {
 public:
  // `wake` is called, on the thread that pushes, when there is something to take and nobody was
  // told yet. It must only signal.
  explicit Outbox(std::function<void()> wake) : wake_(std::move(wake)) {}

  // [any thread] Never waits. After close() messages are dropped. Throws std::bad_alloc; then the
  // message has lost its place in its budget, and nothing else has happened.
  void push(Message&& message);
  // [any thread] Takes no memory: `owed` says what it owes once all that was pushed is taken. One
  // that owes already is in the list once.
  void owe(std::shared_ptr<Owed> owed) noexcept;
  // [host's thread] Swaps what has come into `into`, which must be empty. Nobody is woken before
  // rest() has answered true.
  void take(std::vector<Message>& into);
  // [host's thread] The first that owes something, once nothing is queued any more.
  std::shared_ptr<Owed> next_owed() noexcept;
  // [host's thread] True: nothing has come since take(), and the next message wakes.
  bool rest();
  // [host's thread] Nothing is queued and `wake` is never called after it returned.
  void close();

 private:
  bool is_to_wake();

  std::mutex mutex_;
  const std::function<void()> wake_;
  std::vector<Message> queue_;
  std::shared_ptr<Owed> first_owed_;
  Owed* last_owed_ = nullptr;  // of the list that begins with first_owed_
  bool told_ = false;
  bool closed_ = false;
  std::atomic<int> waking_{0};  // threads that are about to call, or in, wake_
};

}  // namespace aisopod
