// Reading what a plugin hands in, and telling it what was wrong.
#pragma once

#include <cstddef>
#include <string>

#include "aisopod/plugin.h"
#include "core/limits.h"

namespace aisopod {

constexpr size_t kLargestStruct = 65536;

// The offset just behind member m: the size of T in the minor in which m was the last member.
#define AISOPOD_END_OF(T, m) (offsetof(T, m) + sizeof(static_cast<T*>(nullptr)->m))

// Rule 1 of the header: not below the size that 1.0 had, not above 65536.
template <class T>
bool size_is_legal(const T* p, size_t smallest) {
  return p->struct_size >= smallest && p->struct_size <= kLargestStruct;
}

// Writes code and message into err (may be NULL, may be smaller than ours) and returns code.
aisopod_status fill(aisopod_error* err, aisopod_status code, const std::string& message);

// The message that a plugin left in err, bounded and valid UTF-8.
std::string message_of(const aisopod_error& err);

// Copies JSON that a plugin hands in. len may be AISOPOD_NTS; a NULL text is legal when len is 0
// and reads as "null".
// Errors: AISOPOD_E_TOO_LARGE over `limit` bytes, AISOPOD_E_INVALID refused by check_json(); `why`
// says more.
aisopod_status take_json(const char* text, size_t len, size_t limit, std::string& out,
                         std::string& why, bool* ascii = nullptr, unsigned depth = kJsonDepth);

// "AISOPOD_E_..." of a status.
const char* status_name(aisopod_status status);

}  // namespace aisopod
