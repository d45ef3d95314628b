// Is a text one complete JSON value in valid UTF-8? Decides it without building anything, since
// the value itself is parsed on the other side.
#pragma once

#include <cstddef>

namespace aisopod {

struct JsonVerdict {
  const char* fault;  // nullptr: it is JSON; else what is wrong, a static string
  size_t offset;      // byte at which the fault was seen
  bool ascii;         // every byte is below 0x80 (meaningful without a fault)
  explicit operator bool() const { return fault == nullptr; }
};

// Checks text[0..len) against RFC 8259. Containers nested deeper than kJsonDepth are a fault.
// Bounded: one pass, no recursion, no allocation.
JsonVerdict check_json(const char* text, size_t len);

// The offset of the first byte that does not continue valid UTF-8, or len.
size_t utf8_prefix(const char* text, size_t len);

}  // namespace aisopod
