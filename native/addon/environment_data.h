// One JavaScript environment (the main thread or a Worker) as an embedder of the core.
#pragma once

#include <napi.h>

#include <map>
#include <memory>

#include "core/core.h"

namespace aisopod_addon {

class EnvironmentData {
 public:
  // [JavaScript] `deliver` gets each message: (type, instance, token, a, status, number, b, c,
  // other). `main_thread`: the environment ends with the process, so nothing is shut down then.
  // `later` must see to it that take_turn() is called in a later turn of the event loop; it gets
  // whether something is awaited.
  static bool attach(napi_env env, Napi::Function deliver, bool main_thread, Napi::Function later);
  // The environment's, or nullptr before attach().
  static EnvironmentData* of(napi_env env);

  const std::shared_ptr<aisopod::Environment>& core() const { return core_; }

  // [JavaScript] Delivers what has come, as much as a turn of the event loop has room for.
  void take_turn();

  // [JavaScript] Keeps a state of the process under a number, until kept() takes it back.
  uint32_t keep(aisopod::ProcessState state);
  aisopod::ProcessState kept(uint32_t mark);

  // [JavaScript] While something is awaited, the event loop stays alive.
  void expect(int delta);

 private:
  EnvironmentData(napi_env env, bool main_thread);
  static void on_wake(napi_env env, napi_value, void* context, void*);
  static void on_cleanup(void* self);
  static void call(napi_env env, napi_value self, napi_value function, size_t count,
                   const napi_value* args);
  void deliver(napi_env env, aisopod::Message& message);

  const napi_env env_;
  const bool main_thread_;
  napi_ref deliver_ = nullptr;
  napi_ref later_ = nullptr;
  napi_threadsafe_function wake_ = nullptr;
  std::shared_ptr<aisopod::Environment> core_;
  int expected_ = 0;
  bool resting_ = false;  // until `later` calls
  std::map<uint32_t, aisopod::ProcessState> states_;
  uint32_t last_mark_ = 0;
};

}  // namespace aisopod_addon
