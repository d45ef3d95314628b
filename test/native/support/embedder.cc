#include "support/embedder.h"

#include <algorithm>
#include <atomic>
#include <utility>

#include "support/event.h"

namespace test {

struct Embedder::Bell {
  std::mutex mutex;
  std::condition_variable rung;
  bool ringing = false;

  void ring() {
    const std::lock_guard lock(mutex);
    ringing = true;
    rung.notify_all();
  }

  bool take() {
    const std::lock_guard lock(mutex);
    return std::exchange(ringing, false);
  }

  bool wait() {
    std::unique_lock lock(mutex);
    const bool good = rung.wait_for(lock, kWatchdog, [&] { return ringing; });
    ringing = false;
    return good;
  }
};

namespace {
std::atomic<int> embedders{0};
}

Embedder::Embedder()
    : bell_(std::make_shared<Bell>()),
      environment_(std::make_shared<aisopod::Environment>([bell = bell_] { bell->ring(); })) {
  ++embedders;
}

Embedder::~Embedder() {
  const bool last = --embedders == 0;
  if (environment_ == nullptr) return;
  CHECK_EQ(environment_.use_count(), 1);
  if (!last) return;
  CHECK_EQ(aisopod::live_instances(), 0);
  CHECK_EQ(aisopod::live_threads(), 0);
}

void Embedder::drain() {
  while (drain_once() != aisopod::Drained::all) {
  }
}

aisopod::Drained Embedder::drain_once() {
  return environment_->drain([&](aisopod::Message& m) {
    received_.push_back(
        {m.type, m.instance, m.status, m.ascii, m.token, m.other, m.number, m.a, m.b, m.c});
  });
}

Received Embedder::take(const char* what, const std::function<bool(const Received&)>& fits) {
  for (;;) {
    drain();
    const auto found = std::find_if(received_.begin(), received_.end(), fits);
    if (found != received_.end()) {
      Received received = *found;
      received_.erase(found);
      return received;
    }
    if (!bell_->wait()) give_up(std::string("no message came: ") + what);
  }
}

Received Embedder::take(MessageType type) {
  const std::string what = "type " + std::to_string(static_cast<int>(type));
  return take(what.c_str(), [&](const Received& m) { return m.type == type; });
}

Received Embedder::take(MessageType type, uint64_t token) {
  const std::string what =
      "type " + std::to_string(static_cast<int>(type)) + " of " + std::to_string(token);
  return take(what.c_str(), [&](const Received& m) { return m.type == type && m.token == token; });
}

Received Embedder::ended(uint64_t call) {
  return take("the end of a call",
              [&](const Received& m) { return m.token == call && settles(m.type); });
}

bool Embedder::was_woken() { return bell_->take(); }

size_t Embedder::count(MessageType type) {
  drain();
  return static_cast<size_t>(std::count_if(received_.begin(), received_.end(),
                                           [&](const Received& m) { return m.type == type; }));
}

void Embedder::abandon(bool shut_down) {
  environment_->abandon(shut_down);
  environment_.reset();  // what has not ended holds it
}

bool settles(MessageType type) {
  return type == MessageType::answer || type == MessageType::failure ||
         type == MessageType::unanswered || type == MessageType::refused ||
         type == MessageType::lost;
}

}  // namespace test
