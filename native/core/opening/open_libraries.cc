#include "core/opening/open_libraries.h"

#include <algorithm>
#include <iterator>

namespace aisopod {

const Sibling* OpenLibraries::clashing(const WantedLibrary& library, std::string& by) const {
  for (const Sibling& sibling : library.siblings) {
    const auto found = siblings_.find(sibling.name);
    if (found == siblings_.end()) continue;
    if (!library.apart && found->second.sha256 == sibling.sha256) continue;
    by = found->second.by;
    return &sibling;
  }
  return nullptr;
}

void OpenLibraries::remember(const WantedLibrary& library, void* entry,
                             const std::vector<const Sibling*>& brought) {
  open_[library.path] = {entry, library.what};
  for (const Sibling* const sibling : brought) {
    siblings_[sibling->name] = {sibling->sha256, library.what};
  }
}

const Descriptor& OpenLibraries::keep(const std::string& path, const aisopod_plugin_desc& from) {
  std::deque<Descriptor>& kept = descriptors_[path];
  const Descriptor& newest = kept.emplace_back(from);
  const auto equal = std::find(kept.begin(), std::prev(kept.end()), newest);
  if (&*equal == &newest) return newest;
  kept.pop_back();
  return *equal;
}

void* OpenLibraries::entry_of(const std::string& path) const {
  const auto found = open_.find(path);
  return found == open_.end() ? nullptr : found->second.entry;
}

std::string OpenLibraries::what_of(const std::string& path) const {
  const auto found = open_.find(path);
  return found == open_.end() ? std::string() : found->second.what;
}

}  // namespace aisopod
