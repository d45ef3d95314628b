// PARALLEL calls that wait for PARALLEL calls of their own plugin. What the host does in between is
// played by the test: a request becomes a call, and its answer the response.
#include <map>
#include <vector>

#include "support/event.h"
#include "support/running.h"

namespace {

using namespace test;

constexpr uint32_t kInner = aisopod::kWithinCall;

// "outer" requests one call of "inner", waits for it, and answers with what came.
struct Relay {
  explicit Relay(size_t workers = 4) {
    plugin.tool("outer", AISOPOD_F_PARALLEL, [&](const aisopod_call* call) {
      const aisopod_response* response = nullptr;
      aisopod_request request = AISOPOD_INIT(aisopod_request);
      request.parent = call->token;
      request.timeout_ms = -1;
      request.method = "call inner";
      const aisopod_status status = aisopod_request_and_wait(plugin.host, &request, &response);
      const bool came = response != nullptr;
      if (came) aisopod_forward(plugin.host, call->token, response);
      plugin.host->response_release(plugin.host, response);
      return came ? AISOPOD_OK : status;
    });
    plugin.tool("inner", AISOPOD_F_PARALLEL, [&](const aisopod_call* call) {
      if (on_inner) on_inner();
      return aisopod_reply(plugin.host, call->token, "1", 1);
    });
    Limits limits = patient_limits();
    limits.parallel_workers = workers;
    running = std::make_unique<Running>(embedder, plugin, limits);
  }

  void outer() { outer_calls[running->invoke("outer").token] = 0; }

  // Until all outer calls have ended: how they did, OK or the status that inner was refused with.
  std::vector<int32_t> serve() {
    std::vector<int32_t> ends;
    while (ends.size() < outer_calls.size()) {
      const Received m = embedder.take("an end or a request", [](const Received& one) {
        return settles(one.type) || one.type == MessageType::request;
      });
      if (m.type == MessageType::request) {
        const Invoked result = running->invoke("inner", "{}", -1, kInner);
        if (result.settled) respond(m.token, result.message.status);
        else waiting[result.token] = m.token;
      } else if (outer_calls.count(m.token) != 0) {
        ends.push_back(m.status);
      } else {
        respond(waiting.at(m.token), m.status);
      }
    }
    return ends;
  }

  void respond(uint64_t request, int32_t status) {
    aisopod::Response response;
    response.status = status;
    response.json = "1";
    (*running)->requests.respond(request, std::move(response), false);
  }

  std::function<void()> on_inner;
  std::map<uint64_t, int> outer_calls;
  std::map<uint64_t, uint64_t> waiting;  // inner calls, and the requests that they answer
  Plugin plugin;
  Embedder embedder;
  std::unique_ptr<Running> running;
};

CASE("as many calls as there are workers may wait for calls of their own plugin") {
  Relay relay;
  for (int i = 0; i < 4; ++i) relay.outer();
  for (const int32_t status : relay.serve()) CHECK_EQ(status, AISOPOD_OK);
}

CASE("more calls than there are workers may do so: calls from within go first") {
  Relay relay;
  for (int i = 0; i < 50; ++i) relay.outer();
  for (const int32_t status : relay.serve()) CHECK_EQ(status, AISOPOD_OK);
}

CASE("one worker is enough, and has one spare thread") {
  Relay relay(1);
  for (int i = 0; i < 5; ++i) relay.outer();
  for (const int32_t status : relay.serve()) CHECK_EQ(status, AISOPOD_OK);
}

CASE("a lane never has more than twice its threads") {
  Relay relay(2);
  Embedder& embedder = relay.embedder;
  const int before = aisopod::live_threads();
  for (int i = 0; i < 20; ++i) relay.outer();
  relay.serve();
  CHECK(aisopod::live_threads() - before <= 4);
  CHECK_EQ(embedder.count(MessageType::stuck), 0u);
}

// Calls that wait within one another, each for the next: the fourth finds all threads waiting.
CASE("a call from within is BUSY at once when every thread waits and no other may be started") {
  Plugin plugin;
  plugin.tool("deep", AISOPOD_F_PARALLEL, [&](const aisopod_call* call) {
    const aisopod_response* response = nullptr;
    aisopod_request request = AISOPOD_INIT(aisopod_request);
    request.parent = call->token;
    request.timeout_ms = -1;
    request.method = "call deep";
    aisopod_request_and_wait(plugin.host, &request, &response);
    const aisopod_status status = response == nullptr ? AISOPOD_E_STATE : response->status;
    plugin.host->response_release(plugin.host, response);
    return status;
  });
  Limits limits = patient_limits();
  limits.parallel_workers = 2;
  Embedder embedder;
  Running running(embedder, plugin, limits);
  uint64_t call = running.invoke("deep").token;
  std::vector<uint64_t> requests;
  for (int depth = 1; depth <= 4; ++depth) {
    requests.push_back(embedder.take(MessageType::request).token);
    Invoked result;
    // The request may have come before its thread waits.
    eventually("the call is refused, or runs", [&] {
      result = running.invoke("deep", "{}", -1, kInner);
      return depth < 4 || result.settled || [&] {
        running->calls.cancel(result.token, AISOPOD_E_CANCELLED);
        return embedder.ended(result.token).status == AISOPOD_E_BUSY;
      }();
    });
    if (depth == 4 && result.settled) CHECK_EQ(result.message.status, AISOPOD_E_BUSY);
  }
  // All end with what the innermost got.
  std::vector<uint64_t> left = requests;
  for (auto request = left.rbegin(); request != left.rend(); ++request) {
    aisopod::Response response;
    response.status = AISOPOD_E_BUSY;
    running->requests.respond(*request, std::move(response), false);
  }
  CHECK_EQ(embedder.ended(call).status, AISOPOD_E_BUSY);
}

CASE("a call from within that waits for a thread is refused when the last one begins to wait") {
  Plugin plugin;
  Counter running_now;
  Event may_wait;
  plugin.tool("tool", AISOPOD_F_PARALLEL, [&](const aisopod_call* call) {
    running_now.add();
    may_wait.wait();
    const aisopod_response* response = nullptr;
    aisopod_request request = AISOPOD_INIT(aisopod_request);
    request.parent = call->token;
    request.timeout_ms = -1;
    request.method = "never answered";
    const aisopod_status status = aisopod_request_and_wait(plugin.host, &request, &response);
    plugin.host->response_release(plugin.host, response);
    return status;
  });
  Limits limits = patient_limits();
  limits.parallel_workers = 1;
  Embedder embedder;
  Running running(embedder, plugin, limits);
  const uint64_t outer = running.invoke("tool").token;
  running_now.wait_for(1);
  const uint64_t inner = running.invoke("tool", "{}", -1, kInner).token;  // no thread waits yet
  const uint64_t second = running.invoke("tool", "{}", -1, kInner).token;
  may_wait.set();
  // The outer one waits, so the first gets a thread; when that waits too, the second is refused.
  CHECK_EQ(embedder.ended(second).status, AISOPOD_E_BUSY);
  running->calls.cancel(inner, AISOPOD_E_CANCELLED);
  running->calls.cancel(outer, AISOPOD_E_CANCELLED);
  CHECK_EQ(embedder.ended(inner).status, AISOPOD_E_CANCELLED);
  CHECK_EQ(embedder.ended(outer).status, AISOPOD_E_CANCELLED);
}

CASE("a call from outside waits in the queue while all threads wait, and is not refused") {
  Relay relay(1);
  relay.outer();
  const Received request = relay.embedder.take(MessageType::request);
  const uint64_t next = relay.running->invoke("inner").token;
  relay.respond(request.token, AISOPOD_OK);
  CHECK_EQ(relay.embedder.ended(next).a, "1");
}

}  // namespace
