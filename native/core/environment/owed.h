// What the host must learn even when there is no memory for a message: it is made when the host
// takes it, of what its owner keeps anyway.
#pragma once

#include <memory>

#include "core/environment/message.h"

namespace aisopod {

class Owed {
 public:
  virtual ~Owed() = default;
  // [host's thread] Fills in the next message that is owed, without an allocation. False: none is.
  virtual bool say(Message& message) noexcept = 0;

 private:
  friend class Outbox;
  std::shared_ptr<Owed> next_;  // guarded by the mutex of the outbox, like listed_
  bool listed_ = false;
};

// The text of such a message: short enough for a string to keep it without an allocation.
constexpr const char* kNoMemory = "out of memory";

}  // namespace aisopod
