// Opens libraries, one at a time in the whole process. The operating system holds a lock while a
// constructor runs; whatever opens or looks up anything meanwhile waits for it.
#pragma once

#include <condition_variable>
#include <cstdint>
#include <deque>
#include <memory>
#include <mutex>
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

namespace aisopod {

// What all openings have in common.
struct OpenerSetup {
  SystemLoader system;
  std::string entry;  // the name of the entry function
  std::string host_name, host_version;
  std::vector<std::string> known_symbols;  // what the embedder has looked up besides
};

class Opener {
 public:
  // That of the process, which all environments share. Never destroyed.
  static Opener& of_process();

  Opener() = default;
  Opener(const Opener&) = delete;
  Opener& operator=(const Opener&) = delete;

  // [any thread] The first setup counts.
  void set_up(OpenerSetup setup);
  bool is_set_up() const;
  std::vector<std::string> known_symbols() const;

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
  void release(uint32_t id);

  // [host's thread] The environment ends: what it wanted is not opened any more.
  void remove(const Environment* environment);
  // [any thread] `shared` is not to be reported under this number any more.
  void forget(uint32_t id);

  // [any thread] What overstays its limit and has not returned, as messages name it; "": nothing.
  std::string stuck() const;
  // [any thread] How messages name the library that was opened from `path`; "": none was.
  std::string what_of(const std::string& path) const;

  // [any thread] Runs `work` while no library is being opened. False: one is, and nothing was run.
  template <class Work>
  bool at_rest(Work&& work) {
    const std::unique_lock lock(loader_, std::try_to_lock);
    if (lock.owns_lock()) work();
    return lock.owns_lock();
  }

 private:
  using Lock = std::unique_lock<std::mutex>;

  uint32_t insert(std::shared_ptr<Opening> opening);
  bool start_threads(std::string& why);
  void run();
  void serve(Lock& lock, const std::shared_ptr<Opening>& opening);
  void serve_embedder(Lock& lock, const std::shared_ptr<Opening>& opening);
  void look(Opening& opening);
  void look_again();
  bool refuse(const WantedLibrary& library, Message& end) const;
  bool open_now(Opening& opening, void*& entry, Message& end);
  void call_entry(Opening& opening, void* entry, Message& end);
  void remember(const std::shared_ptr<Opening>& opening, void* entry);
  void watch();
  void give_up(Lock& lock);
  void report_change(const std::shared_ptr<Opening>& opening,
                     const std::optional<ProcessState>& after);
  void report(const std::shared_ptr<Opening>& opening, Message&& message);
  void report_end(const std::shared_ptr<Opening>& opening, OpenOutcome outcome,
                  const std::string& a = {}) noexcept;
  void flush(Lock& lock);

  mutable std::mutex mutex_;  // never held while a library is being opened
  std::condition_variable changed_;
  OpenerSetup setup_;
  bool is_set_up_ = false;
  std::deque<std::shared_ptr<Opening>> queue_;
  std::shared_ptr<Opening> running_;
  std::shared_ptr<Opening> stuck_;
  bool opens_ = false;         // its thread is there
  bool watches_ = false;       // the thread that looks at the limit
  int64_t deadline_ = kNever;  // of what runs
  std::vector<std::pair<std::shared_ptr<Opening>, Message>> reports_;  // not handed over yet
  int64_t flush_at_ = kNever;
  int64_t wakes_at_ = kNever;  // when the other thread looks again by itself
  OpenLibraries libraries_;
  UniqueSymbols symbols_;

  // [opening] only: the newest look at the process, and the count of stretches and the time just
  // before it
  std::optional<ProcessState> seen_;
  uint64_t seen_at_ = 0;
  int64_t seen_ns_ = 0;

  std::mutex loader_;  // held while a library is being opened, and nothing else is done with it
};

}  // namespace aisopod
