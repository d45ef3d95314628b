#include "core/host/descriptor.h"

#include <algorithm>
#include <cstddef>
#include <cstring>

namespace aisopod {
namespace {

// The end of abi_minor: at the same place in every major.
constexpr size_t kHeadBytes = offsetof(aisopod_plugin_desc, abi_minor_min);

// Does it have the members that are read before its size is judged by the host?
bool has_texts(const aisopod_plugin_desc& from) {
  return from.struct_size >= offsetof(aisopod_plugin_desc, create) &&
         from.abi_major == AISOPOD_ABI_MAJOR;
}

std::string text_of(const char* aisopod_plugin_desc::*member, const aisopod_plugin_desc& from) {
  return has_texts(from) && from.*member != nullptr ? from.*member : std::string();
}

}  // namespace

Descriptor::Descriptor(const aisopod_plugin_desc& from)
    : id_(text_of(&aisopod_plugin_desc::id, from)),
      version_(text_of(&aisopod_plugin_desc::version, from)),
      build_(text_of(&aisopod_plugin_desc::build, from)),
      desc_() {
  const size_t size = has_texts(from) ? from.struct_size : kHeadBytes;
  std::memcpy(&desc_, &from, std::min<size_t>(size, sizeof desc_));
  if (desc_.id != nullptr) desc_.id = id_.c_str();
  if (desc_.version != nullptr) desc_.version = version_.c_str();
  if (desc_.build != nullptr) desc_.build = build_.c_str();
}

bool Descriptor::operator==(const Descriptor& other) const {
  if (id_ != other.id_ || version_ != other.version_ || build_ != other.build_) return false;
  aisopod_plugin_desc same = other.desc_;
  if ((same.id == nullptr) != (desc_.id == nullptr) ||
      (same.version == nullptr) != (desc_.version == nullptr) ||
      (same.build == nullptr) != (desc_.build == nullptr)) {
    return false;
  }
  same.id = desc_.id;
  same.version = desc_.version;
  same.build = desc_.build;
  return std::memcmp(&same, &desc_, sizeof desc_) == 0;
}

}  // namespace aisopod
