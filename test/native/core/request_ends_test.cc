// How a request with fn ends without the host's response: cancelled, overdue, at the shutdown.
// Always with exactly one last response.
#include <thread>

#include "support/requesting.h"

namespace {

using namespace test;

void expect_end(Responses& responses, aisopod_status status) {
  responses.released.wait();
  CHECK_EQ(responses.status, status);
  CHECK_EQ(responses.lasts.load(), 1);
  CHECK(responses.message != "(none)" && !responses.message.empty());
}

CASE("a cancelled request gets its last response, and the host receives its end") {
  Responses responses;
  Requesting a;
  uint64_t token = 0;
  a.send(request_of("m", &responses), &token);
  CHECK_EQ(a.plugin.host->cancel(a.plugin.host, token), AISOPOD_OK);
  expect_end(responses, AISOPOD_E_CANCELLED);
  const Received first =
      a.embedder.take("the request's first", [&](const Received& m) { return m.token == token; });
  CHECK(first.type == MessageType::request);
  a.embedder.take(MessageType::request_ended, token);
  a.respond(token, "1");  // too late, harmless
  a.running->dispose();
  CHECK_EQ(responses.releases.load(), 1);
}

CASE("cancel() returns GONE once the last response is on its way to fn") {
  Responses responses;
  Requesting a;
  uint64_t token = 0;
  a.send(request_of("m", &responses), &token);
  a.respond(token, "1");
  CHECK_EQ(a.plugin.host->cancel(a.plugin.host, token), AISOPOD_E_GONE);
  responses.released.wait();
  CHECK_EQ(responses.text, "1;");
  CHECK_EQ(a.plugin.host->cancel(a.plugin.host, token), AISOPOD_E_GONE);
}

CASE("cancel() never calls the plugin on the thread that it is called on") {
  Responses responses;
  Requesting a;
  uint64_t token = 0;
  std::thread::id responded;
  responses.on_response = [&](const aisopod_response*) { responded = std::this_thread::get_id(); };
  a.send(request_of("m", &responses), &token);
  a.plugin.host->cancel(a.plugin.host, token);
  responses.released.wait();
  CHECK(responded != std::this_thread::get_id());
}

CASE("a request that is open at the shutdown gets GONE between on_shutdown and destroy") {
  Responses responses;
  Requesting a;
  a.plugin.on_shutdown = [&] { CHECK_EQ(responses.lasts.load(), 0); };
  a.plugin.destroy = [&] { CHECK_EQ(responses.releases.load(), 1); };
  a.send(request_of("m", &responses));
  a.running->dispose();
  expect_end(responses, AISOPOD_E_GONE);
  CHECK_EQ(responses.releases.load(), 1);
}

CASE("a request with fn goes on while on_shutdown runs") {
  Responses responses;
  Requesting a;
  uint64_t token = 0;
  a.plugin.on_shutdown = [&] { responses.released.wait(); };
  a.send(request_of("m", &responses), &token);
  (*a.running)->begin(Moment::dispose, kNoHurry);
  a.respond(token, "1");
  a.running->dispose();
  CHECK_EQ(responses.text, "1;");
}

CASE("on_shutdown may send a request with fn") {
  Responses responses;
  Requesting a;
  a.plugin.on_shutdown = [&] {
    CHECK_EQ(a.send(request_of("storage.set", &responses)), AISOPOD_OK);
    responses.released.wait();
  };
  (*a.running)->begin(Moment::dispose, kNoHurry);
  a.respond(a.embedder.take(MessageType::request).token, "1");
  a.running->dispose();
  CHECK_EQ(responses.text, "1;");
}

CASE("response, cancel, deadline and shutdown at once bring one last response and one release") {
  for (int round = 0; round < 100; ++round) {
    Responses responses;
    Requesting a;
    uint64_t token = 0;
    a.send(request_of("m", &responses, 0, 1, AISOPOD_REQUEST_STREAM), &token);
    std::thread cancelling([&] { a.plugin.host->cancel(a.plugin.host, token); });
    a.respond(token, "1", true);
    a.respond(token, "2", true);
    a.plugin.on_shutdown = [&] { cancelling.join(); };
    (*a.running)->begin(Moment::dispose, kNoHurry);
    a.respond(token, "3");
    a.running->dispose();
    CHECK_EQ(responses.lasts.load(), 1);
    CHECK_EQ(responses.releases.load(), 1);
    // Unless it responded itself, the host receives the end before that of the instance.
    const size_t ended = responses.status == AISOPOD_OK ? 0 : 1;
    CHECK_EQ(a.embedder.count(MessageType::request_ended), ended);
  }
}

CASE("no partial response comes after the last one") {
  for (int round = 0; round < 100; ++round) {
    Responses responses;  // checks it itself
    Requesting a;
    uint64_t token = 0;
    a.send(request_of("m", &responses, 0, -1, AISOPOD_REQUEST_STREAM), &token);
    Meeting start(2);
    std::thread cancelling([&] {
      start.attend();
      a.plugin.host->cancel(a.plugin.host, token);
    });
    start.attend();
    for (int i = 0; i < 20; ++i) a.respond(token, "1", true);
    cancelling.join();
    responses.released.wait();
    a.running->dispose();
  }
}

CASE("requests that end during the shutdown are reported before the end of the instance") {
  for (int round = 0; round < 50; ++round) {
    Responses responses[8];
    Plugin plugin;
    Embedder embedder;
    std::shared_ptr<Instance> instance = make_instance(embedder, plugin);
    for (const Moment moment : {Moment::create, Moment::on_register, Moment::on_init}) {
      run_moment(embedder, *instance, moment);
    }
    // They meet their limits, on the timer's thread, while the control thread tears down.
    for (Responses& each : responses) {
      const aisopod_request request = request_of("m", &each, 0, 1 + round % 2);
      CHECK_EQ(plugin.host->request(plugin.host, &request, nullptr), AISOPOD_OK);
    }
    instance->begin(Moment::dispose, kNoHurry);
    int open = 0;
    bool gone = false, reported = false;
    eventually("the instance is gone", [&] {
      embedder.environment()->drain([&](const aisopod::Message& m) {
        CHECK(!gone || m.type == MessageType::moment);
        if (m.type == MessageType::request) ++open;
        if (m.type == MessageType::request_ended) --open;
        gone = gone || m.type == MessageType::disposed;
        reported = reported || m.type == MessageType::moment;
      });
      return gone && reported;
    });
    CHECK_EQ(open, 0);
    instance.reset();
  }
}

}  // namespace
