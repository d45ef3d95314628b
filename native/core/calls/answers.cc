// What a plugin does with a call it was given: answers it, streams, checks it. [any thread]
#include <algorithm>
#include <new>
#include <optional>
#include <utility>

#include "core/calls/calls.h"
#include "core/host/plugin_text.h"
#include "core/host/read_struct.h"
#include "core/instance/instance.h"
#include "core/threads/thread_tag.h"

namespace aisopod {

aisopod_status Calls::reply(uint64_t token, const aisopod_payload* payload) {
  try {
    return answer(token, payload);
  } catch (const std::bad_alloc&) {
    return end_without_memory(token);
  }
}

aisopod_status Calls::fail(uint64_t token, const aisopod_failure* from) {
  try {
    return fail_with(token, from);
  } catch (const std::bad_alloc&) {
    return end_without_memory(token);
  }
}

aisopod_status Calls::answer(uint64_t token, const aisopod_payload* payload) {
  JsonText json;
  std::string why;
  const aisopod_status status = read_payload(payload, context_.limits.payload_bytes, json, why);
  if (status == AISOPOD_OK && hand_over(token, json)) return AISOPOD_OK;
  Message m = context_.message(MessageType::answer, token);
  m.status = status;
  if (status != AISOPOD_OK) return refuse(m, "call_reply", std::move(why));
  Fields<MessageType::answer> answer(m);
  answer.json().assign(json.text, json.len);
  m.ascii = json.ascii;
  return end(token, std::move(m));
}

// The answer of the inline call of this thread, straight to the embedder. False: it has to be a
// message.
bool Calls::hand_over(uint64_t token, const JsonText& json) {
  const ThreadTag& here = thread_tag();
  InlineCall* const own = here.inline_call;
  if (own == nullptr || here.instance != instance_ || own->token != token) return false;
  if (own->taker == nullptr || own->claimed) return false;
  // The embedder's code must not run with what the handler has changed.
  if (!(float_control() == own->float_control)) return false;
  // Afterwards, since what was taken may be dropped, and a call that was claimed must be answered.
  if (!own->taker->take(json.text, json.len, json.ascii) || !claim(*own)) {
    return false;
  }
  own->answered = true;
  own->taken = true;
  return true;
}

aisopod_status Calls::fail_with(uint64_t token, const aisopod_failure* from) {
  Message m = context_.message(MessageType::failure, token);
  std::string why;
  const aisopod_status status = take_failure(from, m, why);
  if (status == AISOPOD_OK) return end(token, std::move(m));
  m.status = status;
  return refuse(m, "call_fail", std::move(why));
}

aisopod_status Calls::take_failure(const aisopod_failure* from, Message& m,
                                   std::string& why) const {
  aisopod_failure failure;
  Fields<MessageType::failure> fields(m);
  aisopod_status status = read_struct(from, "aisopod_failure", failure, why);
  if (status != AISOPOD_OK) return status;
  status = take_text(failure.message, failure.message_len, kMessageBytes, "the message",
                     fields.message(), why);
  if (status != AISOPOD_OK) return status;
  const size_t len = failure.details_len;
  // NULL with a length of 0, or an empty text: the failure has no details.
  const bool none =
      len == 0 || (len == AISOPOD_NTS && failure.details != nullptr && *failure.details == '\0');
  if (!none) {
    status = take_json(failure.details, len, context_.limits.payload_bytes, fields.details(), why);
    if (status != AISOPOD_OK) {
      why = "details: " + why;
      return status;
    }
  }
  fields.status() = failure.status < 0 ? failure.status : AISOPOD_E_FAIL;
  return AISOPOD_OK;
}

// Ends a call with what is wrong with its answer, which the plugin is given too. What a later minor
// may have added to an answer is not wrong: the plugin may try again without it.
aisopod_status Calls::refuse(const Message& message, const char* function, std::string why) {
  const aisopod_status status = context_.refusals.refuse(function, message.status, why);
  if (status == AISOPOD_E_UNSUPPORTED)
    return check(message.token) == AISOPOD_E_GONE ? AISOPOD_E_GONE : status;
  const uint64_t token = message.token;
  Message refusal = context_.message(MessageType::refused, token);
  Fields<MessageType::refused> refused(refusal);
  refused.status() = message.status;
  refused.reason() = std::move(why);
  return end(token, std::move(refusal)) == AISOPOD_OK ? status : AISOPOD_E_GONE;
}

// The last word on a call, if it is the first: it is put into the result of invoke() where it can
// be, and else goes through the outbox.
aisopod_status Calls::end(uint64_t token, Message&& message) {
  if (InlineCall* const own = claim_inline(token)) {
    own->answer = std::move(message);
    own->answered = true;
    return AISOPOD_OK;
  }
  const std::shared_ptr<Call> call = take(token);
  return call == nullptr ? static_cast<aisopod_status>(AISOPOD_E_GONE)
                         : settle(call, std::move(message));
}

// There is no memory for its answer, so the call ends with that, as with one that is refused.
aisopod_status Calls::end_without_memory(uint64_t token) {
  if (InlineCall* const own = claim_inline(token)) {
    own->answer = lost(token, AISOPOD_E_NOMEM, kNoMemory).message;
    own->answered = true;
    return AISOPOD_E_NOMEM;
  }
  const std::shared_ptr<Call> call = take(token);
  return call == nullptr ? static_cast<aisopod_status>(AISOPOD_E_GONE)
                         : settle_without_memory(call);
}

// The same for a call that was just taken out of the table.
aisopod_status Calls::settle_without_memory(const std::shared_ptr<Call>& call) noexcept {
  Message m = context_.message(MessageType::lost, call->token);
  Fields<MessageType::lost> lost(m);
  lost.status() = AISOPOD_E_NOMEM;
  lost.reason() = kNoMemory;
  const aisopod_status status = settle(call, std::move(m));
  return status == AISOPOD_OK ? AISOPOD_E_NOMEM : status;
}

void Calls::owe_end(const std::shared_ptr<Call>& call, aisopod_status status) noexcept {
  call->owed_end = status;
  context_.environment->outbox.owe(call);
}

// The last word on a call that was just taken out of the table. GONE: it was over for its caller;
// NOMEM: its caller gets that instead.
aisopod_status Calls::settle(const std::shared_ptr<Call>& call, Message&& message) noexcept {
  bool delivered = false;
  bool no_memory = false;
  {
    const MutexLock lock(call->mutex);
    call->answered = true;
    release_observer(*call, AISOPOD_OK);
    delivered = call->verdict.load() == AISOPOD_OK;
    if (delivered) {
      InlineCall* const own = thread_tag().inline_call;
      if (own != nullptr && own->token == call->token && !call->streamed) {
        own->answer = std::move(message);
        own->answered = true;
      } else {
        try {
          context_.push(std::move(message));
        } catch (const std::bad_alloc&) {
          no_memory = true;
          owe_end(call, AISOPOD_E_NOMEM);
        }
      }
    }
  }
  call->room.notify_all();
  if (no_memory) return AISOPOD_E_NOMEM;
  return delivered ? AISOPOD_OK : AISOPOD_E_GONE;
}

aisopod_status Calls::chunk(uint64_t token, const aisopod_payload* payload, int64_t wait_ms) {
  const auto refused = [&](aisopod_status status, const std::string& why) {
    return context_.refusals.refuse("call_chunk", status, why);
  };
  if (wait_ms < -1) return refused(AISOPOD_E_INVALID, "wait_ms is below -1");
  if (wait_ms != 0 && !may_wait()) {
    return refused(AISOPOD_E_THREAD, "wait_ms must be 0 on a [reply] or [inline] thread");
  }
  if (wait_ms != 0 && !instance_->may_wait_now()) return AISOPOD_E_STATE;
  std::string text, why;
  bool ascii = false;
  const aisopod_status status =
      take_payload(payload, context_.limits.payload_bytes, text, why, &ascii);
  if (status != AISOPOD_OK) return refused(status, why);
  const std::shared_ptr<Call> call = find(token);
  if (call == nullptr) return AISOPOD_E_GONE;

  const Limits& limits = context_.limits;
  const int64_t patience = after_ms(wait_ms);
  std::optional<WaitScope> waits;
  const MutexLock lock(call->mutex);
  for (;;) {
    if (call->answered) return AISOPOD_E_GONE;
    if (const aisopod_status verdict = call->verdict.load(); verdict != AISOPOD_OK) return verdict;
    if ((call->wants & kWantsChunks) == 0) return AISOPOD_OK;
    // A chunk larger than the window is let through when nothing else is unread.
    if (call->chunks_unread == 0 ||
        (call->chunks_unread < limits.chunks_unread &&
         call->chunk_bytes_unread + text.size() <= limits.chunk_bytes_unread)) {
      break;
    }
    if (now_ns() >= patience || wait_ms == 0) return AISOPOD_E_AGAIN;
    if (now_ns() >= call->deadline) {  // it ends for the caller before the plugin learns of it
      const MutexUnlock unlocked(call->mutex);
      end_for_caller(call, AISOPOD_E_DEADLINE, "the call met its deadline");
      return AISOPOD_E_DEADLINE;
    }
    if (!waits) {  // the lane may refuse calls now, so not under a lock
      const MutexUnlock unlocked(call->mutex);
      waits.emplace();
      continue;
    }
    const int64_t until = std::min(patience, call->deadline);
    if (until == kNever) {
      call->room.wait(call->mutex);
    } else {
      call->room.wait_until(call->mutex, time_point(until));
    }
  }
  const size_t bytes = text.size();
  Message m = context_.message(MessageType::chunk, token);
  m.ascii = ascii;
  Fields<MessageType::chunk> chunk(m);
  chunk.bytes() = static_cast<double>(bytes);
  chunk.json() = std::move(text);
  context_.push(std::move(m));
  ++call->chunks_unread;
  call->chunk_bytes_unread += bytes;
  call->streamed = true;
  return AISOPOD_OK;
}

void Calls::chunk_read(uint64_t token, size_t bytes) {
  const std::shared_ptr<Call> call = find(token);
  if (call == nullptr) return;
  {
    const MutexLock lock(call->mutex);
    call->chunks_unread -= std::min<size_t>(call->chunks_unread, 1);
    call->chunk_bytes_unread -= std::min(call->chunk_bytes_unread, bytes);
  }
  call->room.notify_all();
}

aisopod_status Calls::progress(uint64_t token, const aisopod_progress* from) {
  std::string text, why;
  aisopod_progress given;
  aisopod_status status = read_struct(from, "aisopod_progress", 0, given, why);
  if (status == AISOPOD_OK) {
    status = take_text(given.note, given.note_len, kMessageBytes, "the note", text, why);
  }
  const double fraction = given.fraction;
  if (status == AISOPOD_OK && !(fraction == -1 || (fraction >= 0 && fraction <= 1))) {
    status = AISOPOD_E_INVALID;
    why = "fraction is neither -1 nor from 0 to 1";
  }
  if (status != AISOPOD_OK) return context_.refusals.refuse("call_progress", status, why);
  const std::shared_ptr<Call> call = find(token);
  if (call == nullptr) return AISOPOD_E_GONE;
  const MutexLock lock(call->mutex);
  if (call->answered) return AISOPOD_E_GONE;
  if (const aisopod_status verdict = call->verdict.load(); verdict != AISOPOD_OK) return verdict;
  if ((call->wants & kWantsProgress) == 0) return AISOPOD_OK;
  call->fraction = fraction;
  call->note = std::move(text);
  call->has_note = !call->note.empty();
  if (call->progress_queued) return AISOPOD_OK;
  Message m = context_.message(MessageType::progress, token);
  m.call = call;
  context_.push(std::move(m));
  call->progress_queued = true;
  call->streamed = true;
  return AISOPOD_OK;
}

aisopod_status Calls::check(uint64_t token) {
  const std::shared_ptr<Call> call = find(token);
  return call == nullptr ? AISOPOD_E_GONE : call->verdict.load();
}

int64_t Calls::remaining_ms(uint64_t token) {
  int64_t deadline = 0;
  if (deadline_of(token, deadline) != AISOPOD_OK) return 0;
  if (deadline == kNever) return -1;
  return std::max<int64_t>(0, (deadline - now_ns()) / kMillisecond);
}

aisopod_status Calls::deadline_of(uint64_t token, int64_t& deadline) {
  const std::shared_ptr<Call> call = find(token);
  if (call == nullptr) return AISOPOD_E_GONE;
  const MutexLock lock(call->mutex);
  deadline = call->deadline;
  return call->verdict.load();
}

aisopod_status Calls::parent(uint64_t token, int64_t& deadline, std::string& meta) {
  const std::shared_ptr<Call> call = find(token);
  if (call == nullptr) return AISOPOD_E_GONE;
  const MutexLock lock(call->mutex);
  deadline = call->deadline;
  meta = call->meta;
  return call->verdict.load();
}

bool Calls::find_meta(uint64_t token, std::string& meta) {
  // An inline handler that logs must not cost its call the short way.
  const InlineCall* const own = thread_tag().inline_call;
  if (own != nullptr && own->token == token) {
    meta = own->meta.text();
    return true;
  }
  const std::shared_ptr<Call> call = find(token);
  if (call == nullptr) return false;
  const MutexLock lock(call->mutex);
  meta = call->meta;
  return true;
}

}  // namespace aisopod
