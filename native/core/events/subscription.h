// One subscription of an instance: its queue, and its work items in its lane. An event that
// finds the queue full drops the oldest: so the newest always arrives, and what was lost before it
// is reported with the very next event.
#pragma once

#include <cstdint>
#include <deque>
#include <memory>
#include <string>
#include <vector>

#include "core/calls/call.h"
#include "core/instance/context.h"
#include "core/instance/pause.h"
#include "core/instance/registrations.h"
#include "core/threads/mutex.h"

namespace aisopod {

class Calls;
class Instance;

// What was published; shared by all subscriptions of an instance that receive it.
struct Event {
  std::string topic, source, json;
  std::string meta;  // JSON: on whose behalf. Role and permissions don't reach the plugin; "": only
                     // a trace id does, which is made

  size_t bytes() const { return topic.size() + source.size() + json.size() + meta.size(); }
};

class Subscription : public Work {
 public:
  // `face`: what its work items are named after; it has the pattern as its name.
  Subscription(Context& context, Calls& calls, Instance* instance, Registration& face,
               aisopod_event_fn fn);

  uint64_t token() const { return face_.token; }

  // [host's thread] Never waits; without memory the event is dropped.
  void put(std::shared_ptr<const Event> event) noexcept AISOPOD_EXCLUDES(mutex_);
  // [host's thread] There was an event, and no memory for it.
  void drop() AISOPOD_EXCLUDES(mutex_);

  // [any thread] From now on its function may run; what has come before is delivered then.
  void open() AISOPOD_EXCLUDES(mutex_);
  // [any thread] No function begins after this; what waits is dropped.
  void close() AISOPOD_EXCLUDES(mutex_);
  // [host's thread] Only what has come until now is delivered; the hold is kept until that is done.
  void pause(const PauseHold& hold) AISOPOD_EXCLUDES(mutex_);
  // [host's thread] What has come since is delivered.
  void resume() AISOPOD_EXCLUDES(mutex_);

  // [worker] Delivers the oldest event; then goes to the end of the lane's queue for the next.
  void run() override AISOPOD_EXCLUDES(mutex_);
  void finished(const std::shared_ptr<Call>& item) override AISOPOD_EXCLUDES(mutex_);

  // [timer's thread] Its lane may have a thread now.
  void try_again() AISOPOD_EXCLUDES(mutex_);

 private:
  class Retry;

  void deliver(const Event& event, uint64_t dropped) AISOPOD_EXCLUDES(mutex_);
  void schedule_items() AISOPOD_REQUIRES(mutex_);
  bool over_limit() const AISOPOD_REQUIRES(mutex_);
  size_t deliverable() const AISOPOD_REQUIRES(mutex_);
  void pop() AISOPOD_REQUIRES(mutex_);
  PauseHold hold_to_release() AISOPOD_REQUIRES(mutex_);

  Context& context_;
  Calls& calls_;
  Instance* const instance_;
  Registration& face_;
  const aisopod_event_fn fn_;
  const std::shared_ptr<Retry> retry_;
  Mutex mutex_;  // held while a work item is put into the lane
  std::deque<std::shared_ptr<const Event>> queue_ AISOPOD_GUARDED_BY(mutex_);
  size_t bytes_ AISOPOD_GUARDED_BY(mutex_) = 0;      // of the events in queue_
  uint64_t dropped_ AISOPOD_GUARDED_BY(mutex_) = 0;  // since the last event that was delivered
  const size_t items_;                               // 1, or one a worker
  // Work items that are not in the lane.
  std::vector<std::shared_ptr<Call>> idle_ AISOPOD_GUARDED_BY(mutex_);
  size_t scheduled_ AISOPOD_GUARDED_BY(mutex_) = 0;  // work items that wait in the lane
  bool open_ AISOPOD_GUARDED_BY(mutex_) = false;
  bool closed_ AISOPOD_GUARDED_BY(mutex_) = false;
  bool paused_ AISOPOD_GUARDED_BY(mutex_) = false;
  size_t before_pause_ AISOPOD_GUARDED_BY(mutex_) = 0;  // of queue_, what came before the pause
  PauseHold hold_ AISOPOD_GUARDED_BY(mutex_);           // until that is delivered
};

}  // namespace aisopod
