// Process-wide counts of what the core has alive: threads and instances.
#pragma once

namespace aisopod {

// [any thread] Threads that the core started and whose bodies have not returned.
int live_threads();
// [any thread] Instances that were made and not destroyed.
int live_instances();

void count_instance(int delta);
void count_thread(int delta);

}  // namespace aisopod
