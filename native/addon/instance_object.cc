#include "instance_object.h"

#include "addresses.h"
#include "environment_data.h"
#include "instance_settings.h"
#include "numbers.h"
#include "strings.h"

namespace aisopod_addon {
namespace {

uint64_t token_at(const Napi::CallbackInfo& info, size_t i) {
  return to_token(info[i].As<Napi::Number>().DoubleValue());
}

int64_t timeout_at(const Napi::CallbackInfo& info, size_t i) {
  return to_milliseconds(info[i].As<Napi::Number>().DoubleValue());
}

}  // namespace

Napi::Function InstanceObject::define(Napi::Env env) {
  return DefineClass(env, "NativeInstance",
                     {InstanceMethod<&InstanceObject::begin>("begin"),
                      InstanceMethod<&InstanceObject::begin_both>("beginBoth"),
                      InstanceMethod<&InstanceObject::configure>("configure"),
                      InstanceMethod<&InstanceObject::cancel>("cancel"),
                      InstanceMethod<&InstanceObject::chunk_read>("chunkRead"),
                      InstanceMethod<&InstanceObject::respond>("respond"),
                      InstanceMethod<&InstanceObject::deliver>("deliver"),
                      InstanceMethod<&InstanceObject::id>("id")});
}

InstanceObject::InstanceObject(const Napi::CallbackInfo& info)
    : Napi::ObjectWrap<InstanceObject>(info) {
  const Napi::Env env = info.Env();
  EnvironmentData* const data = EnvironmentData::of(env);
  const uintptr_t address = to_address(info[0]);
  const InstanceSettings* const settings =
      info[1].IsObject() ? InstanceSettings::Unwrap(info[1].As<Napi::Object>()) : nullptr;
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
  std::string holder;
  instance_ = aisopod::Instance::make(data->core(), descriptor, std::move(options), &holder);
  if (instance_ != nullptr) {
    data->enter(instance_);
    return;
  }
  const Napi::Error error = Napi::Error::New(env, "one instance is alive, and no other is allowed");
  error.Set("code", "INSTANCE_LIMIT");
  error.Set("holder", holder);
  error.ThrowAsJavaScriptException();
}

InstanceObject::~InstanceObject() {
  EnvironmentData* const data = EnvironmentData::of(Env());
  if (data != nullptr && instance_ != nullptr) data->leave(instance_->id());
}

Napi::Value InstanceObject::id(const Napi::CallbackInfo& info) {
  return Napi::Number::New(info.Env(), instance_->id());
}

// begin(moment, limitMs, reason) -> whether it is over; if not, it ends with a message `moment`
Napi::Value InstanceObject::begin(const Napi::CallbackInfo& info) {
  const auto moment = static_cast<aisopod::Moment>(token_at(info, 0));
  const bool over = moment == aisopod::Moment::on_init && instance_->pass_init();
  if (!over) {
    EnvironmentData::of(info.Env())->expect(+1);
    const auto reason = static_cast<aisopod::Reason>(
        info[2].IsNumber() ? info[2].As<Napi::Number>().Int32Value() : AISOPOD_SHUTDOWN_CLOSE);
    instance_->begin(moment, timeout_at(info, 1), reason);
  }
  return Napi::Boolean::New(info.Env(), over);
}

// beginBoth(createMs, registerMs, umask): ends with a message `moment`
Napi::Value InstanceObject::begin_both(const Napi::CallbackInfo& info) {
  EnvironmentData::of(info.Env())->expect(+1);
  const int32_t umask = info[2].As<Napi::Number>().Int32Value();
  instance_->begin_both(timeout_at(info, 0), timeout_at(info, 1),
                        umask < 0 ? aisopod::kUnknownMask : static_cast<unsigned>(umask));
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
  EnvironmentData::of(env)->expect(+1);
  instance_->configure(std::move(json), timeout_at(info, 1));
  return env.Undefined();
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

// respond(request, status, json, message, details, more)
Napi::Value InstanceObject::respond(const Napi::CallbackInfo& info) {
  const Napi::Env env = info.Env();
  aisopod::Response response;
  response.status = info[1].As<Napi::Number>().Int32Value();
  if (!read_string(env, info[2], response.json) || !read_string(env, info[3], response.message) ||
      !read_string(env, info[4], response.details)) {
    Napi::TypeError::New(env, "json, message and details are strings").ThrowAsJavaScriptException();
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
    aisopod::Event event;
    if (!listed.IsArray() || !read_string(env, batch.Get(i + 1), event.topic) ||
        !read_string(env, batch.Get(i + 2), event.source) ||
        !read_string(env, batch.Get(i + 3), event.json) ||
        !read_string(env, batch.Get(i + 4), event.meta)) {
      Napi::TypeError::New(env, "an event is tokens and four strings").ThrowAsJavaScriptException();
      return env.Undefined();
    }
    if (event.meta.empty()) event.meta = "{}";
    const auto list = listed.As<Napi::Array>();
    tokens.clear();
    for (uint32_t k = 0; k < list.Length(); ++k) {
      tokens.push_back(static_cast<uint64_t>(list.Get(k).As<Napi::Number>().Int64Value()));
    }
    instance_->subscriptions.deliver(tokens, std::move(event));
  }
  return env.Undefined();
}

}  // namespace aisopod_addon
