// One thing that an environment wants of the loader, from its request to its report.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "core/clock.h"
#include "core/environment/environment.h"
#include "core/environment/owed.h"
#include "core/opening/wanted_library.h"
#include "core/process/process_state.h"
#include "core/process/stretch.h"
#include "core/threads/mutex.h"

namespace aisopod {

inline Message message_of_opening(uint32_t id, MessageType type) {
  Message message;
  message.type = type;
  message.instance = id;
  return message;
}

class Opening : public Owed, public std::enable_shared_from_this<Opening> {
 public:
  Opening(uint32_t id_, std::shared_ptr<Environment> environment_, WantedLibrary library_)
      : id(id_), environment(std::move(environment_)), library(std::move(library_)) {}
  // The loader is to be held for the embedder.
  Opening(uint32_t id_, std::shared_ptr<Environment> environment_)
      : id(id_), environment(std::move(environment_)) {}

  Message ended(OpenOutcome outcome, std::string text = {}) const {
    Message message = message_of_opening(id, MessageType::opened);
    Fields<MessageType::opened> opened(message);
    opened.outcome() = static_cast<int32_t>(outcome);
    opened.text() = std::move(text);
    return message;
  }

  // [any thread] Where memory is short, an end is reported as no_resources; other messages are
  // lost, since people alone read them.
  void push(Message&& message) noexcept {
    const bool is_end = message.type == MessageType::opened;
    try {
      environment->outbox.push(std::move(message));
    } catch (const std::bad_alloc&) {
      if (is_end) owe();
    }
  }

  // [any thread] Memory is short, so nothing else is known of its end.
  void owe() noexcept {
    owes_.store(true);
    environment->outbox.owe(shared_from_this());
  }

  bool take_next(Message& message) noexcept override {
    if (!owes_.exchange(false)) return false;
    message.instance = id;
    Fields<MessageType::opened> opened(message);
    opened.outcome() = static_cast<int32_t>(OpenOutcome::no_resources);
    opened.text() = kNoMemory;
    return true;
  }

  const uint32_t id;
  const std::shared_ptr<Environment> environment;
  const std::optional<WantedLibrary> library;  // nothing: hold the loader
  const int64_t wanted_at = now_ns();

  // [opening] What the process was before, from when its limit is set; nothing where there was no
  // memory for it.
  std::optional<ProcessState> before;
  std::optional<Stretch> stretch;
  std::atomic<bool> in_entry{false};

  // By the mutex of the opener.
  Guarded<bool> late;      // it has been given up
  Guarded<bool> released;  // the embedder holds the loader no more

 private:
  std::atomic<bool> owes_{false};
};

}  // namespace aisopod
