// INLINE handlers: they run on the host's thread, and what they answer at once is invoke()'s
// result.
#include <exception>
#include <new>
#include <utility>

#include "core/calls/calls.h"
#include "core/threads/thread_tag.h"

namespace aisopod {

// [host's thread]
void Calls::run_inline(Registration& registration, CallRequest& request, Invoked& result) {
  const int64_t begun = now_ns();
  const Meta meta(std::move(request.meta));
  InlineCall own{result.token, registration,   request.wants, after_ms(request.timeout_ms, begun),
                 meta,         result.message, false,         {}};
  {
    const MutexLock lock(mutex_);
    inline_ = &own;
  }
  std::string what;
  const FloatControl before = float_control();
  const aisopod_status status = call_handler(
      registration, result.token, request.wants, request.method, request.params, meta.text(),
      std::max<int64_t>(-1, request.timeout_ms), Tag::inline_, &own, what);
  restore_float_control(registration, before);
  const int64_t took = now_ns() - begun;
  counters_.ran_inline(took);
  count_slow_calls(registration, took);
  if (!own.answered) {
    finish_inline(own, status, what);
  } else if (status > 0 && status != AISOPOD_PENDING) {
    note_reserved(registration, status);
  }
  result.settled = own.answered;
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
  const bool known = inline_ != &own;
  try {
    if (!known && status == AISOPOD_PENDING) make_findable();
  } catch (const std::bad_alloc&) {
    inline_ = nullptr;
    throw;
  }
  if (inline_ == &own) inline_ = nullptr;
  return own.call.under(mutex_);
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
void Calls::count_slow_calls(Registration& registration, int64_t took_ns) {
  const bool slow = took_ns > context_.limits.inline_ns;
  registration.inline_slow_calls = slow ? registration.inline_slow_calls + 1 : 0;
  if (registration.inline_slow_calls != context_.limits.inline_slow_calls) return;
  registration.flags.fetch_and(~static_cast<uint32_t>(AISOPOD_F_INLINE));
  context_.notice(AISOPOD_LOG_WARN, "'", registration.name, "' took longer than 1 ms inline ",
                  std::to_string(registration.inline_slow_calls),
                  " times in a row; it runs on the worker from now on");
}

// The inline call of this thread if it has that token and no Call was made of it; then none will
// be.
InlineCall* Calls::claim_inline(uint64_t token) {
  InlineCall* const own = thread_tag().inline_call;
  if (own == nullptr || own->token != token) return nullptr;
  const MutexLock lock(mutex_);
  if (inline_ != own) return nullptr;
  inline_ = nullptr;
  return own;
}

// Makes a Call of inline_ and enters it.
std::shared_ptr<Call> Calls::make_findable() {
  auto call =
      std::make_shared<Call>(context_.id, inline_->token, inline_->registration, Stage::running);
  call->wants = inline_->wants;
  call->deadline = inline_->deadline;
  call->meta = inline_->meta.text();
  table_.emplace(call->token, call);
  inline_->call.under(mutex_) = call;
  inline_ = nullptr;
  return call;
}

}  // namespace aisopod
