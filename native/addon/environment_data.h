// One JavaScript environment (the main thread or a Worker) as an embedder of the core.
#pragma once

#include <napi.h>

#include <memory>
#include <unordered_map>
#include <vector>

#include "core/core.h"

namespace aisopod_addon {

// What JavaScript holds of an instance.
struct HeldInstance {
  std::shared_ptr<aisopod::Instance> instance;
  uint64_t woken_in = 0;  // the last turn in which a call woke its worker
};

class EnvironmentData {
 public:
  // [JavaScript] `deliver` receives each message but answers: (instance, type, and the fields of
  // the type in the order of messages.def). `answered` receives answers: (instance, and of each its
  // token and its JSON), since most messages are answers, and a call into JavaScript takes longer
  // than most of them do. `main_thread`: the environment ends with the process, so nothing is
  // shut down then. `later` must see to it that take_turn() is called in a later turn of the event
  // loop; it gets whether something is awaited. `soon` must see to it that wake_workers() is called
  // once the JavaScript that runs now has come to its end, in the same turn. `shortage` makes the
  // error for what there is no memory for. `shared` is kept for those who attach later: the modules
  // of the host may be there twice.
  static bool attach(napi_env env, Napi::Object shared, Napi::Function deliver,
                     Napi::Function answered, bool main_thread, Napi::Function later,
                     Napi::Function soon, Napi::Function shortage);
  napi_value shared() const;
  // The environment's, or nullptr before attach().
  static EnvironmentData* of(napi_env env);

  const std::shared_ptr<aisopod::Environment>& core() const { return core_; }

  // [JavaScript] What `shortage` makes; nullptr: it can't.
  napi_value make_shortage() const;

  // [JavaScript] The instances that JavaScript holds, by their ids. A place is made before the
  // instance is, since one that is there and can't be held would never be shut down.
  using Instances = std::unordered_map<uint32_t, HeldInstance>;
  using Place = Instances::node_type;
  Place make_place();
  void insert(Place place, std::shared_ptr<aisopod::Instance> instance) noexcept;
  void remove(uint32_t id);
  HeldInstance* find(uint32_t id);

  // [JavaScript] A call waits for a worker of `held`. The first in a turn wakes it, so that the
  // handler runs while JavaScript goes on. Where more follow there may be many, and what is woken
  // for one of them on a busy machine does that one and sleeps again: they wait for wake_workers(),
  // which `soon` calls when the JavaScript of this turn has returned.
  void wake_worker(HeldInstance& held) noexcept;
  void wake_workers() noexcept;

  // [JavaScript] Where a bound call reads its arguments: kept, as is the room that texts took.
  aisopod::CallRequest request;

  // [JavaScript] Delivers what has come, as much as a turn of the event loop has room for.
  void take_turn() noexcept;

  // [JavaScript] While something is awaited, the event loop stays alive.
  void expect(int delta);

 private:
  EnvironmentData(napi_env env, bool main_thread);
  static void on_wake(napi_env env, napi_value, void* context, void*);
  static void on_cleanup(void* self);
  bool call_back(napi_ref which, size_t count, const napi_value* args);
  static void call(napi_env env, napi_value self, napi_value function, size_t count,
                   const napi_value* args);
  void deliver(napi_env env, aisopod::Message& message);
  bool hand_over(napi_env env, const aisopod::Message& message);
  bool add_answer(const aisopod::Message& message);
  void hand_over_answers();
  void cancel_too_long(const aisopod::Message& chunk);
  void refuse_too_long(const aisopod::Message& request);

  const napi_env env_;
  const bool main_thread_;
  napi_ref shared_ = nullptr;
  napi_ref deliver_ = nullptr;
  napi_ref answered_ = nullptr;
  napi_ref later_ = nullptr;
  napi_ref soon_ = nullptr;
  napi_ref shortage_ = nullptr;
  napi_threadsafe_function wake_ = nullptr;
  std::shared_ptr<aisopod::Environment> core_;
  Instances instances_;
  HeldInstance* found_ = nullptr;  // what find() answered last
  uint64_t turn_ = 1;
  std::vector<uint32_t> to_wake_;  // by id
  int expected_ = 0;

  // Answers of one instance that came one after another, before JavaScript has them.
  static constexpr size_t kAnswersTogether = 8;
  napi_handle_scope answers_scope_ = nullptr;
  uint32_t answers_of_ = 0;
  size_t answers_count_ = 0;
  napi_value answers_[1 + 2 * kAnswersTogether] = {};

  bool yielded_ = false;  // until `later` calls
};

}  // namespace aisopod_addon
