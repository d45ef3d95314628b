// Lets the environment of a Worker end while a library is being opened.
#pragma once

namespace aisopod_addon {

// [once, when the addon is loaded] When a Worker ends, Node.js closes the addons that it had
// loaded, this one among them, and with glibc that waits for the loader's lock. If a constructor
// that hangs has it, neither the Worker nor, as Node.js waits for its Workers, the process could
// ever end. So the place in which Node.js keeps the address of the system's function that closes a
// library gets that of ours: it leaves a library open while another is being opened, and closes it
// otherwise. Where that place is not found nothing is changed.
void let_workers_end();

}  // namespace aisopod_addon
