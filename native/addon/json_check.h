// The checker of the core for text that JavaScript has from elsewhere.
#pragma once

#include <napi.h>

namespace aisopod_addon {

// checkJson(text or bytes, depth?) -> null, or [what, byte offset, advice] when it is refused
Napi::Value check_json_text(const Napi::CallbackInfo& info);

}  // namespace aisopod_addon
