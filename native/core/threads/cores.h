// How many cores may this process use?
#pragma once

namespace aisopod {

// [any thread] With one, a thread that waits for another by looking again and again only keeps it
// from what it waits for. Asked once: a process whose cores change later is served a bit slower.
bool has_one_core();

}  // namespace aisopod
