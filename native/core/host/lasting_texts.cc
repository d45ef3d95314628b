#include "core/host/lasting_texts.h"

#include <unordered_set>

#include "core/threads/mutex.h"

namespace aisopod {

const char* lasting(const std::string& text) {
  static Mutex mutex;
  static std::unordered_set<std::string>* const all AISOPOD_PT_GUARDED_BY(mutex) =
      new std::unordered_set<std::string>();
  const MutexLock lock(mutex);
  return all->insert(text).first->c_str();
}

}  // namespace aisopod
