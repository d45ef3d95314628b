// One of many builds of a plugin: BUILD is its number. It keeps a count over its reloads, has C++
// statics, a thread that publishes, and answers in every way: tools (inline, serial, parallel,
// later, in chunks), hooks, commands, messages, events.
#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstdio>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "probe.h"

#ifndef PLUGIN_FLAGS
#  define PLUGIN_FLAGS 0
#endif
#ifdef WITH_EXTRA
extern "C" int extra_build(void);
#else
static int extra_build() { return BUILD; }
#endif

namespace {

// A static of a type with constructor and destructor: each build has its own.
struct Lineage {
  std::vector<int> builds{BUILD};
};
Lineage& lineage() {
  static Lineage one;
  return one;
}

}  // namespace

struct aisopod_plugin {
  const aisopod_host* host;
  std::atomic<long> count{0};
  std::atomic<long> events{0};
  std::mutex mutex;
  std::condition_variable wake;
  bool ends = false;
  std::thread ticker;
};

static aisopod_status reply(aisopod_plugin* self, const aisopod_call* call) {
  const long count = ++self->count;
  return probe_reply(self->host, call->token,
                     "{\"build\":%d,\"count\":%ld,\"statics\":%d,\"extra\":%d,\"events\":%ld}",
                     BUILD, count, lineage().builds.front(), extra_build(), self->events.load());
}

// Where a build fails on purpose: "create", "register", "init", "save", "restore".
#ifndef FAILS
#  define FAILS ""
#endif
static aisopod_status fails(const char* where, aisopod_error* err) {
  if (strcmp(FAILS, where) != 0) return AISOPOD_OK;
  return aisopod_set_error(err, AISOPOD_E_FAIL, "this build is broken");
}

static aisopod_status create(const aisopod_host* host, aisopod_plugin** out, aisopod_error* err) {
  if (fails("create", err) != AISOPOD_OK) return AISOPOD_E_FAIL;
  *out = new aisopod_plugin;
  (*out)->host = host;
  return AISOPOD_OK;
}

static void destroy(aisopod_plugin* self) { delete self; }

static aisopod_status answer(void* user, const aisopod_call* call) {
  return reply(static_cast<aisopod_plugin*>(user), call);
}

static aisopod_status run(void* user, const aisopod_call* call) {
  auto* self = static_cast<aisopod_plugin*>(user);
  const long count = ++self->count;
  return probe_reply(self->host, call->token, "{\"data\":{\"build\":%d,\"count\":%ld}}", BUILD,
                     count);
}

static aisopod_status chunks(void* user, const aisopod_call* call) {
  auto* self = static_cast<aisopod_plugin*>(user);
  for (int i = 0; i < 3; i++) {
    const std::string json = std::to_string(i);
    const aisopod_payload piece = aisopod_payload_of(json.data(), json.size());
    if (self->host->call_chunk(self->host, call->token, &piece, 10000) != AISOPOD_OK) break;
  }
  return reply(self, call);
}

static aisopod_status later(void* user, const aisopod_call* call) {
  auto* self = static_cast<aisopod_plugin*>(user);
  const aisopod_token token = call->token;
  std::thread([self, token] {
    const long count = ++self->count;
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
    (void)probe_reply(self->host, token, "{\"build\":%d,\"count\":%ld}", BUILD, count);
  }).detach();
  return AISOPOD_PENDING;
}

static void on_event(void* user, const aisopod_event*) {
  static_cast<aisopod_plugin*>(user)->events++;
}

static aisopod_status on_register(aisopod_plugin* self, const aisopod_api* api,
                                  aisopod_error* err) {
  if (fails("register", err) != AISOPOD_OK) return AISOPOD_E_FAIL;
  struct Entry {
    const char *kind, *name, *spec;
    uint32_t flags;
    aisopod_handler_fn fn;
  };
  const Entry entries[] = {
      {"tool", "serial", PROBE_SPEC, 0, answer},
      {"tool", "inline", PROBE_SPEC, AISOPOD_F_INLINE, answer},
      {"tool", "parallel", PROBE_SPEC, AISOPOD_F_PARALLEL, answer},
      {"tool", "later", PROBE_SPEC, AISOPOD_F_PARALLEL, later},
      {"tool", "chunks", PROBE_SPEC, AISOPOD_F_PARALLEL, chunks},
      {"command", "which", "{\"description\":\"Says its build\"}", 0, run},
      {"hook", "PreLlmCall", nullptr, 0, answer},
      {"message", "inbox", nullptr, 0, answer},
  };
  for (const Entry& each : entries) {
    const aisopod_status status =
        aisopod_add(api, each.kind, each.name, each.spec, each.flags, each.fn, self, err);
    if (status != AISOPOD_OK) return status;
  }
  return aisopod_subscribe(api, "load.*", 0, on_event, self, err);
}

static aisopod_status on_init(aisopod_plugin* self, aisopod_error* err) {
  if (fails("init", err) != AISOPOD_OK) return AISOPOD_E_FAIL;
  self->ticker = std::thread([self] {
    std::unique_lock<std::mutex> lock(self->mutex);
    while (
        !self->wake.wait_for(lock, std::chrono::milliseconds(1), [self] { return self->ends; })) {
      (void)aisopod_publish(self->host, 0, "builds.tick", "{}", 2);
    }
  });
  return AISOPOD_OK;
}

static void on_shutdown(aisopod_plugin* self, const aisopod_shutdown*) {
  {
    const std::lock_guard<std::mutex> lock(self->mutex);
    self->ends = true;
  }
  self->wake.notify_all();
  if (self->ticker.joinable()) self->ticker.join();
}

static aisopod_status save_state(aisopod_plugin* self, const aisopod_writer* writer,
                                 aisopod_error* err) {
  if (fails("save", err) != AISOPOD_OK) return AISOPOD_E_FAIL;
  const long kept[2] = {self->count.load(), self->events.load()};
  return writer->write(writer, kept, sizeof kept);
}

static aisopod_status restore_state(aisopod_plugin* self, const aisopod_state* state,
                                    aisopod_error* err) {
  long kept[2];
  if (fails("restore", err) != AISOPOD_OK) return AISOPOD_E_FAIL;
  if (state->len != sizeof kept)
    return aisopod_set_error(err, AISOPOD_E_INVALID, "the state has another size");
  memcpy(kept, state->data, sizeof kept);
  self->count = kept[0];
  self->events = kept[1];
  return AISOPOD_OK;
}

PROBE_PLUGIN(desc->on_init = on_init; desc->on_shutdown = on_shutdown;
             desc->save_state = save_state; desc->restore_state = restore_state)
