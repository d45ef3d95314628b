// The native surface of the host; src/abi/addon.ts describes it for TypeScript. Everything here
// runs on a JavaScript thread. It is handed addresses of what was opened elsewhere.
#include <napi.h>

#include "border.h"
#include "core/core.h"
#include "environment_data.h"
#include "file_print.h"
#include "instance_object.h"
#include "instance_settings.h"
#include "json_check.h"
#include "node_code.h"
#include "opener_calls.h"
#include "process_exit.h"
#include "strings.h"
#include "worker_end.h"

namespace aisopod_addon {
namespace {

// attach(shared, deliver, answered, mainThread, later, soon, shortage)
// -> the `shared` of the first who attached
Napi::Value attach(const Napi::CallbackInfo& info) {
  const Napi::Env env = info.Env();
  if (const EnvironmentData* const data = EnvironmentData::of(env); data != nullptr) {
    return Napi::Value(env, data->shared());
  }
  if (!info[0].IsObject() || !info[1].IsFunction() || !info[2].IsFunction() ||
      !info[4].IsFunction() || !info[5].IsFunction() || !info[6].IsFunction()) {
    Napi::Error::New(env, "attach() takes an object and five functions")
        .ThrowAsJavaScriptException();
  } else if (!EnvironmentData::attach(env, info[0].As<Napi::Object>(), info[1].As<Napi::Function>(),
                                      info[2].As<Napi::Function>(), info[3].ToBoolean().Value(),
                                      info[4].As<Napi::Function>(), info[5].As<Napi::Function>(),
                                      info[6].As<Napi::Function>())) {
    Napi::Error::New(env, "the environment cannot be attached").ThrowAsJavaScriptException();
  }
  return info[0];
}

// takeTurn(): after attach()
Napi::Value take_turn(const Napi::CallbackInfo& info) {
  EnvironmentData* const data = EnvironmentData::of(info.Env());
  if (data != nullptr) data->take_turn();
  return info.Env().Undefined();
}

// wakeWorkers(): after attach()
Napi::Value wake_workers(const Napi::CallbackInfo& info) {
  EnvironmentData* const data = EnvironmentData::of(info.Env());
  if (data != nullptr) data->wake_workers();
  return info.Env().Undefined();
}

Napi::Value arm(const Napi::CallbackInfo& info) {
  return Napi::Boolean::New(info.Env(), arm_exit(info[0].As<Napi::Number>().Int32Value()));
}

// exitNow(status): does not return
Napi::Value end_now(const Napi::CallbackInfo& info) {
  exit_now(info[0].As<Napi::Number>().Int32Value());
}

// newTraceId(): 32 hex digits
Napi::Value trace_id(const Napi::CallbackInfo& info) {
  return Napi::String::New(info.Env(), aisopod::new_trace_id());
}

// liveCounts(): {threads, instances} of the whole process
Napi::Value live_counts(const Napi::CallbackInfo& info) {
  const Napi::Object counts = Napi::Object::New(info.Env());
  counts.Set("threads", aisopod::live_threads());
  counts.Set("instances", aisopod::live_instances());
  return counts;
}

// closeOnExec(path) -> how many descriptors lead there
Napi::Value close_on_exec_of(const Napi::CallbackInfo& info) {
  std::string path;
  read_string(info.Env(), info[0], path);
  return Napi::Number::New(info.Env(), aisopod::close_on_exec(path));
}

// lockFile(path) -> the process that has locked it, -1: none; below -1: the negative errno, less 1
Napi::Value lock_file_of(const Napi::CallbackInfo& info) {
  std::string path;
  read_string(info.Env(), info[0], path);
  const aisopod::FileLock lock = aisopod::lock_file(path);
  return Napi::Number::New(info.Env(),
                           static_cast<double>(lock.error != 0 ? -lock.error - 1 : lock.holder));
}

// umask() -> -1 where it can't be read
Napi::Value read_umask(const Napi::CallbackInfo& info) {
  const unsigned mask = aisopod::umask_now();
  const bool known = mask != aisopod::kUnknownMask;
  return Napi::Number::New(info.Env(), known ? static_cast<double>(mask) : -1);
}

Napi::Object init(Napi::Env env, Napi::Object exports) {
  find_node_code();
  let_workers_end();
  exports.Set("version", AISOPOD_VERSION);
  exports.Set("abiMajor", AISOPOD_ABI_MAJOR);
  exports.Set("abiMinor", AISOPOD_ABI_MINOR_MAX);
  define<attach>(exports, "attach");
  define<take_turn>(exports, "takeTurn");
  define<wake_workers>(exports, "wakeWorkers");
  define<arm>(exports, "armExit");
  define<check_json_text>(exports, "checkJson");
  define<trace_id>(exports, "newTraceId");
  define<end_now>(exports, "exitNow");
  define<live_counts>(exports, "liveCounts");
  define<close_on_exec_of>(exports, "closeOnExec");
  define<lock_file_of>(exports, "lockFile");
  define<read_umask>(exports, "umask");
#if !defined(_WIN32)
  define<is_unchanged>(exports, "isUnchanged");
  define<unchanged_folders>(exports, "unchangedFolders");
  define<is_private_folder>(exports, "isPrivateFolder");
#endif
  exports.Set("InstanceSettings", InstanceSettings::define(env));
  exports.Set("NativeInstance", InstanceObject::define(env));
  define_opener(exports);
  return exports;
}

}  // namespace
}  // namespace aisopod_addon

static Napi::Object Init(Napi::Env env, Napi::Object exports) {
  return aisopod_addon::at_border(env, [&] { return aisopod_addon::init(env, exports); });
}
NODE_API_MODULE(aisopod, Init)
