// request_wait(): collecting the responses to a request without fn. What it does at the shutdown is
// in shutdown_test.cc.
#include <algorithm>
#include <thread>
#include <vector>

#include "support/requesting.h"

namespace {

using namespace test;

// A request without fn that the host has received.
uint64_t sent(Requesting& a, uint32_t flags = 0) {
  uint64_t token = 0;
  CHECK_EQ(a.send(request_of("m", nullptr, 0, -1, flags), &token), AISOPOD_OK);
  a.embedder.take(MessageType::request, token);
  return token;
}

CASE("a thread collects the response with a NUL behind its text") {
  Requesting a;
  const uint64_t token = sent(a);
  std::thread waiting([&] {
    const aisopod_response* response = nullptr;
    CHECK_EQ(a.plugin.host->request_wait(a.plugin.host, token, -1, &response), AISOPOD_OK);
    REQUIRE(response != nullptr);
    CHECK_EQ(response->token, token);
    CHECK_EQ(response->status, AISOPOD_OK);
    CHECK_EQ(response->flags, 0u);
    CHECK(response->failure == nullptr);
    CHECK_EQ(std::string(response->payload->json, response->payload->len), "[1]");
    CHECK_EQ(response->payload->json[response->payload->len], '\0');
    a.plugin.host->response_release(a.plugin.host, response);
  });
  a.respond(token, "[1]");
  waiting.join();
}

CASE("a failed response is collected like any other, with message and details") {
  Requesting a;
  const uint64_t token = sent(a);
  (*a.running)
      ->requests.respond(
          token, {AISOPOD_E_NOT_FOUND, "", "no service has this method", "{\"method\":\"m\"}"},
          false);
  Copied response;
  CHECK_EQ(a.wait(token, response), AISOPOD_OK);
  CHECK_EQ(response.status, AISOPOD_E_NOT_FOUND);
  CHECK_EQ(response.json, "null");
  CHECK_EQ(response.message, "no service has this method");
  CHECK_EQ(response.details, "{\"method\":\"m\"}");
}

CASE("a response may be used and released after the instance is gone") {
  Requesting a;
  const uint64_t token = sent(a);
  a.respond(token, "[1]");
  const aisopod_response* response = nullptr;
  CHECK_EQ(a.plugin.host->request_wait(a.plugin.host, token, 0, &response), AISOPOD_OK);
  a.running->dispose();
  CHECK_EQ(std::string(response->payload->json), "[1]");
  a.plugin.host->response_release(a.plugin.host, response);
}

CASE("response_release() takes NULL") {
  Requesting a;
  a.plugin.host->response_release(a.plugin.host, nullptr);
}

CASE("wait_ms 0 polls: AGAIN while no response has come, then the response") {
  Requesting a;
  const uint64_t token = sent(a);
  Copied response;
  CHECK_EQ(a.wait(token, response, 0), AISOPOD_E_AGAIN);
  a.respond(token, "1");
  CHECK_EQ(a.wait(token, response, 0), AISOPOD_OK);
  CHECK_EQ(response.json, "1");
}

CASE("a wait that ends without a response is AGAIN, and the request goes on") {
  Requesting a;
  const uint64_t token = sent(a);
  Copied response;
  CHECK_EQ(a.wait(token, response, 1), AISOPOD_E_AGAIN);
  a.respond(token, "1");
  CHECK_EQ(a.wait(token, response, -1), AISOPOD_OK);
}

CASE("a request whose last response is collected is GONE") {
  Requesting a;
  const uint64_t token = sent(a);
  a.respond(token, "1");
  Copied response;
  CHECK_EQ(a.wait(token, response), AISOPOD_OK);
  CHECK_EQ(a.wait(token, response), AISOPOD_E_GONE);
  CHECK_EQ(a.plugin.host->cancel(a.plugin.host, token), AISOPOD_E_GONE);
}

CASE("a response that is collected late keeps its request open") {
  Limits limits = patient_limits();
  limits.queue = 1;
  Requesting a(limits);
  const uint64_t token = sent(a);
  a.respond(token, "1");
  CHECK_EQ(a.send(request_of("m", nullptr)), AISOPOD_E_AGAIN);
  Copied response;
  CHECK_EQ(a.wait(token, response), AISOPOD_OK);
  CHECK_EQ(a.send(request_of("m", nullptr)), AISOPOD_OK);
}

CASE("a stream is collected in order, and each part is reported as read when it is collected") {
  Requesting a;
  const uint64_t token = sent(a, AISOPOD_REQUEST_STREAM);
  for (const char* part : {"1", "2"}) a.respond(token, part, true);
  a.respond(token, "3");
  CHECK_EQ(a.embedder.count(MessageType::response_read), 0u);
  Copied response;
  for (const char* part : {"1", "2"}) {
    CHECK_EQ(a.wait(token, response), AISOPOD_OK);
    CHECK_EQ(response.json, part);
    CHECK(response.more);
    CHECK_EQ(a.embedder.count(MessageType::response_read), 1u);
    a.embedder.take(MessageType::response_read, token);
  }
  CHECK_EQ(a.wait(token, response), AISOPOD_OK);
  CHECK_EQ(response.json, "3");
  CHECK(!response.more);
  CHECK_EQ(a.embedder.count(MessageType::response_read), 0u);
  CHECK_EQ(a.wait(token, response), AISOPOD_E_GONE);
}

CASE("a request without STREAM collects the last response only") {
  Requesting a;
  const uint64_t token = sent(a);
  a.respond(token, "1", true);
  a.embedder.take(MessageType::response_read, token);
  a.respond(token, "2");
  Copied response;
  CHECK_EQ(a.wait(token, response), AISOPOD_OK);
  CHECK_EQ(response.json, "2");
}

CASE("threads that wait for the same request collect one response each, then GONE") {
  Requesting a;
  const uint64_t token = sent(a, AISOPOD_REQUEST_STREAM);
  std::mutex mutex;
  std::vector<std::string> collected;
  int gone = 0;
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; ++i) {
    threads.emplace_back([&] {
      Copied response;
      const aisopod_status status = a.wait(token, response);
      const std::lock_guard lock(mutex);
      if (status == AISOPOD_E_GONE) ++gone;
      else collected.push_back(response.json);
    });
  }
  a.respond(token, "1", true);
  a.respond(token, "2", true);
  a.respond(token, "3");
  for (std::thread& thread : threads) thread.join();
  std::sort(collected.begin(), collected.end());
  CHECK(collected == std::vector<std::string>({"1", "2", "3"}));
  CHECK_EQ(gone, 1);
}

CASE("request_wait() is legal on workers and on the control thread") {
  Plugin plugin;
  const auto request = [&](const char* method) {
    const aisopod_response* response = nullptr;
    CHECK_EQ(aisopod_send_and_wait(plugin.host, 0, method, nullptr, 0, &response), AISOPOD_OK);
    plugin.host->response_release(plugin.host, response);
  };
  plugin.on_init = [&](aisopod_error*) {
    request("in on_init");
    return AISOPOD_OK;
  };
  plugin.tool("tool", 0, [&](const aisopod_call*) {
    request("in a handler");
    return AISOPOD_E_FAIL;
  });
  Embedder embedder;
  std::shared_ptr<Instance> instance = make_instance(embedder, plugin);
  const auto respond = [&](const char* method) {
    const Received received = embedder.take(MessageType::request);
    CHECK_EQ(received.a, method);
    instance->requests.respond(received.token, {AISOPOD_OK, "null", "", ""}, false);
  };
  run_moment(embedder, *instance, Moment::create);
  run_moment(embedder, *instance, Moment::on_register);
  instance->begin(Moment::on_init, kNoHurry);
  respond("in on_init");
  CHECK_EQ(embedder.take(MessageType::moment).status, AISOPOD_OK);
  aisopod::CallRequest call;
  call.registration = embedder.take(MessageType::registration).token;
  const uint64_t token = instance->calls.invoke(call).token;
  respond("in a handler");
  CHECK_EQ(embedder.ended(token).status, AISOPOD_E_FAIL);
  dispose(embedder, instance);
}

CASE("on a reply thread and in an inline handler request_wait() polls, and waits for nothing") {
  Plugin plugin;
  const auto poll = [&] {
    const aisopod_request request = request_of("m", nullptr);
    uint64_t token = 0;
    CHECK_EQ(plugin.host->request(plugin.host, &request, &token), AISOPOD_OK);
    const aisopod_response* response = nullptr;
    for (const int64_t wait_ms : {-1, 1}) {
      CHECK_EQ(plugin.host->request_wait(plugin.host, token, wait_ms, &response), AISOPOD_E_THREAD);
      CHECK(response == nullptr);
    }
    CHECK_EQ(plugin.host->request_wait(plugin.host, token, 0, &response), AISOPOD_E_AGAIN);
  };
  plugin.tool("tool", AISOPOD_F_INLINE, [&](const aisopod_call*) {
    poll();
    return AISOPOD_E_FAIL;
  });
  Responses responses;
  responses.on_response = [&](const aisopod_response*) { poll(); };
  Embedder embedder;
  Running running(embedder, plugin);
  running.invoke("tool");
  const aisopod_request request = request_of("m", &responses, 0, 1);
  CHECK_EQ(plugin.host->request(plugin.host, &request, nullptr), AISOPOD_OK);
  responses.released.wait();
}

CASE("request_wait() judges wait_ms, then the thread, then the token, then fn") {
  Responses responses, on_reply;
  Requesting a;
  uint64_t with_fn = 0;
  a.send(request_of("m", &responses), &with_fn);
  Copied response;
  for (const uint64_t token : {uint64_t{0}, uint64_t{1} << 40, with_fn}) {
    for (const int64_t wait_ms : {int64_t{-2}, INT64_MIN}) {
      CHECK_EQ(a.wait(token, response, wait_ms), AISOPOD_E_INVALID);
    }
  }
  on_reply.on_response = [&](const aisopod_response*) {
    CHECK_EQ(a.wait(with_fn, response, -2), AISOPOD_E_INVALID);
    CHECK_EQ(a.wait(with_fn, response, 1), AISOPOD_E_THREAD);
    CHECK_EQ(a.wait(0, response, 1), AISOPOD_E_THREAD);
    CHECK_EQ(a.wait(0, response, 0), AISOPOD_E_GONE);
    CHECK_EQ(a.wait(with_fn, response, 0), AISOPOD_E_INVALID);
  };
  a.send(request_of("m", &on_reply, 0, 1));
  on_reply.released.wait();
  CHECK_EQ(a.wait(0, response), AISOPOD_E_GONE);
  CHECK_EQ(a.wait(uint64_t{1} << 40, response), AISOPOD_E_GONE);
  CHECK_EQ(a.wait(a.call(), response), AISOPOD_E_GONE);
  CHECK_EQ(a.wait(with_fn, response), AISOPOD_E_INVALID);
  CHECK_EQ(responses.lasts.load(), 0);
}

CASE("request_wait() without out is INVALID and collects nothing") {
  Requesting a;
  const uint64_t token = sent(a);
  a.respond(token, "1");
  CHECK_EQ(a.plugin.host->request_wait(a.plugin.host, token, 0, nullptr), AISOPOD_E_INVALID);
  Copied response;
  CHECK_EQ(a.wait(token, response, 0), AISOPOD_OK);
}

CASE("a failed request_wait() sets out to NULL") {
  Requesting a;
  const aisopod_response* out = reinterpret_cast<const aisopod_response*>(&a);
  CHECK_EQ(a.plugin.host->request_wait(a.plugin.host, 1, -2, &out), AISOPOD_E_INVALID);
  CHECK(out == nullptr);
}

}  // namespace
