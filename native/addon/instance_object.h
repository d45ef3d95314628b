// An instance of a plugin as a JavaScript object.
#pragma once

#include <napi.h>

#include <memory>

#include "border.h"
#include "core/core.h"

namespace aisopod_addon {

class InstanceObject : public Napi::ObjectWrap<InstanceObject> {
 public:
  static Napi::Function define(Napi::Env env);

  // new NativeInstance(descriptor: bigint, settings: InstanceSettings, pluginDir, dataDir, config)
  explicit InstanceObject(const Napi::CallbackInfo& info);
  ~InstanceObject() override;

 private:
  Napi::Value begin(const Napi::CallbackInfo& info);
  Napi::Value begin_both(const Napi::CallbackInfo& info);
  Napi::Value configure(const Napi::CallbackInfo& info);
  Napi::Value bind(const Napi::CallbackInfo& info);
  Napi::Value cancel(const Napi::CallbackInfo& info);
  Napi::Value chunk_read(const Napi::CallbackInfo& info);
  Napi::Value respond(const Napi::CallbackInfo& info);
  Napi::Value deliver(const Napi::CallbackInfo& info);
  Napi::Value counters(const Napi::CallbackInfo& info);
  Napi::Value id(const Napi::CallbackInfo& info);

  void make(const Napi::CallbackInfo& info);
  template <Napi::Value (InstanceObject::*Method)(const Napi::CallbackInfo&)>
  Napi::Value guarded(const Napi::CallbackInfo& info) {
    return at_border(info.Env(), [&] { return (this->*Method)(info); });
  }

  std::shared_ptr<aisopod::Instance> instance_;
};

}  // namespace aisopod_addon
