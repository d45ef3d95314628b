// AISOPOD_F_INLINE: the handler runs on the host's thread, and its answer comes back at once.
#include <thread>

#include "support/event.h"
#include "support/running.h"

namespace {

using namespace test;

struct Inline {
  explicit Inline(std::function<aisopod_status(const aisopod_request*)> handler,
                  Limits limits = patient_limits(), uint32_t flags = AISOPOD_F_INLINE) {
    plugin.tool("tool", flags, std::move(handler));
    running = std::make_unique<Running>(embedder, plugin, limits);
  }

  aisopod_status reply(aisopod_call call, const char* json) {
    return plugin.host->call_reply(plugin.host, call, json, AISOPOD_NTS);
  }

  Plugin plugin;
  Embedder embedder;
  std::unique_ptr<Running> running;
};

CASE("an inline handler runs on the caller's thread, and its answer is the result") {
  const auto here = std::this_thread::get_id();
  Inline one([&](const aisopod_request* r) {
    CHECK(std::this_thread::get_id() == here);
    return one.reply(r->call, "4");
  });
  const Invoked result = one.running->invoke("tool");
  CHECK(result.settled);
  CHECK(result.message.type == MessageType::answer);
  CHECK_EQ(result.message.token, result.token);
  CHECK_EQ(result.message.a, "4");
  CHECK_EQ(one.embedder.count(MessageType::answer), 0u);
}

CASE("an inline call may fail, or be refused, at once") {
  Inline one([&](const aisopod_request* r) -> aisopod_status {
    if (std::string(r->params) == "1") return one.reply(r->call, "broken");
    return one.plugin.host->call_fail(one.plugin.host, r->call, AISOPOD_E_DENIED, "no", nullptr, 0);
  });
  const Invoked failed = one.running->invoke("tool", "0");
  CHECK(failed.settled && failed.message.type == MessageType::failure);
  CHECK_EQ(failed.message.status, AISOPOD_E_DENIED);
  const Invoked refused = one.running->invoke("tool", "1");
  CHECK(refused.settled && refused.message.type == MessageType::refused);
}

CASE("an inline handler that answers a negative status or throws ends its call") {
  Inline one([&](const aisopod_request* r) -> aisopod_status {
    if (std::string(r->params) == "1") throw 1;
    return AISOPOD_E_NOT_FOUND;
  });
  CHECK_EQ(one.running->call("tool", "0").status, AISOPOD_E_NOT_FOUND);
  CHECK_EQ(one.running->call("tool", "1").a, "the handler threw a C++ exception");
}

CASE("an inline handler may leave its call pending") {
  std::thread later;
  Inline one([&](const aisopod_request* r) {
    later = std::thread([&, call = r->call] { CHECK_EQ(one.reply(call, "5"), AISOPOD_OK); });
    return AISOPOD_OK;
  });
  const Invoked result = one.running->invoke("tool", "{}", kNoHurry);
  later.join();
  const Heard end = one.embedder.ended(result.token);
  CHECK(!result.settled);
  CHECK_EQ(end.a, "5");
}

CASE("an answer from another thread while the inline handler runs comes as a message") {
  Inline one([&](const aisopod_request* r) {
    std::thread([&] { CHECK_EQ(one.reply(r->call, "6"), AISOPOD_OK); }).join();
    return one.reply(r->call, "7") == AISOPOD_E_GONE ? AISOPOD_OK : AISOPOD_E_FAIL;
  });
  const Invoked result = one.running->invoke("tool");
  CHECK(!result.settled);
  CHECK_EQ(one.embedder.ended(result.token).a, "6");
}

CASE("a pending inline call meets its deadline") {
  Inline one([&](const aisopod_request*) { return AISOPOD_OK; });
  const Invoked result = one.running->invoke("tool", "{}", 1);
  CHECK(!result.settled);
  CHECK_EQ(one.embedder.ended(result.token).status, AISOPOD_E_DEADLINE);
}

CASE("chunks and progress before an inline answer come before it") {
  Inline one([&](const aisopod_request* r) {
    const aisopod_host* host = one.plugin.host;
    CHECK_EQ(host->call_progress(host, r->call, 0.5, "half"), AISOPOD_OK);
    CHECK_EQ(host->call_chunk(host, r->call, "1", 1, 0), AISOPOD_OK);
    CHECK_EQ(host->call_chunk(host, r->call, "2", 1, 0), AISOPOD_OK);
    return one.reply(r->call, "3");
  });
  const Invoked result =
      one.running->invoke("tool", "{}", -1, aisopod::kWantsChunks | aisopod::kWantsProgress);
  CHECK(!result.settled);
  std::string order;
  while (order.find('3') == std::string::npos) {
    const Heard heard = one.embedder.take("any message of the call",
                                          [&](const Heard& m) { return m.token == result.token; });
    order += heard.a;
  }
  CHECK_EQ(order, "half123");
}

CASE("an inline handler may not wait") {
  Inline one([&](const aisopod_request* r) {
    const aisopod_host* host = one.plugin.host;
    CHECK_EQ(host->call_chunk(host, r->call, "1", 1, 1), AISOPOD_E_THREAD);
    CHECK_EQ(host->call_chunk(host, r->call, "1", 1, -1), AISOPOD_E_THREAD);
    aisopod_ask ask = AISOPOD_INIT(aisopod_ask);
    ask.method = "test";
    ask.timeout_ms = -1;
    aisopod_buf out = {};
    CHECK_EQ(host->request_wait(host, &ask, &out, nullptr), AISOPOD_E_THREAD);
    return one.reply(r->call, "1");
  });
  CHECK_EQ(one.running->call("tool").a, "1");
  CHECK_EQ(one.embedder.count(MessageType::ask), 0u);
}

CASE("an inline handler that is too slow three times runs on the worker from then on") {
  Limits limits;
  limits.inline_ns = -1;  // every handler is slower than that
  const auto here = std::this_thread::get_id();
  std::atomic<int> inline_runs{0}, worker_runs{0};
  Inline one(
      [&](const aisopod_request* r) {
        ++(std::this_thread::get_id() == here ? inline_runs : worker_runs);
        return one.reply(r->call, "1");
      },
      limits);
  for (int i = 0; i < 5; ++i) CHECK_EQ(one.running->call("tool").a, "1");
  CHECK_EQ(inline_runs.load(), 3);
  CHECK_EQ(worker_runs.load(), 2);
  CHECK_EQ(one.embedder.count(MessageType::notice), 1u);
  CHECK(one.embedder.take(MessageType::notice).a.find("'tool' took longer") == 0);
}

CASE("an inline handler may answer another call of its plugin") {
  aisopod_call waiting = 0;
  Inline one([&](const aisopod_request* r) -> aisopod_status {
    if (waiting == 0) {
      waiting = r->call;
      return AISOPOD_OK;
    }
    CHECK_EQ(one.reply(waiting, "\"first\""), AISOPOD_OK);
    return one.reply(r->call, "\"second\"");
  });
  const Invoked first = one.running->invoke("tool");
  const Invoked second = one.running->invoke("tool");
  CHECK(!first.settled);
  CHECK(second.settled);
  CHECK_EQ(second.message.a, "\"second\"");
  CHECK_EQ(one.embedder.ended(first.token).a, "\"first\"");
}

CASE("an inline handler that asks about its call still answers at once") {
  Inline one([&](const aisopod_request* r) {
    const aisopod_host* host = one.plugin.host;
    CHECK_EQ(host->call_check(host, r->call), AISOPOD_OK);
    CHECK(host->call_remaining_ms(host, r->call) > 0);
    CHECK_EQ(r->timeout_ms, kNoHurry);
    CHECK_EQ(one.reply(r->call, "8"), AISOPOD_OK);
    CHECK_EQ(host->call_check(host, r->call), AISOPOD_E_GONE);
    return one.reply(r->call, "9") == AISOPOD_E_GONE ? AISOPOD_OK : AISOPOD_E_FAIL;
  });
  const Invoked result = one.running->invoke("tool", "{}", kNoHurry);
  CHECK(result.settled);
  CHECK_EQ(result.message.a, "8");
  CHECK_EQ(one.embedder.count(MessageType::answer), 0u);
}

CASE("an inline handler that was answered elsewhere, or asked about, may still fail") {
  Inline one([&](const aisopod_request* r) {
    const aisopod_host* host = one.plugin.host;
    if (std::string(r->params) == "1") {
      CHECK_EQ(host->call_check(host, r->call), AISOPOD_OK);
    } else {
      std::thread([&] { CHECK_EQ(one.reply(r->call, "6"), AISOPOD_OK); }).join();
    }
    return AISOPOD_E_DENIED;
  });
  CHECK_EQ(one.running->call("tool", "0").a, "6");
  const Heard failed = one.running->call("tool", "1");
  CHECK(failed.type == MessageType::failure);
  CHECK_EQ(failed.status, AISOPOD_E_DENIED);
}

CASE("of threads that answer an inline call while its handler does too, one is heard") {
  for (int round = 0; round < 200; ++round) {
    std::atomic<int> taken{0};
    Inline one([&](const aisopod_request* r) {
      std::atomic<int> ready{0};
      const auto answer = [&, call = r->call] {
        ++ready;
        while (ready.load() < 3) std::this_thread::yield();
        if (one.reply(call, "1") == AISOPOD_OK) ++taken;
      };
      std::thread first(answer), second(answer);
      answer();
      first.join();
      second.join();
      return AISOPOD_OK;
    });
    CHECK_EQ(one.running->call("tool").a, "1");
    CHECK_EQ(taken.load(), 1);
  }
}

CASE("an inline call that nobody asked about is gone when its handler has failed") {
  aisopod_call failed = 0;
  Inline one([&](const aisopod_request* r) -> aisopod_status {
    failed = r->call;
    return AISOPOD_E_FAIL;
  });
  CHECK_EQ(one.running->call("tool").status, AISOPOD_E_FAIL);
  CHECK_EQ(one.reply(failed, "1"), AISOPOD_E_GONE);
}

CASE("an inline call is not to be answered by the host table of another instance") {
  Inline other([](const aisopod_request*) { return AISOPOD_OK; });
  Inline one([&](const aisopod_request* r) {
    CHECK_EQ(other.reply(r->call, "1"), AISOPOD_E_GONE);
    return one.reply(r->call, "2");
  });
  CHECK_EQ(one.running->call("tool").a, "2");
}

}  // namespace
