// On whose behalf a plugin does something: what the parent token of a request, a publication or a
// post passes on.
#pragma once

#include <cstdint>
#include <string>

#include "core/clock.h"

namespace aisopod {

struct Parent {
  uint64_t token = 0;         // 0: the plugin's own
  int64_t deadline = kNever;  // of a call
  std::string meta;           // JSON, with role and permissions if it is a call; "" for none
};

// The meta of a call as an event or a task carries it. Authority ends with the call: without this,
// who can publish would lend its caller's rights to every subscriber, for ever.
std::string without_authority(const std::string& meta);

}  // namespace aisopod
