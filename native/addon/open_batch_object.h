// Libraries that are opened one after the other, as a JavaScript object.
#pragma once

#include <napi.h>

#include <memory>

#include "core/core.h"

namespace aisopod_addon {

class OpenBatchObject : public Napi::ObjectWrap<OpenBatchObject> {
 public:
  static Napi::Function define(Napi::Env env);

  // new OpenBatch(paths, symbol, system)
  explicit OpenBatchObject(const Napi::CallbackInfo& info);

 private:
  Napi::Value task(const Napi::CallbackInfo& info);
  Napi::Value done(const Napi::CallbackInfo& info);
  Napi::Value running_ms(const Napi::CallbackInfo& info);
  Napi::Value entry(const Napi::CallbackInfo& info);
  Napi::Value give_up(const Napi::CallbackInfo& info);
  Napi::Value changes(const Napi::CallbackInfo& info);

  std::shared_ptr<aisopod::OpenBatch> batch_;
};

// [a thread of the pool] What is called with a task().
extern "C" void aisopod_open_batch(void* task);

}  // namespace aisopod_addon
