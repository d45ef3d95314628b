// An instance of a plugin as a JavaScript object.
#pragma once

#include <napi.h>

#include <memory>

#include "core/core.h"

namespace aisopod_addon {

class InstanceObject {
 public:
  static Napi::Value define(Napi::Env env);

  // new NativeInstance(descriptor: bigint, settings: InstanceSettings, pluginDir, dataDir, config)
  explicit InstanceObject(const Napi::CallbackInfo& info);
  ~InstanceObject();
  InstanceObject(const InstanceObject&) = delete;
  InstanceObject& operator=(const InstanceObject&) = delete;

 private:
  Napi::Value begin(const Napi::CallbackInfo& info);
  Napi::Value begin_both(const Napi::CallbackInfo& info);
  Napi::Value configure(const Napi::CallbackInfo& info);
  Napi::Value take_state(const Napi::CallbackInfo& info);
  Napi::Value restore(const Napi::CallbackInfo& info);
  Napi::Value pause(const Napi::CallbackInfo& info);
  Napi::Value resume(const Napi::CallbackInfo& info);
  Napi::Value bind(const Napi::CallbackInfo& info);
  Napi::Value cancel(const Napi::CallbackInfo& info);
  Napi::Value chunk_read(const Napi::CallbackInfo& info);
  Napi::Value respond(const Napi::CallbackInfo& info);
  Napi::Value deliver(const Napi::CallbackInfo& info);
  Napi::Value counters(const Napi::CallbackInfo& info);
  Napi::Value id(const Napi::CallbackInfo& info);

  const napi_env env_;
  std::shared_ptr<aisopod::Instance> instance_;
};

}  // namespace aisopod_addon
