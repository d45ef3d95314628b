// call_progress(): the newest fraction and note, never a backlog.
#include <cmath>
#include <limits>
#include <thread>
#include <vector>

#include "support/event.h"
#include "support/running.h"

namespace {

using namespace test;

struct Pending {
  explicit Pending(uint32_t wants = aisopod::kWantsProgress) {
    plugin.tool("tool", AISOPOD_F_INLINE, [](const aisopod_request*) { return AISOPOD_OK; });
    running = std::make_unique<Running>(embedder, plugin);
    call = running->invoke("tool", "{}", -1, wants).token;
  }
  aisopod_status progress(double fraction, const char* note = nullptr) {
    return plugin.host->call_progress(plugin.host, call, fraction, note);
  }

  Plugin plugin;
  Embedder embedder;
  std::unique_ptr<Running> running;
  uint64_t call = 0;
};

CASE("a fraction is 0 to 1, or -1 for unknown, and nothing else") {
  Pending p;
  for (const double good : {0.0, -0.0, 0.5, 1.0, -1.0, std::numeric_limits<double>::min()}) {
    CHECK_EQ(p.progress(good), AISOPOD_OK);
  }
  const double infinity = std::numeric_limits<double>::infinity();
  for (const double bad : {std::nan(""), -std::nan(""), infinity, -infinity, 1.0000001, -0.5, 2.0,
                           -1.0000001, 1e308}) {
    CHECK_EQ(p.progress(bad), AISOPOD_E_INVALID);
  }
}

CASE("the caller hears fraction and note") {
  Pending p;
  p.progress(0.25, "reading");
  const Heard heard = p.embedder.take(MessageType::progress, p.call);
  CHECK_EQ(heard.number, 0.25);
  CHECK_EQ(heard.a, "reading");
  CHECK_EQ(heard.status, 1);
  p.progress(-1);
  const Heard bare = p.embedder.take(MessageType::progress, p.call);
  CHECK_EQ(bare.number, -1.0);
  CHECK_EQ(bare.status, 0);
  CHECK_EQ(bare.a, "");
}

CASE("of what the caller has not heard only the newest is kept") {
  Pending p;
  for (int i = 0; i <= 1000; ++i) p.progress(i / 1000.0, std::to_string(i).c_str());
  const Heard heard = p.embedder.take(MessageType::progress, p.call);
  CHECK_EQ(heard.number, 1.0);
  CHECK_EQ(heard.a, "1000");
  CHECK_EQ(p.embedder.count(MessageType::progress), 0u);
}

CASE("the newest progress comes before the answer") {
  Pending p;
  p.progress(0.1);
  p.progress(0.9);
  p.plugin.host->call_reply(p.plugin.host, p.call, "1", 1);
  const Heard first =
      p.embedder.take("the first", [&](const Heard& m) { return m.token == p.call; });
  CHECK(first.type == MessageType::progress);
  CHECK_EQ(first.number, 0.9);
  CHECK_EQ(p.embedder.ended(p.call).a, "1");
  CHECK_EQ(p.progress(1), AISOPOD_E_GONE);
}

CASE("a note is bounded, and ends where its UTF-8 is broken") {
  Pending p;
  p.progress(0, std::string(100000, 'n').c_str());
  CHECK_EQ(p.embedder.take(MessageType::progress).a, std::string(4096, 'n'));
  p.progress(0, "ok\xFF");
  CHECK_EQ(p.embedder.take(MessageType::progress).a, "ok");
}

CASE("a caller that wants no progress hears none") {
  Pending p(0);
  CHECK_EQ(p.progress(0.5), AISOPOD_OK);
  CHECK_EQ(p.embedder.count(MessageType::progress), 0u);
}

CASE("progress from many threads while the host listens ends with the newest") {
  Pending p;
  std::vector<std::thread> threads;
  Meeting start(4);
  for (int t = 0; t < 4; ++t) {
    threads.emplace_back([&] {
      start.attend();
      for (int i = 0; i <= 200; ++i) p.progress(i / 200.0, "note");
    });
  }
  double last = 0;
  while (last != 1.0) last = p.embedder.take(MessageType::progress).number;
  for (std::thread& thread : threads) thread.join();
  // Whichever thread was last, its last word was 1.
  while (p.embedder.count(MessageType::progress) > 0) {
    last = p.embedder.take(MessageType::progress).number;
  }
  CHECK_EQ(last, 1.0);
}

}  // namespace
