// What instances of a host have in common, as a JavaScript object: read once and not for each.
#pragma once

#include <napi.h>

#include "core/core.h"

namespace aisopod_addon {

class InstanceSettings {
 public:
  static Napi::Value define(Napi::Env env);

  // new InstanceSettings({hostName, hostVersion, kinds, limits})
  explicit InstanceSettings(const Napi::CallbackInfo& info);

  // Without what is an instance's own.
  const aisopod::InstanceOptions& options() const { return options_; }

 private:
  aisopod::InstanceOptions options_;
};

}  // namespace aisopod_addon
