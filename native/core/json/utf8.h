// UTF-8 as Unicode defines it (table 3-7): without overlong forms, surrogates, and what is above
// U+10FFFF.
#pragma once

#include <cstddef>

namespace aisopod {

using Byte = unsigned char;

inline bool is_continuation(Byte c) { return (c & 0xC0) == 0x80; }

// The length of the well-formed sequence that starts at p, or 0. p is before end.
inline size_t sequence_length(const Byte* p, const Byte* end) {
  const size_t left = static_cast<size_t>(end - p);
  const Byte c = p[0];
  if (c < 0x80) return 1;
  if (c < 0xC2) return 0;
  if (c < 0xE0) return left >= 2 && is_continuation(p[1]) ? 2 : 0;
  if (c < 0xF0) {
    if (left < 3 || !is_continuation(p[1]) || !is_continuation(p[2])) return 0;
    if (c == 0xE0 && p[1] < 0xA0) return 0;  // overlong
    if (c == 0xED && p[1] > 0x9F) return 0;  // surrogate
    return 3;
  }
  if (c > 0xF4 || left < 4) return 0;
  if (!is_continuation(p[1]) || !is_continuation(p[2]) || !is_continuation(p[3])) return 0;
  if (c == 0xF0 && p[1] < 0x90) return 0;  // overlong
  if (c == 0xF4 && p[1] > 0x8F) return 0;  // above U+10FFFF
  return 4;
}

// The offset of the first byte that does not continue well-formed UTF-8, or len.
size_t utf8_prefix(const char* text, size_t len);

}  // namespace aisopod
