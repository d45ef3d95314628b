// log(): never waits, is bounded, and counts what was lost. The parent of a line is in
// log_parent_test.cc.
#include <cstring>
#include <memory>
#include <thread>
#include <utility>
#include <vector>

#include "support/event.h"
#include "support/logging.h"

namespace {

using namespace test;

CASE("a line reaches the host with its level and without fields") {
  Logging l;
  aisopod_log_record record = record_of("hello", 5);
  record.level = AISOPOD_LOG_WARN;
  CHECK_EQ(l.log(record), AISOPOD_OK);
  const Received line = l.line();
  CHECK_EQ(line.a, "hello");
  CHECK_EQ(line.b, "");
  CHECK_EQ(line.status, AISOPOD_LOG_WARN);
  CHECK_EQ(line.instance, l.running->id());
}

CASE("level 0 reads as INFO, another unknown one as the next lower one") {
  constexpr std::pair<aisopod_level, aisopod_level> levels[] = {
      {0, AISOPOD_LOG_INFO},
      {10, AISOPOD_LOG_TRACE},
      {20, AISOPOD_LOG_DEBUG},
      {30, AISOPOD_LOG_INFO},
      {40, AISOPOD_LOG_WARN},
      {50, AISOPOD_LOG_ERROR},
      {60, AISOPOD_LOG_HOST_MISBEHAVING},
      {19, AISOPOD_LOG_TRACE},
      {35, AISOPOD_LOG_INFO},
      {59, AISOPOD_LOG_ERROR},
      {99, AISOPOD_LOG_HOST_MISBEHAVING},
      {INT32_MAX, AISOPOD_LOG_HOST_MISBEHAVING},
      {5, AISOPOD_LOG_TRACE},
      {-1, AISOPOD_LOG_TRACE},
      {INT32_MIN, AISOPOD_LOG_TRACE}};
  Logging l;
  for (const auto& [given, read] : levels) {
    aisopod_log_record record = record_of("line");
    record.level = given;
    CHECK_EQ(l.log(record), AISOPOD_OK);
    CHECK_EQ(l.line().status, read);
  }
}

CASE("an empty message is INVALID") {
  Logging l;
  CHECK_EQ(l.log(nullptr, 0), AISOPOD_E_INVALID);
  CHECK_EQ(l.log(nullptr, 5), AISOPOD_E_INVALID);
  CHECK_EQ(l.log(nullptr), AISOPOD_E_INVALID);
  CHECK_EQ(l.log("", 0), AISOPOD_E_INVALID);
  CHECK_EQ(l.log("text without its length", 0), AISOPOD_E_INVALID);
  CHECK_EQ(l.log(""), AISOPOD_E_INVALID);
  CHECK_EQ(l.embedder.count(MessageType::log), 0u);
}

CASE("a message has the length that the plugin gives, also without a NUL behind it") {
  Logging l;
  const std::unique_ptr<char[]> exact(new char[3]{'a', 'b', 'c'});
  l.log(exact.get(), 3);
  l.log("a\0b", 3);
  l.log("abc\0def");
  CHECK_EQ(l.line().a, "abc");
  CHECK_EQ(l.line().a, std::string("a\0b", 3));
  CHECK_EQ(l.line().a, "abc");
}

CASE("a message over the limit is cut at a character, and ends in three dots") {
  Limits limits = patient_limits();
  limits.log_line_bytes = 10;
  Logging l(limits);
  const std::pair<const char*, const char*> messages[] = {
      {"1234567890", "1234567890"},
      {"12345678901", "1234567890..."},
      {"123456789\xC3\xA9", "123456789..."},  // the limit is inside the last character
      {"12345678\xE2\x82\xAC", "12345678..."},
      {"1234567\xF0\x9F\x98\x80", "1234567..."},
      {"123456\xF0\x9F\x98\x80", "123456\xF0\x9F\x98\x80"},
      {"12345678\xC3\xA9x", "12345678\xC3\xA9..."}};
  for (const auto& [given, kept] : messages) {
    for (const size_t len : {std::strlen(given), AISOPOD_NTS}) {
      CHECK_EQ(l.log(given, len), AISOPOD_OK);
      CHECK_EQ(l.line().a, kept);
    }
  }
}

CASE("a message ends where it is not UTF-8, and is INVALID when that is at its beginning") {
  Logging l;
  CHECK_EQ(l.log("line \xFF bad", AISOPOD_NTS), AISOPOD_OK);
  CHECK_EQ(l.line().a, "line ");
  CHECK_EQ(l.log("\x80\x80", AISOPOD_NTS), AISOPOD_E_INVALID);
}

CASE("the default limit of a message is 16 KiB") {
  Logging l;
  l.log(std::string(16384, 'x').c_str());
  CHECK_EQ(l.line().a, std::string(16384, 'x'));
  l.log(std::string(16385, 'x').c_str());
  CHECK_EQ(l.line().a, std::string(16384, 'x') + "...");
}

CASE("an endless message without a NUL is not read beyond the limit") {
  Limits limits = patient_limits();
  limits.log_line_bytes = 10;
  Logging l(limits);
  const std::unique_ptr<char[]> endless(new char[11]);
  std::fill_n(endless.get(), 11, 'x');
  l.log(endless.get());
  CHECK_EQ(l.line().a, "xxxxxxxxxx...");
}

CASE("fields reach the host with their line") {
  Logging l;
  CHECK_EQ(l.log_fields("{\"n\":1}"), AISOPOD_OK);
  CHECK_EQ(l.line().b, "{\"n\":1}");
  CHECK_EQ(l.log_fields(" \t\r\n{}rest", 6), AISOPOD_OK);
  CHECK_EQ(l.line().b, " \t\r\n{}");
}

CASE("NULL, length 0 and an empty text are no fields") {
  Logging l;
  CHECK_EQ(l.log_fields(nullptr, 0), AISOPOD_OK);
  CHECK_EQ(l.log_fields("{\"n\":1}", 0), AISOPOD_OK);
  CHECK_EQ(l.log_fields(""), AISOPOD_OK);
  for (int i = 0; i < 3; ++i) CHECK_EQ(l.line().b, "");
}

CASE("fields that are not a JSON object are INVALID, and the line is not written") {
  Logging l;
  for (const char* bad : {"[]", "1", "\"{}\"", "null", "{", "{}{}", "x", " ", "{\"a\":\"\xFF\"}"}) {
    CHECK_EQ(l.log_fields(bad), AISOPOD_E_INVALID);
  }
  CHECK_EQ(l.log_fields(nullptr, 2), AISOPOD_E_INVALID);
  CHECK_EQ(l.embedder.count(MessageType::log), 0u);
}

CASE("fields over the limit are left out, and the line says so") {
  Logging l;
  const std::string longest = "{\"a\":\"" + std::string(16384 - 8, 'x') + "\"}";
  const std::string longer = "{\"a\":\"" + std::string(16384 - 7, 'x') + "\"}";
  CHECK_EQ(l.log_fields(longest.c_str()), AISOPOD_OK);
  CHECK_EQ(l.line().b, longest);
  for (const size_t len : {longer.size(), AISOPOD_NTS}) {
    CHECK_EQ(l.log_fields(longer.c_str(), len), AISOPOD_OK);
    const Received line = l.line();
    CHECK_EQ(line.b, "");
    CHECK_EQ(line.a, "line (fields of more than 16384 bytes are left out)");
  }
}

CASE("lines over the number that may be unread are AGAIN, and counted though none follows") {
  Limits limits = patient_limits();
  limits.queue = 5;
  Logging l(limits);
  for (int i = 0; i < 12; ++i) {
    CHECK_EQ(l.log(std::to_string(i).c_str()), i < 5 ? AISOPOD_OK : AISOPOD_E_AGAIN);
  }
  for (int i = 0; i < 5; ++i) CHECK_EQ(l.line().a, std::to_string(i));
  CHECK_EQ(l.embedder.take(MessageType::log_lost).number, 7.0);
  CHECK_EQ(l.log("after"), AISOPOD_OK);
  CHECK_EQ(l.line().a, "after");
  CHECK_EQ(l.embedder.count(MessageType::log_lost), 0u);
}

CASE("by default 1,024 lines may be unread") {
  Logging l;
  for (int i = 0; i < 1024; ++i) CHECK_EQ(l.log("line"), AISOPOD_OK);
  CHECK_EQ(l.log("line"), AISOPOD_E_AGAIN);
}

CASE("lines over the bytes that may be unread are AGAIN, counting message, fields and meta") {
  Limits limits = patient_limits();
  limits.queue_bytes = 100;
  Logging l(limits);
  const std::string sixty(60, 'x'), forty(40, 'x');
  CHECK_EQ(l.log(sixty.c_str()), AISOPOD_OK);
  CHECK_EQ(l.log((forty + "x").c_str()), AISOPOD_E_AGAIN);
  aisopod_log_record with_fields = record_of(forty.c_str());
  with_fields.fields = "{}";
  with_fields.fields_len = 2;
  CHECK_EQ(l.log(with_fields), AISOPOD_E_AGAIN);
  CHECK_EQ(l.log(forty.c_str()), AISOPOD_OK);
  CHECK_EQ(l.log("x"), AISOPOD_E_AGAIN);
  l.embedder.drain();
  CHECK_EQ(l.embedder.take(MessageType::log_lost).number, 3.0);
  CHECK_EQ(l.log(sixty.c_str()), AISOPOD_OK);
}

CASE("a line larger than all that may be unread is written when no other is unread") {
  Limits limits = patient_limits();
  limits.queue_bytes = 10;
  Logging l(limits);
  CHECK_EQ(l.log("much longer than that"), AISOPOD_OK);
  CHECK_EQ(l.log("x"), AISOPOD_E_AGAIN);
}

CASE("by default 16 MiB may be unread") {
  Limits limits = patient_limits();
  limits.log_line_bytes = 1u << 20;
  Logging l(limits);
  const std::string mebibyte(1u << 20, 'x');
  for (int i = 0; i < 16; ++i) CHECK_EQ(l.log(mebibyte.c_str()), AISOPOD_OK);
  CHECK_EQ(l.log("x"), AISOPOD_E_AGAIN);
}

CASE("lines from many threads are all written or counted") {
  Limits limits = patient_limits();
  limits.queue = 50;
  Logging l(limits);
  std::atomic<int> ok{0}, again{0};
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t) {
    threads.emplace_back([&] {
      for (int i = 0; i < 500; ++i) ++(l.log("line") == AISOPOD_OK ? ok : again);
    });
  }
  for (std::thread& thread : threads) thread.join();
  CHECK_EQ(l.embedder.count(MessageType::log), static_cast<size_t>(ok.load()));
  double lost = 0;
  for (size_t n = l.embedder.count(MessageType::log_lost); n > 0; --n) {
    lost += l.embedder.take(MessageType::log_lost).number;
  }
  CHECK_EQ(lost, static_cast<double>(again.load()));
  CHECK_EQ(ok.load() + again.load(), 4 * 500);
}

CASE("a plugin may log from create to destroy") {
  Plugin plugin;
  const auto log = [&](const char* text) {
    const aisopod_log_record record = record_of(text);
    CHECK_EQ(plugin.host->log(plugin.host, &record), AISOPOD_OK);
  };
  plugin.create = [&](aisopod_plugin** out, aisopod_error*) {
    log("create");
    *out = reinterpret_cast<aisopod_plugin*>(&plugin);
    return AISOPOD_OK;
  };
  plugin.on_shutdown = [&] { log("on_shutdown"); };
  plugin.destroy = [&] { log("destroy"); };
  Embedder embedder;
  { Running running(embedder, plugin); }
  for (const char* text : {"create", "on_shutdown", "destroy"}) {
    CHECK_EQ(embedder.take(MessageType::log).a, text);
  }
}

}  // namespace
