// Text and JSON that a plugin hands in as (pointer, length): what is copied, and what is refused.
#include <memory>

#include "core/host/plugin_text.h"
#include "support/harness.h"

namespace {

using aisopod::shown;
using aisopod::take_json;
using aisopod::take_object;
using aisopod::take_payload;
using aisopod::take_text;

struct Taken {
  aisopod_status status;
  std::string text, why;
  bool ascii = false;
};

Taken take(const char* text, size_t len, size_t limit = 100) {
  Taken taken;
  taken.status = take_json(text, len, limit, taken.text, taken.why, &taken.ascii);
  return taken;
}

CASE("a NULL text of length 0 reads as null") {
  const Taken taken = take(nullptr, 0);
  CHECK_EQ(taken.status, AISOPOD_OK);
  CHECK_EQ(taken.text, "null");
  CHECK(taken.ascii);
}

CASE("a NULL text with a length is refused") {
  CHECK_EQ(take(nullptr, 1).status, AISOPOD_E_INVALID);
  CHECK_EQ(take(nullptr, AISOPOD_NTS).status, AISOPOD_E_INVALID);
  CHECK(!take(nullptr, 1).why.empty());
}

CASE("an empty text is not JSON") {
  CHECK_EQ(take("", 0).status, AISOPOD_E_INVALID);
  CHECK_EQ(take("", AISOPOD_NTS).status, AISOPOD_E_INVALID);
}

CASE("AISOPOD_NTS means up to the NUL") {
  const Taken taken = take("[1,2]\0garbage", AISOPOD_NTS);
  CHECK_EQ(taken.status, AISOPOD_OK);
  CHECK_EQ(taken.text, "[1,2]");
}

CASE("a length is believed, also without a NUL behind the text") {
  const std::unique_ptr<char[]> exact(new char[2]{'4', '2'});
  CHECK_EQ(take(exact.get(), 2).text, "42");
  CHECK_EQ(take("42", 1).text, "4");
  CHECK_EQ(take("4\0", 2).status, AISOPOD_E_INVALID);
}

CASE("the limit is the largest length that is taken") {
  const std::string full = '1' + std::string(99, '0'), over = full + '0';
  CHECK_EQ(take(full.data(), full.size()).status, AISOPOD_OK);
  CHECK_EQ(take(full.c_str(), AISOPOD_NTS).status, AISOPOD_OK);
  CHECK_EQ(take(over.data(), over.size()).status, AISOPOD_E_TOO_LARGE);
  CHECK_EQ(take(over.c_str(), AISOPOD_NTS).status, AISOPOD_E_TOO_LARGE);
}

CASE("a text without a NUL is not read beyond the limit") {
  const std::unique_ptr<char[]> endless(new char[101]);
  std::fill_n(endless.get(), 101, '1');
  CHECK_EQ(take(endless.get(), AISOPOD_NTS).status, AISOPOD_E_TOO_LARGE);
}

CASE("what is refused says why and where") {
  const Taken taken = take("[1,]", AISOPOD_NTS);
  CHECK_EQ(taken.status, AISOPOD_E_INVALID);
  CHECK_EQ(taken.why, "not JSON: expected a value at byte 3");
  CHECK_EQ(take("\"\xFF\"", AISOPOD_NTS).status, AISOPOD_E_INVALID);
}

CASE("a number that a double changes is refused with advice") {
  CHECK_EQ(take("{\"id\":9007199254740993}", AISOPOD_NTS).why,
           "an integer that a double cannot hold at byte 6; write it as a string");
  CHECK_EQ(take("[1e400]", AISOPOD_NTS).why,
           "a number beyond the range of a double at byte 1; write it as a string");
}

CASE("a key that stands twice in an object is named") {
  CHECK_EQ(take("{\"a\":1, \"a\":2}", AISOPOD_NTS).why,
           "the key \"a\" twice in one object at byte 8");
}

CASE("half of a surrogate pair is refused") {
  CHECK_EQ(take("[\"\\ud83d\"]", AISOPOD_NTS).why, "half of a surrogate pair at byte 2");
}

CASE("a text may be nested as deep as the caller says") {
  std::string text, why;
  CHECK_EQ(take_json("[[[]]]", 6, 100, text, why, nullptr, 3), AISOPOD_OK);
  CHECK_EQ(take_json("[[[]]]", 6, 100, text, why, nullptr, 2), AISOPOD_E_INVALID);
  CHECK_EQ(why, "nested deeper than 2 levels at byte 2");
}

CASE("the caller learns whether the text is all ASCII") {
  CHECK(take("\"a\"", AISOPOD_NTS).ascii);
  CHECK(!take("\"\xC3\xA9\"", AISOPOD_NTS).ascii);
}

CASE("the depth is the deepest nesting that is taken") {
  std::string out, why;
  const auto nested = [](unsigned depth) {
    return std::string(depth, '[') + std::string(depth, ']');
  };
  const auto take_nested = [&](unsigned depth, unsigned most) {
    const std::string json = nested(depth);
    return take_json(json.data(), json.size(), 2000, out, why, nullptr, most);
  };
  CHECK_EQ(take_nested(128, aisopod::kSpecDepth), AISOPOD_OK);
  CHECK_EQ(take_nested(129, aisopod::kSpecDepth), AISOPOD_E_INVALID);
  CHECK_EQ(take_nested(512, aisopod::kJsonDepth), AISOPOD_OK);
  CHECK_EQ(take_nested(513, aisopod::kJsonDepth), AISOPOD_E_INVALID);
}

CASE("a payload that is NULL, or holds NULL and 0, reads as null") {
  std::string out, why;
  CHECK_EQ(take_payload(nullptr, 100, out, why), AISOPOD_OK);
  CHECK_EQ(out, "null");
  const aisopod_payload empty = aisopod_payload_of(nullptr, 0);
  out.clear();
  CHECK_EQ(take_payload(&empty, 100, out, why), AISOPOD_OK);
  CHECK_EQ(out, "null");
}

CASE("a payload is taken like its text") {
  std::string out, why;
  const aisopod_payload good = aisopod_payload_of("[1]", AISOPOD_NTS);
  CHECK_EQ(take_payload(&good, 3, out, why), AISOPOD_OK);
  CHECK_EQ(out, "[1]");
  CHECK_EQ(take_payload(&good, 2, out, why), AISOPOD_E_TOO_LARGE);
}

// An object for a member with the name "fields".
Taken object(const char* text, size_t len) {
  Taken taken;
  taken.status = take_object(text, len, 10, "fields", taken.text, taken.why);
  return taken;
}

CASE("an object that is absent stays empty") {
  for (const Taken& taken : {object(nullptr, 0), object("{}", 0), object("", AISOPOD_NTS)}) {
    CHECK_EQ(taken.status, AISOPOD_OK);
    CHECK_EQ(taken.text, "");
  }
}

CASE("a value that is not an object is refused under its name") {
  CHECK_EQ(object(" {}", 3).text, " {}");
  for (const char* bad : {"[]", "1", "\"{\"", " null"}) {
    const Taken taken = object(bad, AISOPOD_NTS);
    CHECK_EQ(taken.status, AISOPOD_E_INVALID);
    CHECK_EQ(taken.why, "fields: the JSON is not an object");
    CHECK_EQ(taken.text, "");
  }
  CHECK_EQ(object("{", 1).status, AISOPOD_E_INVALID);
  CHECK_EQ(object(nullptr, 1).status, AISOPOD_E_INVALID);
  CHECK_EQ(object("{\"abc\":12}", AISOPOD_NTS).status, AISOPOD_OK);
  CHECK_EQ(object("{\"abc\":123}", AISOPOD_NTS).status, AISOPOD_E_TOO_LARGE);
}

// A text for people, cut after 8 bytes.
Taken text(const char* from, size_t len) {
  Taken taken;
  taken.text = "before";
  taken.status = take_text(from, len, 8, "the note", taken.text, taken.why);
  return taken;
}

CASE("a text for people is cut after its limit, never inside a character") {
  CHECK_EQ(text("12345678", AISOPOD_NTS).text, "12345678");
  CHECK_EQ(text("123456789", AISOPOD_NTS).text, "12345678");
  CHECK_EQ(text("1234567\xC3\xA9", AISOPOD_NTS).text, "1234567");
  CHECK_EQ(text("1234567\xC3\xA9", 9).text, "1234567");
  CHECK_EQ(text("123456\xC3\xA9", 8).text, "123456\xC3\xA9");
}

CASE("a text for people ends where its UTF-8 is broken") {
  CHECK_EQ(text("ok\xFF no", AISOPOD_NTS).text, "ok");
  CHECK_EQ(text("\xED\xA0\x80", AISOPOD_NTS).text, "");
}

CASE("a text for people that is absent is empty, and NULL with a length is INVALID") {
  CHECK_EQ(text(nullptr, 0).status, AISOPOD_OK);
  CHECK_EQ(text(nullptr, 0).text, "");
  CHECK_EQ(text("abc", 0).text, "");
  for (const size_t len : {size_t{1}, AISOPOD_NTS}) {
    CHECK_EQ(text(nullptr, len).status, AISOPOD_E_INVALID);
    CHECK_EQ(text(nullptr, len).why, "the note is NULL, but its length is not 0");
  }
}

CASE("a name in a message is bounded, whatever it is") {
  CHECK_EQ(shown(nullptr), "(NULL)");
  CHECK_EQ(shown("hello"), "hello");
  CHECK_EQ(shown(std::string(64, 'x').c_str()), std::string(64, 'x'));
  CHECK_EQ(shown(std::string(65, 'x').c_str()), std::string(64, 'x') + "...");
  CHECK_EQ(shown("good\xFF bad"), "good...");
}

}  // namespace
