// A thread that nothing waits for, with the stack that plugin code may expect.
#pragma once

#include <functional>

namespace aisopod {

// [any thread] Runs `body` on a thread of its own that is called `name` (15 characters at most) and
// has a stack of 8 MiB. Signals of other processes are not delivered there; those of a fault are,
// since a handler for them (of a sanitizer, of a crash reporter) has to run where the fault is.
// Threads that `body` starts inherit that. Throws std::system_error when none can be started.
void start_detached(const char* name, std::function<void()> body);

}  // namespace aisopod
