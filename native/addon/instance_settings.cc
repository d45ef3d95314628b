#include "instance_settings.h"

#include "served_kinds.h"
#include "strings.h"
#include "wrapped.h"

namespace aisopod_addon {
namespace {

std::string text_at(const Napi::Object& settings, const char* key) {
  std::string text;
  read_string(settings.Env(), settings.Get(key), text);
  return text;
}

template <class T>
void number_at(const Napi::Object& limits, const char* key, T& out) {
  const Napi::Value value = limits.Get(key);
  if (value.IsNumber()) out = static_cast<T>(value.As<Napi::Number>().Int64Value());
}

// Milliseconds; Infinity, which no int64 can say, is "none".
void time_at(const Napi::Object& limits, const char* key, int64_t& out) {
  const Napi::Value value = limits.Get(key);
  if (!value.IsNumber()) return;
  const double ms = value.As<Napi::Number>().DoubleValue();
  out = ms < 9e15 ? static_cast<int64_t>(ms) : -1;
}

}  // namespace

Napi::Value InstanceSettings::define(Napi::Env env) {
  return define_class<InstanceSettings>(env, "InstanceSettings", {});
}

InstanceSettings::InstanceSettings(const Napi::CallbackInfo& info) {
  if (!info[0].IsObject()) {
    Napi::TypeError::New(info.Env(), "expected an object").ThrowAsJavaScriptException();
    return;
  }
  const auto from = info[0].As<Napi::Object>();
  options_.host_name = text_at(from, "hostName");
  options_.host_version = text_at(from, "hostVersion");
  if (!read_served_kinds(from.Get("kinds"), options_.kinds)) return;
  const Napi::Value given = from.Get("limits");
  if (!given.IsObject()) return;
  const auto limits = given.As<Napi::Object>();
  number_at(limits, "payloadBytes", options_.limits.payload_bytes);
  number_at(limits, "chunksUnread", options_.limits.chunks_unread);
  number_at(limits, "chunkBytesUnread", options_.limits.chunk_bytes_unread);
  number_at(limits, "registrations", options_.limits.registrations);
  number_at(limits, "queue", options_.limits.queue);
  number_at(limits, "queueBytes", options_.limits.queue_bytes);
  number_at(limits, "parallelWorkers", options_.limits.parallel_workers);
  number_at(limits, "logLineBytes", options_.limits.log_line_bytes);
  number_at(limits, "stateBytes", options_.limits.state_bytes);
  number_at(limits, "eventQueue", options_.limits.event_queue);
  time_at(limits, "callMs", options_.limits.request_ms);
  time_at(limits, "eventMs", options_.limits.event_ms);
}

}  // namespace aisopod_addon
