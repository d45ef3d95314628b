#include "core/instance/origins.h"

#include <algorithm>

namespace aisopod {

Origins::Scope::~Scope() {
  const std::lock_guard lock(origins_.mutex_);
  auto& running = origins_.running_;
  running.erase(std::find_if(running.begin(), running.end(),
                             [&](const Running& each) { return each.token == token_; }));
}

bool Origins::find(uint64_t token, std::string& meta) {
  const std::lock_guard lock(mutex_);
  for (const Running& each : running_) {
    if (each.token != token) continue;
    meta = *each.meta;
    return true;
  }
  return false;
}

bool Origins::is_event(uint64_t token) {
  const std::lock_guard lock(mutex_);
  return std::any_of(running_.begin(), running_.end(),
                     [&](const Running& each) { return each.token == token && each.event; });
}

}  // namespace aisopod
