// check_json(), utf8_prefix() and take_json() against a checker that was written apart from them.
#include <cstdlib>
#include <memory>

#include "core/host/plugin_text.h"
#include "core/json/check.h"
#include "core/limits.h"
#include "support/harness.h"
#include "support/slow_json.h"

namespace {

// Of exactly the right size, so that a sanitizer sees one byte too far.
struct Exact {
  explicit Exact(const std::string& text) : bytes(new char[text.size()]), size(text.size()) {
    text.copy(bytes.get(), size);
  }
  const std::unique_ptr<char[]> bytes;
  const size_t size;
};

void judged_alike(const std::string& text, const test::SlowVerdict& slow) {
  const Exact exact(text);
  const aisopod::JsonVerdict verdict = aisopod::check_json(exact.bytes.get(), exact.size);
  CHECK_EQ(static_cast<bool>(verdict), slow.valid);
  CHECK(verdict.offset <= text.size());
  CHECK(verdict || verdict.fault[0] != '\0');
  if (verdict) CHECK_EQ(verdict.ascii, slow.ascii);
}

void taken_alike(const std::string& text, const test::SlowVerdict& slow, size_t limit) {
  const Exact exact(text);
  std::string out, why;
  bool ascii = false;
  const aisopod_status status =
      aisopod::take_json(exact.bytes.get(), exact.size, limit, out, why, &ascii);
  if (text.size() > limit) {
    CHECK_EQ(status, AISOPOD_E_TOO_LARGE);
  } else {
    CHECK_EQ(status, slow.valid ? AISOPOD_OK : AISOPOD_E_INVALID);
  }
  CHECK_EQ(why.empty(), status == AISOPOD_OK);
  if (status != AISOPOD_OK) return;
  CHECK(out == text);
  CHECK_EQ(ascii, slow.ascii);
}

// With AISOPOD_NTS the text is what stands before its first NUL.
void taken_up_to_the_nul(const std::string& text) {
  const std::string head = text.c_str();
  const test::SlowVerdict slow = test::slow_check(head, aisopod::kJsonDepth);
  std::string terminated = head;
  terminated.push_back('\0');
  const Exact exact(terminated);
  std::string out, why;
  const aisopod_status status =
      aisopod::take_json(exact.bytes.get(), AISOPOD_NTS, head.size(), out, why);
  CHECK_EQ(status, slow.valid ? AISOPOD_OK : AISOPOD_E_INVALID);
  if (status == AISOPOD_OK) CHECK(out == head);
}

// What is cut off behind the prefix is well-formed, and the prefix is as long as it can be.
void prefix_is_right(const std::string& text) {
  const Exact exact(text);
  const size_t good = aisopod::utf8_prefix(exact.bytes.get(), exact.size);
  CHECK(good <= text.size());
  std::vector<uint32_t> points;
  CHECK(test::decode_utf8(text.substr(0, good), points));
  for (size_t more = 1; more <= 4 && good + more <= text.size(); ++more) {
    CHECK(!test::decode_utf8(text.substr(0, good + more), points));
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string text(reinterpret_cast<const char*>(data), size);
  const test::SlowVerdict slow = test::slow_check(text, aisopod::kJsonDepth);
  judged_alike(text, slow);
  taken_alike(text, slow, size);
  taken_alike(text, slow, 64);
  taken_up_to_the_nul(text);
  prefix_is_right(text);
  if (test::failures().load() != 0) std::abort();
  return 0;
}
