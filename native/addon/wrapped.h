// Classes of JavaScript whose objects hold an object of C++. Those of node-addon-api make it where
// nothing catches that memory is short.
#pragma once

#include <napi.h>

#include <initializer_list>
#include <memory>

#include "border.h"

namespace aisopod_addon {

// The T in an object of its class. nullptr: it holds none, and there may be a JavaScript error.
template <class T>
T* unwrap(napi_env env, napi_value object) {
  void* held = nullptr;
  return napi_unwrap(env, object, &held) == napi_ok ? static_cast<T*>(held) : nullptr;
}

// T(info) leaves a JavaScript error where the object can't be made.
template <class T>
napi_value construct(napi_env env, napi_callback_info from) {
  return at_border(env, [&]() -> napi_value {
    const Napi::CallbackInfo info(env, from);
    if (!info.IsConstructCall()) {
      napi_throw_type_error(env, nullptr, "a class is called with new");
      return nullptr;
    }
    auto made = std::make_unique<T>(info);
    const auto release = [](napi_env, void* held, void*) { delete static_cast<T*>(held); };
    if (info.Env().IsExceptionPending() ||
        napi_wrap(env, info.This(), made.get(), release, nullptr, nullptr) != napi_ok) {
      return nullptr;
    }
    made.release();
    return info.This();
  });
}

template <class T, Napi::Value (T::*Method)(const Napi::CallbackInfo&)>
napi_value call_method(napi_env env, napi_callback_info from) {
  return at_border(env, [&]() -> napi_value {
    const Napi::CallbackInfo info(env, from);
    T* const self = unwrap<T>(env, info.This());
    return self == nullptr ? nullptr : static_cast<napi_value>((self->*Method)(info));
  });
}

template <class T, Napi::Value (T::*Method)(const Napi::CallbackInfo&)>
napi_property_descriptor method(const char* name) {
  return {name, nullptr, call_method<T, Method>, nullptr, nullptr, nullptr, napi_default, nullptr};
}

template <class T>
Napi::Value define_class(napi_env env, const char* name,
                         std::initializer_list<napi_property_descriptor> methods) {
  napi_value made = nullptr;
  napi_define_class(env, name, NAPI_AUTO_LENGTH, construct<T>, nullptr, methods.size(),
                    methods.begin(), &made);
  return Napi::Value(env, made);
}

}  // namespace aisopod_addon
