#include "core/json/refusal.h"

namespace aisopod {
namespace {

constexpr size_t kKeyShown = 64;  // bytes

// The key whose opening quote stands at `at`, as it is written there.
std::string key_at(const char* text, size_t len, size_t at) {
  const auto* const begin = reinterpret_cast<const Byte*>(text) + at;
  const auto* const end = reinterpret_cast<const Byte*>(text) + len;
  const Byte* p = begin + 1;
  while (p < end && *p != '"') {
    p += *p == '\\' ? 2 : sequence_length(p, end);
    if (static_cast<size_t>(p - begin) > kKeyShown) {
      return std::string(text + at, text + at + (p - begin)) + "...\"";
    }
  }
  return std::string(text + at, text + at + (p - begin)) + '"';
}

}  // namespace

JsonRefusal refusal_of(const JsonVerdict& verdict, const char* text, size_t len) {
  switch (verdict.rule) {
    case JsonRule::kNumber: return {verdict.fault, "write it as a string"};
    case JsonRule::kKeys:
      return {"the key " + key_at(text, len, verdict.offset) + " twice in one object", ""};
    case JsonRule::kDepth:
      return {"nested deeper than " + std::to_string(verdict.depth) + " levels", ""};
    case JsonRule::kSurrogates: return {verdict.fault, ""};
    case JsonRule::kGrammar: break;
  }
  return {std::string("not JSON: ") + verdict.fault, ""};
}

std::string sentence_of(const JsonVerdict& verdict, const char* text, size_t len) {
  const JsonRefusal refusal = refusal_of(verdict, text, len);
  const std::string place = refusal.what + " at byte " + std::to_string(verdict.offset);
  return refusal.advice.empty() ? place : place + "; " + refusal.advice;
}

}  // namespace aisopod
