// The turns of a subscription are used again and again: the deadline of one event is not that of
// the next.
#include <atomic>
#include <chrono>
#include <thread>

#include "support/subscribing.h"

namespace {

using namespace test;

CASE("an event function that has just begun is not stuck for the one before it") {
  Limits limits = patient_limits();
  limits.event_ms = 20;
  limits.stuck_after_ms = 0;
  std::atomic<int> stuck_in_time{0};
  std::atomic<bool> overstays{true};
  Subscribing s;
  // Each other one overstays by less than a millisecond, so that the host looks at the turn just as
  // it ends.
  s.subscriber().on_event = [&](const aisopod_event*) {
    const auto begun = std::chrono::steady_clock::now();
    const bool over = overstays.exchange(!overstays.load());
    std::this_thread::sleep_for(std::chrono::microseconds(over ? 20'100 : 2'000));
    if (!over && std::chrono::steady_clock::now() - begun < std::chrono::milliseconds(15)) {
      ++stuck_in_time;
    }
  };
  s.start(limits);
  constexpr int kEvents = 40;
  for (int i = 0; i < kEvents; ++i) s.deliver(std::to_string(i));
  s.subscribers.front().received.wait_for(kEvents);
  s.running->dispose();
  // Those that overstayed, and those that the machine interrupted, may be reported.
  const auto reported = s.embedder.count(MessageType::stuck);
  CHECK(reported <= static_cast<size_t>(kEvents - stuck_in_time.load()));
}

}  // namespace
