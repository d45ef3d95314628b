// Which numbers a double keeps. A number of JSON is a double wherever it is read, so one that a
// double changes is refused.
#pragma once

#include <cstddef>

#include "core/json/utf8.h"

namespace aisopod {

// A double holds every integer that has at most this many digits.
constexpr size_t kSafeDigits = 15;

// Whether the nearest double has these digits as its value, or as its shortest form in JavaScript:
// 9007199254740992 and 9223372036854778000 do, 9007199254740993 and 9223372036854775807 don't.
// @param digits 0-9, without a sign; no 0 before another digit; in the range of a double
bool integer_is_kept(const Byte* digits, size_t n);

// Whether the nearest double is finite.
// @param number well-formed, without a sign
bool is_in_range(const Byte* number, size_t n);

}  // namespace aisopod
