// What tells one state of a file from another, as src/state/fingerprint.ts keeps it. Node.js makes
// an object with four dates to say as much, which takes longer than to ask the system.
#pragma once

#include <napi.h>

namespace aisopod_addon {

#if !defined(_WIN32)
// isUnchanged(path, print) -> whether it is there, links not followed, with that fingerprint
Napi::Value is_unchanged(const Napi::CallbackInfo& info);
#endif

}  // namespace aisopod_addon
