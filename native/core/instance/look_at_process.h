// What belongs to the process, looked at around a moment.
#pragma once

#include <optional>

#include "core/process/process_state.h"
#include "core/threads/guard.h"

namespace aisopod {

// Nothing when there is no memory for it: then nothing is said of the process.
inline std::optional<ProcessState> look_at_process(unsigned umask) {
  std::optional<ProcessState> state;
  quietly([&] { state = process_state(umask); });
  return state;
}

inline std::optional<ProcessState> look_at_process() {
  std::optional<ProcessState> state;
  quietly([&] { state = process_state(); });
  return state;
}

}  // namespace aisopod
