// call_chunk(): partial results in order, no more unread than the window holds.
#include <limits>
#include <thread>

#include "support/event.h"
#include "support/one_tool.h"

namespace {

using namespace test;

constexpr uint32_t kChunks = aisopod::kWantsChunks;

struct Streaming : OneTool {
  explicit Streaming(Handler handler, uint32_t flags = 0, Limits limits = patient_limits())
      : OneTool(std::move(handler), flags, limits) {}

  // Takes one chunk, and reads it.
  std::string read(uint64_t call) {
    const Received received = embedder.take(MessageType::chunk, call);
    running->calls.chunk_read(call, static_cast<size_t>(received.number));
    return received.a;
  }
};

// A call that stays pending, so that the test itself plays the plugin.
struct Pending : Streaming {
  explicit Pending(Limits limits = patient_limits(), int64_t timeout_ms = -1)
      : Streaming(stay_pending, AISOPOD_F_INLINE, limits),
        call(running.invoke("tool", "{}", timeout_ms, kChunks).token) {}
  const uint64_t call;
};

CASE("a reader that keeps up gets every chunk in order, and then the answer") {
  Streaming s([&](const aisopod_call* r) {
    for (int i = 0; i < 500; ++i) CHECK_EQ(s.chunk(r->token, std::to_string(i), -1), AISOPOD_OK);
    return s.reply(r->token);
  });
  const uint64_t call = s.running.invoke("tool", "{}", -1, kChunks).token;
  for (int i = 0; i < 500; ++i) CHECK_EQ(s.read(call), std::to_string(i));
  CHECK_EQ(s.embedder.ended(call).a, "1");
}

CASE("64 chunks may be unread, the next is AGAIN until one was read") {
  Pending p;
  for (int i = 0; i < 64; ++i) CHECK_EQ(p.chunk(p.call, "1", 0), AISOPOD_OK);
  CHECK_EQ(p.chunk(p.call, "1", 0), AISOPOD_E_AGAIN);
  p.read(p.call);
  CHECK_EQ(p.chunk(p.call, "1", 0), AISOPOD_OK);
  CHECK_EQ(p.chunk(p.call, "1", 0), AISOPOD_E_AGAIN);
}

CASE("1 MiB may be unread, the next is AGAIN until enough was read") {
  Pending p;
  const std::string third = "\"" + std::string((1u << 20) / 3, 'x') + "\"";
  CHECK_EQ(p.chunk(p.call, third, 0), AISOPOD_OK);
  CHECK_EQ(p.chunk(p.call, third, 0), AISOPOD_OK);
  CHECK_EQ(p.chunk(p.call, third, 0), AISOPOD_E_AGAIN);
  CHECK_EQ(p.chunk(p.call, "1", 0), AISOPOD_OK);
  p.read(p.call);
  CHECK_EQ(p.chunk(p.call, third, 0), AISOPOD_OK);
}

CASE("a chunk larger than the window passes when nothing else is unread") {
  Pending p;
  const std::string huge = "\"" + std::string(2u << 20, 'x') + "\"";
  CHECK_EQ(p.chunk(p.call, huge, 0), AISOPOD_OK);
  CHECK_EQ(p.chunk(p.call, "1", 0), AISOPOD_E_AGAIN);
  p.read(p.call);
  CHECK_EQ(p.chunk(p.call, "1", 0), AISOPOD_OK);
  CHECK_EQ(p.chunk(p.call, huge, 0), AISOPOD_E_AGAIN);
}

CASE("a chunk over the payload limit is TOO_LARGE, a broken one INVALID, and the call goes on") {
  Limits limits = patient_limits();
  limits.payload_bytes = 10;
  Pending p(limits);
  CHECK_EQ(p.chunk(p.call, "12345678901", 0), AISOPOD_E_TOO_LARGE);
  CHECK_EQ(p.chunk(p.call, "{", 0), AISOPOD_E_INVALID);
  CHECK_EQ(p.chunk(p.call, "", 0), AISOPOD_E_INVALID);
  CHECK_EQ(p.chunk(p.call, "2", 0), AISOPOD_OK);
  CHECK_EQ(p.read(p.call), "2");
  CHECK_EQ(p.reply(p.call), AISOPOD_OK);
}

CASE("after UNSUPPORTED from call_chunk() nothing is sent, and the call goes on") {
  Pending p;
  aisopod_payload payload = aisopod_payload_of("1", 1);
  payload.flags = 1;
  const aisopod_host* const host = p.plugin.host;
  CHECK_EQ(host->call_chunk(host, p.call, &payload, 0), AISOPOD_E_UNSUPPORTED);
  payload.flags = 0;
  payload.struct_size = 1;
  CHECK_EQ(host->call_chunk(host, p.call, &payload, 0), AISOPOD_E_INVALID);
  CHECK_EQ(p.embedder.count(MessageType::chunk), 0u);
  CHECK_EQ(p.reply(p.call), AISOPOD_OK);
  CHECK_EQ(p.embedder.ended(p.call).a, "1");
}

CASE("no payload is the chunk null") {
  Pending p;
  CHECK_EQ(p.plugin.host->call_chunk(p.plugin.host, p.call, nullptr, 0), AISOPOD_OK);
  CHECK_EQ(p.read(p.call), "null");
}

CASE("a wait_ms below -1 is INVALID, nothing is sent, and the call goes on") {
  Pending p;
  for (const int64_t wait_ms : {int64_t{-2}, std::numeric_limits<int64_t>::min()}) {
    CHECK_EQ(p.chunk(p.call, "1", wait_ms), AISOPOD_E_INVALID);
  }
  CHECK_EQ(p.embedder.count(MessageType::chunk), 0u);
  CHECK_EQ(p.check(p.call), AISOPOD_OK);
}

CASE("a caller that reads no chunks gets none, and the plugin may send them all the same") {
  Streaming s([&](const aisopod_call* r) {
    for (int i = 0; i < 200; ++i) CHECK_EQ(s.chunk(r->token, "1", -1), AISOPOD_OK);
    return s.reply(r->token);
  });
  CHECK_EQ(s.running.call("tool").a, "1");
  CHECK_EQ(s.embedder.count(MessageType::chunk), 0u);
}

CASE("reading more than there was, or for a call that has ended, is harmless") {
  Pending p;
  p.chunk(p.call, "1", 0);
  for (int i = 0; i < 5; ++i) p.running->calls.chunk_read(p.call, 1u << 30);
  for (int i = 0; i < 64; ++i) CHECK_EQ(p.chunk(p.call, "1", 0), AISOPOD_OK);
  CHECK_EQ(p.chunk(p.call, "1", 0), AISOPOD_E_AGAIN);
  p.reply(p.call);
  p.running->calls.chunk_read(p.call, 1);
}

// The window is full and a plugin thread waits for room; what `end` does ends the wait.
aisopod_status status_of_wait(const std::function<void(Pending&)>& end, int64_t wait_ms = -1) {
  Pending p;
  for (int i = 0; i < 64; ++i) p.chunk(p.call, "1", 0);
  Event waiting;
  aisopod_status status = 1;
  std::thread plugin_thread([&] {
    waiting.set();
    status = p.chunk(p.call, "1", wait_ms);
  });
  waiting.wait();
  end(p);
  plugin_thread.join();
  return status;
}

CASE("a wait for room ends when a chunk is read") {
  CHECK_EQ(status_of_wait([](Pending& p) { p.read(p.call); }), AISOPOD_OK);
  CHECK_EQ(status_of_wait([](Pending& p) { p.read(p.call); }, kNoHurry), AISOPOD_OK);
}

CASE("a wait for room ends when the call is cancelled") {
  CHECK_EQ(status_of_wait([](Pending& p) { p.running->calls.cancel(p.call, AISOPOD_E_CANCELLED); }),
           AISOPOD_E_CANCELLED);
}

CASE("a wait for room ends when the call is answered elsewhere") {
  CHECK_EQ(status_of_wait([](Pending& p) { p.reply(p.call); }), AISOPOD_E_GONE);
}

CASE("a wait for room ends when the plugin is shut down") {
  Pending p;
  for (int i = 0; i < 64; ++i) p.chunk(p.call, "1", 0);
  Event waiting;
  std::thread plugin_thread([&] {
    waiting.set();
    const aisopod_status status = p.chunk(p.call, "1", -1);
    CHECK(status == AISOPOD_E_STATE);
  });
  p.plugin.on_shutdown = [&] { plugin_thread.join(); };  // as a plugin must
  waiting.wait();
  p.running.dispose();
}

CASE("a wait for room ends by its own limit with AGAIN") {
  CHECK_EQ(status_of_wait([](Pending&) {}, 1), AISOPOD_E_AGAIN);
}

CASE("a wait for room ends by the call's deadline") {
  Pending p(patient_limits(), 10);
  for (int i = 0; i < 64; ++i) p.chunk(p.call, "1", 0);
  CHECK_EQ(p.chunk(p.call, "1", -1), AISOPOD_E_DEADLINE);
  CHECK_EQ(p.chunk(p.call, "1", kNoHurry), AISOPOD_E_DEADLINE);
  CHECK_EQ(p.embedder.ended(p.call).status, AISOPOD_E_DEADLINE);
}

CASE("a worker that waits for room does not hold up the shutdown") {
  Event waiting;
  Streaming s([&](const aisopod_call* r) {
    for (int i = 0; i < 64; ++i) s.chunk(r->token, "1", 0);
    waiting.set();
    CHECK_EQ(s.chunk(r->token, "1", -1), AISOPOD_E_STATE);
    return AISOPOD_OK;
  });
  s.running.invoke("tool", "{}", -1, kChunks);
  waiting.wait();
  s.running.dispose();
}

CASE("after the answer chunks are GONE") {
  Pending p;
  CHECK_EQ(p.reply(p.call), AISOPOD_OK);
  CHECK_EQ(p.chunk(p.call, "1", 0), AISOPOD_E_GONE);
}

}  // namespace
