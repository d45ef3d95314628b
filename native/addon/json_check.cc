#include "json_check.h"

#include <string>

#include "core/json/refusal.h"
#include "strings.h"

namespace aisopod_addon {
namespace {

constexpr char kReplacement[] = "\xEF\xBF\xBD";  // what half of a surrogate pair is converted to

bool is_half(char16_t unit, char16_t first) { return (unit & 0xFC00) == first; }

// The offset in UTF-8 of the first half of a surrogate pair in a JavaScript string, or npos.
size_t find_half(napi_env env, napi_value value) {
  size_t len = 0;
  if (napi_get_value_string_utf16(env, value, nullptr, 0, &len) != napi_ok) {
    return std::string::npos;
  }
  std::u16string text(len, u'\0');
  napi_get_value_string_utf16(env, value, &text[0], len + 1, &len);
  size_t bytes = 0;
  for (size_t i = 0; i < text.size(); ++i) {
    const char16_t unit = text[i];
    if (is_half(unit, 0xD800) && i + 1 < text.size() && is_half(text[i + 1], 0xDC00)) {
      bytes += 4;
      ++i;
    } else if (is_half(unit, 0xD800) || is_half(unit, 0xDC00)) {
      return bytes;
    } else {
      bytes += unit < 0x80 ? 1 : unit < 0x800 ? 2 : 3;
    }
  }
  return std::string::npos;
}

unsigned depth_of(const Napi::Value& value) {
  if (!value.IsNumber()) return aisopod::kJsonDepth;
  const double depth = value.As<Napi::Number>().DoubleValue();
  return depth >= 0 && depth < aisopod::kJsonDepth ? static_cast<unsigned>(depth)
                                                   : aisopod::kJsonDepth;
}

}  // namespace

Napi::Value check_json_text(const Napi::CallbackInfo& info) {
  const Napi::Env env = info.Env();
  std::string copy;
  const char* text = nullptr;
  size_t len = 0;
  if (info[0].IsBuffer()) {
    const auto bytes = info[0].As<Napi::Uint8Array>();
    text = reinterpret_cast<const char*>(bytes.Data());
    len = bytes.ByteLength();
  } else if (info[0].IsString() && read_string(env, info[0], copy)) {
    text = copy.data();
    len = copy.size();
  } else {
    Napi::TypeError::New(env, "checkJson() takes a string or bytes").ThrowAsJavaScriptException();
    return env.Undefined();
  }
  aisopod::JsonVerdict verdict = aisopod::check_json(text, len, depth_of(info[1]));
  if (copy.find(kReplacement) != std::string::npos) {
    const size_t half = find_half(env, info[0]);
    if (half != std::string::npos && (verdict || half < verdict.offset)) {
      verdict.fault = "half of a surrogate pair";
      verdict.rule = aisopod::JsonRule::kSurrogates;
      verdict.offset = half;
    }
  }
  if (verdict) return env.Null();
  const aisopod::JsonRefusal refusal = aisopod::refusal_of(verdict, text, len);
  const Napi::Array answer = Napi::Array::New(env, 3);
  answer.Set(0u, Napi::Value(env, make_string(env, refusal.what)));
  answer.Set(1u, static_cast<double>(verdict.offset));
  answer.Set(2u, Napi::String::New(env, refusal.advice));
  return answer;
}

}  // namespace aisopod_addon
