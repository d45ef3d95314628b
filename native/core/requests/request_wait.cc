// Collecting the responses to a request without fn, and taking a request back.
#include <utility>

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
    if (!request->arrived.empty()) {
      *out = collect(found);
      return AISOPOD_OK;
    }
    if (wait_ms == 0 || (until != kNever && now_ns() >= until)) return AISOPOD_E_AGAIN;
    ++request->waiting;
    if (until == kNever) request->changed.wait(lock);
    else request->changed.wait_until(lock, time_point(until));
    --request->waiting;
  }
}

// Under the lock: takes the next response that has come.
const aisopod_response* Requests::collect(Place place) {
  const std::shared_ptr<Request> request = place->second;
  Request::Arrived& next = request->arrived.front();
  const bool more = next.more;
  auto* const owned = new OwnedResponse(request->token, std::move(next.response), more);
  request->arrived.pop_front();
  if (more) context_.push(context_.message(MessageType::response_read, request->token));
  else drop(place);
  return owned->view();
}

bool Requests::cancel(uint64_t token) {
  {
    const std::lock_guard lock(mutex_);
    const auto found = table_.find(token);
    if (found == table_.end()) return false;
    const std::shared_ptr<Request> request = found->second;
    if (request->fn == nullptr) {
      request->arrived.clear();
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
