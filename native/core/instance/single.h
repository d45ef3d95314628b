// AISOPOD_PLUGIN_SINGLE: at most one instance of such a plugin is alive in the process. A plugin is
// known by its id, since each copy of its library has a descriptor of its own.
#pragma once

#include <string>

#include "core/host/descriptor.h"

namespace aisopod {

// [any thread] Whether one more instance may be made; it counts until release_single(). Always true
// for a plugin that does not say SINGLE. If not, `holder`, which may be nullptr, describes the one
// that is alive.
bool claim_single(const Descriptor& desc, const std::string& plugin_dir, std::string* holder);
void release_single(const Descriptor& desc);

}  // namespace aisopod
