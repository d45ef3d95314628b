#include "core/process/stretch.h"

#include <algorithm>
#include <deque>
#include <utility>

#include "core/threads/mutex.h"

namespace aisopod {
namespace {

// Entries that overlap a running one are kept, so one that never ends would keep all later ones.
constexpr size_t kMostKept = 1024;

}  // namespace

struct Stretch::Entry {
  struct Time {
    uint64_t begin = 0;
    uint64_t end = 0;  // 0: it still runs
  };
  explicit Entry(Ran ran_) : ran(std::move(ran_)) {}

  const Ran ran;
  Guarded<Time> time;  // by the mutex of the log
};

struct Stretch::Log {
  Mutex mutex;
  uint64_t now AISOPOD_GUARDED_BY(mutex) = 0;  // counts beginnings and ends
  std::deque<std::shared_ptr<Entry>> entries AISOPOD_GUARDED_BY(mutex);
  // The newest end among those that were dropped too early.
  uint64_t forgotten AISOPOD_GUARDED_BY(mutex) = 0;

  bool runs(const Entry& entry) const AISOPOD_REQUIRES(mutex) {
    return entry.time.under(mutex).end == 0;
  }

  // What has ended, and overlaps with none that still runs, is of no use.
  void clean() AISOPOD_REQUIRES(mutex) {
    const auto running =
        std::find_if(entries.begin(), entries.end(),
                     [this](const auto& entry) AISOPOD_REQUIRES(mutex) { return runs(*entry); });
    const uint64_t first = running == entries.end() ? now + 1 : (*running)->time.under(mutex).begin;
    while (!entries.empty() && !runs(*entries.front()) &&
           entries.front()->time.under(mutex).end < first) {
      entries.pop_front();
    }
    if (entries.size() <= kMostKept) return;
    for (const auto& entry : entries) {
      forgotten = std::max(forgotten, entry->time.under(mutex).end);
    }
    entries.erase(
        std::remove_if(entries.begin(), entries.end(),
                       [this](const auto& entry) AISOPOD_REQUIRES(mutex) { return !runs(*entry); }),
        entries.end());
  }
};

// Never destroyed: threads of plugins outlive main().
Stretch::Log& Stretch::log() {
  static auto* const log = new Log();
  return *log;
}

Stretch::Stretch(std::string plugin, std::string moment)
    : entry_(std::make_shared<Entry>(Ran{std::move(plugin), std::move(moment)})) {
  Log& all = log();
  const MutexLock lock(all.mutex);
  entry_->time.under(all.mutex).begin = ++all.now;
  all.entries.push_back(entry_);
}

void Stretch::end() {
  Log& all = log();
  const MutexLock lock(all.mutex);
  if (!all.runs(*entry_)) return;
  entry_->time.under(all.mutex).end = ++all.now;
  all.clean();
}

uint64_t Stretch::count() {
  Log& all = log();
  const MutexLock lock(all.mutex);
  return all.now;
}

std::vector<Ran> Stretch::others() const {
  std::vector<Ran> found;
  Log& all = log();
  const MutexLock lock(all.mutex);
  const uint64_t begin = entry_->time.under(all.mutex).begin;
  for (const auto& entry : all.entries) {
    const bool over = !all.runs(*entry) && entry->time.under(all.mutex).end < begin;
    if (entry != entry_ && !over) found.push_back(entry->ran);
  }
  if (all.forgotten > begin) found.emplace_back();
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
