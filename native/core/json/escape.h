// Escapes inside JSON strings.
#pragma once

#include <cstdint>

#include "core/json/utf8.h"

namespace aisopod {

inline bool is_hex(Byte c) {
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}

inline bool is_hex4(const Byte* p) {
  return is_hex(p[0]) && is_hex(p[1]) && is_hex(p[2]) && is_hex(p[3]);
}

// The value of four hexadecimal digits.
inline uint32_t hex4(const Byte* p) {
  uint32_t unit = 0;
  for (int i = 0; i < 4; ++i) {
    unit = unit << 4 | static_cast<uint32_t>(p[i] <= '9' ? p[i] - '0' : (p[i] | 0x20) - 'a' + 10);
  }
  return unit;
}

inline bool is_high_half(uint32_t unit) { return unit >= 0xD800 && unit < 0xDC00; }
inline bool is_low_half(uint32_t unit) { return unit >= 0xDC00 && unit < 0xE000; }

// Writes the content of a string that was checked, unescaped, as UTF-8. `out` needs as much room
// as the content has. Returns the number of bytes.
size_t unescape(const Byte* content, size_t len, Byte* out);

}  // namespace aisopod
