// Where the functions of Node.js lie, to distinguish its signal handlers from those of others.
#pragma once

namespace aisopod_addon {

// [once, when the addon is loaded] Reports it to the core.
void find_node_code();

}  // namespace aisopod_addon
