#include "core/instance/origins.h"

namespace aisopod {

Origins::Scope::~Scope() {
  const MutexLock lock(origins_.mutex_);
  Scope** place = &origins_.running_;
  while (*place != this) place = &(*place)->next_.under(origins_.mutex_);
  *place = next_.under(origins_.mutex_);
}

const Origins::Scope* Origins::find(uint64_t token) const {
  const Scope* each = running_;
  while (each != nullptr && each->token_ != token) each = each->next_.under(mutex_);
  return each;
}

bool Origins::find(uint64_t token, std::string& meta) {
  const MutexLock lock(mutex_);
  const Scope* const found = find(token);
  if (found != nullptr) meta = found->meta_;
  return found != nullptr;
}

bool Origins::is_event(uint64_t token) {
  const MutexLock lock(mutex_);
  const Scope* const found = find(token);
  return found != nullptr && found->event_;
}

}  // namespace aisopod
