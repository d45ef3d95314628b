#include "core/json/escape.h"

namespace aisopod {
namespace {

Byte* put(uint32_t point, Byte* out) {
  const auto tail = [&](int shift) { return static_cast<Byte>(0x80 | ((point >> shift) & 0x3F)); };
  if (point < 0x80) {
    *out++ = static_cast<Byte>(point);
  } else if (point < 0x800) {
    *out++ = static_cast<Byte>(0xC0 | point >> 6);
    *out++ = tail(0);
  } else if (point < 0x10000) {
    *out++ = static_cast<Byte>(0xE0 | point >> 12);
    *out++ = tail(6);
    *out++ = tail(0);
  } else {
    *out++ = static_cast<Byte>(0xF0 | point >> 18);
    *out++ = tail(12);
    *out++ = tail(6);
    *out++ = tail(0);
  }
  return out;
}

Byte meaning(Byte escaped) {
  switch (escaped) {
    case 'b': return '\b';
    case 'f': return '\f';
    case 'n': return '\n';
    case 'r': return '\r';
    case 't': return '\t';
    default: return escaped;
  }
}

}  // namespace

size_t unescape(const Byte* content, size_t len, Byte* out) {
  const Byte* p = content;
  const Byte* const end = content + len;
  Byte* to = out;
  while (p != end) {
    if (*p != '\\') {
      *to++ = *p++;
    } else if (p[1] != 'u') {
      *to++ = meaning(p[1]);
      p += 2;
    } else {
      uint32_t point = hex4(p + 2);
      p += 6;
      if (is_high_half(point)) {  // the check has seen the other half
        point = 0x10000 + ((point - 0xD800) << 10) + (hex4(p + 2) - 0xDC00);
        p += 6;
      }
      to = put(point, to);
    }
  }
  return static_cast<size_t>(to - out);
}

}  // namespace aisopod
