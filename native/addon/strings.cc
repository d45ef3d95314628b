#include "strings.h"

namespace aisopod_addon {

bool read_string(napi_env env, napi_value value, std::string& out) {
  constexpr size_t kStack = 4096;
  constexpr size_t kLongestCharacter = 4;
  char stack[kStack];
  size_t len = 0;
  if (napi_get_value_string_utf8(env, value, stack, kStack, &len) != napi_ok) return false;
  if (len + kLongestCharacter < kStack) {  // one more character had fitted, so there is none
    out.assign(stack, len);
    return true;
  }
  if (napi_get_value_string_utf8(env, value, nullptr, 0, &len) != napi_ok) return false;
  out.resize(len);  // the NUL goes where std::string keeps its own
  return napi_get_value_string_utf8(env, value, out.data(), len + 1, &len) == napi_ok;
}

napi_value make_string(napi_env env, const char* text, size_t len, bool ascii) {
  napi_value value = nullptr;
  const napi_status status = ascii ? napi_create_string_latin1(env, text, len, &value)
                                   : napi_create_string_utf8(env, text, len, &value);
  return status == napi_ok ? value : nullptr;
}

}  // namespace aisopod_addon
