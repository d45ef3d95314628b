// Calls of plugins. The one function that is called often, so it goes without the wrappers of
// node-addon-api, and finds its instance by number, which is faster than to unwrap an object.
#pragma once

#include <napi.h>

namespace aisopod_addon {

// invoke(instance, registration, params, timeoutMs, wants, meta?, method = "invoke")
// -> a string: the JSON an inline handler answered
// -> a number: the token of the pending call
// -> [type, status, message, details]: settled otherwise
napi_value invoke(napi_env env, napi_callback_info info);

}  // namespace aisopod_addon
