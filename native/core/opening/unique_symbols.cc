#include "core/opening/unique_symbols.h"

#include <utility>

namespace aisopod {

bool UniqueSymbols::clashes(const std::vector<UniqueSymbol>& symbols, bool apart,
                            UniqueClash& clash) const {
  for (const UniqueSymbol& symbol : symbols) {
    const auto found = held_.find(symbol.name);
    if (found == held_.end()) continue;
    const Held& held = found->second;
    const bool fits = symbol.size == held.size || !(symbol.writable || held.writable);
    if (fits && !apart) continue;
    clash = {symbol.name, held.by.what, symbol.size, held.size};
    return true;
  }
  return false;
}

void UniqueSymbols::remember(const std::string& path, const std::string& what,
                             const std::vector<UniqueSymbol>& symbols, uint32_t id, Warn warn) {
  if (symbols.empty()) return;
  std::map<std::string, Sharer> shared;  // by the path of the other library
  for (const UniqueSymbol& symbol : symbols) {
    const auto [place, first] =
        held_.try_emplace(symbol.name, Held{symbol.size, symbol.writable, {what, path}});
    const Holder& by = place->second.by;
    if (first || by.what == what) continue;
    Sharer& sharer = shared[by.path];
    sharer.what = by.what;
    sharer.names.push_back(symbol.name);
  }
  listeners_[id] = {path, what, std::move(warn)};
  for (auto& [other, sharer] : shared) {
    sharers_[other] = {what, sharer.names};
    sharers_[path] = std::move(sharer);
    warn_all(other);
  }
  warn_all(path);
}

void UniqueSymbols::forget(uint32_t id) { listeners_.erase(id); }

void UniqueSymbols::warn_all(const std::string& path) {
  const auto found = sharers_.find(path);
  if (found == sharers_.end()) return;
  const Sharer& sharer = found->second;
  for (auto listener = listeners_.begin(); listener != listeners_.end();) {
    if (listener->second.path != path) {
      ++listener;
      continue;
    }
    listener->second.warn(listener->second.what, sharer.what, sharer.names);
    listener = listeners_.erase(listener);
  }
}

}  // namespace aisopod
