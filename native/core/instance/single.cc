#include "core/instance/single.h"

#include <mutex>
#include <string>
#include <unordered_set>

namespace aisopod {
namespace {

std::mutex mutex;

// Never destroyed: plugins may still be alive when the process ends.
std::unordered_set<std::string>& alive() {
  static auto* const ids = new std::unordered_set<std::string>();
  return *ids;
}

bool is_single(const aisopod_plugin_desc& desc) {
  return (desc.flags & AISOPOD_PLUGIN_SINGLE) != 0;
}

}  // namespace

bool claim_single(const aisopod_plugin_desc& desc) {
  if (!is_single(desc)) return true;
  const std::lock_guard lock(mutex);
  return alive().insert(desc.id).second;
}

void release_single(const aisopod_plugin_desc& desc) {
  if (!is_single(desc)) return;
  const std::lock_guard lock(mutex);
  alive().erase(desc.id);
}

}  // namespace aisopod
