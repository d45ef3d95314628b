#include "core/host/plugin_error.h"

#include <algorithm>
#include <cstring>

#include "core/json/check.h"
#include "core/json/refusal.h"

namespace aisopod {

aisopod_status fill(aisopod_error* err, aisopod_status code, const std::string& message) {
  constexpr size_t at = offsetof(aisopod_error, message);
  if (err == nullptr || err->struct_size <= at || err->struct_size > kLargestStruct) return code;
  const size_t room = std::min<size_t>(err->struct_size - at, sizeof err->message) - 1;
  size_t n = std::min(message.size(), room);
  n = utf8_prefix(message.data(), n);  // never half a character
  err->code = code;
  std::memcpy(err->message, message.data(), n);
  err->message[n] = '\0';
  return code;
}

std::string message_of(const aisopod_error& err) {
  const size_t n = strnlen(err.message, sizeof err.message);
  return std::string(err.message, utf8_prefix(err.message, n));
}

aisopod_status take_json(const char* text, size_t len, size_t limit, std::string& out,
                         std::string& why, bool* ascii, unsigned depth) {
  if (text == nullptr) {
    if (len == 0) {
      out = "null";
      if (ascii != nullptr) *ascii = true;
      return AISOPOD_OK;
    }
    why = "the text is NULL but its length is not 0";
    return AISOPOD_E_INVALID;
  }
  if (len == AISOPOD_NTS) len = strnlen(text, limit + 1);
  if (len > limit) {
    why = "over the limit of " + std::to_string(limit) + " bytes";
    return AISOPOD_E_TOO_LARGE;
  }
  const JsonVerdict verdict = check_json(text, len, depth);
  if (!verdict) {
    why = sentence_of(verdict, text, len);
    return AISOPOD_E_INVALID;
  }
  out.assign(text, len);
  if (ascii != nullptr) *ascii = verdict.ascii;
  return AISOPOD_OK;
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

}  // namespace aisopod
