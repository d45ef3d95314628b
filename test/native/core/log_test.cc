// log(): never waits, is bounded, and says what was lost.
#include <memory>
#include <thread>
#include <vector>

#include "support/event.h"
#include "support/running.h"

namespace {

using namespace test;

struct Logging {
  explicit Logging(Limits limits = patient_limits()) : running(embedder, plugin, limits) {}

  void log(const char* text, size_t len = AISOPOD_NTS, aisopod_level level = AISOPOD_LOG_INFO) {
    plugin.host->log(plugin.host, level, text, len);
  }

  Plugin plugin;
  Embedder embedder;
  Running running;
};

CASE("a line is told with its level") {
  Logging l;
  l.log("hello", 5, AISOPOD_LOG_WARN);
  const Heard heard = l.embedder.take(MessageType::log);
  CHECK_EQ(heard.a, "hello");
  CHECK_EQ(heard.status, AISOPOD_LOG_WARN);
  CHECK_EQ(heard.instance, l.running->id());
}

CASE("a level that there is not reads as the nearest") {
  Logging l;
  l.log("low", 3, INT32_MIN);
  l.log("high", 4, INT32_MAX);
  CHECK_EQ(l.embedder.take(MessageType::log).status, AISOPOD_LOG_TRACE);
  CHECK_EQ(l.embedder.take(MessageType::log).status, AISOPOD_LOG_HOST_MISBEHAVING);
}

CASE("NULL is no line, an empty text is") {
  Logging l;
  l.log(nullptr);
  l.log(nullptr, 5);
  l.log("", 0);
  l.log("");
  CHECK_EQ(l.embedder.count(MessageType::log), 2u);
}

CASE("a length is believed, also without a NUL behind the text") {
  Logging l;
  const std::unique_ptr<char[]> exact(new char[3]{'a', 'b', 'c'});
  l.log(exact.get(), 3);
  l.log("a\0b", 3);
  CHECK_EQ(l.embedder.take(MessageType::log).a, "abc");
  CHECK_EQ(l.embedder.take(MessageType::log).a, std::string("a\0b", 3));
}

CASE("a line over the limit is cut at a character, and says so") {
  Limits limits = patient_limits();
  limits.log_line_bytes = 10;
  Logging l(limits);
  l.log("1234567890");
  l.log("12345678901");
  l.log("123456789\xC3\xA9");  // the limit is inside the last character
  l.log("1234567\xF0\x9F\x98\x80");
  l.log("12345678901234", 14);
  l.log("\x80\x80\x80\x80\x80\x80\x80\x80\x80\x80\x80\x80");  // not UTF-8: anywhere will do
  for (const char* text :
       {"1234567890", "1234567890 [cut]", "123456789 [cut]", "1234567 [cut]", "1234567890 [cut]"}) {
    CHECK_EQ(l.embedder.take(MessageType::log).a, text);
  }
  CHECK(l.embedder.take(MessageType::log).a.size() <= 16);
}

CASE("an endless line without a NUL is not read beyond the limit") {
  Limits limits = patient_limits();
  limits.log_line_bytes = 10;
  Logging l(limits);
  const std::unique_ptr<char[]> endless(new char[11]);
  std::fill_n(endless.get(), 11, 'x');
  l.log(endless.get());
  CHECK_EQ(l.embedder.take(MessageType::log).a, "xxxxxxxxxx [cut]");
}

CASE("lines over the budget are lost, and their number is told though nothing follows") {
  Limits limits = patient_limits();
  limits.queue = 5;
  Logging l(limits);
  for (int i = 0; i < 12; ++i) l.log(std::to_string(i).c_str());
  for (int i = 0; i < 5; ++i) {
    CHECK_EQ(l.embedder.take(MessageType::log).a, std::to_string(i));
  }
  CHECK_EQ(l.embedder.take(MessageType::log_lost).number, 7.0);
  l.log("after");
  CHECK_EQ(l.embedder.take(MessageType::log).a, "after");
  CHECK_EQ(l.embedder.count(MessageType::log_lost), 0u);
}

CASE("lines from many threads are all told or counted") {
  Limits limits = patient_limits();
  limits.queue = 50;
  Logging l(limits);
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t) {
    threads.emplace_back([&] {
      for (int i = 0; i < 500; ++i) l.log("line");
    });
  }
  for (std::thread& thread : threads) thread.join();
  l.embedder.drain();
  const size_t told = l.embedder.count(MessageType::log);
  double lost = 0;
  for (size_t n = l.embedder.count(MessageType::log_lost); n > 0; --n) {
    lost += l.embedder.take(MessageType::log_lost).number;
  }
  CHECK_EQ(static_cast<double>(told) + lost, 4 * 500.0);
}

CASE("a plugin may log from create to destroy") {
  Plugin plugin;
  const auto log = [&](const char* text) {
    plugin.host->log(plugin.host, AISOPOD_LOG_INFO, text, AISOPOD_NTS);
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
