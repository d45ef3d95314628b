// The one clock of the core: monotonic, in nanoseconds.
#pragma once

#include <chrono>
#include <cstdint>
#include <limits>

namespace aisopod {

constexpr int64_t kNever = std::numeric_limits<int64_t>::max();
constexpr int64_t kMillisecond = 1'000'000;

inline int64_t now_ns() {
  return std::chrono::duration_cast<std::chrono::nanoseconds>(
             std::chrono::steady_clock::now().time_since_epoch())
      .count();
}

// The moment `ms` after now; a negative `ms` means never. Saturates instead of overflowing.
inline int64_t after_ms(int64_t ms, int64_t now = now_ns()) {
  if (ms < 0) return kNever;
  if (ms > (kNever - now) / kMillisecond) return kNever;
  return now + ms * kMillisecond;
}

inline std::chrono::steady_clock::time_point time_point(int64_t ns) {
  return std::chrono::steady_clock::time_point(
      std::chrono::duration_cast<std::chrono::steady_clock::duration>(
          std::chrono::nanoseconds(ns)));
}

}  // namespace aisopod
