// timeout_ms of a request: the parent's time, the default of the host, and the shorter of two.
#include "support/requesting.h"

namespace {

using namespace test;

// The limit in ms that the host receives with a request; -1: none.
double limit_of(Requesting& a, int64_t timeout_ms, uint64_t parent = 0) {
  CHECK_EQ(a.send(request_of("m", nullptr, parent, timeout_ms)), AISOPOD_OK);
  return a.embedder.take(MessageType::request).number;
}

Limits default_of(int64_t request_ms) {
  Limits limits = patient_limits();
  limits.request_ms = request_ms;
  return limits;
}

CASE("0 means the host's default for a request without a parent") {
  Requesting a(default_of(50'000));
  const double limit = limit_of(a, 0);
  CHECK(limit > 0 && limit <= 50'000);
}

CASE("0 means the host's default for a parent without a deadline") {
  Requesting a(default_of(50'000));
  const double limit = limit_of(a, 0, a.call(-1));
  CHECK(limit > 0 && limit <= 50'000);
}

CASE("0 means what the parent has left, also above the host's default") {
  Requesting a(default_of(1000));
  const double limit = limit_of(a, 0, a.call(kNoHurry));
  CHECK(limit > kNoHurry / 2 && limit <= kNoHurry);
}

CASE("-1 means no limit for a request without a parent") {
  Requesting a(default_of(1000));
  CHECK_EQ(limit_of(a, -1), -1);
}

CASE("-1 means no limit but the parent's") {
  Requesting a(default_of(1000));
  CHECK_EQ(limit_of(a, -1, a.call(-1)), -1);
  const double limit = limit_of(a, -1, a.call(kNoHurry));
  CHECK(limit > kNoHurry / 2 && limit <= kNoHurry);
}

CASE("a positive limit counts when it is shorter than the parent's") {
  Requesting a(default_of(1000));
  const double limit = limit_of(a, 60'000, a.call(kNoHurry));
  CHECK(limit > 30'000 && limit <= 60'000);
}

CASE("a positive limit that is longer than the parent's is cut to that") {
  Requesting a(default_of(1000));
  const double limit = limit_of(a, 2 * kNoHurry, a.call(kNoHurry));
  CHECK(limit > kNoHurry / 2 && limit <= kNoHurry);
}

CASE("a positive limit may be longer than the host's default") {
  Requesting a(default_of(1000));
  const double limit = limit_of(a, 60'000);
  CHECK(limit > 30'000 && limit <= 60'000);
}

CASE("the longest limit there can be is as good as none") {
  Requesting a;
  CHECK_EQ(limit_of(a, INT64_MAX), -1);
}

CASE("a limit below -1 is INVALID") {
  Responses responses;
  Requesting a;
  for (const int64_t timeout_ms : {int64_t{-2}, INT64_MIN}) {
    CHECK_EQ(a.send(request_of("m", &responses, 0, timeout_ms)), AISOPOD_E_INVALID);
  }
  CHECK_EQ(a.embedder.count(MessageType::request), 0u);
  CHECK_EQ(responses.releases.load(), 0);
}

CASE("a request that meets its own limit ends with DEADLINE, and the host receives its end") {
  Responses responses;
  Requesting a;
  uint64_t token = 0;
  CHECK_EQ(a.send(request_of("m", &responses, 0, 1), &token), AISOPOD_OK);
  responses.released.wait();
  CHECK_EQ(responses.status, AISOPOD_E_DEADLINE);
  CHECK_EQ(responses.message, "the request exceeded its deadline");
  a.embedder.take(MessageType::request_ended, token);
}

CASE("a request that meets the host's default ends with DEADLINE") {
  Responses responses;
  Requesting a(default_of(1));
  a.send(request_of("m", &responses, 0, 0));
  responses.released.wait();
  CHECK_EQ(responses.status, AISOPOD_E_DEADLINE);
}

CASE("a request that meets the deadline of its call ends with DEADLINE") {
  Responses responses;
  Requesting a;
  const uint64_t parent = a.call(30);
  const aisopod_status status = a.send(request_of("m", &responses, parent, -1));
  a.embedder.ended(parent);
  if (status != AISOPOD_OK) return;  // the call ended first
  responses.released.wait();
  CHECK_EQ(responses.status, AISOPOD_E_DEADLINE);
}

CASE("a thread that waits collects DEADLINE when the request meets its limit") {
  Requesting a;
  uint64_t token = 0;
  CHECK_EQ(a.send(request_of("m", nullptr, 0, 1), &token), AISOPOD_OK);
  Copied response;
  CHECK_EQ(a.wait(token, response), AISOPOD_OK);
  CHECK_EQ(response.status, AISOPOD_E_DEADLINE);
  CHECK_EQ(a.wait(token, response), AISOPOD_E_GONE);
}

CASE("a request of the shortest limit is announced before it ends") {
  Requesting a;
  for (int i = 0; i < 100; ++i) {
    Responses responses;
    uint64_t token = 0;
    CHECK_EQ(a.send(request_of("m", &responses, 0, 1), &token), AISOPOD_OK);
    const Received first =
        a.embedder.take("its first", [&](const Received& m) { return m.token == token; });
    CHECK(first.type == MessageType::request);
    responses.released.wait();
    a.embedder.take(MessageType::request_ended, token);
  }
}

}  // namespace
