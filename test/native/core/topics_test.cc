// What is a topic, and what is a pattern.
#include <string>

#include "core/events/topic.h"
#include "support/harness.h"

namespace {

using aisopod::check_pattern;
using aisopod::check_topic;

aisopod_status topic(const std::string& text) {
  std::string why;
  size_t length = 0;
  const aisopod_status status = check_topic(text.c_str(), why, length);
  CHECK_EQ(why.empty(), status == AISOPOD_OK);
  if (status == AISOPOD_OK) CHECK_EQ(length, text.size());
  return status;
}

aisopod_status pattern(const std::string& text) {
  std::string why;
  const aisopod_status status = check_pattern(text.c_str(), why);
  CHECK_EQ(why.empty(), status == AISOPOD_OK);
  return status;
}

CASE("a topic is segments between dots") {
  for (const char* good : {"a", "a.b", "a.b.c",
                           "B\xC3\xBCsum.gr\xC3\xB6\xC3\x9F"
                           "e/x",
                           "-._:!", "hosts", "hos", "hosting.x", "a.host"}) {
    CHECK_EQ(topic(good), AISOPOD_OK);
  }
  CHECK_EQ(topic(std::string(256, 'x')), AISOPOD_OK);
  for (const char* bad : {"", ".", "a.", ".a", "a..b", "a b", "a\tb", "a\nb", "\x7F", "*", "a.*",
                          "**", "a>b", "\xFF", "a\xC3", "\xC2\x80", "a\xC2\x9F", "\xED\xA0\x80"}) {
    CHECK_EQ(topic(bad), AISOPOD_E_INVALID);
  }
  CHECK_EQ(topic(std::string(257, 'x')), AISOPOD_E_INVALID);
  CHECK_EQ(topic("a\xC2\xA0"), AISOPOD_OK);
  std::string why;
  size_t length = 0;
  CHECK_EQ(check_topic(nullptr, why, length), AISOPOD_E_INVALID);
}

CASE("a topic that begins with the segment host is DENIED") {
  CHECK_EQ(topic("host"), AISOPOD_E_DENIED);
  CHECK_EQ(topic("host.plugin.active"), AISOPOD_E_DENIED);
}

CASE("a pattern is a topic with whole segments as wildcards, and any number of them at its end") {
  for (const char* good : {"a", "*", "**", "a.*", "*.b", "*.*", "a.**", "*.**", "host.**"}) {
    CHECK_EQ(pattern(good), AISOPOD_OK);
  }
  for (const char* bad : {"", "a*", "*a", "a.b*", "***", "**.a", "a.**.b", "a.>", "a. ", "a..*"}) {
    CHECK_EQ(pattern(bad), AISOPOD_E_INVALID);
  }
  CHECK_EQ(pattern(std::string(257, 'x')), AISOPOD_E_INVALID);
  std::string why;
  CHECK_EQ(check_pattern(nullptr, why), AISOPOD_E_INVALID);
}

}  // namespace
