#include "core/host/host_slot.h"

#include <utility>

#include "core/host/lasting_texts.h"
#include "core/instance/instance.h"
#include "core/threads/mutex.h"

namespace aisopod {

// Kept reachable, since "never freed" is meant and not forgotten.
void HostSlot::keep(std::unique_ptr<HostSlot> slot) noexcept {
  static Mutex mutex;
  static HostSlot* newest AISOPOD_GUARDED_BY(mutex) = nullptr;
  const MutexLock lock(mutex);
  slot->before_.under(mutex) = newest;
  newest = slot.release();
}

HostSlot::HostSlot(const InstanceOptions& options) : host_(), api_(), writer_() {
  host_.struct_size = sizeof host_;
  host_.abi_major = AISOPOD_ABI_MAJOR;
  host_.abi_minor = AISOPOD_ABI_MINOR_MAX;
  host_.impl = this;
  host_.host_name = lasting(options.host_name);
  host_.host_version = lasting(options.host_version);
  host_.plugin_id = lasting(options.plugin_id);
  host_.plugin_dir = lasting(options.plugin_dir);
  host_.data_dir = lasting(options.data_dir);
  fill_host_table(host_);
  api_.struct_size = sizeof api_;
  api_.impl = this;
  fill_api_table(api_);
  writer_.struct_size = sizeof writer_;
  writer_.impl = this;
  fill_writer_table(writer_);
}

void HostSlot::attach(std::shared_ptr<Instance> instance) {
  const MutexLock lock(mutex_);
  instance_ = std::move(instance);
}

void HostSlot::detach() {
  std::shared_ptr<Instance> last;  // released after the lock
  const MutexLock lock(mutex_);
  last.swap(instance_);
}

std::shared_ptr<Instance> HostSlot::get() {
  const MutexLock lock(mutex_);
  return instance_;
}

std::shared_ptr<Instance> HostSlot::instance_of(const aisopod_host* host) {
  return host == nullptr ? nullptr : static_cast<HostSlot*>(host->impl)->get();
}

std::shared_ptr<Instance> HostSlot::instance_of(const aisopod_api* api) {
  return api == nullptr ? nullptr : static_cast<HostSlot*>(api->impl)->get();
}

std::shared_ptr<Instance> HostSlot::instance_of(const aisopod_writer* writer) {
  return static_cast<HostSlot*>(writer->impl)->get();
}

}  // namespace aisopod
