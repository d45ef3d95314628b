// Is a text JSON that every reader understands alike? Decides it without building anything, since
// the value itself is parsed on the other side.
#pragma once

#include <cstddef>

#include "core/json/utf8.h"
#include "core/limits.h"

namespace aisopod {

// What a text that is refused breaks.
enum class JsonRule { kGrammar, kDepth, kNumber, kKeys, kSurrogates };

struct JsonVerdict {
  const char* fault;  // nullptr: it is taken; else what is wrong, a static string
  size_t offset;      // byte at which the fault was seen
  bool ascii;         // every byte is below 0x80 (meaningful without a fault)
  JsonRule rule;      // meaningful with a fault
  unsigned depth;     // how many levels the text might have
  explicit operator bool() const { return fault == nullptr; }
};

// Checks text[0..len) against RFC 8259, and against what I-JSON (RFC 7493) adds: no number that a
// double changes (number.h), no key twice in an object, no half of a surrogate pair. Containers
// nested deeper than `depth` are a fault; it is at most kJsonDepth.
// Bounded: one pass, no recursion; 16 bytes for each key of the objects that are open at once, on
// the stack as long as these are few.
JsonVerdict check_json(const char* text, size_t len, unsigned depth = kJsonDepth);

}  // namespace aisopod
