// One request of a plugin, from request() until its last response is handed over or collected.
#pragma once

#include <atomic>
#include <cstdint>
#include <deque>
#include <memory>

#include "core/clock.h"
#include "core/environment/owed.h"
#include "core/requests/response.h"
#include "core/threads/mutex.h"
#include "core/threads/task_thread.h"
#include "core/threads/timer.h"

namespace aisopod {

class Instance;
class Request;

// Hands a response to the plugin, or releases what it has handed over. [reply]
class Handover : public TaskThread::Job {
 public:
  explicit Handover(Instance* instance) : instance_(instance) {}
  void run() override;

  std::shared_ptr<Request> request;  // set when it is pushed
  Response response;
  bool more = false;

 private:
  Instance* const instance_;
};

class Request : public Timed, public Owed {
 public:
  explicit Request(std::shared_ptr<Instance> owner) : owner_(std::move(owner)) {}
  void fire() override;  // its deadline has passed, or its last response lies uncollected
  // [host's thread] That it has ended, or that responses were read, where a message had no memory.
  bool take_next(Message& message) noexcept override;

  // These don't change once it is in the table of Requests.
  uint64_t token = 0;
  uint64_t parent = 0;
  bool stream = false;               // wants partial responses as well
  aisopod_response_fn fn = nullptr;  // nullptr: request_wait() collects the responses
  void* user = nullptr;
  aisopod_release_fn release = nullptr;

  struct State {
    std::unique_ptr<Handover> last;  // made beforehand, as an end must not fail for want of memory

    // Without fn: what has come and is not collected.
    std::deque<Response> partial;
    Response final_response;      // when it is complete
    bool complete = false;        // the last response has come
    int64_t overdue_at = kNever;  // then: when it gets a line in the log if it is not collected
    int waiting = 0;              // threads in request_wait()
  };
  Guarded<State> state;  // by the mutex of Requests
  Condition changed;

  std::atomic<bool> owes_end{false};
  std::atomic<int> owed_reads{0};

 private:
  const std::shared_ptr<Instance> owner_;
};

}  // namespace aisopod
