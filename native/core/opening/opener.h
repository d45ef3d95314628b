// Opens libraries, one at a time in the whole process. The operating system holds a lock while a
// constructor runs; whatever opens or looks up anything meanwhile waits for it.
#pragma once

#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "core/clock.h"
#include "core/environment/environment.h"
#include "core/opening/open_libraries.h"
#include "core/opening/opening.h"
#include "core/opening/system_loader.h"
#include "core/opening/unique_symbols.h"
#include "core/opening/wanted_library.h"
#include "core/process/process_state.h"
#include "core/threads/mutex.h"

namespace aisopod {

// What all openings have in common.
struct OpenerSetup {
  SystemLoader system;
  std::string entry;  // the name of the entry function
  std::string host_name, host_version;
  std::vector<std::string> known_symbols;  // what the embedder has looked up besides
  // [opening] Is called after constructors of a library have run, before its entry function.
  void (*opened)() = nullptr;
};

class Opener {
 public:
  // That of the process, which all environments share. Never destroyed.
  static Opener& of_process();

  Opener() = default;
  Opener(const Opener&) = delete;
  Opener& operator=(const Opener&) = delete;

  // [any thread] The first setup counts.
  void set_up(OpenerSetup setup) AISOPOD_EXCLUDES(mutex_);
  bool is_set_up() const AISOPOD_EXCLUDES(mutex_);
  std::vector<std::string> known_symbols() const AISOPOD_EXCLUDES(mutex_);

  // [host's thread] Opens a library for good and calls its entry function, after all that was
  // wanted before, on the thread of this object: constructors run there. Nothing is opened a second
  // time. Reports one message `opened`; before that, `process` if its code has changed the process,
  // and, at that time or later, one `shared` if it shares unique symbols. All of them under the
  // number that is returned, which is never an instance's. Throws std::bad_alloc; then nothing is
  // wanted.
  uint32_t open(const std::shared_ptr<Environment>& environment, WantedLibrary library);

  // [host's thread] Holds the loader for something that the embedder loads by itself; a message
  // `opened` reports when it may begin, or that the loader is stuck. Until release() nothing is
  // opened. Throws std::bad_alloc; then it is not held.
  uint32_t hold(const std::shared_ptr<Environment>& environment);
  void release(uint32_t id) AISOPOD_EXCLUDES(mutex_);

  // [host's thread] The environment ends: what it wanted is not opened any more.
  void remove(const Environment* environment) AISOPOD_EXCLUDES(mutex_);
  // [any thread] `shared` is not to be reported under this number any more.
  void forget(uint32_t id) AISOPOD_EXCLUDES(mutex_);

  // [any thread] What overstays its limit and has not returned, as messages name it; "": nothing.
  std::string stuck() const AISOPOD_EXCLUDES(mutex_);
  // [any thread] How messages name the library that was opened from `path`; "": none was.
  std::string what_of(const std::string& path) const AISOPOD_EXCLUDES(mutex_);

  // [any thread] Runs `work` while no library is being opened. False: one is, and nothing was run.
  template <class F>
  bool run_if_idle(F&& work) AISOPOD_EXCLUDES(loader_) {
    if (!loader_.try_lock()) return false;
    const MutexLock lock(loader_, std::adopt_lock);
    work();
    return true;
  }

 private:
  uint32_t insert(std::shared_ptr<Opening> opening) AISOPOD_EXCLUDES(mutex_);
  bool start_threads(std::string& why) AISOPOD_REQUIRES(mutex_);
  void run() AISOPOD_EXCLUDES(mutex_, loader_);
  void serve(const std::shared_ptr<Opening>& opening) AISOPOD_REQUIRES(mutex_)
      AISOPOD_EXCLUDES(loader_);
  void serve_embedder(const std::shared_ptr<Opening>& opening) AISOPOD_REQUIRES(mutex_)
      AISOPOD_EXCLUDES(loader_);
  void look(Opening& opening);
  void look_again();
  bool refuse(const WantedLibrary& library, Message& end) const AISOPOD_REQUIRES(mutex_);
  bool open_now(Opening& opening, const OpenerSetup& setup, void*& entry,
                std::vector<const Sibling*>& brought, Message& end)
      AISOPOD_EXCLUDES(mutex_, loader_);
  void call_entry(Opening& opening, const OpenerSetup& setup, void* entry, Message& end);
  void remember(const std::shared_ptr<Opening>& opening, void* entry,
                const std::vector<const Sibling*>& brought) AISOPOD_REQUIRES(mutex_);
  void watch() AISOPOD_EXCLUDES(mutex_);
  void give_up() AISOPOD_REQUIRES(mutex_);
  void report_change(const std::shared_ptr<Opening>& opening,
                     const std::optional<ProcessState>& after) AISOPOD_REQUIRES(mutex_);
  void report(const std::shared_ptr<Opening>& opening, Message&& message) AISOPOD_REQUIRES(mutex_);
  void report_end(const std::shared_ptr<Opening>& opening, OpenOutcome outcome,
                  const std::string& a = {}) noexcept AISOPOD_REQUIRES(mutex_);
  void flush() AISOPOD_REQUIRES(mutex_);

  mutable Mutex mutex_;
  Condition changed_;
  std::shared_ptr<const OpenerSetup> setup_ AISOPOD_GUARDED_BY(mutex_);  // nullptr: not set up
  std::deque<std::shared_ptr<Opening>> queue_ AISOPOD_GUARDED_BY(mutex_);
  std::shared_ptr<Opening> running_ AISOPOD_GUARDED_BY(mutex_);
  std::shared_ptr<Opening> stuck_ AISOPOD_GUARDED_BY(mutex_);
  bool opens_ AISOPOD_GUARDED_BY(mutex_) = false;         // its thread is there
  bool watches_ AISOPOD_GUARDED_BY(mutex_) = false;       // the thread that looks at the limit
  int64_t deadline_ AISOPOD_GUARDED_BY(mutex_) = kNever;  // of what runs
  // Not handed over yet.
  std::vector<std::pair<std::shared_ptr<Opening>, Message>> reports_ AISOPOD_GUARDED_BY(mutex_);
  int64_t flush_at_ AISOPOD_GUARDED_BY(mutex_) = kNever;
  // When the other thread looks again by itself.
  int64_t wakes_at_ AISOPOD_GUARDED_BY(mutex_) = kNever;
  OpenLibraries libraries_ AISOPOD_GUARDED_BY(mutex_);
  UniqueSymbols symbols_ AISOPOD_GUARDED_BY(mutex_);

  // [opening] only: the newest look at the process, and the count of stretches and the time just
  // before it
  std::optional<ProcessState> seen_;
  uint64_t seen_at_ = 0;
  int64_t seen_ns_ = 0;

  // Held while a library is being opened, so also while its constructors run; it guards no member.
  Mutex loader_;
};

}  // namespace aisopod
