// Where the functions of Node.js lie, to tell its signal handlers from those of others.
#pragma once

namespace aisopod_addon {

// [once, when the addon is loaded] Tells the core.
void find_node_code();

}  // namespace aisopod_addon
