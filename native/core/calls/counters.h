// What became of the calls of an instance so far. [any thread] Read and written without a lock, so
// that one number may be newer than another.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>

namespace aisopod {

// As they are at one moment. Times in nanoseconds; calls that a handler answers inline count too.
struct CallNumbers {
  size_t waiting = 0;      // calls that wait for a worker now
  uint64_t calls = 0;      // whose handler has begun
  uint64_t refused = 0;    // by the host: no room, no thread, no memory, the plugin is stuck
  uint64_t deadlines = 0;  // that ended at their deadline
  uint64_t waited_ns = 0;  // of all calls together: until the handler began
  uint64_t ran_ns = 0;  // and from then until it returned; of inline calls, see InlineTiming, the
                        // timed ones stand for the others
};

class CallCounters {
 public:
  void refused() { add(refused_, 1); }
  void met_deadline() { add(deadlines_, 1); }
  void began(int64_t waited_ns) {
    add(calls_, 1);
    add(waited_ns_, waited_ns);
  }
  void ended(int64_t ran_ns) { add(ran_ns_, ran_ns); }
  // [host's thread] These have a single writer, and an inline call is too short to lock the bus.
  void ran_inline() { put(inline_calls_, 1); }
  void timed_inline(int64_t ran_ns) { put(inline_ran_ns_, ran_ns); }

  CallNumbers read(size_t waiting) const {
    return {waiting,         now(calls_) + now(inline_calls_),  now(refused_), now(deadlines_),
            now(waited_ns_), now(ran_ns_) + now(inline_ran_ns_)};
  }

 private:
  using Number = std::atomic<uint64_t>;

  static uint64_t now(const Number& from) { return from.load(std::memory_order_relaxed); }
  static void add(Number& to, int64_t n) {
    to.fetch_add(static_cast<uint64_t>(n), std::memory_order_relaxed);
  }
  static void put(Number& to, int64_t n) {
    to.store(now(to) + static_cast<uint64_t>(n), std::memory_order_relaxed);
  }

  Number calls_{0}, refused_{0}, deadlines_{0}, waited_ns_{0}, ran_ns_{0};
  Number inline_calls_{0}, inline_ran_ns_{0};
};

}  // namespace aisopod
