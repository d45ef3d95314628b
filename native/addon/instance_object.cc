#include "instance_object.h"

#include <exception>

#include "addresses.h"
#include "border.h"
#include "bound_call.h"
#include "environment_data.h"
#include "instance_settings.h"
#include "numbers.h"
#include "state_bytes.h"
#include "strings.h"
#include "wrapped.h"

namespace aisopod_addon {
namespace {

uint64_t token_at(const Napi::CallbackInfo& info, size_t i) {
  return to_token(info[i].As<Napi::Number>().DoubleValue());
}

int64_t timeout_at(const Napi::CallbackInfo& info, size_t i) {
  return to_milliseconds(info[i].As<Napi::Number>().DoubleValue());
}

// A message that settles something is expected, unless what brings it could not be begun.
class Expected {
 public:
  explicit Expected(napi_env env) : data_(EnvironmentData::of(env)) { data_->expect(+1); }
  ~Expected() {
    if (!kept_) data_->expect(-1);
  }
  Expected(const Expected&) = delete;
  Expected& operator=(const Expected&) = delete;
  void keep() { kept_ = true; }

 private:
  EnvironmentData* const data_;
  bool kept_ = false;
};

uint64_t listed_token(const Napi::Array& tokens, uint32_t at) {
  return to_token(tokens.Get(at).As<Napi::Number>().DoubleValue());
}

// False: it isn't an event.
bool read_event(const Napi::Array& batch, uint32_t at, aisopod::Event& event) {
  const napi_env env = batch.Env();
  return read_string(env, batch.Get(at + 1), event.topic) &&
         read_string(env, batch.Get(at + 2), event.source) &&
         read_string(env, batch.Get(at + 3), event.json) &&
         read_string(env, batch.Get(at + 4), event.meta);
}

}  // namespace

Napi::Value InstanceObject::define(Napi::Env env) {
  return define_class<InstanceObject>(
      env, "NativeInstance",
      {method<InstanceObject, &InstanceObject::begin>("begin"),
       method<InstanceObject, &InstanceObject::begin_both>("beginBoth"),
       method<InstanceObject, &InstanceObject::configure>("configure"),
       method<InstanceObject, &InstanceObject::take_state>("takeState"),
       method<InstanceObject, &InstanceObject::restore>("restore"),
       method<InstanceObject, &InstanceObject::pause>("pause"),
       method<InstanceObject, &InstanceObject::resume>("resume"),
       method<InstanceObject, &InstanceObject::bind>("bind"),
       method<InstanceObject, &InstanceObject::cancel>("cancel"),
       method<InstanceObject, &InstanceObject::chunk_read>("chunkRead"),
       method<InstanceObject, &InstanceObject::respond>("respond"),
       method<InstanceObject, &InstanceObject::deliver>("deliver"),
       method<InstanceObject, &InstanceObject::counters>("counters"),
       method<InstanceObject, &InstanceObject::id>("id")});
}

InstanceObject::InstanceObject(const Napi::CallbackInfo& info) : env_(info.Env()) {
  const Napi::Env env = info.Env();
  EnvironmentData* const data = EnvironmentData::of(env);
  const uintptr_t address = to_address(info[0]);
  const InstanceSettings* const settings =
      info[1].IsObject() ? unwrap<InstanceSettings>(env, info[1]) : nullptr;
  aisopod::InstanceOptions options;
  if (settings != nullptr) options = settings->options();
  if (data == nullptr || address == 0 || settings == nullptr ||
      !read_string(env, info[2], options.plugin_id) ||
      !read_string(env, info[3], options.plugin_dir) ||
      !read_string(env, info[4], options.data_dir) || !read_string(env, info[5], options.config)) {
    Napi::TypeError::New(env, "expected what NativeInstance takes, after attach()")
        .ThrowAsJavaScriptException();
    return;
  }
  const auto* const descriptor = reinterpret_cast<const aisopod_plugin_desc*>(address);
  EnvironmentData::Place place = data->make_place();
  std::string holder;
  instance_ = aisopod::Instance::make(data->core(), descriptor, std::move(options), &holder);
  if (instance_ != nullptr) {
    data->insert(std::move(place), instance_);
    return;
  }
  const Napi::Error error = Napi::Error::New(env, "one instance is alive, and no other is allowed");
  error.Set("code", "INSTANCE_LIMIT");
  error.Set("holder", holder);
  error.ThrowAsJavaScriptException();
}

InstanceObject::~InstanceObject() {
  EnvironmentData* const data = EnvironmentData::of(env_);
  if (data != nullptr && instance_ != nullptr) data->remove(instance_->id());
}

Napi::Value InstanceObject::id(const Napi::CallbackInfo& info) {
  return Napi::Number::New(info.Env(), instance_->id());
}

// begin(moment, limitMs, reason) -> whether it is over; if not, it ends with a message `moment`
Napi::Value InstanceObject::begin(const Napi::CallbackInfo& info) {
  const auto moment = static_cast<aisopod::Moment>(token_at(info, 0));
  const bool over = (moment == aisopod::Moment::on_init && instance_->pass_init()) ||
                    (moment == aisopod::Moment::save_state && !instance_->keeps_state());
  if (!over) {
    Expected expected(info.Env());
    const auto reason = static_cast<aisopod::Reason>(
        info[2].IsNumber() ? info[2].As<Napi::Number>().Int32Value() : AISOPOD_SHUTDOWN_CLOSE);
    instance_->begin(moment, timeout_at(info, 1), reason);
    expected.keep();
  }
  return Napi::Boolean::New(info.Env(), over);
}

// beginBoth(createMs, registerMs, umask): ends with a message `moment`
Napi::Value InstanceObject::begin_both(const Napi::CallbackInfo& info) {
  Expected expected(info.Env());
  const int32_t umask = info[2].As<Napi::Number>().Int32Value();
  instance_->begin_both(timeout_at(info, 0), timeout_at(info, 1),
                        umask < 0 ? aisopod::kUnknownMask : static_cast<unsigned>(umask));
  expected.keep();
  return info.Env().Undefined();
}

// configure(json, limitMs): ends with a message `moment`
Napi::Value InstanceObject::configure(const Napi::CallbackInfo& info) {
  const Napi::Env env = info.Env();
  std::string json;
  if (!read_string(env, info[0], json)) {
    Napi::TypeError::New(env, "json is a string").ThrowAsJavaScriptException();
    return env.Undefined();
  }
  Expected expected(env);
  instance_->configure(std::move(json), timeout_at(info, 1));
  expected.keep();
  return env.Undefined();
}

// takeState() -> {bytes, format, version, build}, or null: nothing was saved
Napi::Value InstanceObject::take_state(const Napi::CallbackInfo& info) {
  const Napi::Env env = info.Env();
  const aisopod::SavedState saved = instance_->take_saved();
  if (saved.bytes == nullptr) return env.Null();
  napi_value const bytes = make_state_bytes(env, saved.bytes);
  if (bytes == nullptr) {
    throw_no_resources(env);
    return env.Undefined();
  }
  const Napi::Object state = Napi::Object::New(env);
  state.Set("bytes", Napi::Value(env, bytes));
  state.Set("format", static_cast<double>(saved.format));
  state.Set("version", saved.version);
  state.Set("build", saved.build);
  return state;
}

// restore(bytes, format, version, build, limitMs) -> whether it is over; if not, it ends with a
// message `moment`
Napi::Value InstanceObject::restore(const Napi::CallbackInfo& info) {
  const Napi::Env env = info.Env();
  if (!instance_->keeps_state()) return Napi::Boolean::New(env, true);
  aisopod::SavedState state;
  if (!read_state_bytes(env, info[0], state.bytes) || !info[1].IsNumber() ||
      !read_string(env, info[2], state.version) || !read_string(env, info[3], state.build)) {
    Napi::TypeError::New(env, "expected what restore() takes").ThrowAsJavaScriptException();
    return env.Undefined();
  }
  state.format = info[1].As<Napi::Number>().Uint32Value();
  Expected expected(env);
  instance_->begin_restore(std::move(state), timeout_at(info, 4));
  expected.keep();
  return Napi::Boolean::New(env, false);
}

// pause(limitMs): ends with a message `moment`
Napi::Value InstanceObject::pause(const Napi::CallbackInfo& info) {
  Expected expected(info.Env());
  instance_->pause(timeout_at(info, 0));
  expected.keep();
  return info.Env().Undefined();
}

// resume()
Napi::Value InstanceObject::resume(const Napi::CallbackInfo& info) {
  instance_->resume();
  return info.Env().Undefined();
}

// bind(registration) -> a function that calls it; see bind_call()
Napi::Value InstanceObject::bind(const Napi::CallbackInfo& info) {
  return Napi::Value(info.Env(), bind_call(info.Env(), instance_->id(), token_at(info, 0)));
}

// cancel(call, status)
Napi::Value InstanceObject::cancel(const Napi::CallbackInfo& info) {
  instance_->calls.cancel(token_at(info, 0), info[1].As<Napi::Number>().Int32Value());
  return info.Env().Undefined();
}

// chunkRead(call, bytes)
Napi::Value InstanceObject::chunk_read(const Napi::CallbackInfo& info) {
  instance_->calls.chunk_read(token_at(info, 0), token_at(info, 1));
  return info.Env().Undefined();
}

// counters() -> {waiting, calls, refused, deadlines, waitedNs, ranNs}
Napi::Value InstanceObject::counters(const Napi::CallbackInfo& info) {
  const aisopod::CallNumbers numbers = instance_->calls.numbers();
  const Napi::Object counters = Napi::Object::New(info.Env());
  counters.Set("waiting", static_cast<double>(numbers.waiting));
  counters.Set("calls", static_cast<double>(numbers.calls));
  counters.Set("refused", static_cast<double>(numbers.refused));
  counters.Set("deadlines", static_cast<double>(numbers.deadlines));
  counters.Set("waitedNs", static_cast<double>(numbers.waited_ns));
  counters.Set("ranNs", static_cast<double>(numbers.ran_ns));
  return counters;
}

// respond(request, status, json, message, details, more)
Napi::Value InstanceObject::respond(const Napi::CallbackInfo& info) {
  const Napi::Env env = info.Env();
  aisopod::Response response;
  response.status = info[1].As<Napi::Number>().Int32Value();
  try {
    if (!read_string(env, info[2], response.json) || !read_string(env, info[3], response.message) ||
        !read_string(env, info[4], response.details)) {
      Napi::TypeError::New(env, "json, message and details are strings")
          .ThrowAsJavaScriptException();
      return env.Undefined();
    }
  } catch (const std::exception&) {  // no memory to read it, which the plugin must learn
    instance_->requests.end_without_memory(token_at(info, 0));
    return env.Undefined();
  }
  instance_->requests.respond(token_at(info, 0), std::move(response), info[5].ToBoolean().Value());
  return env.Undefined();
}

// deliver([tokens, topic, source, json, meta, ...]): five elements an event
Napi::Value InstanceObject::deliver(const Napi::CallbackInfo& info) {
  const Napi::Env env = info.Env();
  if (!info[0].IsArray()) {
    Napi::TypeError::New(env, "expected an array of events").ThrowAsJavaScriptException();
    return env.Undefined();
  }
  const auto batch = info[0].As<Napi::Array>();
  std::vector<uint64_t> tokens;
  for (uint32_t i = 0; i + 4 < batch.Length(); i += 5) {
    const Napi::HandleScope scope(env);
    const Napi::Value listed = batch.Get(i);
    bool good = listed.IsArray();
    tokens.clear();
    try {
      aisopod::Event event;
      for (uint32_t k = 0; good && k < listed.As<Napi::Array>().Length(); ++k) {
        tokens.push_back(listed_token(listed.As<Napi::Array>(), k));
      }
      good = good && read_event(batch, i, event);
      if (good && event.meta.empty()) event.meta = "{}";
      if (good) instance_->subscriptions.deliver(tokens, std::move(event));
    } catch (const std::exception&) {  // no memory to read it: it counts as dropped
      for (uint32_t k = 0; k < listed.As<Napi::Array>().Length(); ++k) {
        instance_->subscriptions.drop(listed_token(listed.As<Napi::Array>(), k));
      }
    }
    if (good) continue;
    Napi::TypeError::New(env, "an event is tokens and four strings").ThrowAsJavaScriptException();
    break;
  }
  return env.Undefined();
}

}  // namespace aisopod_addon
