#include "core/events/subscription.h"

#include <utility>

#include "core/calls/calls.h"
#include "core/instance/instance.h"
#include "core/threads/guard.h"
#include "core/threads/thread_tag.h"

namespace aisopod {

Subscription::Subscription(Context& context, Calls& calls, Instance* instance, Registration& face,
                           aisopod_event_fn fn)
    : context_(context), calls_(calls), instance_(instance), face_(face), fn_(fn) {
  const bool parallel = face.has(AISOPOD_F_PARALLEL);
  const size_t turns = parallel ? context.limits.parallel_workers : 1;
  // A subscription lives as long as its instance, so its turns need not keep it.
  const std::shared_ptr<Turns> self(std::shared_ptr<void>(), this);
  for (size_t i = 0; i < turns; ++i) idle_.push_back(calls.make_turn(face, self));
}

void Subscription::put(std::shared_ptr<const Event> event) {
  const std::lock_guard lock(mutex_);
  if (closed_ || context_.closing.load()) return;
  bytes_ += event->bytes();
  queue_.push_back(std::move(event));
  while (over_limit()) {
    bytes_ -= queue_.front()->bytes();
    queue_.pop_front();
    ++dropped_;
  }
  ask_for_turns();
}

// One event may be as large as a payload may be, so the newest stays whatever its size.
bool Subscription::over_limit() const {
  return queue_.size() > context_.limits.event_queue ||
         (queue_.size() > 1 && bytes_ > context_.limits.queue_bytes);
}

void Subscription::open() {
  const std::lock_guard lock(mutex_);
  open_ = true;
  ask_for_turns();
}

void Subscription::close() {
  std::deque<std::shared_ptr<const Event>> left;  // destroyed after the lock
  const std::lock_guard lock(mutex_);
  closed_ = true;
  left.swap(queue_);
}

// Under the lock.
void Subscription::ask_for_turns() {
  while (open_ && !closed_ && asked_ < queue_.size() && !idle_.empty()) {
    if (!calls_.schedule(idle_.back())) return;  // no thread, until the next event; or shut down
    idle_.pop_back();
    ++asked_;
  }
}

void Subscription::take_turn() {
  std::shared_ptr<const Event> event;
  uint64_t dropped = 0;
  {
    const std::lock_guard lock(mutex_);
    --asked_;
    if (!queue_.empty() && !context_.closing.load()) {
      event = std::move(queue_.front());
      queue_.pop_front();
      bytes_ -= event->bytes();
      dropped = std::exchange(dropped_, 0);
    }
  }
  if (event != nullptr) run(*event, dropped);
}

void Subscription::end_turn(const std::shared_ptr<Call>& turn) {
  const std::lock_guard lock(mutex_);
  idle_.push_back(turn);
  ask_for_turns();
}

// [worker]
void Subscription::run(const Event& event, uint64_t dropped) {
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
  context_.notice(AISOPOD_LOG_WARN, "the subscription of '" + face_.name + "' " + what);
}

}  // namespace aisopod
