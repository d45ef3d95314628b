// A pause: what an instance runs by itself, its event functions and its tasks, ends. So do the
// handlers that run: the callers of some may have left.
#pragma once

#include <memory>

namespace aisopod {

// Each part of an instance that still runs something keeps one; the pause is complete when the last
// of them is released. Released without a lock of the part.
using PauseHold = std::shared_ptr<void>;

}  // namespace aisopod
