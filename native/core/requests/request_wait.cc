// Collecting the responses to a request without fn, and taking a request back.
#include <optional>
#include <utility>

#include "core/calls/wait_scope.h"
#include "core/instance/instance.h"
#include "core/requests/requests.h"
#include "core/threads/thread_tag.h"

namespace aisopod {

aisopod_status Requests::request_wait(uint64_t token, int64_t wait_ms,
                                      const aisopod_response** out) {
  const auto refused = [&](aisopod_status status, const char* why) {
    return context_.refusals.refuse("request_wait", status, why);
  };
  if (out == nullptr) return refused(AISOPOD_E_INVALID, "out is NULL");
  *out = nullptr;
  if (wait_ms < -1) return refused(AISOPOD_E_INVALID, "wait_ms is below -1");
  if (wait_ms != 0 && !may_wait()) {
    return refused(AISOPOD_E_THREAD, "wait_ms must be 0 on a [reply] or [inline] thread");
  }
  const int64_t until = after_ms(wait_ms);
  const bool on_control = instance_->is_control_thread();
  std::optional<WaitScope> waits;
  std::unique_lock lock(mutex_);
  for (;;) {
    if (shutting_down_ && !on_control) return AISOPOD_E_STATE;
    const auto found = table_.find(token);
    if (found == table_.end()) return AISOPOD_E_GONE;
    const std::shared_ptr<Request> request = found->second;
    if (request->fn != nullptr) {
      lock.unlock();
      return refused(AISOPOD_E_INVALID, "the responses to this request go to its fn");
    }
    if (!request->partial.empty() || request->complete) {
      *out = collect(found);
      return AISOPOD_OK;
    }
    if (wait_ms == 0 || (until != kNever && now_ns() >= until)) return AISOPOD_E_AGAIN;
    if (!waits) {  // the lane may refuse calls now, so not under the lock
      lock.unlock();
      waits.emplace();
      lock.lock();
      continue;
    }
    ++request->waiting;
    if (until == kNever) request->changed.wait(lock);
    else request->changed.wait_until(lock, time_point(until));
    --request->waiting;
  }
}

// Under the lock: takes the next response that has come. Throws std::bad_alloc, and then it is
// still there.
const aisopod_response* Requests::collect(Place place) {
  const std::shared_ptr<Request> request = place->second;
  const bool more = !request->partial.empty();
  Response& next = more ? request->partial.front() : request->final_response;
  auto* const owned = new OwnedResponse(request->token, std::move(next), more);
  if (more) {
    request->partial.pop_front();
    report(request, MessageType::response_read);
  } else {
    drop(place);
  }
  return owned->view();
}

bool Requests::cancel(uint64_t token) {
  {
    const std::lock_guard lock(mutex_);
    const auto found = table_.find(token);
    if (found == table_.end()) return false;
    const std::shared_ptr<Request> request = found->second;
    if (request->fn == nullptr) {
      request->partial.clear();
      // One of the threads that wait collects CANCELLED; without any, the request is over.
      if (request->complete || request->waiting == 0) {
        drop(found);
        return true;
      }
    }
  }
  return end(token, AISOPOD_E_CANCELLED, "the plugin cancelled the request");
}

bool Requests::holds(uint64_t token) {
  const std::lock_guard lock(mutex_);
  return table_.count(token) != 0;
}

}  // namespace aisopod
