#include "core/calls/call.h"

namespace aisopod {

void Call::take_progress(Message& message) {
  const std::lock_guard lock(mutex);
  progress_queued = false;
  message.number = fraction;
  message.status = has_note ? 1 : 0;
  message.a = note;
}

}  // namespace aisopod
