#include "core/host/host_slot.h"

#include <vector>

#include "core/instance/instance.h"

namespace aisopod {

HostSlot* HostSlot::make(const InstanceOptions& options) {
  // Kept reachable, since "never freed" is meant and not forgotten.
  static std::mutex mutex;
  static auto* const all = new std::vector<HostSlot*>();
  auto* const slot = new HostSlot(options);
  const std::lock_guard lock(mutex);
  all->push_back(slot);
  return slot;
}

HostSlot::HostSlot(const InstanceOptions& options)
    : host_name_(options.host_name),
      host_version_(options.host_version),
      plugin_id_(options.plugin_id),
      plugin_dir_(options.plugin_dir),
      data_dir_(options.data_dir),
      host_(),
      api_() {
  host_.struct_size = sizeof host_;
  host_.abi_major = AISOPOD_ABI_MAJOR;
  host_.abi_minor = AISOPOD_ABI_MINOR_MAX;
  host_.impl = this;
  host_.host_name = host_name_.c_str();
  host_.host_version = host_version_.c_str();
  host_.plugin_id = plugin_id_.c_str();
  host_.plugin_dir = plugin_dir_.c_str();
  host_.data_dir = data_dir_.c_str();
  fill_host_table(host_);
  api_.struct_size = sizeof api_;
  api_.impl = this;
  fill_api_table(api_);
}

void HostSlot::attach(std::shared_ptr<Instance> instance) {
  const std::lock_guard lock(mutex_);
  instance_ = std::move(instance);
}

void HostSlot::detach() {
  std::shared_ptr<Instance> last;  // released after the lock
  const std::lock_guard lock(mutex_);
  last.swap(instance_);
}

std::shared_ptr<Instance> HostSlot::get() {
  const std::lock_guard lock(mutex_);
  return instance_;
}

std::shared_ptr<Instance> HostSlot::instance_of(const aisopod_host* host) {
  return host == nullptr ? nullptr : static_cast<HostSlot*>(host->impl)->get();
}

std::shared_ptr<Instance> HostSlot::instance_of(const aisopod_api* api) {
  return api == nullptr ? nullptr : static_cast<HostSlot*>(api->impl)->get();
}

}  // namespace aisopod
