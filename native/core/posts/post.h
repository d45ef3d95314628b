// One posted function, from post() until it has run or was cancelled.
#pragma once

#include <memory>
#include <string>

#include "core/calls/call.h"
#include "core/instance/registrations.h"
#include "core/threads/mutex.h"
#include "core/threads/task_thread.h"
#include "core/threads/timer.h"

namespace aisopod {

class Instance;

class ControlJob : public TaskThread::Job {
 public:
  explicit ControlJob(uint64_t token) : token_(token) {}
  void run() override;

  // Set when it is pushed: the control thread may be the last that holds the instance.
  std::shared_ptr<Instance> instance;

 private:
  const uint64_t token_;
};

// In a worker lane it is the work of a work item; with a delay the timer puts it there.
class Post : public Work, public Timed {
 public:
  Post(std::weak_ptr<Instance> owner, const aisopod_post& from, uint64_t token, std::string meta);

  bool on_control() const { return (face.flags.load() & AISOPOD_F_CONTROL) != 0; }
  // Of the budget of waiting posts.
  size_t bytes() const { return sizeof *this + meta.size() + face.name.size(); }

  // [timer's thread]
  void fire() override;
  // [worker]
  void run() override;
  void finished(const std::shared_ptr<Call>& item) override;

  const uint64_t token;
  const aisopod_task_fn fn;
  void* const user;
  const aisopod_release_fn release;
  const std::string meta;  // of its parent, without role and permissions
  Registration face;       // what its work item is named after

  // What brings it to its thread: one of the two, made beforehand, since a post that was taken must
  // not fail.
  struct Carrier {
    std::unique_ptr<ControlJob> job;
    // Holds the post while it is in a lane, so the two are parted when it has ended.
    std::shared_ptr<Call> item;
    bool dispatched = false;  // it is with its thread, or was
  };
  Guarded<Carrier> carrier;  // by the mutex of Posts

 private:
  const std::weak_ptr<Instance> owner_;
};

}  // namespace aisopod
