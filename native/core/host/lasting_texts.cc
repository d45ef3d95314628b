#include "core/host/lasting_texts.h"

#include <mutex>
#include <unordered_set>

namespace aisopod {

const char* lasting(const std::string& text) {
  static std::mutex mutex;
  static auto* const all = new std::unordered_set<std::string>();
  const std::lock_guard lock(mutex);
  return all->insert(text).first->c_str();
}

}  // namespace aisopod
