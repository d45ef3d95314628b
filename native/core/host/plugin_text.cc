#include "core/host/plugin_text.h"

#include <algorithm>
#include <cstring>

#include "core/host/read_struct.h"
#include "core/json/check.h"
#include "core/json/refusal.h"

namespace aisopod {
namespace {

constexpr size_t kShownBytes = 64;

bool is_object(const std::string& json) {
  const size_t at = json.find_first_not_of(" \t\r\n");
  return at != std::string::npos && json[at] == '{';
}

aisopod_status refuse(std::string& why, aisopod_status status, std::string text) {
  why = std::move(text);
  return status;
}

aisopod_status read_json(const char* text, size_t len, size_t limit, JsonText& out,
                         std::string& why, unsigned depth) {
  if (text == nullptr) {
    if (len != 0) {
      return refuse(why, AISOPOD_E_INVALID, "the text is NULL but its length is not 0");
    }
    out = {"null", 4, true};
    return AISOPOD_OK;
  }
  if (len == AISOPOD_NTS) len = strnlen(text, limit + 1);
  if (len > limit) {
    return refuse(why, AISOPOD_E_TOO_LARGE,
                  "over the limit of " + std::to_string(limit) + " bytes");
  }
  const JsonVerdict verdict = check_json(text, len, depth);
  if (!verdict) return refuse(why, AISOPOD_E_INVALID, sentence_of(verdict, text, len));
  out = {text, len, verdict.ascii};
  return AISOPOD_OK;
}

aisopod_status copy(aisopod_status status, const JsonText& json, std::string& out, bool* ascii) {
  if (status != AISOPOD_OK) return status;
  out.assign(json.text, json.len);
  if (ascii != nullptr) *ascii = json.ascii;
  return AISOPOD_OK;
}

}  // namespace

aisopod_status read_payload(const aisopod_payload* from, size_t limit, JsonText& out,
                            std::string& why, unsigned depth) {
  if (from == nullptr) return read_json(nullptr, 0, limit, out, why, depth);
  aisopod_payload payload;
  const aisopod_status status = read_struct(from, "aisopod_payload", 0, payload, why);
  if (status != AISOPOD_OK) return status;
  return read_json(payload.json, payload.len, limit, out, why, depth);
}

aisopod_status take_json(const char* text, size_t len, size_t limit, std::string& out,
                         std::string& why, bool* ascii, unsigned depth) {
  JsonText json;
  return copy(read_json(text, len, limit, json, why, depth), json, out, ascii);
}

aisopod_status take_payload(const aisopod_payload* from, size_t limit, std::string& out,
                            std::string& why, bool* ascii, unsigned depth) {
  JsonText json;
  return copy(read_payload(from, limit, json, why, depth), json, out, ascii);
}

aisopod_status take_object(const char* text, size_t len, size_t limit, const char* name,
                           std::string& out, std::string& why) {
  // NULL with a length of 0, or an empty text: there is none to check.
  if (len == 0 || (len == AISOPOD_NTS && text != nullptr && *text == '\0')) return AISOPOD_OK;
  aisopod_status status = take_json(text, len, limit, out, why);
  if (status == AISOPOD_OK && !is_object(out)) {
    out.clear();
    status = refuse(why, AISOPOD_E_INVALID, "the JSON is not an object");
  }
  if (status != AISOPOD_OK) why = std::string(name) + ": " + why;
  return status;
}

aisopod_status take_text(const char* text, size_t len, size_t limit, const char* name,
                         std::string& out, std::string& why) {
  out.clear();
  if (text == nullptr) {
    if (len == 0) return AISOPOD_OK;
    return refuse(why, AISOPOD_E_INVALID, std::string(name) + " is NULL, but its length is not 0");
  }
  const size_t n = len == AISOPOD_NTS ? strnlen(text, limit) : std::min(len, limit);
  out.assign(text, utf8_prefix(text, n));
  return AISOPOD_OK;
}

std::string shown(const char* text) {
  if (text == nullptr) return "(NULL)";
  const size_t n = strnlen(text, kShownBytes + 1);
  const size_t good = utf8_prefix(text, std::min(n, kShownBytes));
  return good < n ? std::string(text, good) + "..." : std::string(text, n);
}

}  // namespace aisopod
