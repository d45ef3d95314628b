// Reads the messages of an environment of its own, which wakes it.
#pragma once

#include <condition_variable>
#include <cstdint>
#include <deque>
#include <memory>
#include <mutex>
#include <utility>

#include "core/environment/environment.h"
#include "core/opening/wanted_library.h"
#include "support/event.h"
#include "support/harness.h"

namespace test {

// An environment of which a test reads the messages.
class Reader {
 public:
  Reader() : environment(std::make_shared<aisopod::Environment>([this] { woken(); })) {}
  ~Reader() { environment->abandon(false); }

  aisopod::Message next() {
    while (messages_.empty()) {
      {
        std::unique_lock lock(mutex_);
        if (!changed_.wait_for(lock, kWatchdog, [&] { return woken_; })) give_up("a message");
        woken_ = false;
      }
      const auto keep = [&](aisopod::Message& message) { messages_.push_back(std::move(message)); };
      while (environment->drain(keep) != aisopod::Drained::all) {
      }
    }
    aisopod::Message first = std::move(messages_.front());
    messages_.pop_front();
    return first;
  }

  // The end of an opening; nothing else may come before it.
  aisopod::OpenOutcome outcome(uint32_t id) {
    return static_cast<aisopod::OpenOutcome>(opened(id).status);
  }
  aisopod::Message opened(uint32_t id) {
    aisopod::Message message = next();
    CHECK_EQ(message.instance, id);
    CHECK(message.type == aisopod::MessageType::opened);
    return message;
  }

  // The same, whatever else comes before it.
  aisopod::Message next_opened(uint32_t id) {
    for (;;) {
      aisopod::Message message = next();
      if (message.instance == id && message.type == aisopod::MessageType::opened) return message;
    }
  }

  const std::shared_ptr<aisopod::Environment> environment;

 private:
  void woken() {
    const std::lock_guard lock(mutex_);
    woken_ = true;
    changed_.notify_all();
  }

  std::mutex mutex_;
  std::condition_variable changed_;
  bool woken_ = false;
  std::deque<aisopod::Message> messages_;
};

}  // namespace test
