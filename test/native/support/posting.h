// A plugin that posts functions.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "support/event.h"
#include "support/running.h"

namespace test {

// The user of a post.
struct Posted {
  std::function<void(const aisopod_task*)> work;
  std::function<void()> on_release;
  std::atomic<int> runs{0}, releases{0};
  Event released;
  const char* name = nullptr;
  uint64_t token = 0;

  static void AISOPOD_ABI run(void* self, const aisopod_task* task) {
    auto* const p = static_cast<Posted*>(self);
    CHECK_EQ(p->releases.load(), 0);
    CHECK_EQ(task->struct_size, sizeof(aisopod_task));
    CHECK_EQ(task->flags, 0u);
    ++p->runs;
    if (p->work) p->work(task);
  }
  static void AISOPOD_ABI release(void* self) {
    auto* const p = static_cast<Posted*>(self);
    if (p->on_release) p->on_release();
    ++p->releases;
    p->released.set();
  }

  aisopod_post def(uint32_t flags = 0, int64_t delay_ms = 0, uint64_t parent = 0) {
    aisopod_post p = AISOPOD_INIT(aisopod_post);
    p.flags = flags;
    p.parent = parent;
    p.delay_ms = delay_ms;
    p.name = name;
    p.fn = run;
    p.user = this;
    p.release = release;
    return p;
  }
  aisopod_status post(const aisopod_host* host, uint32_t flags = 0, int64_t delay_ms = 0,
                      uint64_t parent = 0) {
    const aisopod_post p = def(flags, delay_ms, parent);
    return host->post(host, &p, &token);
  }
};

// A plugin with the tool "tool", whose handler a test may set.
struct Posting {
  explicit Posting(Limits limits = patient_limits()) {
    plugin.tool("tool", 0, [&](const aisopod_call* call) { return handler(call); });
    running = std::make_unique<Running>(embedder, plugin, limits);
  }
  aisopod_status post(Posted& p, uint32_t flags = 0, int64_t delay_ms = 0, uint64_t parent = 0) {
    return p.post(plugin.host, flags, delay_ms, parent);
  }
  aisopod_status cancel(const Posted& p) { return plugin.host->cancel(plugin.host, p.token); }

  std::function<aisopod_status(const aisopod_call*)> handler;
  Plugin plugin;
  Embedder embedder;
  std::unique_ptr<Running> running;
};

// Holds a thread of the plugin, by default the serial worker, until it may go on.
struct Hold {
  explicit Hold(Posting& p, uint32_t flags = 0) {
    posted.work = [&](const aisopod_task*) {
      begun.set();
      go_on.wait();
    };
    CHECK_EQ(p.post(posted, flags), AISOPOD_OK);
    begun.wait();
  }
  ~Hold() {
    go_on.set();
    posted.released.wait("the task that held a thread");
  }
  Hold(const Hold&) = delete;
  Hold& operator=(const Hold&) = delete;

  Event begun, go_on;
  Posted posted;
};

}  // namespace test
