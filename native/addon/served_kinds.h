// The kinds that a host serves, as JavaScript gives them: an array of {kind, names}.
#pragma once

#include <napi.h>

#include <vector>

#include "core/core.h"

namespace aisopod_addon {

// False: an entry is broken, and a TypeError says which and why.
bool read_served_kinds(const Napi::Value& from, std::vector<aisopod::ServedKind>& out);

}  // namespace aisopod_addon
