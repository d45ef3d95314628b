// INLINE handlers: they run on the host's thread, and what they answer at once is invoke()'s
// result.
#include <exception>
#include <new>
#include <utility>

#include "core/calls/calls.h"
#include "core/threads/thread_tag.h"

namespace aisopod {
namespace {

// In place of a token: a thread that has the mutex makes a Call of it.
constexpr uint64_t kAsked = ~uint64_t{0};

}  // namespace

// [host's thread]
void Calls::run_inline(Registration& registration, CallRequest& request, Invoked& result) {
  const bool timed = registration.inline_timing.next();
  const int64_t begun = timed ? now_ns() : 0;
  const Meta meta(std::move(request.meta));
  InlineCall own{result.token, registration,    request.wants, request.timeout_ms, begun,
                 meta,         float_control(), request.taker, result.message};
  inline_ = &own;
  inline_token_.store(own.token, std::memory_order_release);
  std::string what;
  const aisopod_status status = call_handler(
      registration, result.token, request.wants, request.method, request.params, meta.text(),
      std::max<int64_t>(-1, request.timeout_ms), Tag::inline_, &own, what);
  restore_float_control(registration, own.float_control);
  counters_.ran_inline();
  if (timed) note_time(registration, now_ns() - begun);
  if (!own.answered) {
    finish_inline(own, status, what);
  } else if (status > 0 && status != AISOPOD_PENDING) {
    note_reserved(registration, status);
  }
  result.settled = own.answered;
  result.taken = own.taken;
}

// The handler has returned, and invoke() has no answer of it.
void Calls::finish_inline(InlineCall& own, aisopod_status status, const std::string& what) {
  std::shared_ptr<Call> call;
  try {
    call = call_of(own, status);
    if (call == nullptr) {  // no other thread knows of it
      own.answer = failure_of(own.token, own.registration, status, what);
      own.answered = true;
      return;
    }
  } catch (const std::bad_alloc&) {
    own.answer = lost(own.token, AISOPOD_E_NOMEM, kNoMemory).message;
    own.answered = true;
    return;
  }
  bool pending = false;
  {
    const MutexLock lock(call->mutex);
    call->stage = Stage::returned;
    pending = !call->answered && status == AISOPOD_PENDING;
  }
  if (!pending) {
    returned(call, status, what);
    return;
  }
  try {
    deadlines_.watch(call->deadline);
  } catch (const std::exception&) {
    end_for_caller(call, AISOPOD_E_NOMEM, "no thread can be started to watch its deadline");
  }
}

// The Call that was made of it, or is made now as it stays pending. From here on it is no longer
// inline_.
std::shared_ptr<Call> Calls::call_of(InlineCall& own, aisopod_status status) {
  const MutexLock lock(mutex_);
  inline_token_.store(0, std::memory_order_relaxed);
  std::shared_ptr<Call>& call = own.call.under(mutex_);
  if (call == nullptr && !own.claimed && status == AISOPOD_PENDING) call = call_made_of(own);
  return call;
}

// JavaScript goes on computing on this thread.
void Calls::restore_float_control(Registration& registration, const FloatControl& before) {
  if (float_control() == before) return;
  set_float_control(before);
  if (std::exchange(registration.changed_float_control, true)) return;
  context_.notice(AISOPOD_LOG_WARN, "the inline handler of '", registration.name,
                  "' changed how its thread computes with floating point (rounding, or numbers "
                  "close to zero). The host sets it back after each call");
}

// In a row: on a busy machine any handler is interrupted for a millisecond now and then.
void Calls::note_time(Registration& registration, int64_t took_ns) {
  counters_.timed_inline(took_ns * registration.inline_timing.take_weight());
  const int slow = registration.inline_timing.count(took_ns > context_.limits.inline_ns);
  if (slow != context_.limits.inline_slow_calls) return;
  registration.flags.fetch_and(~static_cast<uint32_t>(AISOPOD_F_INLINE));
  context_.notice(AISOPOD_LOG_WARN, "'", registration.name, "' took longer than 1 ms inline ",
                  std::to_string(slow), " times in a row; it runs on the worker from now on");
}

// The inline call of this thread if it has that token and no Call was made of it; then none will
// be.
InlineCall* Calls::claim_inline(uint64_t token) {
  const ThreadTag& here = thread_tag();
  InlineCall* const own = here.inline_call;
  const bool is_ours = own != nullptr && here.instance == instance_ && own->token == token;
  return is_ours && claim(*own) ? own : nullptr;
}

// [host's thread, within its handler] For a call of this instance.
bool Calls::claim(InlineCall& own) {
  if (own.claimed) return false;
  if (inline_token_.exchange(0, std::memory_order_acq_rel) != own.token) {
    const MutexLock lock(mutex_);  // a thread that asks about it has a Call of it, or no memory
    inline_token_.store(0, std::memory_order_relaxed);
    if (own.call.under(mutex_) != nullptr) return false;
  }
  own.claimed = true;
  return true;
}

// The Call of the inline call with that token, made and entered; nullptr: no call has it that is
// not known yet. Throws std::bad_alloc, and it stays unknown.
std::shared_ptr<Call> Calls::make_findable(uint64_t token) {
  if (token == 0 || token == kAsked) return nullptr;  // a plugin may ask about any number
  uint64_t expected = token;
  if (!inline_token_.compare_exchange_strong(expected, kAsked, std::memory_order_acq_rel)) {
    return nullptr;
  }
  try {
    return inline_->call.under(mutex_) = call_made_of(*inline_);
  } catch (const std::bad_alloc&) {
    inline_token_.store(token, std::memory_order_release);
    throw;
  }
}

std::shared_ptr<Call> Calls::call_made_of(const InlineCall& own) {
  auto call = std::make_shared<Call>(context_.id, own.token, own.registration, Stage::running);
  call->wants = own.wants;
  call->deadline = own.deadline();
  call->meta = own.meta.text();
  table_.emplace(call->token, call);
  return call;
}

}  // namespace aisopod
