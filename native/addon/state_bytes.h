// The bytes of a saved state across the border between JavaScript and the core. They may be many,
// so both sides have the same memory, which lives as long as either of them uses it.
#pragma once

#include <napi.h>

#include <memory>

#include "core/core.h"

namespace aisopod_addon {

using StateBytes = std::shared_ptr<const aisopod::StateBytes>;

// A Uint8Array over the bytes. nullptr: it can't be made. Throws std::bad_alloc.
napi_value make_state_bytes(napi_env env, const StateBytes& bytes);

// The bytes of a Uint8Array: those that make_state_bytes() made are shared, others are copied.
// False: it isn't one. Throws std::bad_alloc.
bool read_state_bytes(napi_env env, napi_value array, StateBytes& out);

}  // namespace aisopod_addon
