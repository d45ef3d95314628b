// The border to JavaScript: no C++ exception crosses it, since Node-API is C.
#pragma once

#include <napi.h>

#include <utility>

namespace aisopod_addon {

// Runs f(). What it throws, which is that memory is short, becomes a pending JavaScript error with
// the code NO_RESOURCES, and the result is empty.
template <class F>
auto at_border(napi_env env, F&& f) -> decltype(f()) {
  try {
    return f();
  } catch (...) {
    napi_throw_error(env, "NO_RESOURCES", "the host is out of memory");
  }
  return decltype(f())();
}

// A function of the addon, guarded like that.
template <Napi::Value (*Function)(const Napi::CallbackInfo&)>
Napi::Value guarded_function(const Napi::CallbackInfo& info) {
  return at_border(info.Env(), [&] { return Function(info); });
}

template <Napi::Value (*Function)(const Napi::CallbackInfo&)>
void define(Napi::Object exports, const char* name) {
  exports.Set(name, Napi::Function::New(exports.Env(), guarded_function<Function>, name));
}

}  // namespace aisopod_addon
