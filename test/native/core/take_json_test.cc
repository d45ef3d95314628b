// take_json() copies JSON that a plugin hands in as (pointer, length).
#include <memory>

#include "core/host/plugin_error.h"
#include "support/harness.h"

namespace {

using aisopod::take_json;

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

CASE("the caller hears whether the text is all ASCII") {
  CHECK(take("\"a\"", AISOPOD_NTS).ascii);
  CHECK(!take("\"\xC3\xA9\"", AISOPOD_NTS).ascii);
}

}  // namespace
