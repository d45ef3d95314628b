#include "core/calls/call.h"

#include <utility>

#include "core/instance/registrations.h"
#include "core/threads/guard.h"

namespace aisopod {

void Call::take_progress(Message& message) {
  const MutexLock lock(mutex);
  progress_queued = false;
  Fields<MessageType::progress> progress(message);
  progress.fraction() = fraction;
  progress.has_note() = has_note ? 1 : 0;
  progress.note() = std::exchange(note, {});
  has_note = false;
}

bool Call::take_next(Message& message) noexcept {
  const MutexLock lock(mutex);
  message.instance = instance;
  if (std::exchange(owes_stuck, false)) {
    Fields<MessageType::stuck> fields(message);
    quietly([&] { fields.handler() = registration.name; });
    return true;
  }
  if (std::exchange(owes_unstuck, false)) {
    message.type = MessageType::unstuck;
    return true;
  }
  const aisopod_status end = std::exchange(owed_end, AISOPOD_OK);
  if (end == AISOPOD_OK) return false;
  Fields<MessageType::lost> lost(message);
  lost.call() = token;
  lost.status() = end;
  lost.reason() = kNoMemory;
  return true;
}

}  // namespace aisopod
