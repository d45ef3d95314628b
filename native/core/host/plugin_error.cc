#include "core/host/plugin_error.h"

#include <algorithm>
#include <cstring>

#include "core/host/read_struct.h"
#include "core/json/check.h"
#include "core/threads/guard.h"

namespace aisopod {

aisopod_status fill(aisopod_error* err, aisopod_status status, const std::string& message) {
  constexpr size_t at = offsetof(aisopod_error, message);
  if (err == nullptr || err->struct_size <= at || err->struct_size > kLargestStruct) return status;
  const size_t room = std::min<size_t>(err->struct_size - at, sizeof err->message) - 1;
  size_t n = std::min(message.size(), room);
  n = utf8_prefix(message.data(), n);  // never half a character
  err->status = status;
  std::memcpy(err->message, message.data(), n);
  err->message[n] = '\0';
  return status;
}

std::string message_of(const aisopod_error& err) {
  const size_t n = strnlen(err.message, sizeof err.message);
  return std::string(err.message, utf8_prefix(err.message, n));
}

const char* status_name(aisopod_status status) {
  static const char* const names[] = {
      "AISOPOD_OK",          "AISOPOD_E_FAIL",      "AISOPOD_E_INVALID",   "AISOPOD_E_UNSUPPORTED",
      "AISOPOD_E_EXISTS",    "AISOPOD_E_NOT_FOUND", "AISOPOD_E_DENIED",    "AISOPOD_E_GONE",
      "AISOPOD_E_CANCELLED", "AISOPOD_E_DEADLINE",  "AISOPOD_E_AGAIN",     "AISOPOD_E_NOMEM",
      "AISOPOD_E_STATE",     "AISOPOD_E_THREAD",    "AISOPOD_E_TOO_LARGE", "AISOPOD_E_BUSY"};
  constexpr int count = static_cast<int>(sizeof names / sizeof *names);
  return status <= 0 && status > -count ? names[-status] : "AISOPOD_E_FAIL";
}

aisopod_status without_reserved(aisopod_status status, const char* function, std::string& message) {
  if (status <= 0) return status;
  quietly([&] {
    message =
        std::string(function) + (status == AISOPOD_PENDING
                                     ? " returned AISOPOD_PENDING, which only a handler may"
                                     : " returned the reserved status " + std::to_string(status));
  });
  return AISOPOD_E_FAIL;
}

}  // namespace aisopod
