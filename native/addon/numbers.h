// Numbers of the core as JavaScript has them.
#pragma once

#include <cstdint>

namespace aisopod_addon {

// The largest number below which JavaScript counts without gaps, and a bit less.
constexpr double kCountable = 9e15;

// 0, which no token is, for what can't be one.
inline uint64_t to_token(double number) {
  return number > 0 && number < kCountable ? static_cast<uint64_t>(number) : 0;
}

// Infinity, like anything below 0, is "none": -1.
inline int64_t to_milliseconds(double number) {
  return number >= 0 && number < kCountable ? static_cast<int64_t>(number) : -1;
}

}  // namespace aisopod_addon
