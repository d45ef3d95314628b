// The queue from every plugin thread to the one thread of the host that takes messages.
#pragma once

#include <atomic>
#include <functional>
#include <mutex>
#include <vector>

#include "core/environment/message.h"

namespace aisopod {

class Outbox {
 public:
  // `wake` is called, on the thread that pushes, when there is something to take and nobody was
  // told yet. It must only signal.
  explicit Outbox(std::function<void()> wake) : wake_(std::move(wake)) {}

  // [any thread] Never waits. After close() messages are dropped.
  void push(Message&& message);
  // [host's thread] Swaps what has come into `into`, which must be empty. Nobody is woken before
  // rest() has answered true.
  void take(std::vector<Message>& into);
  // [host's thread] True: nothing has come since take(), and the next message wakes.
  bool rest();
  // [host's thread] Nothing is queued and `wake` is never called after it returned.
  void close();

 private:
  std::mutex mutex_;
  const std::function<void()> wake_;
  std::vector<Message> queue_;
  bool told_ = false;
  bool closed_ = false;
  std::atomic<int> waking_{0};  // threads that are about to call, or in, wake_
};

}  // namespace aisopod
