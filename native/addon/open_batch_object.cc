#include "open_batch_object.h"

#include <string>
#include <utility>
#include <vector>

#include "addresses.h"
#include "strings.h"

namespace aisopod_addon {
namespace {

using Task = std::shared_ptr<aisopod::OpenBatch>;

template <class Function>
bool function_at(const Napi::Object& from, const char* key, Function& out) {
  out = reinterpret_cast<Function>(to_address(from.Get(key)));
  return out != nullptr;
}

bool read_paths(const Napi::Value& from, std::vector<std::string>& out) {
  if (!from.IsArray()) return false;
  const auto list = from.As<Napi::Array>();
  for (uint32_t i = 0; i < list.Length(); ++i) {
    if (!read_string(list.Env(), list.Get(i), out.emplace_back())) return false;
  }
  return true;
}

}  // namespace

Napi::Function OpenBatchObject::define(Napi::Env env) {
  return DefineClass(env, "OpenBatch",
                     {InstanceMethod<&OpenBatchObject::task>("task"),
                      InstanceMethod<&OpenBatchObject::done>("done"),
                      InstanceMethod<&OpenBatchObject::running_ms>("runningMs"),
                      InstanceMethod<&OpenBatchObject::entry>("entry"),
                      InstanceMethod<&OpenBatchObject::give_up>("giveUp"),
                      InstanceMethod<&OpenBatchObject::changes>("changes")});
}

OpenBatchObject::OpenBatchObject(const Napi::CallbackInfo& info)
    : Napi::ObjectWrap<OpenBatchObject>(info) {
  const Napi::Env env = info.Env();
  std::vector<std::string> paths;
  std::string symbol;
  aisopod::SystemLoader system;
  bool good = info[2].IsObject() && read_paths(info[0], paths) && read_string(env, info[1], symbol);
  if (good) {
    const auto from = info[2].As<Napi::Object>();
    system.flags = from.Get("flags").ToNumber().Int32Value();
    good = function_at(from, "open", system.open) && function_at(from, "find", system.find) &&
           function_at(from, "words", system.words);
  }
  if (!good) {
    Napi::TypeError::New(env, "expected paths, a symbol, and where the system's functions lie")
        .ThrowAsJavaScriptException();
    return;
  }
  batch_ = std::make_shared<aisopod::OpenBatch>(std::move(paths), std::move(symbol), system);
}

// task() -> what aisopod_open_batch() is to be called with, once
Napi::Value OpenBatchObject::task(const Napi::CallbackInfo& info) {
  return to_bigint(info.Env(), reinterpret_cast<uintptr_t>(new Task(batch_)));
}

// done() -> how many are open or refused
Napi::Value OpenBatchObject::done(const Napi::CallbackInfo& info) {
  return Napi::Number::New(info.Env(), static_cast<double>(batch_->done()));
}

// runningMs() -> how long the one after those has been running
Napi::Value OpenBatchObject::running_ms(const Napi::CallbackInfo& info) {
  return Napi::Number::New(info.Env(),
                           static_cast<double>(batch_->running_ns()) / aisopod::kMillisecond);
}

// entry(i) -> a bigint: the address of the symbol; null: it has none; a string: why it is not open
Napi::Value OpenBatchObject::entry(const Napi::CallbackInfo& info) {
  const Napi::Env env = info.Env();
  const aisopod::Opened& opened = batch_->at(info[0].As<Napi::Number>().Uint32Value());
  if (!opened.open) return Napi::Value(env, make_string(env, opened.words));
  if (opened.entry == nullptr) return env.Null();
  return to_bigint(env, reinterpret_cast<uintptr_t>(opened.entry));
}

// giveUp(i) -> whether it was running; nothing is opened after it
Napi::Value OpenBatchObject::give_up(const Napi::CallbackInfo& info) {
  return Napi::Boolean::New(info.Env(), batch_->give_up(info[0].As<Napi::Number>().Uint32Value()));
}

// changes() -> null, or what the process was before the last one that was begun, and what it is
Napi::Value OpenBatchObject::changes(const Napi::CallbackInfo& info) {
  const Napi::Env env = info.Env();
  aisopod::ProcessState before, after;
  if (!batch_->changed(before, after)) return env.Null();
  const Napi::Array both = Napi::Array::New(env, 2);
  both.Set(0u, before.text());
  both.Set(1u, after.text());
  return both;
}

// Called once with each task, which is its own: the object may be gone by then.
void aisopod_open_batch(void* task) {
  const std::unique_ptr<Task> batch(static_cast<Task*>(task));
  (*batch)->run();
}

}  // namespace aisopod_addon
