// What a plugin does with a call it was given: answers it, streams, asks about it. [any thread]
#include <algorithm>
#include <cstring>
#include <utility>

#include "core/calls/calls.h"
#include "core/host/plugin_error.h"
#include "core/json/check.h"
#include "core/threads/thread_tag.h"

namespace aisopod {
namespace {

constexpr size_t kMessageBytes = 4096;  // of an error or a note, for a person

std::string bounded_text(const char* text) {
  if (text == nullptr) return {};
  const size_t n = strnlen(text, kMessageBytes);
  return std::string(text, utf8_prefix(text, n));
}

}  // namespace

aisopod_status Calls::reply(uint64_t token, const char* json, size_t len) {
  Message m = context_.message(MessageType::answer, token);
  std::string why;
  m.status = take_json(json, len, context_.limits.payload_bytes, m.a, why, &m.ascii);
  if (m.status == AISOPOD_OK) return end(token, std::move(m));
  return refuse(std::move(m), std::move(why));
}

aisopod_status Calls::fail(uint64_t token, aisopod_status code, const char* message,
                           const char* details, size_t len) {
  Message m = context_.message(MessageType::failure, token);
  // Like NULL with a length of 0, an empty text says that there are none.
  const bool none = len == 0 || (len == AISOPOD_NTS && details != nullptr && *details == '\0');
  if (!none) {
    std::string why;
    m.status = take_json(details, len, context_.limits.payload_bytes, m.b, why);
    if (m.status != AISOPOD_OK) return refuse(std::move(m), "details: " + why);
  }
  m.status = code < 0 ? code : static_cast<aisopod_status>(AISOPOD_E_FAIL);
  m.a = bounded_text(message);
  return end(token, std::move(m));
}

// Ends a call with what is wrong with its answer, which is told the plugin too.
aisopod_status Calls::refuse(Message&& message, std::string why) {
  const aisopod_status status = message.status;
  const uint64_t token = message.token;
  message.type = MessageType::refused;
  message.a = std::move(why);
  message.ascii = false;
  return end(token, std::move(message)) == AISOPOD_OK ? status : AISOPOD_E_GONE;
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

// The last word on a call that was just taken out of the table. GONE: the caller was told before.
aisopod_status Calls::settle(const std::shared_ptr<Call>& call, Message&& message) {
  bool delivered = false;
  {
    const std::lock_guard lock(call->mutex);
    call->answered = true;
    release_observer(*call, AISOPOD_OK);
    delivered = call->verdict.load() == AISOPOD_OK;
    if (delivered) {
      InlineCall* const own = thread_tag().inline_call;
      if (own != nullptr && own->token == call->token && !call->streamed) {
        own->answer = std::move(message);
        own->answered = true;
      } else {
        context_.push(std::move(message));
      }
    }
  }
  call->room.notify_all();
  return delivered ? AISOPOD_OK : AISOPOD_E_GONE;
}

aisopod_status Calls::chunk(uint64_t token, const char* json, size_t len, int64_t wait_ms) {
  if (wait_ms != 0 && !may_wait()) return AISOPOD_E_THREAD;
  std::string text, why;
  bool ascii = false;
  const aisopod_status status =
      take_json(json, len, context_.limits.payload_bytes, text, why, &ascii);
  if (status != AISOPOD_OK) return status;
  const std::shared_ptr<Call> call = find(token);
  if (call == nullptr) return AISOPOD_E_GONE;

  const Limits& limits = context_.limits;
  const int64_t patience = after_ms(wait_ms);
  std::unique_lock lock(call->mutex);
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
    if (now_ns() >= call->deadline) {  // the caller is told before the plugin is
      lock.unlock();
      tell(call, AISOPOD_E_DEADLINE, "the call met its deadline");
      return AISOPOD_E_DEADLINE;
    }
    const int64_t until = std::min(patience, call->deadline);
    if (until == kNever) {
      call->room.wait(lock);
    } else {
      call->room.wait_until(lock, time_point(until));
    }
  }
  ++call->chunks_unread;
  call->chunk_bytes_unread += text.size();
  call->streamed = true;
  Message m = context_.message(MessageType::chunk, token);
  m.ascii = ascii;
  m.number = static_cast<double>(text.size());
  m.a = std::move(text);
  context_.push(std::move(m));
  return AISOPOD_OK;
}

void Calls::chunk_read(uint64_t token, size_t bytes) {
  const std::shared_ptr<Call> call = find(token);
  if (call == nullptr) return;
  {
    const std::lock_guard lock(call->mutex);
    call->chunks_unread -= std::min<size_t>(call->chunks_unread, 1);
    call->chunk_bytes_unread -= std::min(call->chunk_bytes_unread, bytes);
  }
  call->room.notify_all();
}

aisopod_status Calls::progress(uint64_t token, double fraction, const char* note) {
  if (!(fraction == -1 || (fraction >= 0 && fraction <= 1))) return AISOPOD_E_INVALID;
  const std::shared_ptr<Call> call = find(token);
  if (call == nullptr) return AISOPOD_E_GONE;
  std::string text = bounded_text(note);
  const std::lock_guard lock(call->mutex);
  if (call->answered) return AISOPOD_E_GONE;
  if (const aisopod_status verdict = call->verdict.load(); verdict != AISOPOD_OK) return verdict;
  if ((call->wants & kWantsProgress) == 0) return AISOPOD_OK;
  call->fraction = fraction;
  call->note = std::move(text);
  call->has_note = note != nullptr;
  call->streamed = true;
  if (std::exchange(call->progress_queued, true)) return AISOPOD_OK;
  Message m = context_.message(MessageType::progress, token);
  m.call = call;
  context_.push(std::move(m));
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
  const std::lock_guard lock(call->mutex);
  deadline = call->deadline;
  return call->verdict.load();
}

aisopod_status Calls::parent(uint64_t token, int64_t& deadline, std::string& meta) {
  const std::shared_ptr<Call> call = find(token);
  if (call == nullptr) return AISOPOD_E_GONE;
  const std::lock_guard lock(call->mutex);
  deadline = call->deadline;
  meta = call->meta;
  return call->verdict.load();
}

}  // namespace aisopod
