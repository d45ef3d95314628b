// Where a string needs a closer look: at a quote, a backslash, a control character, or a byte above
// 0x7F. Most of a string has none of them, so whole blocks are passed over.
#pragma once

#include <cstdint>
#include <cstring>

#include "core/json/utf8.h"

namespace aisopod {

inline bool is_special(Byte c) { return c < 0x20 || c > 0x7F || c == '"' || c == '\\'; }

constexpr size_t kBlock = 32;

// Without branches, which compilers make into vector instructions.
inline bool block_special(const Byte* p) {
  unsigned found = 0;
  for (size_t i = 0; i < kBlock; ++i) {
    found |= static_cast<unsigned>(p[i] < 0x20) | static_cast<unsigned>(p[i] > 0x7F) |
             static_cast<unsigned>(p[i] == '"') | static_cast<unsigned>(p[i] == '\\');
  }
  return found != 0;
}

// Is one of eight bytes special?
inline bool eight_special(const Byte* p) {
  uint64_t v;
  std::memcpy(&v, p, sizeof v);
  constexpr uint64_t ones = 0x0101010101010101u;
  constexpr uint64_t highs = 0x8080808080808080u;
  const auto has_zero = [](uint64_t x) { return (x - ones) & ~x & highs; };
  const uint64_t below_space = (v - ones * 0x20) & ~v & highs;
  return ((v & highs) | below_space | has_zero(v ^ (ones * '"')) | has_zero(v ^ (ones * '\\'))) !=
         0;
}

// The first special byte, or end.
inline const Byte* find_special(const Byte* p, const Byte* end) {
  while (static_cast<size_t>(end - p) >= kBlock && !block_special(p)) p += kBlock;
  while (end - p >= 8 && !eight_special(p)) p += 8;
  while (p != end && !is_special(*p)) ++p;
  return p;
}

}  // namespace aisopod
