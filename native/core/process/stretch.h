// Which code of plugins ran while the process was not what it was before? Two looks at the process
// show that it changed, not who did it: all that ran at some time between them may have.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace aisopod {

// What ran: a plugin and its moment. Both empty: more than is kept.
struct Ran {
  std::string plugin, moment;
};

// A stretch of time in which code of a plugin runs. It begins before the first look at the process
// and ends after the last one. All stretches of the process are known to each other.
class Stretch {
 public:
  // [any thread]
  Stretch(std::string plugin, std::string moment);
  ~Stretch() { end(); }
  Stretch(const Stretch&) = delete;
  Stretch& operator=(const Stretch&) = delete;

  // [any thread] How often a stretch has begun or ended in this process.
  static uint64_t count();

  // [any thread] Nothing runs in it any more. To be called before the end of the moment is
  // reported, since another moment may follow upon that.
  void end();

  // [any thread] What else has run since this one began, in the order in which it began.
  std::vector<Ran> others() const;

 private:
  struct Entry;
  struct Log;
  static Log& log();

  const std::shared_ptr<Entry> entry_;
};

// `moment`, and then plugin and moment of each of the others: separated by NUL, as messages have
// it.
std::string join_ran(std::string moment, const std::vector<Ran>& others);

}  // namespace aisopod
