#include "border.h"

#include "environment_data.h"

namespace aisopod_addon {

void throw_no_resources(napi_env env) noexcept {
  EnvironmentData* const data = EnvironmentData::of(env);
  const napi_value error = data == nullptr ? nullptr : data->make_shortage();
  if (error != nullptr) {
    napi_throw(env, error);
  } else {
    napi_throw_error(env, "NO_RESOURCES", "the host is out of memory");
  }
}

}  // namespace aisopod_addon
