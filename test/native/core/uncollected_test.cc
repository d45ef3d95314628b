// Requests without fn that end without a collected response: cancelled, forgotten, dropped; and the
// release of what they have handed over.
#include <thread>
#include <vector>

#include "support/requesting.h"

namespace {

using namespace test;

// A request without fn whose release is counted.
aisopod_request quiet_request(Responses& responses) {
  aisopod_request request = request_of("m", &responses);
  request.fn = nullptr;
  return request;
}

CASE("a request that is cancelled while no thread waits is GONE at once, and the host stops") {
  Requesting a;
  uint64_t token = 0;
  a.send(request_of("m", nullptr), &token);
  CHECK_EQ(a.plugin.host->cancel(a.plugin.host, token), AISOPOD_OK);
  Copied response;
  CHECK_EQ(a.wait(token, response), AISOPOD_E_GONE);
  CHECK_EQ(a.plugin.host->cancel(a.plugin.host, token), AISOPOD_E_GONE);
  a.embedder.take(MessageType::request, token);
  a.embedder.take(MessageType::request_ended, token);
  a.respond(token, "1");  // too late, harmless
  CHECK_EQ(a.wait(token, response), AISOPOD_E_GONE);
}

CASE("cancel() drops a stream that was collected in part") {
  Requesting a;
  uint64_t token = 0;
  a.send(request_of("m", nullptr, 0, -1, AISOPOD_REQUEST_STREAM), &token);
  for (const char* part : {"1", "2"}) a.respond(token, part, true);
  Copied response;
  CHECK_EQ(a.wait(token, response), AISOPOD_OK);
  CHECK_EQ(a.plugin.host->cancel(a.plugin.host, token), AISOPOD_OK);
  CHECK_EQ(a.wait(token, response), AISOPOD_E_GONE);
}

CASE("cancel() drops a last response that is not collected, which is no news to the host") {
  Requesting a;
  uint64_t token = 0;
  a.send(request_of("m", nullptr), &token);
  a.respond(token, "1");
  CHECK_EQ(a.plugin.host->cancel(a.plugin.host, token), AISOPOD_OK);
  Copied response;
  CHECK_EQ(a.wait(token, response), AISOPOD_E_GONE);
  CHECK_EQ(a.embedder.count(MessageType::request_ended), 0u);
}

// Three threads begin to wait, and the request is cancelled. How many collected CANCELLED; the
// others get GONE. Whether the threads have come to wait by then is not to be seen from outside, so
// `patience` gives them more and more time.
int cancelled_of_three(int patience) {
  Requesting a;
  uint64_t token = 0;
  a.send(request_of("m", nullptr), &token);
  std::atomic<int> cancelled{0}, gone{0};
  std::vector<std::thread> threads;
  Meeting start(4);
  for (int i = 0; i < 3; ++i) {
    threads.emplace_back([&] {
      start.attend();
      Copied response;
      const aisopod_status status = a.wait(token, response);
      CHECK(status == AISOPOD_OK || status == AISOPOD_E_GONE);
      if (status == AISOPOD_E_GONE) ++gone;
      else if (response.status == AISOPOD_E_CANCELLED) ++cancelled;
    });
  }
  start.attend();
  for (int i = 0; i < patience; ++i) std::this_thread::yield();
  CHECK_EQ(a.plugin.host->cancel(a.plugin.host, token), AISOPOD_OK);
  for (std::thread& thread : threads) thread.join();
  CHECK_EQ(cancelled + gone, 3);
  CHECK(cancelled <= 1);
  a.embedder.take(MessageType::request_ended, token);
  CHECK_EQ(a.embedder.count(MessageType::request_ended), 0u);
  return cancelled;
}

CASE("one of the threads that wait collects CANCELLED, and the others get GONE") {
  int patience = 0;
  eventually("a thread waits when the request is cancelled",
             [&] { return cancelled_of_three(patience++) == 1; });
}

CASE("a response, a cancel() and threads that wait, all at once, end the request once") {
  for (int round = 0; round < 200; ++round) {
    Responses responses;
    Requesting a;
    uint64_t token = 0;
    a.send(quiet_request(responses), &token);
    Meeting start(4);
    std::atomic<int> collected{0};
    std::vector<std::thread> threads;
    for (int i = 0; i < 2; ++i) {
      threads.emplace_back([&] {
        start.attend();
        Copied response;
        if (a.wait(token, response) == AISOPOD_OK) ++collected;
      });
    }
    threads.emplace_back([&] {
      start.attend();
      const aisopod_status status = a.plugin.host->cancel(a.plugin.host, token);
      CHECK(status == AISOPOD_OK || status == AISOPOD_E_GONE);
    });
    start.attend();
    a.respond(token, "1");
    for (std::thread& thread : threads) thread.join();
    CHECK(collected <= 1);
    responses.released.wait();
    a.running->dispose();
    CHECK_EQ(responses.releases.load(), 1);
  }
}

CASE("a response that is not collected in time gets one line in the log, and stays") {
  Limits limits = patient_limits();
  limits.uncollected_ms = 1;
  Requesting a(limits);
  uint64_t token = 0;
  a.send(request_of("m", nullptr), &token);
  a.respond(token, "1");
  const Received notice = a.embedder.take(MessageType::notice);
  CHECK_EQ(notice.status, AISOPOD_LOG_WARN);
  CHECK_EQ(notice.a, "a response to request " + std::to_string(token) +
                         " lies uncollected; collect it with request_wait(), or cancel() it");
  Copied response;
  CHECK_EQ(a.wait(token, response), AISOPOD_OK);
  CHECK_EQ(response.json, "1");
  a.running->dispose();
  CHECK_EQ(a.embedder.count(MessageType::notice), 0u);
}

CASE("a request that its deadline ended is reported as uncollected like any other") {
  Limits limits = patient_limits();
  limits.uncollected_ms = 1;
  Requesting a(limits);
  uint64_t token = 0;
  a.send(request_of("m", nullptr, 0, 1), &token);
  a.embedder.take(MessageType::request_ended, token);
  CHECK(a.embedder.take(MessageType::notice).a.find("lies uncollected") != std::string::npos);
}

CASE("a response that comes just when its deadline does is not reported as uncollected") {
  Requesting a;
  for (int round = 0; round < 300; ++round) {
    uint64_t token = 0;
    CHECK_EQ(a.send(request_of("m", nullptr, 0, 1), &token), AISOPOD_OK);
    const auto due = std::chrono::steady_clock::now() + std::chrono::microseconds(900 + round);
    while (std::chrono::steady_clock::now() < due) {
    }
    a.respond(token, "1");
    Copied response;
    CHECK_EQ(a.wait(token, response), AISOPOD_OK);
  }
  a.running->dispose();
  CHECK_EQ(a.embedder.count(MessageType::notice), 0u);
}

CASE("requests that were never collected are dropped before destroy") {
  Responses answered, open;
  Requesting a;
  a.plugin.destroy = [&] { CHECK_EQ(answered.releases.load() + open.releases.load(), 2); };
  uint64_t first = 0, second = 0;
  a.send(quiet_request(answered), &first);
  a.send(quiet_request(open), &second);
  a.respond(first, "1");
  a.running->dispose();
  a.embedder.take(MessageType::request_ended, second);
  CHECK_EQ(a.embedder.count(MessageType::request_ended), 0u);
}

// How a request without fn ends, and then its release comes.
void check_release(const std::function<void(Requesting&, uint64_t)>& end) {
  Responses responses;
  Requesting a;
  aisopod_request request = quiet_request(responses);
  static std::atomic<bool> on_reply;
  static const aisopod_host* host;
  on_reply = false;
  host = a.plugin.host;
  request.release = [](void* self) {
    on_reply = aisopod_chunk(host, 1, "1", 1, 1) == AISOPOD_E_THREAD;
    Responses::release(self);
  };
  uint64_t token = 0;
  CHECK_EQ(a.send(request, &token), AISOPOD_OK);
  CHECK_EQ(responses.releases.load(), 0);
  end(a, token);
  a.running->dispose();
  CHECK_EQ(responses.releases.load(), 1);
  CHECK(on_reply.load());
}

CASE("user of a request without fn is released once, on the reply thread, however it ends") {
  check_release([](Requesting& a, uint64_t token) {
    a.respond(token, "1");
    Copied response;
    CHECK_EQ(a.wait(token, response), AISOPOD_OK);
  });
  check_release([](Requesting& a, uint64_t token) { a.plugin.host->cancel(a.plugin.host, token); });
  check_release([](Requesting& a, uint64_t token) { a.respond(token, "1"); });
  check_release([](Requesting&, uint64_t) {});
}

CASE("user of a request without fn is not released while its last response is not collected") {
  Responses responses;
  Requesting a;
  uint64_t token = 0;
  a.send(quiet_request(responses), &token);
  a.respond(token, "1");
  a.plugin.on_shutdown = [&] { CHECK_EQ(responses.releases.load(), 0); };
  a.running->dispose();
  CHECK_EQ(responses.releases.load(), 1);
}

CASE("a release that throws is a line in the log") {
  Requesting a;
  aisopod_request request = request_of("m", nullptr);
  request.release = [](void*) { throw 1; };
  uint64_t token = 0;
  a.send(request, &token);
  a.plugin.host->cancel(a.plugin.host, token);
  CHECK(a.embedder.take(MessageType::notice).a.find("the release of a request threw") == 0);
}

}  // namespace
