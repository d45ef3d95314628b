#include "core/json/check.h"

#include <cstdint>
#include <cstring>

#include "core/limits.h"

namespace aisopod {
namespace {

using Byte = unsigned char;

bool is_digit(Byte c) { return c >= '0' && c <= '9'; }

bool is_hex(Byte c) { return is_digit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F'); }

bool is_continuation(Byte c) { return (c & 0xC0) == 0x80; }

// The length of the well-formed UTF-8 sequence (Unicode table 3-7) that starts at p, or 0.
size_t sequence_length(const Byte* p, const Byte* end) {
  const size_t left = static_cast<size_t>(end - p);
  const Byte c = p[0];
  if (c < 0x80) return 1;
  if (c < 0xC2) return 0;
  if (c < 0xE0) return left >= 2 && is_continuation(p[1]) ? 2 : 0;
  if (c < 0xF0) {
    if (left < 3 || !is_continuation(p[1]) || !is_continuation(p[2])) return 0;
    if (c == 0xE0 && p[1] < 0xA0) return 0;  // overlong
    if (c == 0xED && p[1] > 0x9F) return 0;  // surrogate
    return 3;
  }
  if (c > 0xF4 || left < 4) return 0;
  if (!is_continuation(p[1]) || !is_continuation(p[2]) || !is_continuation(p[3])) return 0;
  if (c == 0xF0 && p[1] < 0x90) return 0;  // overlong
  if (c == 0xF4 && p[1] > 0x8F) return 0;  // above U+10FFFF
  return 4;
}

// Bytes that need a closer look inside a string: a quote, a backslash, a control character or a
// byte above 0x7F.
bool is_special(Byte c) { return c < 0x20 || c > 0x7F || c == '"' || c == '\\'; }

constexpr size_t kBlock = 32;

// Without branches, which compilers make into vector instructions.
bool block_special(const Byte* p) {
  unsigned found = 0;
  for (size_t i = 0; i < kBlock; ++i) {
    found |= static_cast<unsigned>(p[i] < 0x20) | static_cast<unsigned>(p[i] > 0x7F) |
             static_cast<unsigned>(p[i] == '"') | static_cast<unsigned>(p[i] == '\\');
  }
  return found != 0;
}

// Is one of eight bytes special?
bool eight_special(const Byte* p) {
  uint64_t v;
  std::memcpy(&v, p, sizeof v);
  constexpr uint64_t ones = 0x0101010101010101u;
  constexpr uint64_t highs = 0x8080808080808080u;
  const auto has_zero = [](uint64_t x) { return (x - ones) & ~x & highs; };
  const uint64_t below_space = (v - ones * 0x20) & ~v & highs;
  return ((v & highs) | below_space | has_zero(v ^ (ones * '"')) | has_zero(v ^ (ones * '\\'))) !=
         0;
}

// The first special byte, or end.
const Byte* find_special(const Byte* p, const Byte* end) {
  while (static_cast<size_t>(end - p) >= kBlock && !block_special(p)) p += kBlock;
  while (end - p >= 8 && !eight_special(p)) p += 8;
  while (p != end && !is_special(*p)) ++p;
  return p;
}

class Checker {
 public:
  Checker(const char* text, size_t len)
      : begin_(reinterpret_cast<const Byte*>(text)), p_(begin_), end_(begin_ + len) {}

  JsonVerdict run() {
    if (begin_ == end_) return fail("empty text");
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
    if (depth_ == kJsonDepth) return fault("nested too deep");
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
    return object ? key() : true;
  }

  bool key() {
    skip_space();
    if (p_ == end_) return fault("unexpected end");
    if (*p_ != '"') return fault("expected a key");
    if (!string()) return false;
    skip_space();
    if (p_ == end_) return fault("unexpected end");
    if (*p_ != ':') return fault("expected ':'");
    ++p_;
    return true;
  }

  bool string() {
    ++p_;
    for (;;) {
      p_ = find_special(p_, end_);
      if (p_ == end_) return fault("unterminated string");
      const Byte c = *p_;
      if (c == '"') {
        ++p_;
        return true;
      }
      if (c == '\\') {
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
      case 'u':
        if (end_ - p_ < 6) return fault("unterminated string");
        for (int i = 2; i < 6; ++i) {
          if (!is_hex(p_[i])) return fault("bad \\u escape");
        }
        p_ += 6;
        return true;
      default: return fault("bad escape");
    }
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
    if (q == end_ || !is_digit(*q)) return fault("expected a value");
    if (*q == '0') {
      ++q;
    } else {
      while (q != end_ && is_digit(*q)) ++q;
    }
    if (q != end_ && *q == '.') {
      ++q;
      if (q == end_ || !is_digit(*q)) return fault("bad number");
      while (q != end_ && is_digit(*q)) ++q;
    }
    if (q != end_ && (*q == 'e' || *q == 'E')) {
      ++q;
      if (q != end_ && (*q == '+' || *q == '-')) ++q;
      if (q == end_ || !is_digit(*q)) return fault("bad number");
      while (q != end_ && is_digit(*q)) ++q;
    }
    p_ = q;
    return true;
  }

  void skip_space() {
    while (p_ != end_ && (*p_ == ' ' || *p_ == '\n' || *p_ == '\r' || *p_ == '\t')) ++p_;
  }

  bool in_object() const { return (objects_[(depth_ - 1) / 64] >> ((depth_ - 1) % 64)) & 1; }

  bool fault(const char* what) {
    fault_ = what;
    return false;
  }

  JsonVerdict fail(const char* what) {
    fault(what);
    return verdict();
  }

  JsonVerdict verdict() const { return {fault_, static_cast<size_t>(p_ - begin_), ascii_}; }

  const Byte* const begin_;
  const Byte* p_;
  const Byte* const end_;
  const char* fault_ = nullptr;
  bool ascii_ = true;
  bool opened_ = false;
  unsigned depth_ = 0;
  uint64_t objects_[(kJsonDepth + 63) / 64] = {};  // bit d: the container at depth d is an object
};

}  // namespace

JsonVerdict check_json(const char* text, size_t len) { return Checker(text, len).run(); }

size_t utf8_prefix(const char* text, size_t len) {
  const auto* begin = reinterpret_cast<const Byte*>(text);
  const Byte* p = begin;
  const Byte* const end = begin + len;
  while (p != end) {
    const size_t n = sequence_length(p, end);
    if (n == 0) break;
    p += n;
  }
  return static_cast<size_t>(p - begin);
}

}  // namespace aisopod
