#include "core/environment/environment.h"

#include "core/calls/call.h"
#include "core/instance/instance.h"

namespace aisopod {

namespace {

constexpr size_t kTurnMessages = 1024;
// A short answer takes JavaScript about a microsecond, so the clock is read after one in eight of
// them only.
constexpr size_t kShortBytes = 4096;
constexpr size_t kTimedOneIn = 8;
constexpr int64_t kTurnNs = 2 * kMillisecond;

}  // namespace

Drained Environment::drain(const std::function<void(Message&)>& deliver) {
  if (in_turn_ == 0) turn_begun_ = now_ns();
  if (next_ == taken_.size()) {
    taken_.clear();  // its capacity is kept from turn to turn
    next_ = 0;
    outbox.take(taken_);
  }
  while (next_ < taken_.size() && !turn_is_over()) {
    Message message = std::move(taken_[next_++]);
    if (message.budget) message.budget->release(message.budget_bytes);
    if (message.call) message.call->take_progress(message);
    if (message.counter) {
      const size_t lines = message.counter->exchange(0);
      Fields<MessageType::log_lost>(message).lines() = static_cast<double>(lines);
    }
    deliver_one(message, deliver);
  }
  while (next_ == taken_.size() && !turn_is_over()) {
    const std::shared_ptr<Owed> owed = outbox.next_owed();
    if (owed == nullptr) break;
    for (Message message; owed->take_next(message); message = Message()) {
      deliver_one(message, deliver);
    }
  }
  if (next_ == taken_.size() && outbox.go_idle()) {
    in_turn_ = 0;
    return Drained::all;
  }
  if (!turn_is_over()) return Drained::more;
  in_turn_ = 0;
  return Drained::turn_over;
}

void Environment::deliver_one(Message& message, const std::function<void(Message&)>& deliver) {
  ++in_turn_;
  const bool is_short = message.type == MessageType::answer && message.a.size() <= kShortBytes;
  short_answers_ = is_short ? short_answers_ + 1 : 0;
  if (message.self) remove(message.self);
  deliver(message);
}

bool Environment::turn_is_over() const {
  if (in_turn_ >= kTurnMessages) return true;
  if (in_turn_ == 0 || short_answers_ % kTimedOneIn != 0) return false;
  return now_ns() - turn_begun_ >= kTurnNs;
}

void Environment::adopt(std::shared_ptr<Instance> instance) {
  const MutexLock lock(mutex_);
  const uint32_t id = instance->id();
  instances_.emplace(id, std::move(instance));
  timer.resume();
}

void Environment::remove(const std::shared_ptr<Instance>& instance) {
  instance->join_threads();  // they have nothing left to do but to end
  bool last = false;
  {
    const MutexLock lock(mutex_);
    instances_.erase(instance->id());
    last = instances_.empty();
  }
  if (last) timer.stop();
}

void Environment::abandon(bool shut_down) {
  outbox.close();
  taken_.clear();  // what it holds holds this environment
  next_ = 0;
  std::unordered_map<uint32_t, std::shared_ptr<Instance>> instances;
  {
    const MutexLock lock(mutex_);
    instances.swap(instances_);
  }
  for (auto& [id, instance] : instances) {
    if (shut_down) {
      // It holds itself alive until its control thread has destroyed it, and is not joined.
      instance->abandon();
    } else {
      // The process is ending: the instance's threads go on until _exit, so it must stay.
      instance->keep_alive();
    }
  }
}

}  // namespace aisopod
