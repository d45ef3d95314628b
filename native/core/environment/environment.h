// One embedder of the core: a JavaScript environment, the runner's main loop, a test. It owns the
// outbox, the timer and the list of its instances.
#pragma once

#include <functional>
#include <memory>
#include <mutex>
#include <unordered_map>
#include <vector>

#include "core/environment/outbox.h"
#include "core/threads/timer.h"

namespace aisopod {

class Environment : public std::enable_shared_from_this<Environment> {
 public:
  // See Outbox for `wake`.
  explicit Environment(std::function<void()> wake) : outbox(std::move(wake)) {}

  // [host's thread] Hands each waiting message to `deliver`, in the order they came; a message
  // pushed meanwhile wakes again.
  void drain(const std::function<void(Message&)>& deliver);

  // [host's thread] Remembers the instance until it is disposed of.
  void adopt(std::shared_ptr<Instance> instance);

  // [host's thread] The embedder goes away without having closed: nothing is delivered any more.
  // With `shut_down`, the instances fail their calls and end on their own control threads.
  void abandon(bool shut_down);

  Outbox outbox;
  Timer timer;

 private:
  void let_go(const std::shared_ptr<Instance>& instance);

  std::mutex mutex_;
  std::unordered_map<uint32_t, std::shared_ptr<Instance>> instances_;
  std::vector<Message> taken_;
};

}  // namespace aisopod
