#include "environment_data.h"

#include <algorithm>
#include <exception>
#include <utility>

#include "process_exit.h"
#include "strings.h"
#include "too_long.h"

namespace aisopod_addon {

using aisopod::Message;
using aisopod::MessageType;
using aisopod::Slot;

namespace {

// nullptr: a text is too long, or the environment is ending.
napi_value make_value(napi_env env, const Message& message, Slot slot) {
  const auto number = [env](double value) {
    napi_value made = nullptr;
    return napi_create_double(env, value, &made) == napi_ok ? made : nullptr;
  };
  switch (slot) {
    case Slot::token: return number(static_cast<double>(message.token));
    case Slot::other: return number(static_cast<double>(message.other));
    case Slot::status: return number(message.status);
    case Slot::number: return number(message.number);
    case Slot::a: return make_string(env, message.a, message.ascii);
    case Slot::b: return make_string(env, message.b);
    case Slot::c: return make_string(env, message.c);
    case Slot::end: break;
  }
  return nullptr;
}

}  // namespace

EnvironmentData::EnvironmentData(napi_env env, bool main_thread)
    : env_(env), main_thread_(main_thread) {}

EnvironmentData* EnvironmentData::of(napi_env env) {
  void* data = nullptr;
  return napi_get_instance_data(env, &data) == napi_ok ? static_cast<EnvironmentData*>(data)
                                                       : nullptr;
}

bool EnvironmentData::attach(napi_env env, Napi::Object shared, Napi::Function deliver,
                             Napi::Function answered, bool main_thread, Napi::Function later,
                             Napi::Function soon, Napi::Function shortage) {
  auto made = std::unique_ptr<EnvironmentData>(new EnvironmentData(env, main_thread));
  EnvironmentData* const self = made.get();
  // On any thread: only signals. Not after abandon(), which comes before `self` goes.
  self->core_ = std::make_shared<aisopod::Environment>(
      [self] { napi_call_threadsafe_function(self->wake_, nullptr, napi_tsfn_nonblocking); });
  if (main_thread) expect_arm_exit();
  napi_value name = nullptr;
  const bool ready =
      napi_create_string_utf8(env, "aisopod", NAPI_AUTO_LENGTH, &name) == napi_ok &&
      napi_create_reference(env, shared, 1, &self->shared_) == napi_ok &&
      napi_create_reference(env, deliver, 1, &self->deliver_) == napi_ok &&
      napi_create_reference(env, answered, 1, &self->answered_) == napi_ok &&
      napi_create_reference(env, later, 1, &self->later_) == napi_ok &&
      napi_create_reference(env, soon, 1, &self->soon_) == napi_ok &&
      napi_create_reference(env, shortage, 1, &self->shortage_) == napi_ok &&
      napi_create_threadsafe_function(env, nullptr, nullptr, name, 0, 1, nullptr, nullptr, self,
                                      on_wake, &self->wake_) == napi_ok &&
      napi_unref_threadsafe_function(env, self->wake_) == napi_ok;
  if (!ready) return false;
  made.release();
  // Hooks run newest first, so this one comes before the thread-safe function is torn down.
  return napi_set_instance_data(env, self, nullptr, nullptr) == napi_ok &&
         napi_add_env_cleanup_hook(env, on_cleanup, self) == napi_ok;
}

napi_value EnvironmentData::shared() const {
  napi_value value = nullptr;
  return napi_get_reference_value(env_, shared_, &value) == napi_ok ? value : nullptr;
}

napi_value EnvironmentData::make_shortage() const {
  napi_value function = nullptr;
  napi_value undefined = nullptr;
  napi_value error = nullptr;
  const bool made = napi_get_reference_value(env_, shortage_, &function) == napi_ok &&
                    napi_get_undefined(env_, &undefined) == napi_ok &&
                    napi_call_function(env_, undefined, function, 0, nullptr, &error) == napi_ok;
  return made ? error : nullptr;
}

EnvironmentData::Place EnvironmentData::make_place() {
  Instances one;
  one.try_emplace(0);
  instances_.reserve(instances_.size() + 1);
  return one.extract(one.begin());
}

void EnvironmentData::insert(Place place, std::shared_ptr<aisopod::Instance> instance) noexcept {
  place.key() = instance->id();
  place.mapped().instance = std::move(instance);
  instances_.insert(std::move(place));
}

void EnvironmentData::remove(uint32_t id) {
  found_ = nullptr;
  instances_.erase(id);
}

HeldInstance* EnvironmentData::find(uint32_t id) {
  if (found_ != nullptr && found_->instance->id() == id) return found_;
  const auto entry = instances_.find(id);
  found_ = entry == instances_.end() ? nullptr : &entry->second;
  return found_;
}

void EnvironmentData::wake_worker(HeldInstance& held) noexcept {
  if (std::exchange(held.woken_in, turn_) != turn_) {
    held.instance->calls.wake();
    return;
  }
  const uint32_t id = held.instance->id();
  if (std::find(to_wake_.begin(), to_wake_.end(), id) != to_wake_.end()) return;
  try {
    to_wake_.push_back(id);
  } catch (const std::exception&) {  // no memory to remember it
    held.instance->calls.wake();
    return;
  }
  if (to_wake_.size() > 1 || call_back(soon_, 0, nullptr)) return;
  wake_workers();
}

void EnvironmentData::wake_workers() noexcept {
  ++turn_;
  for (const uint32_t id : to_wake_) {
    HeldInstance* const held = find(id);
    if (held != nullptr) held->instance->calls.wake();
  }
  to_wake_.clear();
}

void EnvironmentData::expect(int delta) {
  const int before = expected_;
  expected_ += delta;
  if (before == 0 && expected_ > 0) napi_ref_threadsafe_function(env_, wake_);
  if (before > 0 && expected_ == 0) napi_unref_threadsafe_function(env_, wake_);
}

// [JavaScript] At teardown Node calls it without an env.
void EnvironmentData::on_wake(napi_env env, napi_value, void* context, void*) {
  auto* const self = static_cast<EnvironmentData*>(context);
  if (env == nullptr || self->yielded_) return;
  self->take_turn();
}

void EnvironmentData::take_turn() noexcept {
  yielded_ = false;
  ++turn_;
  auto drained = aisopod::Drained::more;
  try {
    drained = core_->drain([this](Message& message) { deliver(env_, message); });
  } catch (const std::exception&) {  // no memory: what is left comes in another turn
  }
  hand_over_answers();
  switch (drained) {
    case aisopod::Drained::all: return;
    case aisopod::Drained::more:  // promises that were settled go on first
      napi_call_threadsafe_function(wake_, nullptr, napi_tsfn_nonblocking);
      return;
    case aisopod::Drained::turn_over: break;
  }
  // Node runs on_wake() up to 1000 times in a turn if it is woken meanwhile, so that won't do.
  yielded_ = true;
  const Napi::HandleScope scope(env_);
  napi_value awaited = nullptr;
  if (napi_get_boolean(env_, expected_ > 0, &awaited) == napi_ok) call_back(later_, 1, &awaited);
}

// False: the environment is ending.
bool EnvironmentData::call_back(napi_ref which, size_t count, const napi_value* args) {
  napi_value function = nullptr;
  napi_value undefined = nullptr;
  if (napi_get_reference_value(env_, which, &function) != napi_ok ||
      napi_get_undefined(env_, &undefined) != napi_ok) {
    return false;
  }
  call(env_, undefined, function, count, args);
  return true;
}

void EnvironmentData::deliver(napi_env env, Message& message) {
  switch (message.type) {
    case MessageType::answer:
    case MessageType::failure:
    case MessageType::refused:
    case MessageType::unanswered:
    case MessageType::lost:
    case MessageType::opened:
    case MessageType::moment: expect(-1); break;
    default: break;
  }
  if (message.type == MessageType::answer && add_answer(message)) return;
  hand_over_answers();  // all messages come in the order in which they were made
  if (hand_over(env, message) || message.type == MessageType::lost) return;
  switch (message.type) {  // a text of it is too long for JavaScript, or the environment is ending
    case MessageType::answer:
    case MessageType::failure:
    case MessageType::refused:
    case MessageType::unanswered: {
      Message lost = too_long(message);
      hand_over(env, lost);
      break;
    }
    case MessageType::chunk: cancel_too_long(message); break;
    case MessageType::request: refuse_too_long(message); break;
    default: break;
  }
}

// False: its text is too long, or the environment is ending.
bool EnvironmentData::add_answer(const Message& message) {
  if (message.instance != answers_of_ || answers_count_ == kAnswersTogether) hand_over_answers();
  napi_value* const next = &answers_[1 + 2 * answers_count_];
  if (answers_count_ == 0 &&
      (napi_open_handle_scope(env_, &answers_scope_) != napi_ok ||
       napi_create_uint32(env_, message.instance, &answers_[0]) != napi_ok)) {
    return false;
  }
  next[0] = make_value(env_, message, Slot::token);
  next[1] = make_value(env_, message, Slot::a);
  if (next[0] == nullptr || next[1] == nullptr) return false;
  answers_of_ = message.instance;
  ++answers_count_;
  return true;
}

void EnvironmentData::hand_over_answers() {
  if (answers_scope_ == nullptr) return;
  // Before the call, in which JavaScript may take a turn of its own.
  napi_handle_scope const scope = std::exchange(answers_scope_, nullptr);
  const size_t count = std::exchange(answers_count_, 0);
  if (count != 0) call_back(answered_, 1 + 2 * count, answers_);
  napi_close_handle_scope(env_, scope);
}

// The reader of a call can't get all of its chunks, so it ends.
void EnvironmentData::cancel_too_long(const Message& chunk) {
  HeldInstance* const held = find(chunk.instance);
  if (held != nullptr) held->instance->calls.cancel(chunk.token, AISOPOD_E_TOO_LARGE);
}

void EnvironmentData::refuse_too_long(const Message& request) {
  HeldInstance* const held = find(request.instance);
  if (held == nullptr) return;
  aisopod::Response response;
  response.status = AISOPOD_E_TOO_LARGE;
  aisopod::quietly(
      [&] { response.message = "the request is longer than a string of JavaScript can be"; });
  held->instance->requests.respond(request.token, std::move(response), false);
}

// False: a text is too long, or the environment is ending.
bool EnvironmentData::hand_over(napi_env env, const Message& message) {
  Napi::HandleScope scope(env);
  napi_value args[2 + aisopod::kSlots] = {};
  bool good = napi_create_uint32(env, message.instance, &args[0]) == napi_ok &&
              napi_create_int32(env, static_cast<int32_t>(message.type), &args[1]) == napi_ok;
  size_t count = 2;
  for (const Slot* slot = aisopod::slots_of(message.type); *slot != Slot::end; ++slot) {
    args[count] = good ? make_value(env, message, *slot) : nullptr;
    good = args[count++] != nullptr;
  }
  if (good) call_back(deliver_, count, args);
  return good;
}

void EnvironmentData::call(napi_env env, napi_value self, napi_value function, size_t count,
                           const napi_value* args) {
  const napi_status status = napi_call_function(env, self, function, count, args, nullptr);
  if (status != napi_pending_exception) return;
  napi_value error = nullptr;  // one message that fails does not take the rest with it
  if (napi_get_and_clear_last_exception(env, &error) == napi_ok) napi_fatal_exception(env, error);
}

// [JavaScript] The environment ends: nothing may touch it after this.
void EnvironmentData::on_cleanup(void* data) {
  auto* const self = static_cast<EnvironmentData*>(data);
  aisopod::Opener::of_process().remove(self->core_.get());
  self->core_->abandon(!self->main_thread_);
  if (self->main_thread_) return;
  arm_exit_after_worker();
  napi_set_instance_data(self->env_, nullptr, nullptr, nullptr);
  delete self;  // its instances hold the core's environment until they have ended
}

}  // namespace aisopod_addon
