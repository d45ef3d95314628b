// check_json() decides what a plugin may hand in as JSON: RFC 8259, narrowed as I-JSON narrows it,
// and bounded in depth.
#include <algorithm>
#include <cmath>
#include <memory>
#include <random>
#include <vector>

#include "core/json/check.h"
#include "core/json/number.h"
#include "core/json/refusal.h"
#include "core/limits.h"
#include "support/harness.h"
#include "support/json_cases.h"
#include "support/slow_json.h"

namespace {

using aisopod::check_json;
using aisopod::kJsonDepth;

// A copy of exactly the right size, so that a sanitizer sees one byte too far.
aisopod::JsonVerdict check_exactly(const std::string& text) {
  const std::unique_ptr<char[]> copy(new char[text.size()]);
  text.copy(copy.get(), text.size());
  return check_json(copy.get(), text.size());
}

bool is_json(const std::string& text) { return static_cast<bool>(check_exactly(text)); }

std::string readable(const std::string& text) {
  std::string out;
  for (const unsigned char c : text) {
    char hex[8];
    std::snprintf(hex, sizeof hex, c >= 0x20 && c < 0x7F ? "%c" : "\\x%02x", c);
    out += hex;
  }
  return out;
}

void expect_same_as_slow(const std::string& text) {
  const aisopod::JsonVerdict verdict = check_exactly(text);
  const test::SlowVerdict slow = test::slow_check(text, kJsonDepth);
  const bool same = static_cast<bool>(verdict) == slow.valid &&
                    (!slow.valid || verdict.ascii == slow.ascii) && verdict.offset <= text.size();
  if (!same) CHECK_EQ(readable(text), std::string("judged alike"));
}

std::string nested(unsigned depth, const char* open, const char* close, const char* inner) {
  std::string text;
  for (unsigned i = 0; i < depth; ++i) text += open;
  text += inner;
  for (unsigned i = 0; i < depth; ++i) text += close;
  return text;
}

// The table that JavaScript and the command line are held against too.
const std::vector<test::JsonCase>& table() {
  static const std::vector<test::JsonCase> cases = test::json_cases();
  return cases;
}

std::vector<std::string> texts(bool taken) {
  std::vector<std::string> texts;
  for (const test::JsonCase& one : table()) {
    if (one.refused.empty() == taken) texts.push_back(one.text);
  }
  return texts;
}

CASE("every text of the table is taken, or refused in the words that stand there") {
  CHECK(texts(true).size() > 60);
  CHECK(texts(false).size() > 100);
  for (const test::JsonCase& one : table()) {
    const auto verdict = check_exactly(one.text);
    const std::string sentence =
        verdict ? "" : aisopod::sentence_of(verdict, one.text.data(), one.text.size());
    if (sentence != one.refused) {
      CHECK_EQ(readable(one.text.substr(0, 100)) + ": " + sentence, one.refused);
    }
  }
}

CASE("the slow checker judges every text of the table alike") {
  for (const test::JsonCase& one : table()) {
    if (one.text.size() < 10000) expect_same_as_slow(one.text);
  }
}

CASE("containers may be nested as deep as the limit, and no deeper") {
  CHECK(is_json(nested(kJsonDepth, "[", "]", "")));
  CHECK(!is_json(nested(kJsonDepth + 1, "[", "]", "")));
  CHECK(is_json(nested(kJsonDepth, "[", "]", "1")));
  CHECK(is_json(nested(kJsonDepth, "{\"a\":", "}", "1")));
  CHECK(!is_json(nested(kJsonDepth + 1, "{\"a\":", "}", "1")));
  CHECK(is_json(nested(kJsonDepth / 2, "[{\"a\":", "}]", "1")));
  CHECK(!is_json(nested(kJsonDepth / 2, "[{\"a\":", "}]", "[]")));
}

CASE("a text may be nested as deep as the caller says, and no deeper") {
  const auto taken = [](const std::string& text, unsigned depth) {
    return static_cast<bool>(check_json(text.data(), text.size(), depth));
  };
  for (const unsigned depth : {1u, 32u, 63u, 64u, 65u, 128u}) {
    CHECK(taken(nested(depth, "[", "]", "1"), depth));
    CHECK(!taken(nested(depth + 1, "[", "]", "1"), depth));
  }
  CHECK(taken("1", 0));
  CHECK(!taken("[]", 0));
  CHECK(!taken(nested(kJsonDepth + 1, "[", "]", ""), kJsonDepth + 1));  // 512 is the most
}

CASE("an object's end does not close an array at any depth, nor the other way round") {
  for (unsigned depth = 1; depth <= 130; ++depth) {
    std::string text = nested(depth, "[", "]", "");
    text[text.size() - depth] = '}';
    CHECK(!is_json(text));
    text = nested(depth, "{\"a\":", "}", "1");
    text[text.size() - 1] = ']';
    CHECK(!is_json(text));
  }
}

CASE("no beginning of a document is a document") {
  const std::string document = R"({"text":"grüße, 世界 😀 \"q\" \u00e9\\",)"
                               R"("list":[0,-1.5e+10,true,false,null,[],{}],"o":{"k":[{}]}})";
  CHECK(is_json(document));
  for (size_t n = 0; n < document.size(); ++n) {
    CHECK(!is_json(document.substr(0, n)));
    expect_same_as_slow(document.substr(0, n));
  }
}

CASE("each byte at each place of a string is judged as the slow checker judges it") {
  for (size_t length = 0; length <= 70; length += length < 20 ? 1 : 25) {
    for (size_t at = 0; at < length; ++at) {
      for (int byte = 0; byte < 256; ++byte) {
        std::string inside(length, 'a');
        inside[at] = static_cast<char>(byte);
        expect_same_as_slow('"' + inside + '"');
      }
    }
  }
}

CASE("every two bytes in a string are judged as the slow checker judges them") {
  for (int first = 0x70; first < 256; ++first) {
    for (int second = 0; second < 256; ++second) {
      std::string text = "\"12345";
      text += static_cast<char>(first);
      text += static_cast<char>(second);
      expect_same_as_slow(text + "\x80\"");
      expect_same_as_slow(text + "\x80\x80\"");
      expect_same_as_slow(text + "\"");
    }
  }
}

// A change that keeps most of the structure, so that deep paths are reached.
std::string mutated(std::string text, const std::string& other, std::mt19937& random) {
  static const std::string kBytes =
      "{}[]:,\"\\/0123456789.eE+-truefalsn \t\n\r\x80\xBF\xC3\xE2\xF0\x01";
  const auto below = [&](size_t n) { return n == 0 ? 0 : random() % n; };
  const size_t changes = 1 + below(4);
  for (size_t i = 0; i < changes; ++i) {
    const size_t at = below(text.size() + 1);
    const char byte = kBytes[below(kBytes.size())];
    switch (below(6)) {
      case 0: text.insert(at, 1, byte); break;
      case 1:
        if (at < text.size()) text.erase(at, 1 + below(3));
        break;
      case 2:
        if (at < text.size()) text[at] = byte;
        break;
      case 3:
        if (at < text.size()) text[at] = static_cast<char>(random());
        break;
      case 4: text.insert(at, other.substr(below(other.size()), below(12))); break;
      default:
        text.resize(at);
        text += other.substr(below(other.size()));
        break;
    }
  }
  return text;
}

CASE("mutated documents are judged as the slow checker judges them (AISOPOD_SEED replays)") {
  const char* const given = std::getenv("AISOPOD_SEED");
  const unsigned seed = given != nullptr ? static_cast<unsigned>(std::stoul(given)) : 20240607u;
  std::mt19937 random(seed);
  std::vector<std::string> corpus = texts(true);
  corpus.erase(std::remove_if(corpus.begin(), corpus.end(),
                              [](const std::string& text) { return text.size() > 700; }),
               corpus.end());
  corpus.push_back(
      R"({"id":7,"tags":["a","b\u00e9"],"nested":{"x":[1.5e3,-0,{"y":null}]},"s":"grüße"})");
  const int before = test::failures().load();
  int valid = 0;
  for (int i = 0; i < 15000 && test::failures().load() == before; ++i) {
    const std::string& base = corpus[random() % corpus.size()];
    const std::string text = mutated(base, corpus[random() % corpus.size()], random);
    expect_same_as_slow(text);
    if (!is_json(text) || text.size() > 400) continue;
    ++valid;
    if (corpus.size() < 4000) corpus.push_back(text);  // what is still valid is mutated further
  }
  if (test::failures().load() != before) std::fprintf(stderr, "    AISOPOD_SEED=%u\n", seed);
  CHECK(valid > 400);  // else the mutations reach too little
}

// Digits of every length, with the zeros behind them that shortest forms have.
std::string random_integer(std::mt19937& random) {
  const size_t significant = 1 + random() % 20;
  std::string text(1, static_cast<char>('1' + random() % 9));
  while (text.size() < significant) text.push_back(static_cast<char>('0' + random() % 10));
  text.append(random() % 4 == 0 ? random() % 285 : random() % 4, '0');
  return text;
}

CASE("an integer is kept exactly when the slow rule keeps it") {
  std::mt19937 random(7);
  const auto same = [](const std::string& digits) {
    const auto* const bytes = reinterpret_cast<const unsigned char*>(digits.data());
    const bool kept = aisopod::integer_is_kept(bytes, digits.size());
    if (kept != test::slow_number_is_kept(digits)) CHECK_EQ(digits, kept ? "not kept" : "kept");
    return kept;
  };
  int kept = 0;
  for (int i = 0; i < 4000; ++i) kept += same(random_integer(random)) ? 1 : 0;
  CHECK(kept > 400 && kept < 3600);
  for (int power = 53; power < 1024; power += 7) {  // where the distance between doubles changes
    const double number = std::ldexp(1.0, power);
    const double above = std::nextafter(number, HUGE_VAL);
    for (const double near : {std::nextafter(number, 0), number, above}) {
      if (!std::isfinite(near)) continue;
      CHECK(same(test::exact_digits(near)));
      std::string digits = test::shortest_digits(near);
      CHECK(same(digits));
      const size_t last = digits.find_last_not_of('0');
      for (const int step : {-1, 1}) {
        std::string next = digits;
        next[last] = static_cast<char>(next[last] + step);
        if (next[last] >= '0' && next[last] <= '9' && next[0] != '0') same(next);
      }
    }
  }
}

CASE("a number is in range exactly when strtod() reads it as finite") {
  std::mt19937 random(11);
  for (int i = 0; i < 10000; ++i) {
    std::string text(random() % 3, '0');
    if (!text.empty()) text = "0." + text;
    const size_t digits = 1 + random() % 20;
    if (random() % 2 == 0) text += "17976931348623157";
    for (size_t k = 0; k < digits; ++k) text.push_back(static_cast<char>('0' + random() % 10));
    if (text[0] != '0' && text.size() > 1 && random() % 2 == 0) {
      text.insert(1 + random() % (text.size() - 1), ".");
    }
    text += "e" + std::to_string(static_cast<int>(random() % 80) + 260);
    if (text[0] == '0' && text[1] != '.') continue;
    const auto* const bytes = reinterpret_cast<const unsigned char*>(text.data());
    const bool finite = std::isfinite(std::strtod(text.c_str(), nullptr));
    if (aisopod::is_in_range(bytes, text.size()) != finite) CHECK_EQ(text, finite ? "in" : "out");
  }
}

CASE("an object has a key twice exactly when a set of its keys says so") {
  std::mt19937 random(13);
  int twice = 0;
  for (int i = 0; i < 600; ++i) {
    const size_t count = 1 + random() % 70;
    const size_t names = count * (4 + random() % 40);  // the more, the fewer meet
    std::string text = "{";
    for (size_t k = 0; k < count; ++k) {
      std::string key = "same beginning " + std::to_string(random() % names) + " same end";
      if (random() % 8 == 0) key.replace(0, 1, "\\u0073");
      text += (k == 0 ? "\"" : ",\"") + key + "\":" + (random() % 9 == 0 ? "{\"x\":{}}" : "1");
    }
    text += "}";
    expect_same_as_slow(text);
    twice += is_json(text) ? 0 : 1;
  }
  CHECK(twice > 100 && twice < 500);
}

CASE("ascii reports whether every byte of a valid text is below 0x80") {
  CHECK(check_exactly("\"abc \\u00e9\"").ascii);
  CHECK(!check_exactly("\"é\"").ascii);
  CHECK(!check_exactly("{\"é\":1}").ascii);
}

CASE("utf8_prefix stops at the first byte that does not continue well-formed UTF-8") {
  const auto prefix = [](const std::string& s) { return aisopod::utf8_prefix(s.data(), s.size()); };
  CHECK_EQ(prefix(""), 0u);
  CHECK_EQ(prefix("abc"), 3u);
  CHECK_EQ(prefix("a\xC3\xA9z"), 4u);
  CHECK_EQ(prefix("a\xC3"), 1u);
  CHECK_EQ(prefix("\xF0\x9F\x98"), 0u);
  CHECK_EQ(prefix("ok\xED\xA0\x80"), 2u);
}

}  // namespace
