// One call being answered by a plugin, from the moment it is queued until its token finds it no
// more.
#pragma once

#include <algorithm>
#include <atomic>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "core/clock.h"
#include "core/environment/message.h"
#include "core/environment/owed.h"
#include "core/threads/mutex.h"
#include "core/threads/task_thread.h"

namespace aisopod {

class Call;
class Lane;
struct Registration;

// What a lane runs besides calls: the events of a subscription, and posts. A work item is a Call
// without a caller, which runs its Work. It keeps its place in the queue of a lane that is stuck.
class Work {
 public:
  virtual ~Work() = default;
  // [worker]
  virtual void run() = 0;
  // [worker] After run(): `item` is in no lane any more.
  virtual void finished(const std::shared_ptr<Call>& item) = 0;
};

// What the caller reads besides the answer: the flags of aisopod_call.
enum CallWants : uint32_t {
  kWantsChunks = AISOPOD_CALL_CHUNKS,
  kWantsProgress = AISOPOD_CALL_PROGRESS
};

// The part of CallRequest::wants that the plugin doesn't see: the call was made on behalf of
// another one, which may wait for it.
constexpr uint32_t kWithinCall = 0x100;

// Gives an observer the reason why its call ended, and releases it. [reply]
class ObserverJob : public TaskThread::Job {
 public:
  // OK: the call was answered, so the observer is only released.
  aisopod_status why = AISOPOD_OK;
};

// How far the handler has come.
enum class Stage { queued, running, returned };

class Call : public Owed {
 public:
  Call(uint32_t instance_, uint64_t token_, Registration& registration_,
       Stage stage_ = Stage::queued, bool answered_ = false)
      : instance(instance_),
        token(token_),
        registration(registration_),
        answered(answered_),
        stage(stage_) {}

  // [host's thread] Puts the newest progress into the message that announced it.
  void take_progress(Message& message) AISOPOD_EXCLUDES(mutex);
  // [host's thread] Its end, or that its handler has returned, where a message had no memory.
  bool take_next(Message& message) noexcept override AISOPOD_EXCLUDES(mutex);

  // Is it made on behalf of that call?
  bool is_within(uint64_t call) const {
    return std::find(ancestors.begin(), ancestors.end(), call) != ancestors.end();
  }

  const uint32_t instance;
  const uint64_t token;
  Registration& registration;

  // Written before the call is queued, and freed once its handler has returned.
  std::string method, params;
  uint32_t wants = 0;
  std::vector<uint64_t> ancestors;  // see CallRequest
  int64_t begun = 0;                // ns; when it came in
  Lane* lane = nullptr;
  std::shared_ptr<Work> work;  // of a work item
  size_t queued_bytes = 0;     // of the budget of waiting calls
  bool inner = false;          // see Lane, whose mutex guards it

  // Written before the call is queued, and after that under the mutex by the worker that runs it,
  // which alone reads them without: the meta when the call begins and has none, the deadline when a
  // work item begins.
  std::string meta;  // JSON
  int64_t deadline = kNever;

  Mutex mutex;
  // OK: the caller waits. CANCELLED, DEADLINE, STATE: the host has ended the call for its caller.
  // Written under the mutex, read without it by call_check().
  std::atomic<aisopod_status> verdict{AISOPOD_OK};
  bool answered AISOPOD_GUARDED_BY(mutex);
  Stage stage AISOPOD_GUARDED_BY(mutex);
  bool stuck AISOPOD_GUARDED_BY(mutex) = false;  // its lane counts it as stuck
  // When it ended for its caller, if it has no deadline.
  int64_t ended_at AISOPOD_GUARDED_BY(mutex) = kNever;
  std::unique_ptr<ObserverJob> observer AISOPOD_GUARDED_BY(mutex);
  bool observed AISOPOD_GUARDED_BY(mutex) = false;  // an observer was given, at most one per call

  // Chunks that the caller has not read.
  size_t chunks_unread AISOPOD_GUARDED_BY(mutex) = 0;
  size_t chunk_bytes_unread AISOPOD_GUARDED_BY(mutex) = 0;
  Condition room;  // chunks were read, or the call ended

  // Progress: only the newest is kept.
  double fraction AISOPOD_GUARDED_BY(mutex) = -1;
  std::string note AISOPOD_GUARDED_BY(mutex);
  bool has_note AISOPOD_GUARDED_BY(mutex) = false;
  bool progress_queued AISOPOD_GUARDED_BY(mutex) = false;

  aisopod_status owed_end AISOPOD_GUARDED_BY(mutex) = AISOPOD_OK;  // what take_next() ends it with
  bool owes_stuck AISOPOD_GUARDED_BY(mutex) = false;
  bool owes_unstuck AISOPOD_GUARDED_BY(mutex) = false;

  // Something of the call is in the outbox, or was.
  bool streamed AISOPOD_GUARDED_BY(mutex) = false;

 private:
  friend class CallQueue;
  std::shared_ptr<Call> behind_;  // the next in the queue, which has an owner with a mutex
};

}  // namespace aisopod
