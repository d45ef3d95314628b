// The border to JavaScript: no C++ exception crosses it, since Node-API is C.
#pragma once

#include <napi.h>

namespace aisopod_addon {

// Leaves a JavaScript error with the code NO_RESOURCES, unless there is one: what attach() was
// given makes it, and before attach() it is a plain Error.
void throw_no_resources(napi_env env) noexcept;

// Runs f(). What it throws becomes a pending JavaScript error, and the result is empty: what
// JavaScript threw while f() read from it, such as a getter, stays as it is, and all else is that
// memory is short.
template <class F>
auto at_border(napi_env env, F&& f) -> decltype(f()) {
  try {
    return f();
  } catch (const Napi::Error& error) {
    napi_throw(env, error.Value());
  } catch (...) {
    throw_no_resources(env);
  }
  return decltype(f())();
}

// A function of the addon, guarded like that. Reading its arguments takes memory where there are
// many.
template <Napi::Value (*Function)(const Napi::CallbackInfo&)>
napi_value guarded_function(napi_env env, napi_callback_info from) {
  return at_border(env, [&]() -> napi_value {
    const Napi::CallbackInfo info(env, from);
    return Function(info);
  });
}

template <Napi::Value (*Function)(const Napi::CallbackInfo&)>
void define(Napi::Object exports, const char* name) {
  const napi_env env = exports.Env();
  napi_value function = nullptr;
  if (napi_create_function(env, name, NAPI_AUTO_LENGTH, guarded_function<Function>, nullptr,
                           &function) == napi_ok) {
    napi_set_named_property(env, exports, name, function);
  }
}

}  // namespace aisopod_addon
