#include "core/json/utf8.h"

namespace aisopod {

size_t utf8_prefix(const char* text, size_t len) {
  const auto* begin = reinterpret_cast<const Byte*>(text);
  const Byte* p = begin;
  const Byte* const end = begin + len;
  while (p != end) {
    const size_t n = sequence_length(p, end);
    if (n == 0) break;
    p += n;
  }
  return static_cast<size_t>(p - begin);
}

}  // namespace aisopod
