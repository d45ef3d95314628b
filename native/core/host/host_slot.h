// What a plugin holds of the host: its host table, its builder and its writer. A slot that a plugin
// has seen is never freed, so a call that comes after the instance is gone finds a table that
// answers an error. It is not used again either: a thread that the instance left behind would reach
// the next one, which may serve another tenant. So a slot is small, and nothing but its tables and
// what finds the instance by them.
#pragma once

#include <memory>

#include "aisopod/plugin.h"

#include "core/threads/mutex.h"

namespace aisopod {

class Instance;
struct InstanceOptions;

class HostSlot {
 public:
  explicit HostSlot(const InstanceOptions& options);

  // From now on it is never freed: the plugin will see it.
  static void keep(std::unique_ptr<HostSlot> slot) noexcept;

  void attach(std::shared_ptr<Instance> instance) AISOPOD_EXCLUDES(mutex_);
  void detach() AISOPOD_EXCLUDES(mutex_);

  const aisopod_host* host() const { return &host_; }
  const aisopod_api* api() const { return &api_; }
  const aisopod_writer* writer() const { return &writer_; }

  // [any thread] The instance behind a table, or nothing when it is gone.
  static std::shared_ptr<Instance> instance_of(const aisopod_host* host);
  static std::shared_ptr<Instance> instance_of(const aisopod_api* api);
  static std::shared_ptr<Instance> instance_of(const aisopod_writer* writer);

 private:
  std::shared_ptr<Instance> get() AISOPOD_EXCLUDES(mutex_);

  aisopod_host host_;
  aisopod_api api_;
  aisopod_writer writer_;
  Mutex mutex_;
  std::shared_ptr<Instance> instance_ AISOPOD_GUARDED_BY(mutex_);
  Guarded<HostSlot*> before_;  // in the chain of all that are kept; by the mutex of keep()
};

// Fill in the functions; see host_table.cc, api_table.cc and writer_table.cc.
void fill_host_table(aisopod_host& host);
void fill_api_table(aisopod_api& api);
void fill_writer_table(aisopod_writer& writer);

}  // namespace aisopod
