// A second opinion on JSON: decodes to code points first, then follows the grammar of RFC 8259 by
// recursion, and keeps what it reads: the keys of an object as a set, a string as UTF-16. Slow and
// plain, and written apart from the core's checker.
#pragma once

#include <cstdint>
#include <set>
#include <string>
#include <vector>

#include "support/slow_number.h"

namespace test {

struct SlowVerdict {
  bool valid = false;
  bool ascii = true;
};

class SlowJson {
 public:
  SlowJson(std::vector<uint32_t> text, unsigned depth) : text_(std::move(text)), depth_(depth) {}

  bool document() { return space() && value(0) && space() && at_ == text_.size(); }

 private:
  bool value(unsigned depth) {
    if (peek() == '{') return object(depth);
    if (peek() == '[') return array(depth);
    if (peek() == '"') return string();
    return literal("true") || literal("false") || literal("null") || number();
  }

  bool object(unsigned depth) {
    if (depth == depth_) return false;
    expect('{');
    space();
    if (expect('}')) return true;
    std::set<std::u16string> keys;
    do {
      space();
      if (!string() || !keys.insert(content_).second) return false;
      space();
      if (!expect(':')) return false;
      space();
      if (!value(depth + 1)) return false;
      space();
    } while (expect(','));
    return expect('}');
  }

  bool array(unsigned depth) {
    if (depth == depth_) return false;
    expect('[');
    space();
    if (expect(']')) return true;
    do {
      space();
      if (!value(depth + 1)) return false;
      space();
    } while (expect(','));
    return expect(']');
  }

  // Leaves what it says in content_.
  bool string() {
    content_.clear();
    if (!expect('"')) return false;
    while (at_ < text_.size()) {
      const uint32_t c = text_[at_++];
      if (c == '"') return well_formed(content_);
      if (c < 0x20) return false;
      if (c == '\\') {
        if (!escape()) return false;
      } else if (c < 0x10000) {
        content_.push_back(static_cast<char16_t>(c));
      } else {
        content_.push_back(static_cast<char16_t>(0xD800 + ((c - 0x10000) >> 10)));
        content_.push_back(static_cast<char16_t>(0xDC00 + ((c - 0x10000) & 0x3FF)));
      }
    }
    return false;
  }

  bool escape() {
    static const std::string kEscapes = "\"\\/bfnrt", kMeanings = "\"\\/\b\f\n\r\t";
    const uint32_t escaped = at_ < text_.size() ? text_[at_++] : 0;
    if (escaped == 'u') {
      std::string digits;
      for (int i = 0; i < 4; ++i) {
        if (!one_of("0123456789abcdefABCDEF")) return false;
        digits.push_back(static_cast<char>(text_[at_ - 1]));
      }
      content_.push_back(static_cast<char16_t>(std::stoul(digits, nullptr, 16)));
      return true;
    }
    if (escaped == 0 || escaped > 0x7F) return false;
    const size_t which = kEscapes.find(static_cast<char>(escaped));
    if (which == std::string::npos) return false;
    content_.push_back(static_cast<char16_t>(kMeanings[which]));
    return true;
  }

  static bool well_formed(const std::u16string& text) {
    for (size_t i = 0; i < text.size(); ++i) {
      const int kind = text[i] >> 10;  // 54: the first half of a pair, 55: the second
      if (kind == 55) return false;
      if (kind == 54 && (++i == text.size() || text[i] >> 10 != 55)) return false;
    }
    return true;
  }

  bool number() {
    const size_t start = at_;
    expect('-');
    if (!expect('0')) {
      if (!one_of("123456789")) return false;
      digits();
    }
    if (expect('.') && digits() == 0) return false;
    if (expect('e') || expect('E')) {
      if (!expect('+')) expect('-');
      if (digits() == 0) return false;
    }
    std::string written;
    for (size_t i = start; i < at_; ++i) written.push_back(static_cast<char>(text_[i]));
    return slow_number_is_kept(written);
  }

  int digits() {
    int n = 0;
    while (one_of("0123456789")) ++n;
    return n;
  }

  bool literal(const char* word) {
    size_t i = 0;
    while (word[i] != '\0') {
      if (at_ + i >= text_.size() || text_[at_ + i] != static_cast<uint32_t>(word[i])) return false;
      ++i;
    }
    at_ += i;
    return true;
  }

  bool space() {
    while (one_of(" \t\n\r")) {
    }
    return true;
  }

  uint32_t peek() const { return at_ < text_.size() ? text_[at_] : 0; }

  bool expect(char c) {
    if (at_ >= text_.size() || text_[at_] != static_cast<uint32_t>(c)) return false;
    ++at_;
    return true;
  }

  bool one_of(const std::string& set) {
    if (at_ >= text_.size() || text_[at_] == 0 || text_[at_] > 0x7F) return false;
    if (set.find(static_cast<char>(text_[at_])) == std::string::npos) return false;
    ++at_;
    return true;
  }

  const std::vector<uint32_t> text_;
  const unsigned depth_;
  size_t at_ = 0;
  std::u16string content_;
};

// Code points of UTF-8; false: ill-formed. A sequence is judged by the number it stands for.
inline bool decode_utf8(const std::string& text, std::vector<uint32_t>& out) {
  for (size_t i = 0; i < text.size();) {
    const auto lead = static_cast<unsigned char>(text[i]);
    const int more = lead < 0x80       ? 0
                     : lead >> 5 == 6  ? 1
                     : lead >> 4 == 14 ? 2
                     : lead >> 3 == 30 ? 3
                                       : -1;
    if (more < 0 || i + static_cast<size_t>(more) >= text.size()) return false;
    uint32_t point = more == 0 ? lead : lead & (0x3Fu >> more);
    for (int k = 1; k <= more; ++k) {
      const auto next = static_cast<unsigned char>(text[i + static_cast<size_t>(k)]);
      if (next >> 6 != 2) return false;
      point = point << 6 | (next & 0x3Fu);
    }
    constexpr uint32_t kSmallest[] = {0, 0x80, 0x800, 0x10000};
    if (point < kSmallest[more] || point > 0x10FFFF || (point >= 0xD800 && point < 0xE000)) {
      return false;
    }
    out.push_back(point);
    i += static_cast<size_t>(more) + 1;
  }
  return true;
}

inline SlowVerdict slow_check(const std::string& text, unsigned depth) {
  SlowVerdict verdict;
  for (const char c : text) verdict.ascii = verdict.ascii && static_cast<unsigned char>(c) < 0x80;
  std::vector<uint32_t> points;
  verdict.valid = decode_utf8(text, points) && SlowJson(std::move(points), depth).document();
  return verdict;
}

}  // namespace test
