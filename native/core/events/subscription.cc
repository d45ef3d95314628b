#include "core/events/subscription.h"

#include <algorithm>
#include <exception>
#include <new>
#include <utility>

#include "core/calls/calls.h"
#include "core/instance/instance.h"
#include "core/threads/guard.h"
#include "core/threads/thread_tag.h"

namespace aisopod {
namespace {

constexpr int64_t kRetryMs = 100;  // until a lane without a thread is tried again

}  // namespace

// Holds the instance while it fires, and not otherwise: the timer may outlive it.
class Subscription::Retry : public Timed {
 public:
  Retry(std::weak_ptr<Instance> instance, Subscription& owner)
      : instance_(std::move(instance)), owner_(owner) {}

  void fire() override {
    if (const std::shared_ptr<Instance> instance = instance_.lock()) owner_.try_again();
  }

 private:
  const std::weak_ptr<Instance> instance_;
  Subscription& owner_;
};

Subscription::Subscription(Context& context, Calls& calls, Instance* instance, Registration& face,
                           aisopod_event_fn fn)
    : context_(context),
      calls_(calls),
      instance_(instance),
      face_(face),
      fn_(fn),
      retry_(std::make_shared<Retry>(instance->weak_from_this(), *this)),
      items_(face.has(AISOPOD_F_PARALLEL)
                 ? std::min(context.limits.parallel_workers, context.limits.event_queue)
                 : 1) {
  // A subscription lives as long as its instance, so its work items need not keep it.
  const std::shared_ptr<Work> self(std::shared_ptr<void>(), this);
  idle_.reserve(items_);  // for ever: an item that finishes must find its place
  for (size_t i = 0; i < items_; ++i) idle_.push_back(calls.make_work_item(face, self));
}

void Subscription::put(std::shared_ptr<const Event> event) noexcept {
  PauseHold hold;  // released after the lock
  const MutexLock lock(mutex_);
  if (closed_ || context_.closing.load()) return;
  const size_t bytes = event->bytes();
  try {
    queue_.push_back(std::move(event));
  } catch (const std::bad_alloc&) {
    ++dropped_;
    return;
  }
  bytes_ += bytes;
  while (over_limit()) {
    pop();
    ++dropped_;
  }
  schedule_items();
  hold = hold_to_release();
}

void Subscription::drop() {
  const MutexLock lock(mutex_);
  ++dropped_;
}

// One event may be as large as a payload may be, so the newest stays whatever its size.
bool Subscription::over_limit() const {
  return queue_.size() > context_.limits.event_queue ||
         (queue_.size() > 1 && bytes_ > context_.limits.queue_bytes);
}

// What may be delivered now, at the front of the queue.
size_t Subscription::deliverable() const { return paused_ ? before_pause_ : queue_.size(); }

void Subscription::pop() {
  bytes_ -= queue_.front()->bytes();
  queue_.pop_front();
  if (before_pause_ > 0) --before_pause_;
}

// The hold of a pause, once nothing is left to deliver and no event function runs.
PauseHold Subscription::hold_to_release() {
  const bool is_done = before_pause_ == 0 && idle_.size() == items_;
  return is_done ? std::exchange(hold_, nullptr) : nullptr;
}

void Subscription::pause(const PauseHold& hold) {
  PauseHold before, done;  // released after the lock
  const MutexLock lock(mutex_);
  if (!paused_) before_pause_ = queue_.size();
  paused_ = true;
  before = std::exchange(hold_, hold);
  done = hold_to_release();
}

void Subscription::resume() {
  PauseHold over;
  const MutexLock lock(mutex_);
  paused_ = false;
  before_pause_ = 0;
  over.swap(hold_);
  schedule_items();
}

void Subscription::open() {
  const MutexLock lock(mutex_);
  open_ = true;
  schedule_items();
}

void Subscription::close() {
  PauseHold over;
  const MutexLock lock(mutex_);
  closed_ = true;
  queue_.clear();
  before_pause_ = 0;
  over.swap(hold_);
}

void Subscription::schedule_items() {
  while (open_ && !closed_ && scheduled_ < deliverable() && !idle_.empty()) {
    const aisopod_status status = calls_.schedule(idle_.back());
    if (status == AISOPOD_E_NOMEM) {
      try {
        context_.environment->timer.arm(retry_, after_ms(kRetryMs));
      } catch (const std::exception&) {  // the next event tries again
      }
    }
    if (status != AISOPOD_OK) return;
    idle_.pop_back();
    ++scheduled_;
  }
}

void Subscription::try_again() {
  const MutexLock lock(mutex_);
  schedule_items();
}

void Subscription::run() {
  std::shared_ptr<const Event> event;
  uint64_t dropped = 0;
  {
    const MutexLock lock(mutex_);
    --scheduled_;
    if (deliverable() > 0 && !context_.closing.load()) {
      event = queue_.front();
      pop();
      dropped = std::exchange(dropped_, 0);
    }
  }
  if (event != nullptr) deliver(*event, dropped);
}

void Subscription::finished(const std::shared_ptr<Call>& item) {
  PauseHold hold;  // released after the lock
  const MutexLock lock(mutex_);
  idle_.push_back(item);
  schedule_items();
  hold = hold_to_release();
}

// [worker]
void Subscription::deliver(const Event& event, uint64_t dropped) {
  aisopod_payload payload = AISOPOD_INIT(aisopod_payload);
  payload.json = event.json.c_str();
  payload.len = event.json.size();
  aisopod_event e = AISOPOD_INIT(aisopod_event);
  e.token = next_token();
  e.dropped = dropped;
  e.pattern = face_.name.c_str();
  e.topic = event.topic.c_str();
  e.source = event.source.c_str();
  e.payload = &payload;
  e.meta = event.meta.c_str();
  e.meta_len = event.meta.size();
  const Origins::Scope origin(instance_->origins, e.token, true, event.meta);
  const TagScope scope(Tag::worker, instance_, e.token);
  std::string what;
  if (guarded_void(what, [&] { fn_(face_.user, &e); })) return;
  context_.notice(AISOPOD_LOG_WARN, "the subscription of '", face_.name, "' ", what);
}

}  // namespace aisopod
