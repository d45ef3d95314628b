// Serial calls that wait for serial calls of their own plugin. What the host does in between is
// played by the test: a request becomes a call, and its answer the response.
#include <string>
#include <utility>
#include <vector>

#include "support/event.h"
#include "support/running.h"

namespace {

using namespace test;
using Tokens = std::vector<uint64_t>;

// "outer" sends a request, waits for the response and answers; "inner" only answers. `story` says
// what ran in which order.
struct Relay {
  Relay() {
    plugin.tool("outer", 0, [&](const aisopod_call* call) {
      story.add("outer");
      const aisopod_response* response = nullptr;
      aisopod_request request = AISOPOD_INIT(aisopod_request);
      request.parent = call->token;
      request.timeout_ms = -1;
      request.method = "call inner";
      const aisopod_status status = aisopod_request_and_wait(plugin.host, &request, &response);
      plugin.host->response_release(plugin.host, response);
      story.add("outer goes on");
      return status == AISOPOD_OK ? aisopod_reply(plugin.host, call->token, "1", 1) : status;
    });
    plugin.tool("inner", 0, [&](const aisopod_call* call) {
      story.add("inner");
      if (on_inner) on_inner();
      story.add("inner ends");
      return aisopod_reply(plugin.host, call->token, "2", 1);
    });
    plugin.tool("next", 0, [&](const aisopod_call* call) {
      story.add("next");
      return aisopod_reply(plugin.host, call->token, "3", 1);
    });
    running = std::make_unique<Running>(embedder, plugin, patient_limits());
  }

  Invoked invoke(const char* tool, Tokens ancestors) {
    aisopod::CallRequest request;
    request.registration = running->registration(tool);
    request.params = "{}";
    request.wants = ancestors.empty() ? 0 : aisopod::kWithinCall;
    request.ancestors = std::move(ancestors);
    return (*running)->calls.invoke(std::move(request));
  }

  void respond(uint64_t request) {
    aisopod::Response response;
    response.json = "1";
    (*running)->requests.respond(request, std::move(response), false);
  }

  // Begins an outer call, which then waits: its token, and that of its request.
  std::pair<uint64_t, uint64_t> begin() {
    const uint64_t call = invoke("outer", {}).token;
    return {call, embedder.take(MessageType::request).token};
  }

  Story story;
  std::function<void()> on_inner;
  Plugin plugin;
  Embedder embedder;
  std::unique_ptr<Running> running;
};

CASE("a serial handler may wait for a serial call that is made on its behalf") {
  Relay relay;
  const auto [outer, request] = relay.begin();
  const uint64_t inner = relay.invoke("inner", {outer}).token;
  CHECK_EQ(relay.embedder.ended(inner).a, "2");
  relay.respond(request);
  CHECK_EQ(relay.embedder.ended(outer).a, "1");
  CHECK_EQ(relay.story.text(), "outer, inner, inner ends, outer goes on");
}

CASE("a call from outside, or on behalf of another call, waits until the handler has returned") {
  Relay relay;
  const auto [outer, request] = relay.begin();
  const uint64_t next = relay.invoke("next", {}).token;
  const uint64_t other = relay.invoke("next", {outer + 1000}).token;
  const uint64_t inner = relay.invoke("inner", {outer}).token;
  CHECK_EQ(relay.embedder.ended(inner).a, "2");
  relay.respond(request);
  for (const uint64_t call : {outer, next, other}) relay.embedder.ended(call);
  CHECK_EQ(relay.story.text(), "outer, inner, inner ends, outer goes on, next, next");
}

CASE("a handler goes on only when the one that ran meanwhile has returned") {
  Relay relay;
  Event entered, leave;
  relay.on_inner = [&] {
    entered.set();
    leave.wait();
  };
  const auto [outer, request] = relay.begin();
  const uint64_t inner = relay.invoke("inner", {outer}).token;
  entered.wait();
  relay.respond(request);  // before it has ended
  leave.set();
  CHECK_EQ(relay.embedder.ended(inner).a, "2");
  CHECK_EQ(relay.embedder.ended(outer).a, "1");
  CHECK_EQ(relay.story.text(), "outer, inner, inner ends, outer goes on");
}

CASE("serial calls may wait for one another as deep as calls may be") {
  constexpr size_t kDepth = 16;
  Relay relay;
  Tokens calls, requests;
  for (size_t depth = 0; depth < kDepth; ++depth) {
    calls.push_back(relay.invoke("outer", calls).token);
    requests.push_back(relay.embedder.take(MessageType::request).token);
  }
  CHECK_EQ(relay.embedder.ended(relay.invoke("inner", calls).token).a, "2");
  for (size_t depth = kDepth; depth-- > 0;) {
    relay.respond(requests[depth]);
    CHECK_EQ(relay.embedder.ended(calls[depth]).a, "1");
  }
}

CASE("of two calls on behalf of one handler the second waits for what the first waits for") {
  Relay relay;
  const auto [outer, request] = relay.begin();
  const uint64_t first = relay.invoke("outer", {outer}).token;
  const uint64_t inner_request = relay.embedder.take(MessageType::request).token;
  const uint64_t second = relay.invoke("next", {outer}).token;
  const uint64_t innermost = relay.invoke("inner", {outer, first}).token;
  CHECK_EQ(relay.embedder.ended(innermost).a, "2");
  relay.respond(inner_request);
  CHECK_EQ(relay.embedder.ended(first).a, "1");
  CHECK_EQ(relay.embedder.ended(second).a, "3");
  relay.respond(request);
  CHECK_EQ(relay.embedder.ended(outer).a, "1");
}

CASE("a call on behalf of a handler that has returned runs like any other") {
  Relay relay;
  const auto [outer, request] = relay.begin();
  relay.respond(request);
  CHECK_EQ(relay.embedder.ended(outer).a, "1");
  CHECK_EQ(relay.embedder.ended(relay.invoke("inner", {outer}).token).a, "2");
}

CASE("a shutdown ends the wait of a handler and of what waits within it") {
  Relay relay;
  const auto [outer, request] = relay.begin();
  const uint64_t first = relay.invoke("outer", {outer}).token;
  relay.embedder.take(MessageType::request);
  relay.running.reset();
  CHECK_EQ(relay.embedder.ended(outer).status, AISOPOD_E_STATE);
  CHECK_EQ(relay.embedder.ended(first).status, AISOPOD_E_STATE);
  (void)request;
}

}  // namespace
