#include "core/instance/single.h"

#include <string>
#include <unordered_map>
#include <utility>

#include "core/threads/mutex.h"

namespace aisopod {
namespace {

struct Alive {
  Mutex mutex;
  std::unordered_map<std::string, std::string> ids AISOPOD_GUARDED_BY(mutex);  // id: what holds it
};

// Never destroyed: plugins may still be alive when the process ends.
Alive& alive() {
  static auto* const all = new Alive();
  return *all;
}

bool is_single(const Descriptor& desc) { return (desc->flags & AISOPOD_PLUGIN_SINGLE) != 0; }

}  // namespace

bool claim_single(const Descriptor& desc, const std::string& plugin_dir, std::string* holder) {
  if (!is_single(desc)) return true;
  std::string self = "plugin " + desc.id() + ' ' + desc.version();
  if (!plugin_dir.empty()) self += " in " + plugin_dir;
  Alive& all = alive();
  const MutexLock lock(all.mutex);
  const auto [place, claimed] = all.ids.emplace(desc.id(), std::move(self));
  if (!claimed && holder != nullptr) *holder = place->second;
  return claimed;
}

void release_single(const Descriptor& desc) {
  if (!is_single(desc)) return;
  Alive& all = alive();
  const MutexLock lock(all.mutex);
  all.ids.erase(desc.id());
}

}  // namespace aisopod
