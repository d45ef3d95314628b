// check_json() decides what a plugin may hand in as JSON: RFC 8259 with UTF-8 and a bound on depth.
#include <memory>
#include <random>
#include <vector>

#include "core/json/check.h"
#include "core/limits.h"
#include "support/harness.h"
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

const std::vector<std::string> kValid = {
    "null",
    "true",
    "false",
    "0",
    "-0",
    "10",
    "-1",
    "0.5",
    "1e5",
    "1E+5",
    "1e-5",
    "-0.0e-0",
    "123456789012345678901234567890",
    "1.0000000000000000000001",
    "1e400",
    "\"\"",
    "\"a\"",
    "[]",
    "{}",
    "[ ]",
    "{ }",
    " \t\r\n null \t\r\n ",
    "[1,2,3]",
    "[[],{}]",
    R"({"a":1})",
    R"({"a":1,"a":2})",
    R"({"":""})",
    R"({"a":{"b":[{"c":null}]}})",
    R"("\"\\\/\b\f\n\r\t")",
    R"("\u0000")",
    R"("\uD83D\uDE00")",
    R"("\ud800")",
    R"("\uDfFf")",
    "\"\x7F\"",
    "\"\xC2\x80\"",
    "\"\xDF\xBF\"",
    "\"\xE0\xA0\x80\"",
    "\"\xED\x9F\xBF\"",
    "\"\xEE\x80\x80\"",
    "\"\xEF\xBF\xBF\"",
    "\"\xF0\x90\x80\x80\"",
    "\"\xF4\x8F\xBF\xBF\"",
    "\"\xEF\xBB\xBF\"",
    R"(["12345678","1234567\n",{"12345678":"123456789012345678901234567890"}])"};

const std::vector<std::string> kInvalid = {"",
                                           " ",
                                           "nul",
                                           "nulll",
                                           "True",
                                           "NaN",
                                           "Infinity",
                                           "-",
                                           "+1",
                                           "01",
                                           "-01",
                                           "1.",
                                           ".5",
                                           "1.e5",
                                           "1e",
                                           "1e+",
                                           "0x10",
                                           "1_000",
                                           "--1",
                                           "1 2",
                                           "[",
                                           "]",
                                           "[1",
                                           "[1,",
                                           "[1,]",
                                           "[,1]",
                                           "[1 2]",
                                           "[1}",
                                           "{1}",
                                           "{",
                                           "}",
                                           "{]",
                                           R"({"a")",
                                           R"({"a":)",
                                           R"({"a":1)",
                                           R"({"a":1,)",
                                           R"({"a":1,})",
                                           R"({"a" 1})",
                                           R"({a:1})",
                                           R"({"a":1 "b":2})",
                                           R"({,"a":1})",
                                           R"({1:2})",
                                           "\"",
                                           "\"a",
                                           "'a'",
                                           "\"\\\"",
                                           R"("\x41")",
                                           R"("\u12")",
                                           R"("\u12G4")",
                                           R"("\U0041")",
                                           "\"\n\"",
                                           "\"\t\"",
                                           std::string("\"\0\"", 3),
                                           "\"\x1F\"",
                                           "\"\x80\"",
                                           "\"\xBF\"",
                                           "\"\xC0\x80\"",
                                           "\"\xC1\xBF\"",
                                           "\"\xC2\"",
                                           "\"\xC2\x41\"",
                                           "\"\xE0\x9F\xBF\"",
                                           "\"\xED\xA0\x80\"",
                                           "\"\xED\xBF\xBF\"",
                                           "\"\xE2\x82\"",
                                           "\"\xF0\x8F\xBF\xBF\"",
                                           "\"\xF4\x90\x80\x80\"",
                                           "\"\xF5\x80\x80\x80\"",
                                           "\"\xF0\x9F\x98\"",
                                           "\"\xFF\"",
                                           "\xEF\xBB\xBFnull",
                                           std::string("null\0", 5),
                                           "[1]\xC2\xA0",
                                           "[1] x",
                                           "/* */ 1",
                                           "1 // one",
                                           "\xC2\xA0",
                                           "[1;2]",
                                           "undefined"};

CASE("every text of the list of valid JSON is accepted") {
  for (const std::string& text : kValid) {
    if (!is_json(text)) CHECK_EQ(readable(text), std::string("accepted"));
    expect_same_as_slow(text);
  }
}

CASE("every text of the list of invalid JSON is refused, with a reason and a place in the text") {
  for (const std::string& text : kInvalid) {
    const auto verdict = check_exactly(text);
    if (verdict) CHECK_EQ(readable(text), std::string("refused"));
    CHECK(verdict.fault != nullptr && verdict.fault[0] != '\0');
    CHECK(verdict.offset <= text.size());
    expect_same_as_slow(text);
  }
}

CASE("the fault is seen at its byte") {
  CHECK_EQ(check_exactly("[1,2,x]").offset, 5u);
  CHECK_EQ(check_exactly("{\"a\":1,}").offset, 7u);
  CHECK_EQ(check_exactly("\"abc\ndef\"").offset, 4u);
  CHECK_EQ(check_exactly("\"12345678\xFF\"").offset, 9u);
  CHECK_EQ(check_exactly("[1] 2").offset, 4u);
}

CASE("containers may be nested as deep as the limit, and no deeper") {
  CHECK(is_json(nested(kJsonDepth, "[", "]", "")));
  CHECK(!is_json(nested(kJsonDepth + 1, "[", "]", "")));
  CHECK(is_json(nested(kJsonDepth, "[", "]", "1")));
  CHECK(is_json(nested(kJsonDepth, "{\"a\":", "}", "1")));
  CHECK(!is_json(nested(kJsonDepth + 1, "{\"a\":", "}", "1")));
  CHECK(is_json(nested(kJsonDepth / 2, "[{\"a\":", "}]", "1")));
  CHECK(!is_json(nested(kJsonDepth / 2, "[{\"a\":", "}]", "[]")));
  CHECK_EQ(std::string(check_exactly(nested(100000, "[", "]", "")).fault), "nested too deep");
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
  std::vector<std::string> corpus = kValid;
  corpus.push_back(
      R"({"id":7,"tags":["a","b\u00e9"],"nested":{"x":[1.5e3,-0,{"y":null}]},"s":"grüße"})");
  const int before = test::failures().load();
  int valid = 0;
  for (int i = 0; i < 60000 && test::failures().load() == before; ++i) {
    const std::string& base = corpus[random() % corpus.size()];
    const std::string text = mutated(base, corpus[random() % corpus.size()], random);
    expect_same_as_slow(text);
    if (!is_json(text) || text.size() > 400) continue;
    ++valid;
    if (corpus.size() < 4000) corpus.push_back(text);  // what is still valid is mutated further
  }
  if (test::failures().load() != before) std::fprintf(stderr, "    AISOPOD_SEED=%u\n", seed);
  CHECK(valid > 1000);  // else the mutations reach too little
}

CASE("ascii tells whether every byte of a valid text is below 0x80") {
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
