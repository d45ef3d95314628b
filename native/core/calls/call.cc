#include "core/calls/call.h"

#include <utility>

#include "core/instance/registrations.h"
#include "core/threads/guard.h"

namespace aisopod {

void Call::take_progress(Message& message) {
  const MutexLock lock(mutex);
  progress_queued = false;
  message.number = fraction;
  message.status = has_note ? 1 : 0;
  message.a = std::exchange(note, {});
  has_note = false;
}

bool Call::take_next(Message& message) noexcept {
  const MutexLock lock(mutex);
  message.instance = instance;
  if (std::exchange(owes_stuck, false)) {
    message.type = MessageType::stuck;
    quietly([&] { message.a = registration.name; });
    return true;
  }
  if (std::exchange(owes_unstuck, false)) {
    message.type = MessageType::unstuck;
    return true;
  }
  message.status = std::exchange(owed_end, AISOPOD_OK);
  if (message.status == AISOPOD_OK) return false;
  message.type = MessageType::lost;
  message.token = token;
  message.a = kNoMemory;
  return true;
}

}  // namespace aisopod
