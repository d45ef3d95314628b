// Text across the border between JavaScript and the core.
#pragma once

#include <napi.h>

#include <string>

namespace aisopod_addon {

// The UTF-8 of a JavaScript string. False: not a string (an exception is pending then or not).
bool read_string(napi_env env, napi_value value, std::string& out);

// A JavaScript string. `ascii` promises that every byte is below 0x80. nullptr: it can't be made
// (too long, or the environment is ending).
napi_value make_string(napi_env env, const char* text, size_t len, bool ascii);
inline napi_value make_string(napi_env env, const std::string& text, bool ascii = false) {
  return make_string(env, text.data(), text.size(), ascii);
}

}  // namespace aisopod_addon
