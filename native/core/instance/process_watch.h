// Watches what code of a plugin does to the process: what the process is before and after it, and
// what else ran meanwhile.
#pragma once

#include <optional>
#include <string>
#include <utility>

#include "core/process/process_state.h"
#include "core/process/stretch.h"
#include "core/threads/guard.h"

namespace aisopod {

// What two looks at the process show, as a message carries it.
struct ProcessChange {
  std::string ran;  // what ran at some time between them, as join_ran() writes it
  std::string before, after;
};

// Where memory is short, it watches nothing: then nothing is said of the process.
class ProcessWatch {
 public:
  // [control] `umask` spares the look at it, where it is known.
  ProcessWatch(const std::string& plugin, const char* moment, std::optional<unsigned> umask = {}) {
    quietly([&] {
      stretch_.emplace(plugin, moment);
      seen_ = look(umask);
    });
  }

  // [control] What has changed since the last look, or nothing. `without_umask`: that is not looked
  // at. `moment` says of what is new since then, `umask_moment` if the umask is among it.
  std::optional<ProcessChange> changes(const char* moment, const char* umask_moment,
                                       bool without_umask) {
    std::optional<ProcessChange> change;
    if (!seen_) return change;
    quietly([&] {
      ProcessState now = look(without_umask ? std::optional<unsigned>(seen_->umask) : std::nullopt);
      if (now == *seen_) return;
      const bool new_umask = now.umask != seen_->umask;
      change = {join_ran(new_umask ? umask_moment : moment, stretch_->others()), seen_->text(),
                now.text()};
      seen_ = std::move(now);
    });
    return change;
  }

  // [control] The code has returned. To be called before that is reported.
  void end() {
    if (stretch_) stretch_->end();
  }

 private:
  static ProcessState look(std::optional<unsigned> umask) {
    return umask ? process_state(*umask) : process_state();
  }

  std::optional<Stretch> stretch_;
  std::optional<ProcessState> seen_;
};

}  // namespace aisopod
