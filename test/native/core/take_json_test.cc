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
  const std::string full(100, '1'), over(101, '1');
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

CASE("the caller hears whether the text is all ASCII") {
  CHECK(take("\"a\"", AISOPOD_NTS).ascii);
  CHECK(!take("\"\xC3\xA9\"", AISOPOD_NTS).ascii);
}

}  // namespace
