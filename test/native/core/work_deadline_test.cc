// The work items of a subscription are used again and again: the deadline of one event is not that
// of the next.
#include <chrono>
#include <thread>

#include "support/subscribing.h"

namespace {

using namespace test;
using Clock = std::chrono::steady_clock;

CASE("an event function that has just begun is not stuck for the one before it") {
  constexpr int kEvents = 40;
  Limits limits = patient_limits();
  limits.event_ms = 20;
  limits.stuck_after_ms = 0;
  Subscribing s;
  bool overstays = false;
  // Each other one overstays by less than a millisecond, so that the host looks at the item just as
  // it ends. The one after it logs when it runs; if the machine interrupts it, it logs nothing
  // else.
  s.subscriber().on_event = [&](const aisopod_event*) {
    overstays = !overstays;
    if (overstays) {
      std::this_thread::sleep_for(std::chrono::microseconds(20'700));
      return;
    }
    const Clock::time_point begun = Clock::now();
    aisopod_log(s.plugin.host, AISOPOD_LOG_INFO, "begins");
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
    const bool in_time = Clock::now() - begun < std::chrono::milliseconds(15);
    aisopod_log(s.plugin.host, AISOPOD_LOG_INFO, in_time ? "ends in time" : "ends late");
  };
  s.start(limits);
  for (int i = 0; i < kEvents; ++i) s.deliver(std::to_string(i));
  s.subscribers.front().received.wait_for(kEvents);
  s.running->dispose();

  const auto is_told = [](const Received& m) {
    return m.type == MessageType::log || m.type == MessageType::stuck;
  };
  size_t left = s.embedder.count(MessageType::log) + s.embedder.count(MessageType::stuck);
  CHECK(left >= kEvents);
  for (bool stuck = false; left > 0; --left) {
    const Received m = s.embedder.take("a line, or that it is stuck", is_told);
    if (m.a == "begins") stuck = false;
    if (m.type == MessageType::stuck) stuck = true;
    if (m.a == "ends in time") CHECK(!stuck);
  }
}

}  // namespace
