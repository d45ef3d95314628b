// Which call, event or task a line of the log belongs to.
#include <thread>

#include "support/event.h"
#include "support/logging.h"
#include "support/one_tool.h"
#include "support/subscribing.h"

namespace {

using namespace test;

constexpr const char* kMeta = "{\"user\":\"me\",\"role\":\"admin\"}";

aisopod_status log(const aisopod_host* host, aisopod_token parent = 0) {
  aisopod_log_record record = record_of("line");
  record.parent = parent;
  return host->log(host, &record);
}

// The next line of the log belongs to this token, with this meta.
void check_line(Embedder& embedder, uint64_t token, const std::string& meta) {
  const Received line = embedder.take(MessageType::log);
  CHECK_EQ(line.other, token);
  CHECK_EQ(line.c, meta);
}

CASE("a line of a handler belongs to its call") {
  for (const uint32_t flags : {0u, uint32_t{AISOPOD_F_INLINE}, uint32_t{AISOPOD_F_PARALLEL}}) {
    uint64_t token = 0;
    OneTool one(
        [&](const aisopod_call* call) {
          token = call->token;
          CHECK_EQ(log(one.plugin.host), AISOPOD_OK);
          return AISOPOD_E_FAIL;
        },
        flags);
    one.running.call("tool", "{}", -1, 0, kMeta);
    check_line(one.embedder, token, kMeta);
  }
}

CASE("a line of an inline handler whose call was checked belongs to its call") {
  OneTool one(
      [&](const aisopod_call* call) {
        CHECK_EQ(one.check(call->token), AISOPOD_OK);
        CHECK_EQ(log(one.plugin.host), AISOPOD_OK);
        return AISOPOD_E_FAIL;
      },
      AISOPOD_F_INLINE);
  const uint64_t call = one.running.invoke("tool", "{}", -1, 0, kMeta).token;
  check_line(one.embedder, call, kMeta);
}

CASE(
    "a line of a call that has no meta of its own carries the trace id that its handler received") {
  for (const uint32_t flags : {0u, uint32_t{AISOPOD_F_INLINE}}) {
    std::string meta;
    OneTool one(
        [&](const aisopod_call* call) {
          meta = call->meta;
          CHECK_EQ(log(one.plugin.host), AISOPOD_OK);
          return AISOPOD_E_FAIL;
        },
        flags);
    const uint64_t call = one.running.call("tool", "{}", -1, 0, "").token;
    CHECK(meta.find("traceId") != std::string::npos);
    check_line(one.embedder, call, meta);
  }
}

CASE("a line of an event function belongs to its event") {
  Subscribing s;
  uint64_t token = 0;
  s.subscriber().on_event = [&](const aisopod_event* event) {
    token = event->token;
    CHECK_EQ(log(s.plugin.host), AISOPOD_OK);
  };
  s.start();
  s.deliver("1", {}, "{\"user\":\"me\"}");
  s.subscribers.front().received.wait_for(1);
  check_line(s.embedder, token, "{\"user\":\"me\"}");
}

struct Task {
  OneTool& one;
  Event done;

  static void AISOPOD_ABI run(void* self, const aisopod_task*) {
    auto* const task = static_cast<Task*>(self);
    CHECK_EQ(log(task->one.plugin.host), AISOPOD_OK);
    task->done.set();
  }
};

CASE("a line of a task belongs to it, with the meta of its parent without authority") {
  for (const uint32_t flags : {0u, uint32_t{AISOPOD_F_PARALLEL}, uint32_t{AISOPOD_F_CONTROL}}) {
    OneTool one(stay_pending, AISOPOD_F_INLINE);
    Task task{one, {}};
    aisopod_post post = AISOPOD_INIT(aisopod_post);
    post.flags = flags;
    post.parent = one.running.invoke("tool", "{}", -1, 0, kMeta).token;
    post.fn = Task::run;
    post.user = &task;
    uint64_t token = 0;
    CHECK_EQ(one.plugin.host->post(one.plugin.host, &post, &token), AISOPOD_OK);
    task.done.wait();
    check_line(one.embedder, token, "{\"user\":\"me\"}");
  }
}

CASE("a line of a thread of the plugin's own belongs to no call") {
  OneTool one(stay_pending, AISOPOD_F_INLINE);
  one.running.invoke("tool");
  CHECK_EQ(log(one.plugin.host), AISOPOD_OK);
  std::thread([&] { CHECK_EQ(log(one.plugin.host), AISOPOD_OK); }).join();
  check_line(one.embedder, 0, "");
  check_line(one.embedder, 0, "");
}

CASE("a line belongs to the parent that it names, on whichever thread") {
  OneTool one(stay_pending, AISOPOD_F_INLINE);
  const uint64_t call = one.running.invoke("tool", "{}", -1, 0, kMeta).token;
  std::thread([&] { CHECK_EQ(log(one.plugin.host, call), AISOPOD_OK); }).join();
  check_line(one.embedder, call, kMeta);
}

CASE("a parent that a line names goes before the call that its thread runs") {
  uint64_t other = 0;
  OneTool one(
      [&](const aisopod_call* call) -> aisopod_status {
        if (other == 0) {
          other = call->token;
          return AISOPOD_PENDING;
        }
        CHECK_EQ(log(one.plugin.host, other), AISOPOD_OK);
        return AISOPOD_E_FAIL;
      },
      AISOPOD_F_INLINE);
  one.running.invoke("tool", "{}", -1, 0, "{\"user\":\"first\"}");
  one.running.call("tool", "{}", -1, 0, "{\"user\":\"second\"}");
  check_line(one.embedder, other, "{\"user\":\"first\"}");
}

CASE("a line of a handler that uses the table of another instance belongs to no call there") {
  OneTool other(stay_pending);
  OneTool one([&](const aisopod_call*) {
    CHECK_EQ(log(other.plugin.host), AISOPOD_OK);
    return AISOPOD_E_FAIL;
  });
  one.running.call("tool", "{}", -1, 0, kMeta);
  check_line(other.embedder, 0, "");
}

CASE("a stale parent is not an error, and the line has no meta") {
  OneTool one([](const aisopod_call*) { return AISOPOD_E_FAIL; });
  const uint64_t call = one.running.call("tool", "{}", -1, 0, kMeta).token;
  CHECK_EQ(log(one.plugin.host, call), AISOPOD_OK);
  CHECK_EQ(log(one.plugin.host, ~uint64_t{0}), AISOPOD_OK);
  check_line(one.embedder, call, "");
  check_line(one.embedder, ~uint64_t{0}, "");
}

CASE("a call that has ended for its caller is still the parent of lines") {
  OneTool one(stay_pending, AISOPOD_F_INLINE);
  const uint64_t call = one.running.invoke("tool", "{}", -1, 0, kMeta).token;
  one.cancel(call);
  CHECK_EQ(log(one.plugin.host, call), AISOPOD_OK);
  check_line(one.embedder, call, kMeta);
}

CASE("a line on the reply thread belongs to no call unless it says so") {
  OneTool one(stay_pending, AISOPOD_F_INLINE);
  struct User {
    OneTool& one;
    Event done;
  } user{one, {}};
  const uint64_t call = one.running.invoke("tool", "{}", -1, 0, kMeta).token;
  CHECK_EQ(aisopod_on_cancel(
               one.plugin.host, call,
               [](void* self, const aisopod_cancellation* why) {
                 auto* const u = static_cast<User*>(self);
                 CHECK_EQ(log(u->one.plugin.host), AISOPOD_OK);
                 CHECK_EQ(log(u->one.plugin.host, why->token), AISOPOD_OK);
                 u->done.set();
               },
               &user),
           AISOPOD_OK);
  one.cancel(call);
  user.done.wait();
  check_line(one.embedder, 0, "");
  check_line(one.embedder, call, kMeta);
}

}  // namespace
