// What a plugin says of itself, as it was when its entry function returned: copied then, since the
// plugin owns the struct and may change it.
#pragma once

#include <string>

#include "aisopod/plugin.h"

namespace aisopod {

class Descriptor {
 public:
  // Members that `from` is too short for are 0. Of one that ends before
  // its functions, or has another major, only struct_size, abi_major and abi_minor are copied: the
  // host refuses it.
  explicit Descriptor(const aisopod_plugin_desc& from);
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;

  bool operator==(const Descriptor& other) const;

  const aisopod_plugin_desc* operator->() const { return &desc_; }
  const aisopod_plugin_desc& operator*() const { return desc_; }
  const std::string& id() const { return id_; }
  const std::string& version() const { return version_; }
  const std::string& build() const { return build_; }

 private:
  const std::string id_, version_, build_;
  aisopod_plugin_desc desc_;  // its texts are those above; struct_size is what the plugin says
};

}  // namespace aisopod
