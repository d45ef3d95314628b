#include "core/opening/open_batch.h"

#include <utility>

#include "core/clock.h"

namespace aisopod {

OpenBatch::OpenBatch(std::vector<std::string> paths, std::string symbol, const SystemLoader& system)
    : paths_(std::move(paths)), symbol_(std::move(symbol)), system_(system) {
  opened_.reserve(paths_.size());  // so that at() stays where it is
}

void OpenBatch::run() {
  ProcessState now = process_state();
  for (const std::string& path : paths_) {
    {
      const std::lock_guard lock(mutex_);
      if (given_up_) return;
      before_ = std::move(now);
      begun_ = now_ns();
    }
    Opened result = open(path);
    now = process_state();
    const std::lock_guard lock(mutex_);
    begun_ = 0;
    opened_.push_back(std::move(result));
    if (given_up_) return;
    if (now == before_) continue;
    changed_ = true;
    after_ = std::move(now);
    return;
  }
}

Opened OpenBatch::open(const std::string& path) const {
  Opened result;
  void* const library = system_.open(path.c_str(), system_.flags);
  result.open = library != nullptr;
  if (library != nullptr) {
    result.entry = system_.find(library, symbol_.c_str());
  } else if (const char* const words = system_.words(); words != nullptr) {
    result.words = words;
  }
  return result;
}

size_t OpenBatch::done() const {
  const std::lock_guard lock(mutex_);
  return opened_.size();
}

int64_t OpenBatch::running_ns() const {
  const std::lock_guard lock(mutex_);
  return begun_ == 0 ? 0 : now_ns() - begun_;
}

const Opened& OpenBatch::at(size_t i) const {
  const std::lock_guard lock(mutex_);
  return opened_.at(i);
}

bool OpenBatch::give_up(size_t i) {
  const std::lock_guard lock(mutex_);
  if (opened_.size() != i || begun_ == 0) return false;
  given_up_ = true;
  return true;
}

bool OpenBatch::changed(ProcessState& before, ProcessState& after) const {
  const std::lock_guard lock(mutex_);
  if (!changed_ && !given_up_) return false;
  before = before_;
  after = changed_ ? after_ : process_state();
  return !(before == after);
}

}  // namespace aisopod
