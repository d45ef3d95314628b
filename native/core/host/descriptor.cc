#include "core/host/descriptor.h"

#include <algorithm>
#include <cstring>

namespace aisopod {
namespace {

std::string text_of(const char* text) { return text == nullptr ? std::string() : text; }

}  // namespace

Descriptor::Descriptor(const aisopod_plugin_desc& from)
    : id_(text_of(from.id)), version_(text_of(from.version)), build_(text_of(from.build)), desc_() {
  std::memcpy(&desc_, &from, std::min<size_t>(from.struct_size, sizeof desc_));
  desc_.struct_size = sizeof desc_;
  desc_.id = id_.c_str();
  desc_.version = version_.c_str();
  desc_.build = build_.c_str();
}

}  // namespace aisopod
