// What a plugin holds of the host: its host table and its builder. A slot is never freed, so a
// call that comes after the instance is gone finds a table that answers an error.
#pragma once

#include <memory>
#include <mutex>
#include <string>

#include "aisopod/plugin.h"

namespace aisopod {

class Instance;
struct InstanceOptions;

class HostSlot {
 public:
  static HostSlot* make(const InstanceOptions& options);

  void attach(std::shared_ptr<Instance> instance);
  void detach();

  const aisopod_host* host() const { return &host_; }
  const aisopod_api* api() const { return &api_; }

  // [any thread] The instance behind a table, or nothing when it is gone.
  static std::shared_ptr<Instance> instance_of(const aisopod_host* host);
  static std::shared_ptr<Instance> instance_of(const aisopod_api* api);

 private:
  explicit HostSlot(const InstanceOptions& options);
  std::shared_ptr<Instance> get();

  const std::string host_name_, host_version_, plugin_id_, plugin_dir_, data_dir_;
  aisopod_host host_;
  aisopod_api api_;
  std::mutex mutex_;
  std::shared_ptr<Instance> instance_;
};

// Fill in the functions; see host_table.cc and api_table.cc.
void fill_host_table(aisopod_host& host);
void fill_api_table(aisopod_api& api);

}  // namespace aisopod
