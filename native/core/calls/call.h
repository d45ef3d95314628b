// One call being answered by a plugin, from the moment it is queued until its token finds it no
// more. Everything below is guarded by its mutex unless said otherwise.
#pragma once

#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <memory>
#include <mutex>
#include <string>

#include "core/clock.h"
#include "core/environment/message.h"
#include "core/environment/owed.h"
#include "core/threads/task_thread.h"

namespace aisopod {

class Call;
class Lane;
struct Registration;

// What takes turns in a lane besides calls: the events of a subscription, and posts. A turn is a
// Call without a caller. It keeps its place in the queue of a lane that is stuck.
class Turns {
 public:
  virtual ~Turns() = default;
  // [worker] The turn has come; and is over.
  virtual void take_turn() = 0;
  virtual void end_turn(const std::shared_ptr<Call>& turn) = 0;
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
  Call(uint32_t instance_, uint64_t token_, Registration& registration_)
      : instance(instance_), token(token_), registration(registration_) {}

  // [host's thread] Puts the newest progress into the message that announced it.
  void take_progress(Message& message);
  // [host's thread] Its end, or that its handler has returned, where a message had no memory.
  bool say(Message& message) noexcept override;

  const uint32_t instance;
  const uint64_t token;
  Registration& registration;
  std::string method, params;  // written before the call is queued; let go once it ended
  std::string meta;            // JSON; written last, under the mutex, when it begins to run
  uint32_t wants = 0;
  int64_t deadline = kNever;  // like these; a handler reads it without the mutex
  int64_t begun = 0;          // ns; when it came in
  Lane* lane = nullptr;
  std::shared_ptr<Turns> turns;  // a turn; then the deadline is written under the mutex
  size_t queued_bytes = 0;       // of the budget of waiting calls
  std::shared_ptr<Call> behind;  // the next in the queue of the lane; guarded by the lane's mutex

  std::mutex mutex;
  // OK: the caller waits. CANCELLED, DEADLINE, STATE: the host has told the caller so. Written
  // under the mutex, read without it by call_check().
  std::atomic<aisopod_status> verdict{AISOPOD_OK};
  bool answered = false;
  Stage stage = Stage::queued;
  bool stuck = false;         // its lane counts it as stuck
  int64_t ended_at = kNever;  // when its caller was told that it ended, if it has no deadline
  std::unique_ptr<ObserverJob> observer;
  bool observed = false;  // an observer was given, at most one per call

  // Chunks that the caller has not read.
  size_t chunks_unread = 0;
  size_t chunk_bytes_unread = 0;
  std::condition_variable room;  // chunks were read, or the call ended

  // Progress: only the newest is kept.
  double fraction = -1;
  std::string note;
  bool has_note = false;
  bool progress_queued = false;

  aisopod_status owed_end = AISOPOD_OK;  // what say() ends it with
  bool owes_stuck = false, owes_unstuck = false;

  bool streamed = false;  // something of the call is in the outbox, or was
};

}  // namespace aisopod
