// How the answer of an inline call gets to who made it, without a copy where that can be.
#include <atomic>
#include <cfenv>
#include <string>
#include <thread>
#include <vector>

#include "support/harness.h"
#include "support/one_tool.h"

namespace {

using namespace test;

struct Inline : OneTool {
  explicit Inline(Handler handler) : OneTool(std::move(handler), AISOPOD_F_INLINE) {}
};

struct Taker final : aisopod::AnswerTaker {
  bool take(const char* json, size_t len, bool ascii) noexcept override {
    ++asked;
    text.assign(json, len);
    is_ascii = ascii;
    return takes;
  }
  std::string text;
  bool is_ascii = false;
  bool takes = true;
  int asked = 0;
};

Invoked invoke_with(Inline& one, Taker& taker, const std::string& params = "{}") {
  aisopod::CallRequest request;
  request.registration = one.running.registration("tool");
  request.params = params;
  request.taker = &taker;
  return one.running->calls.invoke(std::move(request));
}

CASE("an inline answer goes straight to its taker") {
  Inline one([&](const aisopod_call* call) { return one.reply(call->token, "\"\xC3\xA9\""); });
  Taker taker;
  const Invoked result = invoke_with(one, taker);
  CHECK(result.settled && result.taken);
  CHECK_EQ(taker.text, "\"\xC3\xA9\"");
  CHECK(!taker.is_ascii);
  CHECK_EQ(one.embedder.count(MessageType::answer), 0u);
}

CASE("an answer that its taker does not take is a message") {
  Inline one([&](const aisopod_call* call) { return one.reply(call->token, "4"); });
  Taker taker;
  taker.takes = false;
  const Invoked result = invoke_with(one, taker);
  CHECK(result.settled && !result.taken);
  CHECK(result.message.type == MessageType::answer);
  CHECK_EQ(result.message.a, "4");
  CHECK(result.message.ascii);
}

CASE("a taker gets the first answer only, and none that is refused or of another call") {
  Inline one([&](const aisopod_call* call) {
    CHECK_EQ(one.reply(call->token + 1, "0"), AISOPOD_E_GONE);
    if (std::string(call->params->json) == "1") return one.reply(call->token, "broken");
    CHECK_EQ(one.reply(call->token, "1"), AISOPOD_OK);
    CHECK_EQ(one.reply(call->token, "2"), AISOPOD_E_GONE);
    CHECK_EQ(one.fail(call->token, AISOPOD_E_DENIED, "no"), AISOPOD_E_GONE);
    return AISOPOD_OK;
  });
  Taker taker;
  CHECK(invoke_with(one, taker).taken);
  CHECK_EQ(taker.text, "1");
  CHECK_EQ(taker.asked, 1);
  const Invoked refused = invoke_with(one, taker, "1");
  CHECK(refused.settled && !refused.taken);
  CHECK(refused.message.type == MessageType::refused);
  CHECK_EQ(taker.asked, 1);
}

CASE("a taker gets nothing by the host table of another instance") {
  Inline other([](const aisopod_call*) { return AISOPOD_PENDING; });
  Inline one([&](const aisopod_call* call) {
    CHECK_EQ(other.reply(call->token, "1"), AISOPOD_E_GONE);
    return one.reply(call->token, "2");
  });
  Taker taker;
  CHECK(invoke_with(one, taker).taken);
  CHECK_EQ(taker.text, "2");
  CHECK_EQ(taker.asked, 1);
}

CASE("an answer that comes after another thread has asked about its call is no taker's") {
  Inline one([&](const aisopod_call* call) {
    std::thread([&] {
      CHECK_EQ(one.plugin.host->call_check(one.plugin.host, call->token), AISOPOD_OK);
    }).join();
    return one.reply(call->token, "5");
  });
  Taker taker;
  const Invoked result = invoke_with(one, taker);
  CHECK(result.settled && !result.taken);
  CHECK_EQ(result.message.a, "5");
}

CASE("a taker is not asked while the handler computes otherwise than its thread did") {
  Inline one([&](const aisopod_call* call) {
    std::fesetround(FE_UPWARD);
    return one.reply(call->token, "6");
  });
  Taker taker;
  const Invoked result = invoke_with(one, taker);
  CHECK_EQ(taker.asked, 0);
  CHECK_EQ(result.message.a, "6");
  CHECK_EQ(std::fegetround(), FE_TONEAREST);
}

CASE("threads that ask about inline calls while they are answered find each or none") {
  std::atomic<aisopod_token> running{0};
  std::atomic<bool> over{false};
  std::atomic<int> answered_elsewhere{0};
  Inline one([&](const aisopod_call* call) {
    running.store(call->token);
    for (int i = 0; i < 50 && running.load() == call->token; ++i) std::this_thread::yield();
    return one.reply(call->token, "1") == AISOPOD_OK ? AISOPOD_OK : AISOPOD_PENDING;
  });
  std::vector<std::thread> others;
  for (int i = 0; i < 2; ++i) {
    others.emplace_back([&, i] {
      while (!over.load()) {
        const aisopod_token token = running.exchange(0);
        if (token == 0) continue;
        if (i == 0) one.plugin.host->call_check(one.plugin.host, token);
        else if (one.reply(token, "2") == AISOPOD_OK) ++answered_elsewhere;
      }
    });
  }
  int pending = 0;
  Taker taker;
  for (int i = 0; i < 2000; ++i) {
    const Invoked result = invoke_with(one, taker);
    if (result.settled) {
      CHECK_EQ(result.taken ? taker.text : result.message.a, "1");
    } else {
      ++pending;
      CHECK_EQ(one.embedder.ended(result.token).a, "2");
    }
  }
  over.store(true);
  for (std::thread& each : others) each.join();
  CHECK_EQ(pending, answered_elsewhere.load());
}

CASE("no number that is no token finds an inline call") {
  Inline one([&](const aisopod_call* call) {
    const aisopod_host* const host = one.plugin.host;
    CHECK_EQ(host->call_check(host, 0), AISOPOD_E_GONE);
    CHECK_EQ(host->call_check(host, ~aisopod_token{0}), AISOPOD_E_GONE);
    CHECK_EQ(host->call_check(host, call->token), AISOPOD_OK);
    CHECK_EQ(host->call_check(host, ~aisopod_token{0}), AISOPOD_E_GONE);
    return one.reply(call->token);
  });
  CHECK_EQ(one.running.call("tool").a, "1");
}

}  // namespace
