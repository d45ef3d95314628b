#include "core/events/topic.h"

#include <cstring>

#include "core/json/check.h"

namespace aisopod {
namespace {

// Is the character that begins at text[i] allowed? U+0080 to U+009F are control characters, too.
bool is_plain(const char* text, size_t i) {
  const auto c = static_cast<unsigned char>(text[i]);
  if (c == 0xC2 && static_cast<unsigned char>(text[i + 1]) < 0xA0) return false;
  return c > 0x20 && c != 0x7F && c != '*' && c != '>';
}

bool is_wildcard(const char* segment, size_t n, bool last) {
  return (n == 1 && segment[0] == '*') ||
         (n == 2 && last && segment[0] == '*' && segment[1] == '*');
}

aisopod_status check(const char* text, bool pattern, std::string& why, size_t& length) {
  const auto refuse = [&](const char* reason) {
    why = reason;
    return AISOPOD_E_INVALID;
  };
  if (text == nullptr) return refuse("it is NULL");
  length = strnlen(text, kTopicLength + 1);
  if (length > kTopicLength) return refuse("it has more than 256 bytes");
  if (utf8_prefix(text, length) != length) return refuse("it is not UTF-8");
  for (size_t begin = 0;;) {
    const auto* const dot =
        static_cast<const char*>(std::memchr(text + begin, '.', length - begin));
    const size_t end = dot == nullptr ? length : static_cast<size_t>(dot - text);
    if (end == begin) return refuse("a segment is empty");
    if (!pattern || !is_wildcard(text + begin, end - begin, dot == nullptr)) {
      for (size_t i = begin; i < end; ++i) {
        if (!is_plain(text, i)) {
          return refuse(pattern
                            ? "'*' must be a whole segment, '**' the last one, and blanks, control "
                              "characters and '>' are not allowed"
                            : "'*', '>', blanks and control characters are not allowed");
        }
      }
    }
    if (dot == nullptr) return AISOPOD_OK;
    begin = end + 1;
  }
}

}  // namespace

aisopod_status check_topic(const char* text, std::string& why, size_t& length) {
  const aisopod_status status = check(text, false, why, length);
  if (status != AISOPOD_OK) return status;
  if (std::strncmp(text, "host", 4) == 0 && (text[4] == '.' || text[4] == '\0')) {
    why = "topics under 'host' are the host's own";
    return AISOPOD_E_DENIED;
  }
  return AISOPOD_OK;
}

aisopod_status check_pattern(const char* text, std::string& why) {
  size_t length = 0;
  return check(text, true, why, length);
}

}  // namespace aisopod
