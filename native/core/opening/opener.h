// Opens libraries, one at a time in the whole process. The operating system holds a lock while a
// constructor runs; whatever opens or looks up anything meanwhile waits for it.
#pragma once

#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <deque>
#include <memory>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

#include "core/clock.h"
#include "core/environment/environment.h"
#include "core/opening/open_libraries.h"
#include "core/opening/system_loader.h"
#include "core/opening/unique_symbols.h"
#include "core/opening/wanted_library.h"
#include "core/process/process_state.h"
#include "core/process/stretch.h"

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
  // number that is returned, which is never an instance's.
  uint32_t open(const std::shared_ptr<Environment>& environment, WantedLibrary library);

  // [host's thread] Holds the loader for something that the embedder loads by itself; a message
  // `opened` reports when it may begin, or that the loader is stuck. Until end_turn() nothing is
  // opened.
  uint32_t take_turn(const std::shared_ptr<Environment>& environment);
  void end_turn(uint32_t id);

  // [host's thread] The environment ends: what it wanted is not opened any more.
  void leave(const Environment* environment);
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
  struct Request {
    uint32_t id = 0;
    std::shared_ptr<Environment> environment;
    WantedLibrary library;
    bool is_turn = false;
  };
  // What runs just now.
  struct Running {
    Request request;
    ProcessState before;
    std::unique_ptr<Stretch> stretch;
    std::atomic<bool> in_entry{false};
    bool late = false;
    bool turn_over = false;
  };
  using Lock = std::unique_lock<std::mutex>;

  uint32_t add(Request request);
  bool start_threads(std::string& why);
  void run();
  void watch();
  void serve(Lock& lock);
  void serve_turn(Lock& lock);
  void look(Running& running);
  bool refuse(const WantedLibrary& library, Message& end) const;
  bool open_now(Running& running, void*& entry, Message& end);
  void call_entry(Running& running, void* entry, Message& end);
  void remember(const Running& running, void* entry);
  void give_up(Lock& lock);
  void hold(const std::shared_ptr<Environment>& environment, Message&& message);
  void flush(Lock& lock);

  mutable std::mutex mutex_;  // never held while a library is being opened
  std::condition_variable changed_;
  OpenerSetup setup_;
  bool is_set_up_ = false;
  std::deque<Request> queue_;
  std::shared_ptr<Running> running_;
  std::string stuck_;
  bool opens_ = false;    // its thread is there
  bool watches_ = false;  // the thread that looks at the limit
  int64_t deadline_ = kNever;  // of what runs
  std::vector<std::pair<std::shared_ptr<Environment>, Message>> held_;
  int64_t flush_at_ = kNever;
  int64_t wakes_at_ = kNever;  // when the other thread looks again by itself
  OpenLibraries libraries_;
  UniqueSymbols symbols_;

  // [opening] only: the newest look at the process, and the count of stretches just before it
  ProcessState seen_;
  uint64_t seen_at_ = 0;

  std::mutex loader_;  // held while a library is being opened, and nothing else is done with it
};

}  // namespace aisopod
