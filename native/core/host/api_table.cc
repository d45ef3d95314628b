// The C functions of aisopod_api. [control], during on_register() only.
#include <new>

#include "core/host/host_slot.h"
#include "core/host/plugin_error.h"
#include "core/instance/instance.h"

namespace aisopod {
namespace {

template <class F>
aisopod_status noting_no_memory(Instance& instance, F&& add) {
  try {
    return add();
  } catch (const std::bad_alloc&) {
    if (instance.is_control_thread()) instance.registrations.note_out_of_memory();
    return AISOPOD_E_NOMEM;
  }
}

aisopod_status AISOPOD_ABI add(const aisopod_api* api, const aisopod_registration* def,
                               aisopod_token* out, aisopod_error* err) {
  try {
    const std::shared_ptr<Instance> instance = HostSlot::instance_of(api);
    if (instance == nullptr) return fill(err, AISOPOD_E_STATE, "the plugin is gone");
    return noting_no_memory(*instance, [&] { return instance->registrations.add(def, out, err); });
  } catch (...) {
    return AISOPOD_E_NOMEM;
  }
}

aisopod_status AISOPOD_ABI subscribe(const aisopod_api* api, const aisopod_subscription* def,
                                     aisopod_token* out, aisopod_error* err) {
  try {
    const std::shared_ptr<Instance> instance = HostSlot::instance_of(api);
    if (instance == nullptr) return fill(err, AISOPOD_E_STATE, "the plugin is gone");
    return noting_no_memory(*instance, [&] { return instance->subscriptions.add(def, out, err); });
  } catch (...) {
    return AISOPOD_E_NOMEM;
  }
}

}  // namespace

void fill_api_table(aisopod_api& api) {
  api.add = add;
  api.subscribe = subscribe;
}

}  // namespace aisopod
