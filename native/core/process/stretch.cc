#include "core/process/stretch.h"

#include <algorithm>
#include <deque>
#include <mutex>
#include <utility>

namespace aisopod {
namespace {

// A moment that never returns keeps what ran beside it from being forgotten.
constexpr size_t kMostKept = 1024;

}  // namespace

struct Stretch::Entry {
  Ran ran;
  uint64_t begin = 0;
  uint64_t end = 0;  // 0: it still runs
};

struct Stretch::Log {
  std::mutex mutex;
  uint64_t now = 0;  // counts beginnings and ends
  std::deque<std::shared_ptr<Entry>> entries;
  uint64_t forgotten = 0;  // the newest end among those that were dropped too early

  // What has ended, and overlaps with none that still runs, is of no use.
  void clean() {
    const auto running = std::find_if(entries.begin(), entries.end(),
                                      [](const auto& entry) { return entry->end == 0; });
    const uint64_t first = running == entries.end() ? now + 1 : (*running)->begin;
    while (!entries.empty() && entries.front()->end != 0 && entries.front()->end < first) {
      entries.pop_front();
    }
    if (entries.size() <= kMostKept) return;
    for (const auto& entry : entries) forgotten = std::max(forgotten, entry->end);
    entries.erase(std::remove_if(entries.begin(), entries.end(),
                                 [](const auto& entry) { return entry->end != 0; }),
                  entries.end());
  }
};

// Never destroyed: threads of plugins outlive main().
Stretch::Log& Stretch::log() {
  static auto* const log = new Log();
  return *log;
}

Stretch::Stretch(std::string plugin, std::string moment) : entry_(std::make_shared<Entry>()) {
  entry_->ran = {std::move(plugin), std::move(moment)};
  const std::lock_guard lock(log().mutex);
  entry_->begin = ++log().now;
  log().entries.push_back(entry_);
}

void Stretch::end() {
  const std::lock_guard lock(log().mutex);
  if (entry_->end != 0) return;
  entry_->end = ++log().now;
  log().clean();
}

uint64_t Stretch::count() {
  const std::lock_guard lock(log().mutex);
  return log().now;
}

std::vector<Ran> Stretch::others() const {
  std::vector<Ran> found;
  const std::lock_guard lock(log().mutex);
  for (const auto& entry : log().entries) {
    if (entry == entry_ || (entry->end != 0 && entry->end < entry_->begin)) continue;
    found.push_back(entry->ran);
  }
  if (log().forgotten > entry_->begin) found.emplace_back();
  return found;
}

std::string join_ran(std::string moment, const std::vector<Ran>& others) {
  for (const Ran& other : others) {
    moment += '\0';
    moment += other.plugin;
    moment += '\0';
    moment += other.moment;
  }
  return moment;
}

}  // namespace aisopod
