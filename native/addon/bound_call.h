// Calls of plugins: a JavaScript function for each registration that is called. It is the one that
// is called often, so it goes without the wrappers of node-addon-api, and knows its instance by
// number, which is faster than to unwrap an object.
#pragma once

#include <napi.h>

#include <cstdint>

namespace aisopod_addon {

// A function that calls a registration; it keeps nothing of the instance alive.
//   (params, timeoutMs, wants = 0, meta?, method = "invoke")
//   -> a string: the JSON an inline handler answered
//   -> a number: the token of the pending call
//   -> [type, status, message, details]: settled otherwise
// nullptr: there is a JavaScript error.
napi_value bind_call(napi_env env, uint32_t instance, uint64_t registration);

}  // namespace aisopod_addon
