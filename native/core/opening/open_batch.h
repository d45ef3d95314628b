// Opens libraries one after the other on one thread, so that going to that thread and back is paid
// for once and not for each of them.
#pragma once

#include <cstddef>
#include <mutex>
#include <string>
#include <vector>

#include "core/process/process_state.h"

namespace aisopod {

// The system's functions, looked up by whoever uses this: the core itself opens nothing.
struct SystemLoader {
  using Open = void* (*)(const char* path, int flags);
  using Find = void* (*)(void* library, const char* name);
  using Words = char* (*)();  // why the last of both failed on the thread that calls it

  Open open = nullptr;
  Find find = nullptr;
  Words words = nullptr;
  int flags = 0;
};

// What came of one library.
struct Opened {
  bool open = false;
  void* entry = nullptr;  // the symbol; null: it is not open, or has none of that name
  std::string words;      // why it is not open
};

class OpenBatch {
 public:
  // Opens all `paths`, and looks up `symbol` in each.
  OpenBatch(std::vector<std::string> paths, std::string symbol, const SystemLoader& system);

  // [a thread of the pool] Constructors of the libraries run here. Ends early after one that has
  // changed what belongs to the whole process, so that it can be set back before code of another
  // runs, and after one that was given up.
  void run();

  // [JavaScript] How many are done with: open, or refused.
  size_t done() const;
  // [JavaScript] How long the one after those has been running, in ns; 0 when none is.
  int64_t running_ns() const;
  // [JavaScript] i < done(). Never changes.
  const Opened& at(size_t i) const;

  // [JavaScript] Nothing is opened after this one, which is running. False: it isn't.
  bool give_up(size_t i);

  // [JavaScript] Whether the last one that was begun has changed the process: `before` is how it
  // was, `after` how it is. Of one that was given up: until now.
  bool changed(ProcessState& before, ProcessState& after) const;

 private:
  Opened open(const std::string& path) const;

  const std::vector<std::string> paths_;
  const std::string symbol_;
  const SystemLoader system_;

  mutable std::mutex mutex_;  // never held while a library is being opened
  std::vector<Opened> opened_;
  ProcessState before_;
  ProcessState after_;
  bool changed_ = false;
  bool given_up_ = false;
  int64_t begun_ = 0;
};

}  // namespace aisopod
