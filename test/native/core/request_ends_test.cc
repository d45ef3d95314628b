// How a request ends that the host does not answer: cancelled, overdue, with its parent, at the
// shutdown. Always with exactly one last response.
#include <thread>

#include "support/asking.h"

namespace {

using namespace test;

void expect_end(Answers& answers, aisopod_status status) {
  answers.released.wait();
  CHECK_EQ(answers.status, status);
  CHECK_EQ(answers.lasts.load(), 1);
  CHECK(answers.message != "(none)" && !answers.message.empty());
}

CASE("a cancelled request gets its last response, and the host is told to stop") {
  Answers answers;
  Asking a;
  uint64_t token = 0;
  a.request(ask_for("m", &answers), &token);
  CHECK_EQ(a.plugin.host->request_cancel(a.plugin.host, token), AISOPOD_OK);
  expect_end(answers, AISOPOD_E_CANCELLED);
  CHECK_EQ(a.plugin.host->request_cancel(a.plugin.host, token), AISOPOD_E_GONE);
  const Heard first =
      a.embedder.take("the request's first", [&](const Heard& m) { return m.token == token; });
  CHECK(first.type == MessageType::ask);
  a.embedder.take(MessageType::ask_ended, token);
  a.respond(token, "1");  // too late, harmless
  a.running->dispose();
  CHECK_EQ(answers.releases.load(), 1);
}

CASE("a token that is no request is GONE") {
  Asking a;
  for (const uint64_t token : {uint64_t{0}, uint64_t{987654321}, a.call()}) {
    CHECK_EQ(a.plugin.host->request_cancel(a.plugin.host, token), AISOPOD_E_GONE);
  }
}

CASE("a request meets its own limit") {
  Answers answers;
  Asking a;
  uint64_t token = 0;
  CHECK_EQ(a.request(ask_for("m", &answers, 0, 1), &token), AISOPOD_OK);
  expect_end(answers, AISOPOD_E_DEADLINE);
  a.embedder.take(MessageType::ask_ended, token);
}

CASE("a request with a limit of 0 is announced before it ends") {
  Asking a;
  for (int i = 0; i < 100; ++i) {
    Answers answers;
    uint64_t token = 0;
    CHECK_EQ(a.request(ask_for("m", &answers, 0, 0), &token), AISOPOD_OK);
    const Heard first =
        a.embedder.take("its first", [&](const Heard& m) { return m.token == token; });
    CHECK(first.type == MessageType::ask);
    expect_end(answers, AISOPOD_E_DEADLINE);
    a.embedder.take(MessageType::ask_ended, token);
  }
}

CASE("a request without a limit meets the host's default") {
  Limits limits = patient_limits();
  limits.request_ms = 1;
  Answers answers;
  Asking a(limits);
  a.request(ask_for("m", &answers));
  expect_end(answers, AISOPOD_E_DEADLINE);
}

CASE("request_wait ends by its limit") {
  Asking a;
  std::string out;
  aisopod_error err = AISOPOD_INIT(aisopod_error);
  CHECK_EQ(a.wait(ask_for("m", nullptr, 0, 1), out, &err), AISOPOD_E_DEADLINE);
  CHECK(err.message[0] != '\0');
}

CASE("a request ends with the cancelled call that it was made for") {
  Answers answers, bystander;
  Asking a;
  const uint64_t parent = a.call();
  a.request(ask_for("m", &answers, parent));
  a.request(ask_for("m", &bystander, a.call()));
  (*a.running)->calls.cancel(parent, AISOPOD_E_CANCELLED);
  expect_end(answers, AISOPOD_E_CANCELLED);
  CHECK(!bystander.last.is_set());
}

CASE("a request ends with the deadline of the call that it was made for") {
  Answers answers;
  Asking a;
  const uint64_t parent = a.call(30);
  const aisopod_status status = a.request(ask_for("m", &answers, parent, kNoHurry));
  a.embedder.ended(parent);
  if (status != AISOPOD_OK) return;  // the call ended first
  expect_end(answers, AISOPOD_E_DEADLINE);
}

CASE("a request is told the deadline of the call that it was made for, unless its own is sooner") {
  Answers first, second, third;
  Asking a;
  const uint64_t parent = a.call(kNoHurry);
  a.request(ask_for("m", &first, parent));
  CHECK(a.embedder.take(MessageType::ask).number > kNoHurry / 2);
  a.request(ask_for("m", &second, parent, kNoHurry * 2));
  CHECK(a.embedder.take(MessageType::ask).number <= kNoHurry);
  a.request(ask_for("m", &third, parent, 60'000));
  CHECK(a.embedder.take(MessageType::ask).number <= 60'000);
  a.running->dispose();
}

CASE("a request for a call that has ended is refused with how it ended") {
  Answers answers;
  Asking a;
  const uint64_t cancelled = a.call(), answered = a.call(), overdue = a.call(1);
  (*a.running)->calls.cancel(cancelled, AISOPOD_E_CANCELLED);
  CHECK_EQ(a.request(ask_for("m", &answers, cancelled)), AISOPOD_E_CANCELLED);
  a.plugin.host->call_reply(a.plugin.host, answered, "1", 1);
  CHECK_EQ(a.request(ask_for("m", &answers, answered)), AISOPOD_E_GONE);
  a.embedder.ended(overdue);
  CHECK_EQ(a.request(ask_for("m", &answers, overdue)), AISOPOD_E_DEADLINE);
  CHECK_EQ(answers.releases.load(), 0);
}

CASE("a request goes on when the call that it was made for is answered") {
  Answers answers;
  Asking a;
  const uint64_t parent = a.call();
  a.request(ask_for("m", &answers, parent));
  a.plugin.host->call_reply(a.plugin.host, parent, "1", 1);
  a.respond(a.embedder.take(MessageType::ask).token, "2");
  answers.released.wait();
  CHECK_EQ(answers.text, "2;");
}

CASE("a request that is open at the shutdown gets GONE between on_shutdown and destroy") {
  Answers answers;
  Asking a;
  a.plugin.on_shutdown = [&] { CHECK_EQ(answers.lasts.load(), 0); };
  a.plugin.destroy = [&] { CHECK_EQ(answers.releases.load(), 1); };
  a.request(ask_for("m", &answers));
  a.running->dispose();
  expect_end(answers, AISOPOD_E_GONE);
  CHECK_EQ(answers.releases.load(), 1);
}

CASE("a worker that waits for an answer at the shutdown is woken with GONE") {
  Plugin plugin;
  Event asked;
  plugin.tool("tool", 0, [&](const aisopod_request*) {
    const aisopod_ask ask = ask_for("m", nullptr);
    aisopod_buf buf = {};
    asked.set();
    const aisopod_status status = plugin.host->request_wait(plugin.host, &ask, &buf, nullptr);
    CHECK(status == AISOPOD_E_GONE || status == AISOPOD_E_STATE);
    return status;
  });
  Embedder embedder;
  Running running(embedder, plugin);
  const uint64_t call = running.invoke("tool").token;
  asked.wait();
  running.dispose();
  CHECK_EQ(embedder.ended(call).status, AISOPOD_E_STATE);
}

CASE("a worker that waits for an answer on behalf of its call is woken when the shutdown begins") {
  Plugin plugin;
  Event returned, asking;
  plugin.tool("tool", 0, [&](const aisopod_request* r) {
    const aisopod_ask ask = ask_for("m", nullptr, r->call);
    aisopod_buf buf = {};
    asking.set();
    const aisopod_status status = plugin.host->request_wait(plugin.host, &ask, &buf, nullptr);
    CHECK_EQ(status, AISOPOD_E_STATE);
    returned.set();
    return status;
  });
  plugin.on_shutdown = [&] { returned.wait(); };  // a plugin that waits for its pending calls
  Embedder embedder;
  Running running(embedder, plugin);
  running.invoke("tool");
  asking.wait();
  running.dispose();
}

CASE("answer, cancel, deadline and shutdown at once: one last response, one release") {
  for (int round = 0; round < 100; ++round) {
    Answers answers;
    Asking a;
    uint64_t token = 0;
    a.request(ask_for("m", &answers, 0, 1, AISOPOD_ASK_STREAM), &token);
    std::thread cancelling([&] { a.plugin.host->request_cancel(a.plugin.host, token); });
    a.respond(token, "1", true);
    a.respond(token, "2", true);
    a.plugin.on_shutdown = [&] { cancelling.join(); };
    (*a.running)->begin(Moment::dispose, kNoHurry);
    a.respond(token, "3");
    a.running->dispose();
    CHECK_EQ(answers.lasts.load(), 1);
    CHECK_EQ(answers.releases.load(), 1);
    // Unless it answered itself, the host has been told before the end of the instance.
    const size_t told = answers.status == AISOPOD_OK ? 0 : 1;
    CHECK_EQ(a.embedder.count(MessageType::ask_ended), told);
  }
}

CASE("no partial answer comes after the last response") {
  for (int round = 0; round < 100; ++round) {
    Answers answers;  // checks it itself
    Asking a;
    uint64_t token = 0;
    a.request(ask_for("m", &answers, 0, -1, AISOPOD_ASK_STREAM), &token);
    Meeting start(2);
    std::thread cancelling([&] {
      start.attend();
      a.plugin.host->request_cancel(a.plugin.host, token);
    });
    start.attend();
    for (int i = 0; i < 20; ++i) a.respond(token, "1", true);
    cancelling.join();
    answers.released.wait();
    a.running->dispose();
  }
}

CASE("requests that end during the shutdown are told before the instance is said to be gone") {
  for (int round = 0; round < 50; ++round) {
    Answers answers[8];
    Plugin plugin;
    Embedder embedder;
    std::shared_ptr<Instance> instance = make_instance(embedder, plugin);
    for (const Moment moment : {Moment::create, Moment::on_register, Moment::on_init}) {
      run_moment(embedder, *instance, moment);
    }
    // They meet their limits, on the timer's thread, while the control thread tears down.
    for (Answers& each : answers) {
      const aisopod_ask ask = ask_for("m", &each, 0, round % 2);
      CHECK_EQ(plugin.host->request(plugin.host, &ask, nullptr), AISOPOD_OK);
    }
    instance->begin(Moment::dispose, kNoHurry);
    int open = 0;
    bool gone = false, reported = false;
    eventually("the instance is gone", [&] {
      embedder.environment()->drain([&](const aisopod::Message& m) {
        CHECK(!gone || m.type == MessageType::moment);
        if (m.type == MessageType::ask) ++open;
        if (m.type == MessageType::ask_ended) --open;
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
