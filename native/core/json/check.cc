#include "core/json/check.h"

#include <algorithm>
#include <cstdint>
#include <cstring>

#include "core/json/escape.h"
#include "core/json/keys.h"
#include "core/json/number.h"
#include "core/json/special.h"

namespace aisopod {
namespace {

bool is_digit(Byte c) { return c >= '0' && c <= '9'; }

class Checker {
 public:
  Checker(const char* text, size_t len, unsigned depth)
      : begin_(reinterpret_cast<const Byte*>(text)),
        p_(begin_),
        end_(begin_ + len),
        deepest_(std::min(depth, kJsonDepth)),
        keys_(begin_) {}

  JsonVerdict run() {
    if (begin_ == end_) return fail("empty text");
    if (static_cast<size_t>(end_ - begin_) > JsonKeys::kLongestText) return fail("2 GiB or more");
    if (end_ - begin_ >= 3 && std::memcmp(begin_, "\xEF\xBB\xBF", 3) == 0) {
      return fail("a byte order mark");
    }
    for (;;) {
      skip_space();
      if (!value()) return verdict();
      if (opened_) continue;
      for (;;) {  // after a value: close containers, or go on to the next value
        skip_space();
        if (depth_ == 0) {
          if (p_ != end_) return fail("text after the value");
          return verdict();
        }
        if (p_ == end_) return fail("unexpected end");
        if (*p_ == ',') {
          ++p_;
          if (in_object() && !key()) return verdict();
          break;
        }
        if (*p_ != (in_object() ? '}' : ']')) {
          return fail(in_object() ? "expected ',' or '}'" : "expected ',' or ']'");
        }
        ++p_;
        if (in_object() && !end_object()) return verdict();
        --depth_;
      }
    }
  }

 private:
  // One value, or the opening of a container that is not empty (then opened_ is set).
  bool value() {
    opened_ = false;
    if (p_ == end_) return fault("unexpected end");
    switch (*p_) {
      case '{': return open(true);
      case '[': return open(false);
      case '"': return string();
      case 't': return word("true", 4);
      case 'f': return word("false", 5);
      case 'n': return word("null", 4);
      default: return number();
    }
  }

  bool open(bool object) {
    if (depth_ == deepest_) return fault("nested too deep", JsonRule::kDepth);
    const uint64_t bit = uint64_t{1} << (depth_ % 64);
    uint64_t& word = objects_[depth_ / 64];
    word = object ? (word | bit) : (word & ~bit);
    ++depth_;
    ++p_;
    skip_space();
    if (p_ == end_) return fault("unexpected end");
    if (*p_ == (object ? '}' : ']')) {
      ++p_;
      --depth_;
      return true;
    }
    opened_ = true;
    if (!object) return true;
    keys_.open();
    return key();
  }

  bool end_object() {
    const size_t twice = keys_.close();
    if (twice == JsonKeys::kNone) return true;
    return fault_at(begin_ + twice, "a key twice in one object", JsonRule::kKeys);
  }

  bool key() {
    skip_space();
    if (p_ == end_) return fault("unexpected end");
    if (*p_ != '"') return fault("expected a key");
    const Byte* const quote = p_;
    if (!string()) return false;
    const auto at = static_cast<size_t>(quote - begin_);
    if (!keys_.add(at, static_cast<size_t>(p_ - quote) - 2, escaped_)) {
      return fault_at(quote, "a key twice in one object", JsonRule::kKeys);
    }
    skip_space();
    if (p_ == end_) return fault("unexpected end");
    if (*p_ != ':') return fault("expected ':'");
    ++p_;
    return true;
  }

  // Sets escaped_.
  bool string() {
    ++p_;
    escaped_ = false;
    for (;;) {
      p_ = find_special(p_, end_);
      if (p_ == end_) return fault("unterminated string");
      const Byte c = *p_;
      if (c == '"') {
        ++p_;
        return true;
      }
      if (c == '\\') {
        escaped_ = true;
        if (!escape()) return false;
      } else if (c < 0x20) {
        return fault("control character in a string");
      } else {
        const size_t n = sequence_length(p_, end_);
        if (n == 0) return fault("invalid UTF-8");
        ascii_ = false;
        p_ += n;
      }
    }
  }

  bool escape() {
    if (end_ - p_ < 2) return fault("unterminated string");
    switch (p_[1]) {
      case '"':
      case '\\':
      case '/':
      case 'b':
      case 'f':
      case 'n':
      case 'r':
      case 't': p_ += 2; return true;
      case 'u': return unicode_escape();
      default: return fault("bad escape");
    }
  }

  bool unicode_escape() {
    if (end_ - p_ < 6) return fault("unterminated string");
    if (!is_hex4(p_ + 2)) return fault("bad \\u escape");
    const uint32_t unit = hex4(p_ + 2);
    if (is_low_half(unit) || (is_high_half(unit) && !low_half_follows())) {
      return fault("half of a surrogate pair", JsonRule::kSurrogates);
    }
    p_ += is_high_half(unit) ? 12 : 6;
    return true;
  }

  bool low_half_follows() const {
    return end_ - p_ >= 12 && p_[6] == '\\' && p_[7] == 'u' && is_hex4(p_ + 8) &&
           is_low_half(hex4(p_ + 8));
  }

  bool word(const char* expected, size_t n) {
    if (static_cast<size_t>(end_ - p_) < n || std::memcmp(p_, expected, n) != 0) {
      return fault("expected a value");
    }
    p_ += n;
    return true;
  }

  bool number() {
    const Byte* q = p_;
    if (q != end_ && *q == '-') ++q;
    const Byte* const first = q;
    if (q == end_ || !is_digit(*q)) return fault("expected a value");
    if (*q == '0') {
      ++q;
    } else {
      q = behind_digits(q);
    }
    const Byte* const whole = q;
    if (q != end_ && *q == '.') {
      ++q;
      if (q == end_ || !is_digit(*q)) return fault("bad number");
      q = behind_digits(q);
    }
    const Byte* exponent = nullptr;
    if (q != end_ && (*q == 'e' || *q == 'E')) {
      ++q;
      if (q != end_ && (*q == '+' || *q == '-')) ++q;
      if (q == end_ || !is_digit(*q)) return fault("bad number");
      exponent = q;
      q = behind_digits(q);
    }
    // Most are so short that a look at their length decides.
    const auto digits = static_cast<size_t>(whole - first);
    const bool small = digits <= kSafeDigits && (exponent == nullptr || q - exponent <= 2);
    if (!small && !is_in_range(first, static_cast<size_t>(q - first))) {
      return fault("a number beyond the range of a double", JsonRule::kNumber);
    }
    if (!small && q == whole && !integer_is_kept(first, digits)) {
      return fault("an integer that a double cannot hold", JsonRule::kNumber);
    }
    p_ = q;
    return true;
  }

  const Byte* behind_digits(const Byte* q) const {
    while (q != end_ && is_digit(*q)) ++q;
    return q;
  }

  void skip_space() {
    while (p_ != end_ && (*p_ == ' ' || *p_ == '\n' || *p_ == '\r' || *p_ == '\t')) ++p_;
  }

  bool in_object() const { return (objects_[(depth_ - 1) / 64] >> ((depth_ - 1) % 64)) & 1; }

  bool fault(const char* what, JsonRule rule = JsonRule::kGrammar) {
    fault_ = what;
    rule_ = rule;
    return false;
  }

  bool fault_at(const Byte* place, const char* what, JsonRule rule) {
    p_ = place;
    return fault(what, rule);
  }

  JsonVerdict fail(const char* what) {
    fault(what);
    return verdict();
  }

  JsonVerdict verdict() const {
    return {fault_, static_cast<size_t>(p_ - begin_), ascii_, rule_, deepest_};
  }

  const Byte* const begin_;
  const Byte* p_;
  const Byte* const end_;
  const unsigned deepest_;
  const char* fault_ = nullptr;
  JsonRule rule_ = JsonRule::kGrammar;
  bool ascii_ = true;
  bool escaped_ = false;
  bool opened_ = false;
  unsigned depth_ = 0;
  uint64_t objects_[(kJsonDepth + 63) / 64] = {};  // bit d: the container at depth d is an object
  JsonKeys keys_;
};

}  // namespace

JsonVerdict check_json(const char* text, size_t len, unsigned depth) {
  return Checker(text, len, depth).run();
}

}  // namespace aisopod
