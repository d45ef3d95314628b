// A host for tests: an environment, and every message that it has received.
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
struct Received {
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
  Received take(const char* what, const std::function<bool(const Received&)>& fits);
  Received take(MessageType type);
  Received take(MessageType type, uint64_t token);
  // How a call ended: answer, failure, unanswered, refused or lost.
  Received ended(uint64_t call);
  // How many messages of a type have come and have not been taken.
  size_t count(MessageType type);

  // Receives what has come: all of it, or as much as Environment::drain() gives at once.
  void drain();
  aisopod::Drained drain_once();
  // Whether the host was woken since the last was_woken() or take() that waited.
  bool was_woken();

  // The environment goes like that of a Worker that is ended, or of a process that exits.
  void abandon(bool shut_down);

  const std::shared_ptr<aisopod::Environment>& environment() const { return environment_; }

 private:
  struct Bell;

  std::shared_ptr<Bell> bell_;
  std::shared_ptr<aisopod::Environment> environment_;
  std::deque<Received> received_;
};

// Is it the one message that settles a call?
bool settles(MessageType type);

}  // namespace test
