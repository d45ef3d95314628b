// One request of a plugin, from request() until its last response is handed over or collected.
#pragma once

#include <condition_variable>
#include <cstdint>
#include <deque>
#include <memory>

#include "core/clock.h"
#include "core/requests/response.h"
#include "core/threads/timer.h"

namespace aisopod {

class Instance;

// All members are guarded by the mutex of Requests, or don't change once it is in its table.
class Request : public Timed {
 public:
  explicit Request(std::shared_ptr<Instance> owner) : owner_(std::move(owner)) {}
  void fire() override;  // its deadline has passed, or its last response lies uncollected

  uint64_t token = 0;
  uint64_t parent = 0;
  bool stream = false;               // wants partial responses as well
  aisopod_response_fn fn = nullptr;  // nullptr: request_wait() collects the responses
  void* user = nullptr;
  aisopod_release_fn release = nullptr;

  // Without fn: what has come and is not collected.
  struct Arrived {
    Response response;
    bool more;
  };
  std::deque<Arrived> arrived;
  bool complete = false;        // the last response has come
  int64_t overdue_at = kNever;  // then: when it gets a line in the log if it is not collected
  int waiting = 0;              // threads in request_wait()
  std::condition_variable changed;

 private:
  const std::shared_ptr<Instance> owner_;
};

}  // namespace aisopod
