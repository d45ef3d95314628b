// call_progress(): the newest fraction and note, never a backlog.
#include <cmath>
#include <limits>
#include <memory>
#include <thread>
#include <vector>

#include "support/event.h"
#include "support/one_tool.h"

namespace {

using namespace test;

// A call that stays pending, so that the test itself plays the plugin.
struct Pending : OneTool {
  explicit Pending(uint32_t wants = aisopod::kWantsProgress)
      : OneTool(stay_pending, AISOPOD_F_INLINE),
        call(running.invoke("tool", "{}", -1, wants).token) {}
  aisopod_status progress(double fraction, const char* note = nullptr) {
    return OneTool::progress(call, fraction, note);
  }
  const uint64_t call;
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

CASE("the caller receives fraction and note") {
  Pending p;
  p.progress(0.25, "reading");
  const Received received = p.embedder.take(MessageType::progress, p.call);
  CHECK_EQ(received.number, 0.25);
  CHECK_EQ(received.a, "reading");
  CHECK_EQ(received.status, 1);
  p.progress(-1);
  const Received bare = p.embedder.take(MessageType::progress, p.call);
  CHECK_EQ(bare.number, -1.0);
  CHECK_EQ(bare.status, 0);
  CHECK_EQ(bare.a, "");
}

CASE("of what the caller has not received only the newest is kept") {
  Pending p;
  for (int i = 0; i <= 1000; ++i) p.progress(i / 1000.0, std::to_string(i).c_str());
  const Received received = p.embedder.take(MessageType::progress, p.call);
  CHECK_EQ(received.number, 1.0);
  CHECK_EQ(received.a, "1000");
  CHECK_EQ(p.embedder.count(MessageType::progress), 0u);
}

CASE("the newest progress comes before the answer") {
  Pending p;
  p.progress(0.1);
  p.progress(0.9);
  p.reply(p.call);
  const Received first =
      p.embedder.take("the first", [&](const Received& m) { return m.token == p.call; });
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

CASE("a progress that is NULL, or whose note is, is INVALID, and the call goes on") {
  Pending p;
  const aisopod_host* const host = p.plugin.host;
  CHECK_EQ(host->call_progress(host, p.call, nullptr), AISOPOD_E_INVALID);
  aisopod_progress progress = AISOPOD_INIT(aisopod_progress);
  progress.note_len = 1;
  CHECK_EQ(host->call_progress(host, p.call, &progress), AISOPOD_E_INVALID);
  CHECK_EQ(p.embedder.count(MessageType::progress), 0u);
  CHECK_EQ(p.progress(1), AISOPOD_OK);
}

CASE("a note has the length that the plugin gives") {
  Pending p;
  const std::unique_ptr<char[]> exact(new char[3]{'a', 'b', 'c'});
  aisopod_progress progress = AISOPOD_INIT(aisopod_progress);
  progress.note = exact.get();
  progress.note_len = 3;
  CHECK_EQ(p.plugin.host->call_progress(p.plugin.host, p.call, &progress), AISOPOD_OK);
  CHECK_EQ(p.embedder.take(MessageType::progress).a, "abc");
}

CASE("a caller that reads no progress receives none") {
  Pending p(0);
  CHECK_EQ(p.progress(0.5), AISOPOD_OK);
  CHECK_EQ(p.embedder.count(MessageType::progress), 0u);
}

CASE("progress from many threads while the host reads ends with the newest") {
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
  // Whichever thread was last, its last fraction was 1.
  while (p.embedder.count(MessageType::progress) > 0) {
    last = p.embedder.take(MessageType::progress).number;
  }
  CHECK_EQ(last, 1.0);
}

}  // namespace
