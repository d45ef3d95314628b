#include "opener_calls.h"

#include <string>
#include <utility>
#include <vector>

#include "addresses.h"
#include "border.h"
#include "core/core.h"
#include "environment_data.h"
#include "process_exit.h"
#include "strings.h"

namespace aisopod_addon {
namespace {

using aisopod::Opener;

template <class Function>
bool function_at(const Napi::Object& from, const char* key, Function& out) {
  out = reinterpret_cast<Function>(to_address(from.Get(key)));
  return out != nullptr;
}

std::string text_at(const Napi::Object& from, const char* key) {
  std::string text;
  read_string(from.Env(), from.Get(key), text);
  return text;
}

int number_at(const Napi::Object& from, const char* key) {
  return from.Get(key).ToNumber().Int32Value();
}

// setUpOpener(setup): the first one in the process counts
Napi::Value set_up(const Napi::CallbackInfo& info) {
  aisopod::OpenerSetup setup;
  const Napi::Object from = info[0].ToObject();
  if (!function_at(from, "open", setup.system.open) ||
      !function_at(from, "find", setup.system.find) ||
      !function_at(from, "words", setup.system.words)) {
    Napi::TypeError::New(info.Env(), "expected where the system's functions lie")
        .ThrowAsJavaScriptException();
    return info.Env().Undefined();
  }
  function_at(from, "pin", setup.system.pin);
  setup.system.flags = number_at(from, "flags");
  setup.system.pin_flags = number_at(from, "pinFlags");
  setup.system.peek_flags = number_at(from, "peekFlags");
  setup.entry = text_at(from, "entry");
  setup.host_name = text_at(from, "hostName");
  setup.host_version = text_at(from, "hostVersion");
  const auto known = from.Get("knownSymbols").As<Napi::Array>();
  for (uint32_t i = 0; i < known.Length(); ++i) {
    read_string(info.Env(), known.Get(i), setup.known_symbols.emplace_back());
  }
  setup.opened = arm_exit_of_plugin;
  arm_exit_of_plugin();
  Opener::of_process().set_up(std::move(setup));
  return info.Env().Undefined();
}

Napi::Value is_set_up(const Napi::CallbackInfo& info) {
  return Napi::Boolean::New(info.Env(), Opener::of_process().is_set_up());
}

// knownSymbols() -> those of the setup
Napi::Value known_symbols(const Napi::CallbackInfo& info) {
  const Napi::Array list = Napi::Array::New(info.Env());
  uint32_t count = 0;
  for (const std::string& name : Opener::of_process().known_symbols()) list.Set(count++, name);
  return list;
}

aisopod::WantedLibrary read_library(const Napi::CallbackInfo& info) {
  aisopod::WantedLibrary library;
  read_string(info.Env(), info[0], library.path);
  read_string(info.Env(), info[1], library.what);
  read_string(info.Env(), info[2], library.plugin_id);
  read_string(info.Env(), info[3], library.plugin_dir);
  library.limit_ms = info[4].ToNumber().Int64Value();
  const auto siblings = info[5].As<Napi::Array>();
  for (uint32_t i = 0; i < siblings.Length(); ++i) {
    const Napi::Object each = siblings.Get(i).ToObject();
    library.siblings.push_back(
        {text_at(each, "name"), text_at(each, "sha256"), text_at(each, "path")});
  }
  const auto unique = info[6].As<Napi::Array>();
  for (uint32_t i = 0; i < unique.Length(); ++i) {
    const Napi::Object each = unique.Get(i).ToObject();
    const double size = each.Get("size").ToNumber().DoubleValue();
    library.unique.push_back({text_at(each, "name"), static_cast<uint64_t>(size),
                              each.Get("writable").ToBoolean().Value()});
  }
  library.apart = info[7].ToBoolean().Value();
  return library;
}

EnvironmentData* attached(Napi::Env env) {
  EnvironmentData* const data = EnvironmentData::of(env);
  if (data == nullptr) Napi::Error::New(env, "attach() comes first").ThrowAsJavaScriptException();
  return data;
}

// openLibrary(path, what, pluginId, pluginDir, limitMs, siblings, unique, apart)
// -> the number under which messages come
Napi::Value open_library(const Napi::CallbackInfo& info) {
  EnvironmentData* const data = attached(info.Env());
  if (data == nullptr) return info.Env().Undefined();
  const uint32_t id = Opener::of_process().open(data->core(), read_library(info));
  data->expect(+1);
  return Napi::Number::New(info.Env(), id);
}

// holdLoader() -> the number under which a message comes
Napi::Value hold_loader(const Napi::CallbackInfo& info) {
  EnvironmentData* const data = attached(info.Env());
  if (data == nullptr) return info.Env().Undefined();
  const uint32_t id = Opener::of_process().hold(data->core());
  data->expect(+1);
  return Napi::Number::New(info.Env(), id);
}

uint32_t number_of(const Napi::CallbackInfo& info) { return info[0].ToNumber().Uint32Value(); }

// releaseLoader(number)
Napi::Value release_loader(const Napi::CallbackInfo& info) {
  Opener::of_process().release(number_of(info));
  return info.Env().Undefined();
}

// forgetLibrary(number): no message `shared` comes any more
Napi::Value forget_library(const Napi::CallbackInfo& info) {
  Opener::of_process().forget(number_of(info));
  return info.Env().Undefined();
}

Napi::Value text_or_null(Napi::Env env, const std::string& text) {
  return text.empty() ? env.Null() : Napi::Value(env, make_string(env, text));
}

// stuckOpening() -> what overstays its limit, or null
Napi::Value stuck_opening(const Napi::CallbackInfo& info) {
  return text_or_null(info.Env(), Opener::of_process().stuck());
}

// originalOf(path) -> how messages name what was opened from there, or null
Napi::Value original_of(const Napi::CallbackInfo& info) {
  std::string path;
  read_string(info.Env(), info[0], path);
  return text_or_null(info.Env(), Opener::of_process().what_of(path));
}

}  // namespace

void define_opener(Napi::Object exports) {
  define<set_up>(exports, "setUpOpener");
  define<is_set_up>(exports, "openerIsSetUp");
  define<known_symbols>(exports, "knownSymbols");
  define<open_library>(exports, "openLibrary");
  define<hold_loader>(exports, "holdLoader");
  define<release_loader>(exports, "releaseLoader");
  define<forget_library>(exports, "forgetLibrary");
  define<stuck_opening>(exports, "stuckOpening");
  define<original_of>(exports, "originalOf");
}

}  // namespace aisopod_addon
