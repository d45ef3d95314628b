#include "bound_call.h"

#include <cstdint>
#include <memory>
#include <vector>

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

struct Bound {
  const uint32_t instance;
  const uint64_t registration;
};

enum Argument { kParams, kTimeoutMs, kWants, kMeta, kMethod, kAncestors, kArguments };

// Makes a string of an answer as soon as the handler gives it.
class StringTaker final : public aisopod::AnswerTaker {
 public:
  explicit StringTaker(napi_env env) : env_(env) {}
  bool take(const char* json, size_t len, bool ascii) noexcept override {
    value_ = make_string(env_, json, len, ascii);
    return value_ != nullptr;
  }
  napi_value value() const { return value_; }

 private:
  const napi_env env_;
  napi_value value_ = nullptr;
};

napi_value wrong_arguments(napi_env env) {
  napi_throw_type_error(env, nullptr, "a call was made with what it does not take");
  return nullptr;
}

// undefined leaves `out` as it is.
bool read_optional(napi_env env, napi_value value, std::string& out) {
  napi_valuetype type = napi_undefined;
  if (napi_typeof(env, value, &type) != napi_ok) return false;
  return type == napi_undefined || read_string(env, value, out);
}

// Tokens of calls, in an array.
bool read_tokens(napi_env env, napi_value array, std::vector<uint64_t>& out) {
  uint32_t length = 0;
  if (napi_get_array_length(env, array, &length) != napi_ok) return false;
  for (uint32_t i = 0; i < length; ++i) {
    napi_value element = nullptr;
    double token = 0;
    if (napi_get_element(env, array, i, &element) != napi_ok ||
        napi_get_value_double(env, element, &token) != napi_ok) {
      return false;
    }
    out.push_back(to_token(token));
  }
  return true;
}

// False: an argument is of another type.
bool read_request(napi_env env, const napi_value* args, size_t count, CallRequest& request) {
  double timeout_ms = 0;
  if (napi_get_value_double(env, args[kTimeoutMs], &timeout_ms) != napi_ok ||
      !read_string(env, args[kParams], request.params)) {
    return false;
  }
  request.timeout_ms = to_milliseconds(timeout_ms);
  // The call before may have moved both out of here.
  request.method = kInvoke;
  request.meta.clear();
  request.ancestors.clear();
  request.wants = 0;
  if (count <= kWants) return true;  // most calls say nothing more
  return napi_get_value_uint32(env, args[kWants], &request.wants) == napi_ok &&
         (count <= kMeta || read_optional(env, args[kMeta], request.meta)) &&
         (count <= kMethod || read_optional(env, args[kMethod], request.method)) &&
         (count <= kAncestors || read_tokens(env, args[kAncestors], request.ancestors));
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

// The instance has ended, and JavaScript has released it.
napi_value gone(napi_env env) {
  Message lost;
  lost.type = MessageType::lost;
  lost.status = AISOPOD_E_STATE;
  lost.a = "the plugin is not serving";
  return settled_otherwise(env, lost);
}

napi_value call(napi_env env, napi_callback_info info) {
  napi_value args[kArguments];
  size_t count = kArguments;
  void* bound = nullptr;
  EnvironmentData* const data = EnvironmentData::of(env);
  if (data == nullptr || napi_get_cb_info(env, info, &count, args, nullptr, &bound) != napi_ok) {
    return wrong_arguments(env);
  }
  const Bound& to = *static_cast<const Bound*>(bound);
  CallRequest& request = data->request;
  if (!read_request(env, args, count, request)) {
    request = {};
    return wrong_arguments(env);
  }
  HeldInstance* const held = data->find(to.instance);
  if (held == nullptr) return gone(env);

  StringTaker taker(env);
  request.registration = to.registration;
  request.wake = false;
  request.taker = &taker;
  const Invoked result = held->instance->calls.invoke(std::move(request));
  if (count > kMeta) {
    request = {};
  } else if (request.params.capacity() > kKept) {
    request.params = {};
  }
  if (result.taken) return taker.value();
  if (result.settled) return settled(env, result.message);
  data->expect(+1);
  if (result.unwoken) data->wake_worker(*held);
  napi_value token = nullptr;
  return napi_create_double(env, static_cast<double>(result.token), &token) == napi_ok ? token
                                                                                       : nullptr;
}

napi_value call_guarded(napi_env env, napi_callback_info info) {
  return at_border(env, [&] { return call(env, info); });
}

}  // namespace

napi_value bind_call(napi_env env, uint32_t instance, uint64_t registration) {
  auto bound = std::make_unique<Bound>(Bound{instance, registration});
  napi_value function = nullptr;
  const bool made =
      napi_create_function(env, nullptr, 0, call_guarded, bound.get(), &function) == napi_ok &&
      napi_add_finalizer(
          env, function, bound.get(),
          [](napi_env, void* data, void*) { delete static_cast<Bound*>(data); }, nullptr,
          nullptr) == napi_ok;
  if (!made) return nullptr;
  bound.release();
  return function;
}

}  // namespace aisopod_addon
