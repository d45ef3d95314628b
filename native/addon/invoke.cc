#include "invoke.h"

#include "border.h"
#include "environment_data.h"
#include "numbers.h"
#include "strings.h"
#include "too_long.h"

namespace aisopod_addon {
namespace {

using aisopod::CallRequest;
using aisopod::Invoked;
using aisopod::Message;
using aisopod::MessageType;

// The room that a request's text keeps from call to call.
constexpr size_t kKept = 64u << 10;

constexpr const char* kInvoke = "invoke";

enum Argument { kInstance, kRegistration, kParams, kTimeoutMs, kWants, kMeta, kMethod, kArguments };

napi_value wrong_arguments(napi_env env) {
  napi_throw_type_error(env, nullptr, "invoke() was called with what it does not take");
  return nullptr;
}

// undefined leaves `out` as it is.
bool read_optional(napi_env env, napi_value value, std::string& out) {
  napi_valuetype type = napi_undefined;
  if (napi_typeof(env, value, &type) != napi_ok) return false;
  return type == napi_undefined || read_string(env, value, out);
}

// False: an argument is of another type.
bool read_request(napi_env env, const napi_value* args, size_t count, CallRequest& request) {
  double registration = 0;
  double timeout_ms = 0;
  if (napi_get_value_double(env, args[kRegistration], &registration) != napi_ok ||
      napi_get_value_double(env, args[kTimeoutMs], &timeout_ms) != napi_ok ||
      napi_get_value_uint32(env, args[kWants], &request.wants) != napi_ok ||
      !read_string(env, args[kParams], request.params)) {
    return false;
  }
  request.registration = to_token(registration);
  request.timeout_ms = to_milliseconds(timeout_ms);
  // The call before may have moved both out of here.
  request.method = kInvoke;
  request.meta.clear();
  if (count <= kMeta) return true;  // most calls say nothing of meta and method
  return read_optional(env, args[kMeta], request.meta) &&
         (count <= kMethod || read_optional(env, args[kMethod], request.method));
}

napi_value settled_otherwise(napi_env env, const Message& message) {
  const napi_value a = make_string(env, message.a);
  const napi_value b = make_string(env, message.b);
  if (a == nullptr || b == nullptr) {
    if (message.type == MessageType::lost) return nullptr;  // the environment is ending
    return settled_otherwise(env, too_long(message));
  }
  const Napi::Array parts = Napi::Array::New(env, 4);
  parts.Set(0u, Napi::Number::New(env, static_cast<int32_t>(message.type)));
  parts.Set(1u, Napi::Number::New(env, message.status));
  parts.Set(2u, Napi::Value(env, a));
  parts.Set(3u, Napi::Value(env, b));
  return parts;
}

napi_value settled(napi_env env, const Message& message) {
  const bool answered = message.type == MessageType::answer;
  const napi_value json = answered ? make_string(env, message.a, message.ascii) : nullptr;
  if (json != nullptr) return json;
  return settled_otherwise(env, answered ? too_long(message) : message);
}

napi_value invoke_guarded(napi_env env, napi_callback_info info) {
  napi_value args[kArguments];
  size_t count = kArguments;
  uint32_t id = 0;
  EnvironmentData* const data = EnvironmentData::of(env);
  if (data == nullptr || napi_get_cb_info(env, info, &count, args, nullptr, nullptr) != napi_ok ||
      napi_get_value_uint32(env, args[kInstance], &id) != napi_ok) {
    return wrong_arguments(env);
  }
  HeldInstance* const held = data->find(id);
  CallRequest& request = data->request;
  if (held == nullptr || !read_request(env, args, count, request)) {
    request = {};
    return wrong_arguments(env);
  }

  request.wake = false;
  const Invoked result = held->instance->calls.invoke(std::move(request));
  if (count > kMeta) {
    request = {};
  } else if (request.params.capacity() > kKept) {
    request.params = {};
  }
  if (result.settled) return settled(env, result.message);
  data->expect(+1);
  if (result.unwoken) data->wake_worker(*held);
  napi_value token = nullptr;
  return napi_create_double(env, static_cast<double>(result.token), &token) == napi_ok ? token
                                                                                       : nullptr;
}

}  // namespace

napi_value invoke(napi_env env, napi_callback_info info) {
  return at_border(env, [&] { return invoke_guarded(env, info); });
}

}  // namespace aisopod_addon
