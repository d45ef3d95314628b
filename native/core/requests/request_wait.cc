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
  const MutexLock lock(mutex_);
  for (;;) {
    if (shutting_down_ && !on_control) return AISOPOD_E_STATE;
    const auto found = table_.find(token);
    if (found == table_.end()) return AISOPOD_E_GONE;
    const std::shared_ptr<Request> request = found->second;
    if (request->fn != nullptr) {
      const MutexUnlock unlocked(mutex_);
      return refused(AISOPOD_E_INVALID, "the responses to this request go to its fn");
    }
    Request::State& state = request->state.under(mutex_);
    if (!state.partial.empty() || state.complete) {
      *out = collect(found);
      return AISOPOD_OK;
    }
    if (wait_ms == 0 || (until != kNever && now_ns() >= until)) return AISOPOD_E_AGAIN;
    if (!waits) {  // the lane may refuse calls now, so not under the lock
      const MutexUnlock unlocked(mutex_);
      waits.emplace();
      continue;
    }
    ++state.waiting;
    if (until == kNever) request->changed.wait(mutex_);
    else request->changed.wait_until(mutex_, time_point(until));
    --state.waiting;
  }
}

// Takes the next response that has come. Throws std::bad_alloc, and then it is still there.
const aisopod_response* Requests::collect(Place place) {
  const std::shared_ptr<Request> request = place->second;
  Request::State& state = request->state.under(mutex_);
  const bool more = !state.partial.empty();
  Response& next = more ? state.partial.front() : state.final_response;
  auto* const owned = new OwnedResponse(request->token, std::move(next), more);
  if (more) {
    state.partial.pop_front();
    report(request, MessageType::response_read);
  } else {
    drop(place);
  }
  return owned->view();
}

bool Requests::cancel(uint64_t token) {
  {
    const MutexLock lock(mutex_);
    const auto found = table_.find(token);
    if (found == table_.end()) return false;
    const std::shared_ptr<Request> request = found->second;
    if (request->fn == nullptr) {
      Request::State& state = request->state.under(mutex_);
      state.partial.clear();
      // One of the threads that wait collects CANCELLED; without any, the request is over.
      if (state.complete || state.waiting == 0) {
        drop(found);
        return true;
      }
    }
  }
  return end(token, AISOPOD_E_CANCELLED, "the plugin cancelled the request");
}

bool Requests::holds(uint64_t token) {
  const MutexLock lock(mutex_);
  return table_.count(token) != 0;
}

}  // namespace aisopod
