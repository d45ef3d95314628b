#include "core/instance/single.h"

#include <mutex>
#include <string>
#include <unordered_map>
#include <utility>

namespace aisopod {
namespace {

std::mutex mutex;

// Never destroyed: plugins may still be alive when the process ends.
std::unordered_map<std::string, std::string>& alive() {  // id: what holds it
  static auto* const ids = new std::unordered_map<std::string, std::string>();
  return *ids;
}

bool is_single(const Descriptor& desc) { return (desc->flags & AISOPOD_PLUGIN_SINGLE) != 0; }

}  // namespace

bool claim_single(const Descriptor& desc, const std::string& plugin_dir, std::string* holder) {
  if (!is_single(desc)) return true;
  std::string self = "plugin " + desc.id() + ' ' + desc.version();
  if (!plugin_dir.empty()) self += " in " + plugin_dir;
  const std::lock_guard lock(mutex);
  const auto [place, claimed] = alive().emplace(desc.id(), std::move(self));
  if (!claimed && holder != nullptr) *holder = place->second;
  return claimed;
}

void release_single(const Descriptor& desc) {
  if (!is_single(desc)) return;
  const std::lock_guard lock(mutex);
  alive().erase(desc.id());
}

}  // namespace aisopod
