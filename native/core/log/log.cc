#include "core/log/log.h"

#include <algorithm>
#include <cstring>
#include <iterator>
#include <new>

#include "core/host/plugin_text.h"
#include "core/host/read_struct.h"
#include "core/instance/instance.h"
#include "core/json/utf8.h"
#include "core/threads/thread_tag.h"

namespace aisopod {
namespace {

// An unknown level reads as the next lower one, and what no level is below as the lowest.
aisopod_level known_level(aisopod_level level) {
  constexpr aisopod_level known[] = {AISOPOD_LOG_TRACE, AISOPOD_LOG_DEBUG,
                                     AISOPOD_LOG_INFO,  AISOPOD_LOG_WARN,
                                     AISOPOD_LOG_ERROR, AISOPOD_LOG_HOST_MISBEHAVING};
  if (level == 0) return AISOPOD_LOG_INFO;
  const auto* const above = std::upper_bound(std::begin(known), std::end(known), level);
  return above == std::begin(known) ? known[0] : above[-1];
}

}  // namespace

aisopod_status Log::write(const aisopod_log_record* from) {
  aisopod_log_record record;
  std::string why;
  const auto refused = [&](aisopod_status status) {
    return context_.refusals.refuse("log", status, why);
  };
  aisopod_status status = read_struct(from, "aisopod_log_record", record, why);
  if (status != AISOPOD_OK) return refused(status);
  const size_t limit = context_.limits.log_line_bytes;
  const char* const text = record.message;
  const size_t n = text != nullptr && record.message_len == AISOPOD_NTS ? strnlen(text, limit + 1)
                                                                        : record.message_len;
  const size_t kept = text == nullptr ? 0 : utf8_prefix(text, std::min(n, limit));
  if (kept == 0) {
    why = n == 0 || text == nullptr ? "the message is empty; set message_len, or use AISOPOD_NTS"
                                    : "the message is not UTF-8";
    return refused(AISOPOD_E_INVALID);
  }

  Message m = context_.message(MessageType::log);
  Fields<MessageType::log> line(m);
  line.level() = known_level(record.level);
  line.text().assign(text, kept);  // never half a character, and not what is no character at all
  if (n > limit) line.text() += "...";
  status = take_object(record.fields, record.fields_len, limit, "fields", line.fields(), why);
  if (status == AISOPOD_E_TOO_LARGE) {
    line.text() += " (fields of more than " + std::to_string(limit) + " bytes are left out)";
  } else if (status != AISOPOD_OK) {
    return refused(status);
  }
  const ThreadTag& here = thread_tag();
  line.parent() = record.parent != 0 ? record.parent : here.instance == instance_ ? here.token : 0;
  if (line.parent() != 0) instance_->find_meta(line.parent(), line.meta());
  m.budget_bytes = line.text().size() + line.fields().size() + line.meta().size();
  if (!unread_->take(m.budget_bytes, context_.limits.queue, context_.limits.queue_bytes)) {
    return drop();
  }
  m.budget = unread_;
  context_.push(std::move(m));
  return AISOPOD_OK;
}

// One message reports all that were dropped until it is read. If there was no memory for it, the
// next line that is dropped tries again.
aisopod_status Log::drop() {
  const bool first = lost_->fetch_add(1, std::memory_order_relaxed) == 0;
  if (!first && !unreported_.exchange(false)) return AISOPOD_E_AGAIN;
  try {
    Message m = context_.message(MessageType::log_lost);
    m.counter = lost_;
    context_.push(std::move(m));
  } catch (const std::bad_alloc&) {
    unreported_ = true;
  }
  return AISOPOD_E_AGAIN;
}

}  // namespace aisopod
