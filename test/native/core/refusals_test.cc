// The log of what the host refuses: the reason, ten times a minute for each function and reason.
#include <string>
#include <thread>
#include <vector>

#include "core/host/refusals.h"
#include "support/event.h"
#include "support/logging.h"
#include "support/one_tool.h"

namespace {

using namespace test;
using aisopod::Refusals;

constexpr uint32_t kInstance = 7;

struct Refusing {
  explicit Refusing(int64_t window_ms = 60'000)
      : refusals(kInstance, embedder.environment(), window_ms) {}
  ~Refusing() { embedder.environment()->timer.stop(); }

  aisopod_status refuse(const char* function, const std::string& why,
                        aisopod_status status = AISOPOD_E_INVALID) {
    return refusals.refuse(function, status, why);
  }
  size_t lines() { return embedder.count(MessageType::notice); }

  Embedder embedder;
  Refusals refusals;
};

// Number n as a word, since numbers make no difference.
std::string word(int n) {
  std::string text;
  for (; n > 0; n /= 26) text += static_cast<char>('a' + n % 26);
  return '"' + text + '"';
}

CASE("a refusal is a warning with the function and the reason, and its status the result") {
  Refusing r;
  CHECK_EQ(r.refuse("post", "fn is NULL", AISOPOD_E_UNSUPPORTED), AISOPOD_E_UNSUPPORTED);
  const Received line = r.embedder.take(MessageType::notice);
  CHECK_EQ(line.a, "post(): fn is NULL");
  CHECK_EQ(line.status, AISOPOD_LOG_WARN);
  CHECK_EQ(line.instance, kInstance);
}

CASE("what says that an argument, a permission or a thread is refused is logged") {
  Refusing r;
  for (const aisopod_status status : {AISOPOD_E_INVALID, AISOPOD_E_UNSUPPORTED, AISOPOD_E_DENIED,
                                      AISOPOD_E_THREAD, AISOPOD_E_TOO_LARGE}) {
    CHECK_EQ(r.refuse("log", word(1 - status), status), status);
  }
  CHECK_EQ(r.lines(), 5u);
}

CASE("what a correct plugin meets is not logged") {
  Refusing r;
  for (const aisopod_status status :
       {AISOPOD_OK, AISOPOD_E_FAIL, AISOPOD_E_EXISTS, AISOPOD_E_NOT_FOUND, AISOPOD_E_GONE,
        AISOPOD_E_CANCELLED, AISOPOD_E_DEADLINE, AISOPOD_E_AGAIN, AISOPOD_E_NOMEM, AISOPOD_E_STATE,
        AISOPOD_E_BUSY}) {
    CHECK_EQ(r.refuse("log", "why", status), status);
  }
  CHECK_EQ(r.lines(), 0u);
}

CASE("a function and reason have ten lines a minute") {
  Refusing r;
  for (int i = 0; i < 1000; ++i) r.refuse("publish", "fn is NULL");
  CHECK_EQ(r.lines(), 10u);
}

CASE("places and sizes don't make a reason another one") {
  Refusing r;
  for (int i = 0; i < 100; ++i) {
    r.refuse("call_reply", "not JSON: expected a value at byte " + std::to_string(i * 7));
  }
  CHECK_EQ(r.lines(), 10u);
  CHECK_EQ(r.embedder.take(MessageType::notice).a,
           "call_reply(): not JSON: expected a value at byte 0");
}

CASE("reasons are counted apart, and so are functions") {
  Refusing r;
  for (int i = 0; i < 20; ++i) {
    for (const char* function : {"call_reply", "call_fail", "call_chunk"}) {
      r.refuse(function, "the JSON is NULL");
      r.refuse(function, "the JSON is too long");
    }
  }
  CHECK_EQ(r.lines(), 60u);
}

CASE("instances are counted apart") {
  Refusing r;
  Refusals other(kInstance + 1, r.embedder.environment());
  for (int i = 0; i < 20; ++i) {
    r.refuse("post", "fn is NULL");
    other.refuse("post", AISOPOD_E_INVALID, "fn is NULL");
  }
  CHECK_EQ(r.lines(), 20u);
}

CASE("beyond 64 reasons, those of a function are counted together") {
  Refusing r;
  for (int i = 1; i <= 64; ++i) r.refuse("publish", word(i));
  CHECK_EQ(r.lines(), 64u);
  for (int i = 65; i <= 1000; ++i) {
    r.refuse("publish", word(i));
    r.refuse("post", word(i));
  }
  CHECK_EQ(r.lines(), 64u + 2 * 10u);
  r.refuse("publish", word(1));  // which has a count of its own
  CHECK_EQ(r.lines(), 64u + 2 * 10u + 1);
}

// Refuses until one is counted instead of logged. Returns how many have a line.
size_t until_counted(Refusing& r) {
  for (;;) {
    const size_t before = r.lines();
    r.refuse("post", "fn is NULL");
    if (r.lines() == before) return before;
  }
}

// The number in a line of the kind that counts; 0: it is another line.
size_t counted_in(const std::string& line) {
  const std::string start = "post() was refused ";
  return line.find(start) == 0 ? std::stoul(line.substr(start.size())) : 0;
}

Received take_count(Refusing& r) {
  return r.embedder.take("the count", [](const Received& m) { return counted_in(m.a) > 0; });
}

CASE("the refusals without a line are counted in one when their minute is over") {
  Refusing r(50);
  until_counted(r);
  const Received line = take_count(r);
  CHECK_EQ(line.a, "post() was refused 1 more time within a minute, for the same reason");
  CHECK_EQ(line.status, AISOPOD_LOG_WARN);
  CHECK_EQ(line.instance, kInstance);
}

CASE("after the minute the reason has lines again") {
  Refusing r(50);
  until_counted(r);
  take_count(r);
  const size_t before = r.lines();
  r.refuse("post", "fn is NULL");
  CHECK_EQ(r.lines(), before + 1);
}

CASE("from many threads each refusal has a line or is counted") {
  Refusing r(20);
  std::vector<std::thread> threads;
  Meeting start(4);
  for (int t = 0; t < 4; ++t) {
    threads.emplace_back([&] {
      start.attend();
      for (int i = 0; i < 500; ++i) r.refuse("post", "fn is NULL");
    });
  }
  for (std::thread& thread : threads) thread.join();
  size_t seen = 0;
  while (seen < 4 * 500) {
    const size_t counted = counted_in(r.embedder.take(MessageType::notice).a);
    seen += counted == 0 ? 1 : counted;
  }
  CHECK_EQ(seen, 4u * 500);
}

CASE("refusals after the environment is gone are harmless") {
  std::unique_ptr<Refusals> refusals;
  {
    Embedder embedder;
    refusals = std::make_unique<Refusals>(kInstance, embedder.environment());
  }
  for (int i = 0; i < 20; ++i) {
    CHECK_EQ(refusals->refuse("post", AISOPOD_E_INVALID, "fn is NULL"), AISOPOD_E_INVALID);
  }
}

CASE("a host function logs why it refuses an argument") {
  OneTool one(stay_pending, AISOPOD_F_INLINE);
  const uint64_t call = one.running.invoke("tool").token;
  CHECK_EQ(one.reply(call, "[1,]"), AISOPOD_E_INVALID);
  CHECK_EQ(one.embedder.take(MessageType::notice).a,
           "call_reply(): not JSON: expected a value at byte 3");
  const aisopod_host* const host = one.plugin.host;
  CHECK_EQ(host->log(host, nullptr), AISOPOD_E_INVALID);
  CHECK_EQ(one.embedder.take(MessageType::notice).a, "log(): aisopod_log_record is NULL");
  CHECK_EQ(host->get_config(host, nullptr), AISOPOD_E_INVALID);
  CHECK_EQ(one.embedder.take(MessageType::notice).a, "get_config(): out is NULL");
}

CASE("a host function logs nothing when a token is stale, the phase is wrong or there is no room") {
  Limits limits = patient_limits();
  limits.queue = 1;
  Logging l(limits);
  const aisopod_host* const host = l.plugin.host;
  CHECK_EQ(aisopod_reply(host, 1, "1", 1), AISOPOD_E_GONE);
  CHECK_EQ(host->cancel(host, ~uint64_t{0}), AISOPOD_E_GONE);
  CHECK_EQ(l.log("line"), AISOPOD_OK);
  CHECK_EQ(l.log("line"), AISOPOD_E_AGAIN);
  CHECK_EQ(aisopod_publish(host, ~uint64_t{0}, "t", "1", 1), AISOPOD_E_GONE);
  l.plugin.destroy = [&] {
    CHECK_EQ(aisopod_publish(host, 0, "t", "1", 1), AISOPOD_E_STATE);
    CHECK_EQ(aisopod_post_task(
                 host, 0, 0, [](void*, const aisopod_task*) {}, nullptr, nullptr),
             AISOPOD_E_STATE);
  };
  l.running.dispose();
  CHECK_EQ(l.embedder.count(MessageType::notice), 0u);
}

}  // namespace
