// One embedder of the core: a JavaScript environment, the runner's main loop, a test. It owns the
// outbox, the timer and the list of its instances.
#pragma once

#include <functional>
#include <memory>
#include <unordered_map>
#include <vector>

#include "core/environment/outbox.h"
#include "core/threads/mutex.h"
#include "core/threads/timer.h"

namespace aisopod {

// What drain() leaves behind.
enum class Drained {
  all,        // nothing; the next message wakes
  turn_over,  // messages, and the host's thread must do other things first
  more,       // messages, which the turn still has room for
};

class Environment : public std::enable_shared_from_this<Environment> {
 public:
  // See Outbox for `wake`.
  explicit Environment(std::function<void()> wake) : outbox(std::move(wake)) {}

  // [host's thread] Hands waiting messages to `deliver`, in the order they came: those that were
  // there at its beginning, or fewer when the turn is over. A plugin that floods its host must not
  // keep the host's thread. Unless it returns `all`, new messages don't wake the host: call it
  // again.
  Drained drain(const std::function<void(Message&)>& deliver);

  // [host's thread] Remembers the instance until it is disposed of.
  void adopt(std::shared_ptr<Instance> instance) AISOPOD_EXCLUDES(mutex_);

  // [host's thread] The embedder goes away without having closed: nothing is delivered any more.
  // With `shut_down`, the instances fail their calls and end on their own control threads.
  void abandon(bool shut_down) AISOPOD_EXCLUDES(mutex_);

  Outbox outbox;
  Timer timer;

 private:
  void deliver_one(Message& message, const std::function<void(Message&)>& deliver);
  bool turn_is_over() const;
  void remove(const std::shared_ptr<Instance>& instance) AISOPOD_EXCLUDES(mutex_);

  Mutex mutex_;
  std::unordered_map<uint32_t, std::shared_ptr<Instance>> instances_ AISOPOD_GUARDED_BY(mutex_);

  // [host's thread] only
  std::vector<Message> taken_;
  size_t next_ = 0;           // the first of them that was not delivered
  size_t in_turn_ = 0;        // messages of this turn
  size_t short_answers_ = 0;  // in a row, up to the newest message
  int64_t turn_begun_ = 0;    // ns
};

}  // namespace aisopod
