// A host for tests: an environment, and everything it has been told.
#pragma once

#include <condition_variable>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <string>

#include "core/core.h"

namespace test {

using aisopod::MessageType;

// A message without what it holds on to.
struct Heard {
  MessageType type{};
  uint32_t instance = 0;
  int32_t status = 0;
  bool ascii = false;
  uint64_t token = 0, other = 0;
  double number = 0;
  std::string a, b, c;
};

class Embedder {
 public:
  Embedder();
  // Every instance must have been disposed of; then nothing of the core may be left.
  ~Embedder();
  Embedder(const Embedder&) = delete;
  Embedder& operator=(const Embedder&) = delete;

  // Takes the oldest message that fits, and waits for it if it has not come.
  Heard take(const char* what, const std::function<bool(const Heard&)>& fits);
  Heard take(MessageType type);
  Heard take(MessageType type, uint64_t token);
  // How a call ended: answer, failure, refused or lost.
  Heard ended(uint64_t call);
  // How many messages of a type have come and have not been taken.
  size_t count(MessageType type);

  // Hears what has come: all of it, or as much as Environment::drain() gives at once.
  void drain();
  aisopod::Drained drain_once();
  // Whether somebody was woken since this was asked, or anything was waited for.
  bool was_woken();

  // The environment goes as that of a Worker that is ended, or of a process that exits.
  void abandon(bool shut_down);

  const std::shared_ptr<aisopod::Environment>& environment() const { return environment_; }

 private:
  struct Bell;

  std::shared_ptr<Bell> bell_;
  std::shared_ptr<aisopod::Environment> environment_;
  std::deque<Heard> heard_;
};

// The one message that settles a call?
bool settles(MessageType type);

}  // namespace test
