// [waits] functions once the shutdown has begun: STATE on every thread but the control thread, so
// that on_shutdown() can join the plugin's own threads.
#include <thread>

#include "support/event.h"
#include "support/requesting.h"

namespace {

using namespace test;

// A call whose reader reads nothing, so that call_chunk() would wait, and an open request.
struct Waiting : Requesting {
  Waiting() {
    call = running->invoke("tool", "{}", -1, aisopod::kWantsChunks).token;
    for (int i = 0; i < 64; ++i) CHECK_EQ(chunk(0), AISOPOD_OK);
    CHECK_EQ(send(request_of("m", nullptr), &request), AISOPOD_OK);
  }
  aisopod_status chunk(int64_t wait_ms) {
    return aisopod_chunk(plugin.host, call, "1", 1, wait_ms);
  }

  uint64_t call = 0, request = 0;
};

CASE("threads that wait when the shutdown begins return STATE, so on_shutdown() can join them") {
  Waiting w;
  Counter waiting;
  std::thread chunks([&] {
    waiting.add();
    CHECK_EQ(w.chunk(-1), AISOPOD_E_STATE);
  });
  std::thread requests([&] {
    waiting.add();
    Copied response;
    CHECK_EQ(w.wait(w.request, response), AISOPOD_E_STATE);
  });
  w.plugin.on_shutdown = [&] {
    chunks.join();
    requests.join();
  };
  waiting.wait_for(2);
  w.running->dispose();
}

CASE("a wait that begins after the shutdown has begun returns STATE, whatever its limit") {
  Waiting w;
  w.plugin.on_shutdown = [&] {
    std::thread([&] {
      for (const int64_t wait_ms : {int64_t{-1}, int64_t{1}, kNoHurry}) {
        CHECK_EQ(w.chunk(wait_ms), AISOPOD_E_STATE);
        Copied response;
        CHECK_EQ(w.wait(w.request, response, wait_ms), AISOPOD_E_STATE);
      }
      CHECK_EQ(w.chunk(0), AISOPOD_E_STATE);  // the call has ended with that
      Copied response;
      CHECK_EQ(w.wait(w.request, response, 0), AISOPOD_E_STATE);
    }).join();
  };
  w.running->dispose();
}

CASE("a wait for room in a call that is unknown or answered returns STATE too") {
  Waiting w;
  w.plugin.on_shutdown = [&] {
    std::thread([&] {
      CHECK_EQ(aisopod_chunk(w.plugin.host, ~uint64_t{0}, "1", 1, -1), AISOPOD_E_STATE);
    }).join();
  };
  w.running->dispose();
}

CASE("a worker that waits returns STATE, and the shutdown goes on") {
  Counter waiting;
  Plugin plugin;
  plugin.tool("tool", AISOPOD_F_PARALLEL, [&](const aisopod_call* call) {
    const aisopod_host* const host = plugin.host;
    if (std::string(call->params->json) == "1") {
      const aisopod_response* out = nullptr;
      const aisopod_request request = request_of("m", nullptr);
      uint64_t token = 0;
      CHECK_EQ(host->request(host, &request, &token), AISOPOD_OK);
      waiting.add();
      CHECK_EQ(host->request_wait(host, token, -1, &out), AISOPOD_E_STATE);
      return AISOPOD_OK;
    }
    for (int i = 0; i < 64; ++i) aisopod_chunk(host, call->token, "1", 1, 0);
    waiting.add();
    CHECK_EQ(aisopod_chunk(host, call->token, "1", 1, -1), AISOPOD_E_STATE);
    return AISOPOD_OK;
  });
  Embedder embedder;
  Running running(embedder, plugin);
  for (const char* params : {"0", "1"}) {
    running.invoke("tool", params, -1, aisopod::kWantsChunks);
  }
  waiting.wait_for(2);
  running.dispose();
}

CASE("on the control thread a request may still be waited for in on_shutdown()") {
  Requesting r;
  Event sent;
  uint64_t token = 0;
  r.plugin.on_shutdown = [&] {
    CHECK_EQ(r.send(request_of("storage.set", nullptr), &token), AISOPOD_OK);
    sent.set();
    Copied response;
    CHECK_EQ(r.wait(token, response), AISOPOD_OK);
    CHECK_EQ(response.json, "5");
  };
  (*r.running)->begin(Moment::dispose, kNoHurry);
  sent.wait();
  r.respond(token, "5");
  r.running->dispose();
}

}  // namespace
