// A message that must reach the host even when there is no memory for it: its owner makes it when
// the host takes it, from what the owner keeps anyway.
#pragma once

#include <memory>

#include "core/environment/message.h"
#include "core/threads/mutex.h"

namespace aisopod {

class Owed {
 public:
  virtual ~Owed() = default;
  // [host's thread] Writes the next message that is owed, without an allocation. False: none is.
  virtual bool take_next(Message& message) noexcept = 0;

 private:
  friend class Outbox;
  struct Link {
    std::shared_ptr<Owed> next;
    bool listed = false;
  };
  Guarded<Link> link_;  // by the mutex of the outbox
};

// The text of such a message: short enough for a string to keep it without an allocation.
constexpr const char* kNoMemory = "out of memory";

}  // namespace aisopod
