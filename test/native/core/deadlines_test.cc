// A call's deadline, wherever the call is when it passes. Stuck handlers are in stuck_test.cc.
#include <vector>

#include "support/event.h"
#include "support/running.h"

namespace {

using namespace test;

// Waits inside a handler until the host has ended the call for its caller.
void wait_until_ended(const aisopod_host* host, aisopod_call call) {
  Event ended;
  const aisopod_status status = host->call_on_cancel(
      host, call, [](void* e, aisopod_call, aisopod_status) { static_cast<Event*>(e)->set(); },
      &ended, nullptr);
  if (status == AISOPOD_OK) ended.wait("the end of a call for its caller");
}

CASE("a call whose deadline passes in the queue never reaches the plugin") {
  Event go_on;
  std::atomic<int> runs{0};
  Plugin plugin;
  plugin.tool("tool", 0, [&](const aisopod_request*) {
    ++runs;
    go_on.wait();
    return AISOPOD_E_FAIL;
  });
  Embedder embedder;
  Running running(embedder, plugin);
  const uint64_t first = running.invoke("tool").token;
  const uint64_t second = running.invoke("tool", "{}", 1).token;
  const Heard end = embedder.ended(second);
  CHECK(end.type == MessageType::lost);
  CHECK_EQ(end.status, AISOPOD_E_DEADLINE);
  go_on.set();
  embedder.ended(first);
  running.dispose();
  CHECK_EQ(runs.load(), 1);
}

CASE("a call whose deadline passes while its handler runs ends for the caller at once") {
  Event told;
  Plugin plugin;
  plugin.tool("tool", 0, [&](const aisopod_request* r) {
    const aisopod_host* host = plugin.host;
    wait_until_ended(host, r->call);
    told.wait();
    CHECK_EQ(host->call_check(host, r->call), AISOPOD_E_DEADLINE);
    CHECK_EQ(host->call_remaining_ms(host, r->call), 0);
    CHECK_EQ(host->call_chunk(host, r->call, "1", 1, -1), AISOPOD_E_DEADLINE);
    CHECK_EQ(host->call_progress(host, r->call, 1, nullptr), AISOPOD_E_DEADLINE);
    CHECK_EQ(host->call_reply(host, r->call, "1", 1), AISOPOD_E_GONE);
    CHECK_EQ(host->call_check(host, r->call), AISOPOD_E_GONE);
    return AISOPOD_OK;
  });
  Embedder embedder;
  Running running(embedder, plugin);
  const uint64_t call = running.invoke("tool", "{}", 5).token;
  CHECK_EQ(embedder.ended(call).status, AISOPOD_E_DEADLINE);
  told.set();
  running.dispose();
  CHECK_EQ(embedder.count(MessageType::answer), 0u);
}

CASE("a pending call meets its deadline, and its late answer is dropped") {
  aisopod_call kept = 0;
  Plugin plugin;
  plugin.tool("tool", 0, [&](const aisopod_request* r) {
    kept = r->call;
    return AISOPOD_OK;
  });
  Embedder embedder;
  Running running(embedder, plugin);
  const uint64_t call = running.invoke("tool", "{}", 20).token;
  CHECK_EQ(embedder.ended(call).status, AISOPOD_E_DEADLINE);
  if (kept == 0) return;  // the machine was so slow that the plugin never heard of it
  CHECK_EQ(plugin.host->call_check(plugin.host, kept), AISOPOD_E_DEADLINE);
  CHECK_EQ(plugin.host->call_reply(plugin.host, kept, "1", 1), AISOPOD_E_GONE);
  CHECK_EQ(embedder.count(MessageType::answer), 0u);
}

CASE("a deadline of 0 ends the call exactly once, whoever is quicker") {
  Plugin plugin;
  plugin.tool("tool", AISOPOD_F_PARALLEL, [&](const aisopod_request* r) {
    plugin.host->call_reply(plugin.host, r->call, "1", 1);
    return AISOPOD_OK;
  });
  Embedder embedder;
  Running running(embedder, plugin);
  for (int i = 0; i < 300; ++i) {
    const Invoked result = running.invoke("tool", "{}", i % 2);
    if (!result.settled) embedder.ended(result.token);
  }
  running.dispose();
  CHECK_EQ(embedder.count(MessageType::answer) + embedder.count(MessageType::lost), 0u);
}

CASE("a call that was answered in time does not meet its deadline") {
  Plugin plugin;
  Event answered, go_on;
  plugin.tool("tool", 0, [&](const aisopod_request* r) {
    CHECK_EQ(plugin.host->call_reply(plugin.host, r->call, "1", 1), AISOPOD_OK);
    return AISOPOD_OK;
  });
  Embedder embedder;
  Running running(embedder, plugin);
  CHECK_EQ(running.call("tool", "{}", kNoHurry).a, "1");
  running.dispose();
  CHECK_EQ(embedder.count(MessageType::lost), 0u);
}

CASE("the time that remains shrinks from the caller's limit") {
  Plugin plugin;
  plugin.tool("tool", 0, [&](const aisopod_request* r) {
    const int64_t left = plugin.host->call_remaining_ms(plugin.host, r->call);
    CHECK(left > 0 && left <= r->timeout_ms);
    return AISOPOD_E_FAIL;
  });
  Embedder embedder;
  Running running(embedder, plugin);
  running.call("tool", "{}", kNoHurry);
}

CASE("an enormous limit is none") {
  Plugin plugin;
  plugin.tool("tool", 0, [&](const aisopod_request* r) {
    CHECK_EQ(r->timeout_ms, -1);
    return AISOPOD_E_FAIL;
  });
  Embedder embedder;
  Running running(embedder, plugin);
  running.call("tool", "{}", INT64_MAX);
}

CASE("of calls that ended for their callers the plugin may ask about the newest only") {
  Limits limits = patient_limits();
  limits.queue = 4;
  std::vector<aisopod_call> kept;
  Plugin plugin;
  plugin.tool("tool", AISOPOD_F_INLINE, [&](const aisopod_request* r) {
    kept.push_back(r->call);
    return AISOPOD_OK;
  });
  Embedder embedder;
  Running running(embedder, plugin, limits);
  for (int i = 0; i < 10; ++i) {
    running->calls.cancel(running.invoke("tool").token, AISOPOD_E_CANCELLED);
  }
  for (size_t i = 0; i < kept.size(); ++i) {
    CHECK_EQ(plugin.host->call_check(plugin.host, kept[i]),
             i < 6 ? AISOPOD_E_GONE : AISOPOD_E_CANCELLED);
  }
}

}  // namespace
