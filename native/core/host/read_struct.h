// Reading a struct that a plugin passes, by rule 1 of the header: its size is checked, what this
// host knows of it is copied into a zeroed struct of our own, and what the host does not know must
// be zero, so that nothing a newer plugin sets is ever ignored.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstring>
#include <string>

#include "aisopod/plugin.h"

namespace aisopod {

constexpr size_t kLargestStruct = 65536;

// The offset just behind member m: the size of T in the minor in which m was the last member.
#define AISOPOD_END_OF(T, m) (offsetof(T, m) + sizeof(static_cast<T*>(nullptr)->m))

// The size of each struct in 1.0: no writer has a smaller one.
template <class T>
constexpr size_t size_in_1_0();
#define AISOPOD_SIZE_IN_1_0(T, last)  \
  template <>                         \
  constexpr size_t size_in_1_0<T>() { \
    return AISOPOD_END_OF(T, last);   \
  }
AISOPOD_SIZE_IN_1_0(aisopod_payload, len)
AISOPOD_SIZE_IN_1_0(aisopod_failure, details_len)
AISOPOD_SIZE_IN_1_0(aisopod_progress, note_len)
AISOPOD_SIZE_IN_1_0(aisopod_observer, reserved0)
AISOPOD_SIZE_IN_1_0(aisopod_registration, release)
AISOPOD_SIZE_IN_1_0(aisopod_subscription, release)
AISOPOD_SIZE_IN_1_0(aisopod_publication, payload)
AISOPOD_SIZE_IN_1_0(aisopod_request, reserved0)
AISOPOD_SIZE_IN_1_0(aisopod_post, release)
AISOPOD_SIZE_IN_1_0(aisopod_log_record, fields_len)
#undef AISOPOD_SIZE_IN_1_0

// Is any of these bytes not zero?
inline bool any_set(const unsigned char* bytes, size_t n) {
  return std::any_of(bytes, bytes + n, [](unsigned char byte) { return byte != 0; });
}

// Copies *from into `out`. `name` is that of the struct, for messages.
// Errors: AISOPOD_E_INVALID: NULL, or an illegal struct_size; AISOPOD_E_UNSUPPORTED: it sets what
// this host does not know. `why` says more.
template <class T>
aisopod_status read_struct(const T* from, const char* name, T& out, std::string& why) {
  out = T();
  if (from == nullptr) {
    why = std::string(name) + " is NULL";
    return AISOPOD_E_INVALID;
  }
  const size_t size = from->struct_size;
  if (size < size_in_1_0<T>() || size > kLargestStruct || size % 4 != 0) {
    why = std::string("the struct_size of ") + name + " is " + std::to_string(size) +
          "; it starts as AISOPOD_INIT(" + name + ")";
    return AISOPOD_E_INVALID;
  }
  std::memcpy(&out, from, std::min(size, sizeof(T)));
  out.struct_size = static_cast<uint32_t>(sizeof(T));
  if (size > sizeof(T) &&
      any_set(reinterpret_cast<const unsigned char*>(from) + sizeof(T), size - sizeof(T))) {
    why = std::string(name) + " sets a member that this host does not know";
    return AISOPOD_E_UNSUPPORTED;
  }
  return AISOPOD_OK;
}

// The member that a struct keeps for a later minor, nullptr if it has none.
inline const void* reserved_of(const aisopod_observer& from) { return from.reserved0; }
inline const void* reserved_of(const aisopod_request& from) { return from.reserved0; }
template <class T>
const void* reserved_of(const T&) {
  return nullptr;
}

// The same where a reserved member and unknown flag bits are refused too.
// Errors: like read_struct(); AISOPOD_E_INVALID: the reserved member is set; AISOPOD_E_UNSUPPORTED:
// a flag that is not in `known`.
template <class T>
aisopod_status read_struct(const T* from, const char* name, uint32_t known, T& out,
                           std::string& why) {
  const aisopod_status status = read_struct(from, name, out, why);
  if (status != AISOPOD_OK) return status;
  if (reserved_of(out) != nullptr) {
    why = std::string("reserved0 of ") + name + " is not NULL";
    return AISOPOD_E_INVALID;
  }
  if ((out.flags & ~known) == 0) return AISOPOD_OK;
  why = std::string("the flags of ") + name + " have the unknown bits " +
        std::to_string(out.flags & ~known);
  return AISOPOD_E_UNSUPPORTED;
}

}  // namespace aisopod
