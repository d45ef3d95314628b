// request(): what the host receives of it, what it refuses, and how responses reach fn. How a
// request ends without the host is in request_ends_test.cc.
#include <thread>
#include <vector>

#include "support/requesting.h"

namespace {

using namespace test;

CASE("the host receives method, params, parent, flags and limit of a request") {
  Responses responses;
  Requesting a;
  const uint64_t parent = a.call();
  uint64_t token = 0;
  CHECK_EQ(
      a.send(request_of("model.chat", &responses, parent, 5000, AISOPOD_REQUEST_STREAM), &token),
      AISOPOD_OK);
  const Received request = a.embedder.take(MessageType::request);
  CHECK(token != 0 && request.token == token);
  CHECK_EQ(request.other, parent);
  CHECK_EQ(request.status, static_cast<int32_t>(AISOPOD_REQUEST_STREAM));
  CHECK(request.number > 0 && request.number <= 5000);
  CHECK_EQ(request.a, "model.chat");
  CHECK_EQ(request.b, "{\"q\":1}");
}

CASE("params that are NULL reach the host as null") {
  Requesting a;
  aisopod_request request = request_of("m", nullptr);
  request.params = nullptr;
  CHECK_EQ(a.send(request), AISOPOD_OK);
  CHECK_EQ(a.embedder.take(MessageType::request).b, "null");
  const aisopod_payload empty = aisopod_payload_of(nullptr, 0);
  request.params = &empty;
  CHECK_EQ(a.send(request), AISOPOD_OK);
  CHECK_EQ(a.embedder.take(MessageType::request).b, "null");
}

CASE("a response reaches fn on the reply thread, and then user is released") {
  Responses responses;
  Requesting a;
  uint64_t token = 0;
  const auto here = std::this_thread::get_id();
  responses.on_response = [&](const aisopod_response*) {
    CHECK(std::this_thread::get_id() != here);
    CHECK_EQ(aisopod_chunk(a.plugin.host, 1, "1", 1, 1), AISOPOD_E_THREAD);
  };
  a.send(request_of("m", &responses), &token);
  a.respond(a.embedder.take(MessageType::request).token, "{\"x\":2}");
  responses.released.wait();
  CHECK_EQ(responses.text, "{\"x\":2};");
  CHECK_EQ(responses.token, token);
  CHECK_EQ(responses.status, AISOPOD_OK);
  CHECK_EQ(responses.message + responses.details, "(none)(none)");
  a.running->dispose();
  CHECK_EQ(responses.releases.load(), 1);
}

CASE("a failed response carries status, message and details, and the payload null") {
  Responses responses;
  Requesting a;
  std::string payload;
  responses.on_response = [&](const aisopod_response* r) {
    payload.assign(r->payload->json, r->payload->len);
  };
  a.send(request_of("m", &responses));
  aisopod::Response response;
  response.status = AISOPOD_E_DENIED;
  response.message = "not allowed";
  response.details = "{\"permission\":\"network\"}";
  (*a.running)->requests.respond(a.embedder.take(MessageType::request).token, response, false);
  responses.released.wait();
  CHECK_EQ(responses.status, AISOPOD_E_DENIED);
  CHECK_EQ(payload, "null");
  CHECK_EQ(responses.message, "not allowed");
  CHECK_EQ(responses.details, "{\"permission\":\"network\"}");
}

CASE("a response can answer a call as it is") {
  Plugin plugin;
  struct Forward {
    Plugin* plugin;
    aisopod_token call;
  } forward{&plugin, 0};
  plugin.tool("tool", 0, [&](const aisopod_call* call) {
    forward.call = call->token;
    const aisopod_status status = aisopod_send(
        plugin.host, call->token, "m", "{}", 2,
        [](void* user, const aisopod_response* r) {
          auto* const f = static_cast<Forward*>(user);
          CHECK_EQ(aisopod_forward(f->plugin->host, f->call, r), AISOPOD_OK);
        },
        &forward, nullptr);
    return status == AISOPOD_OK ? AISOPOD_PENDING : status;
  });
  Embedder embedder;
  Running running(embedder, plugin);
  for (const aisopod_status status : {AISOPOD_OK, AISOPOD_E_DENIED}) {
    const uint64_t call = running.invoke("tool").token;
    aisopod::Response response{status, "[1]", "not allowed", "{\"why\":1}"};
    running->requests.respond(embedder.take(MessageType::request).token, response, false);
    const Received end = embedder.ended(call);
    CHECK_EQ(end.status, status);
    CHECK_EQ(end.a, status == AISOPOD_OK ? "[1]" : "not allowed");
    CHECK_EQ(end.b, status == AISOPOD_OK ? "" : "{\"why\":1}");
  }
}

CASE("only the first last response counts, and one to an unknown request is harmless") {
  Responses responses;
  Requesting a;
  a.send(request_of("m", &responses));
  const uint64_t token = a.embedder.take(MessageType::request).token;
  a.respond(token, "1");
  a.respond(token, "2");
  a.respond(token, "3", true);
  a.respond(999999999, "4");
  a.running->dispose();
  CHECK_EQ(responses.text, "1;");
}

CASE("partial responses come in order, each is reported as read, and the last ends them") {
  Responses responses;
  Requesting a;
  a.send(request_of("m", &responses, 0, -1, AISOPOD_REQUEST_STREAM));
  const uint64_t token = a.embedder.take(MessageType::request).token;
  for (const char* part : {"1", "2", "3"}) a.respond(token, part, true);
  for (int i = 0; i < 3; ++i) a.embedder.take(MessageType::response_read, token);
  a.respond(token, "4");
  responses.released.wait();
  CHECK_EQ(responses.text, "1;2;3;4;");
}

CASE("a request without STREAM gets the last response only") {
  Responses responses;
  Requesting a;
  a.send(request_of("m", &responses));
  const uint64_t token = a.embedder.take(MessageType::request).token;
  a.respond(token, "1", true);
  a.embedder.take(MessageType::response_read, token);
  a.respond(token, "2");
  responses.released.wait();
  CHECK_EQ(responses.text, "2;");
}

// The status of a request that must be refused, with nothing of it taken.
aisopod_status refusal_of(Requesting& a, const aisopod_request& request, Responses& responses) {
  uint64_t token = 77;
  const aisopod_status status = a.send(request, &token);
  CHECK_EQ(token, 77u);
  CHECK_EQ(responses.releases.load(), 0);
  CHECK_EQ(a.embedder.count(MessageType::request), 0u);
  return status;
}

CASE("a request that breaks a rule is refused and nothing of it is taken") {
  Limits limits = patient_limits();
  limits.payload_bytes = 10;
  Responses responses;
  Requesting a(limits);
  const aisopod_request good = request_of("m", &responses);
  aisopod_request request = good;
  for (const uint32_t size : {0u, 3u, static_cast<uint32_t>(sizeof good) - 8, 70u, 65540u}) {
    request.struct_size = size;
    CHECK_EQ(refusal_of(a, request, responses), AISOPOD_E_INVALID);
  }
  request = good;
  request.flags = 2;
  CHECK_EQ(refusal_of(a, request, responses), AISOPOD_E_UNSUPPORTED);
  request = good;
  request.reserved0 = &request;
  CHECK_EQ(refusal_of(a, request, responses), AISOPOD_E_INVALID);
  request = good;
  const std::string endless(257, 'm');
  for (const char* method : {static_cast<const char*>(nullptr), "", endless.c_str()}) {
    request.method = method;
    CHECK_EQ(refusal_of(a, request, responses), AISOPOD_E_INVALID);
  }
  request = good;
  aisopod_payload params = aisopod_payload_of("nope", AISOPOD_NTS);
  request.params = &params;
  CHECK_EQ(refusal_of(a, request, responses), AISOPOD_E_INVALID);
  params = aisopod_payload_of("\"1234567890\"", AISOPOD_NTS);
  CHECK_EQ(refusal_of(a, request, responses), AISOPOD_E_TOO_LARGE);
  params = aisopod_payload_of("1", 1);
  params.flags = 1;
  CHECK_EQ(refusal_of(a, request, responses), AISOPOD_E_UNSUPPORTED);
  CHECK_EQ(a.plugin.host->request(a.plugin.host, nullptr, nullptr), AISOPOD_E_INVALID);
}

CASE("the reason of a refused request stands in the log") {
  Responses responses;
  Requesting a;
  aisopod_request request = request_of("", &responses);
  CHECK_EQ(refusal_of(a, request, responses), AISOPOD_E_INVALID);
  const Received notice = a.embedder.take(MessageType::notice);
  CHECK_EQ(notice.status, AISOPOD_LOG_WARN);
  CHECK_EQ(notice.a, "request(): the method is empty or longer than 256 bytes");
}

// A struct of a later minor, which has more behind what this host knows.
struct Later {
  aisopod_request now;
  void* more[2];
};

CASE("a larger request of a later minor is accepted while its new members are zero") {
  Responses responses;
  Requesting a;
  Later later = {request_of("m", &responses), {}};
  later.now.struct_size = sizeof later;
  later.more[1] = &later;
  CHECK_EQ(refusal_of(a, later.now, responses), AISOPOD_E_UNSUPPORTED);
  later.more[1] = nullptr;
  CHECK_EQ(a.send(later.now), AISOPOD_OK);
}

CASE("request, publish and post return STATE before on_init and after on_shutdown") {
  Plugin plugin;
  const auto post = [&] {
    return aisopod_post_task(
        plugin.host, 0, 0, [](void*, const aisopod_task*) {}, nullptr, nullptr);
  };
  const auto refused = [&] {
    const aisopod_request request = request_of("m", nullptr);
    CHECK_EQ(plugin.host->request(plugin.host, &request, nullptr), AISOPOD_E_STATE);
    CHECK_EQ(aisopod_publish(plugin.host, 0, "topic", "1", 1), AISOPOD_E_STATE);
    CHECK_EQ(post(), AISOPOD_E_STATE);
  };
  const auto accepted = [&] {
    const aisopod_request request = request_of("m", nullptr);
    CHECK_EQ(plugin.host->request(plugin.host, &request, nullptr), AISOPOD_OK);
    CHECK_EQ(aisopod_publish(plugin.host, 0, "topic", "1", 1), AISOPOD_OK);
  };
  plugin.create = [&](aisopod_plugin** out, aisopod_error*) {
    refused();
    *out = reinterpret_cast<aisopod_plugin*>(&plugin);
    return AISOPOD_OK;
  };
  plugin.on_register = [&](const aisopod_api*, aisopod_error*) {
    refused();
    return AISOPOD_OK;
  };
  plugin.on_init = [&](aisopod_error*) {
    accepted();
    CHECK_EQ(post(), AISOPOD_OK);
    return AISOPOD_OK;
  };
  plugin.on_shutdown = [&] {
    accepted();
    CHECK_EQ(post(), AISOPOD_E_STATE);
  };
  plugin.destroy = refused;
  Embedder embedder;
  { Running running(embedder, plugin); }
  refused();
}

CASE("more open requests than the queue holds are AGAIN, also when each is cancelled at once") {
  Limits limits = patient_limits();
  limits.queue = 3;
  Responses responses[3];
  Requesting a(limits);
  uint64_t tokens[3];
  for (int i = 0; i < 3; ++i) {
    CHECK_EQ(a.send(request_of("m", &responses[i]), &tokens[i]), AISOPOD_OK);
  }
  Responses over;
  CHECK_EQ(a.send(request_of("m", &over)), AISOPOD_E_AGAIN);
  for (const uint64_t token : tokens) a.plugin.host->cancel(a.plugin.host, token);
  CHECK_EQ(a.send(request_of("m", &over)), AISOPOD_E_AGAIN);  // the host has not read them yet
  a.embedder.drain();
  CHECK_EQ(a.send(request_of("m", &over)), AISOPOD_OK);
  a.running->dispose();
  for (Responses& each : responses) CHECK_EQ(each.releases.load(), 1);
  CHECK_EQ(over.releases.load(), 1);
}

CASE("requests of more bytes than the queue holds are AGAIN until the host has read them") {
  Limits limits = patient_limits();
  limits.queue_bytes = 100;
  Requesting a(limits);
  const std::string text = '"' + std::string(60, 'x') + '"';
  const aisopod_payload params = aisopod_payload_of(text.c_str(), text.size());
  aisopod_request request = request_of("m", nullptr);
  request.params = &params;
  CHECK_EQ(a.send(request), AISOPOD_OK);
  CHECK_EQ(a.send(request), AISOPOD_E_AGAIN);
  a.embedder.drain();
  CHECK_EQ(a.send(request), AISOPOD_OK);
}

CASE("one request may be larger than the queue") {
  Limits limits = patient_limits();
  limits.queue_bytes = 1;
  Requesting a(limits);
  CHECK_EQ(a.send(request_of("m", nullptr)), AISOPOD_OK);
  CHECK_EQ(a.send(request_of("m", nullptr)), AISOPOD_E_AGAIN);
}

CASE("many threads may send requests at once, and each gets its own responses") {
  Requesting a;
  std::vector<std::thread> threads;
  for (int t = 0; t < 8; ++t) {
    threads.emplace_back([&, t] {
      for (int i = 0; i < 25; ++i) {
        const std::string mine = std::to_string(t * 1000 + i);
        const aisopod_response* response = nullptr;
        CHECK_EQ(aisopod_send_and_wait(a.plugin.host, 0, "m", mine.c_str(), mine.size(), &response),
                 AISOPOD_OK);
        CHECK_EQ(std::string(response->payload->json), mine);
        a.plugin.host->response_release(a.plugin.host, response);
      }
    });
  }
  for (int i = 0; i < 8 * 25; ++i) {
    const Received request = a.embedder.take(MessageType::request);
    a.respond(request.token, request.b.c_str());
  }
  for (std::thread& thread : threads) thread.join();
}

CASE("a response function that throws is released all the same") {
  Responses responses;
  Requesting a;
  responses.on_response = [](const aisopod_response*) { throw 1; };
  a.send(request_of("m", &responses));
  a.respond(a.embedder.take(MessageType::request).token, "1");
  responses.released.wait();
  a.running->dispose();
  CHECK_EQ(responses.releases.load(), 1);
  CHECK(a.embedder.take(MessageType::notice).a.find("a response function threw") == 0);
}

}  // namespace
