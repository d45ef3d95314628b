// The parent of a request, a publication or a post: which token may be one, what it passes on, and
// how long it is good.
#include <thread>

#include "core/instance/parent.h"
#include "support/posting.h"
#include "support/requesting.h"
#include "support/subscribing.h"

namespace {

using namespace test;

const char kMeta[] =
    R"({"traceId":"t","user":"me","role":"admin","permissions":["net"],"tenant":"x"})";
const char kWithoutAuthority[] = R"({"traceId":"t","user":"me","tenant":"x"})";

// A request, a publication and a post with that parent all return `status`.
void check_parent(const aisopod_host* host, uint64_t parent, aisopod_status status) {
  const aisopod_request request = request_of("m", nullptr, parent);
  CHECK_EQ(host->request(host, &request, nullptr), status);
  CHECK_EQ(aisopod_publish(host, parent, "t", "1", 1), status);
  aisopod_post post = AISOPOD_INIT(aisopod_post);
  post.parent = parent;
  post.fn = [](void*, const aisopod_task*) {};
  CHECK_EQ(host->post(host, &post, nullptr), status);
}

CASE("without_authority() leaves out role and permissions") {
  using aisopod::without_authority;
  CHECK_EQ(without_authority(kMeta), kWithoutAuthority);
  CHECK_EQ(without_authority(R"({"role":"admin"})"), "{}");
  CHECK_EQ(without_authority(R"({"permissions":{"a":[1,{}]},"role":null,"user":"me"})"),
           R"({"user":"me"})");
  CHECK_EQ(without_authority(" { \"user\" : \"me\" , \"role\" : \"admin\" } "), R"({"user":"me"})");
}

CASE("without_authority() leaves everything else as it is") {
  using aisopod::without_authority;
  for (const char* meta : {"", "{}", R"({"user":"me"})", R"({"user":"role"})",
                           R"({"user":"permissions"})", R"({"roles":["a"],"role2":1})"}) {
    CHECK_EQ(without_authority(meta), meta);
  }
}

CASE("without_authority() looks at the keys of the object itself only") {
  using aisopod::without_authority;
  CHECK_EQ(without_authority(R"({"user":{"role":"x","permissions":[]},"role":"admin"})"),
           R"({"user":{"role":"x","permissions":[]}})");
  CHECK_EQ(without_authority(R"({"user":"\"role\":\"admin\"","a":["role","permissions"]})"),
           R"({"user":"\"role\":\"admin\"","a":["role","permissions"]})");
}

CASE("without_authority() knows the keys whatever way they are written") {
  using aisopod::without_authority;
  CHECK_EQ(without_authority("{\"r\\u006fle\":\"admin\",\"user\":\"me\"}"), R"({"user":"me"})");
  CHECK_EQ(without_authority("{\"user\":\"me\",\"\\u0070ermissions\":[\"net\"]}"),
           R"({"user":"me"})");
}

CASE("a request for a call has the meta that the handler received, with role and permissions") {
  for (const uint32_t flags : {uint32_t{0}, uint32_t{AISOPOD_F_INLINE}}) {
    for (const char* given : {"", kMeta}) {
      Responses responses;
      Plugin plugin;
      std::string meta;
      plugin.tool("tool", flags, [&](const aisopod_call* call) {
        meta.assign(call->meta, call->meta_len);
        const aisopod_request request = request_of("m", &responses, call->token);
        CHECK_EQ(plugin.host->request(plugin.host, &request, nullptr), AISOPOD_OK);
        return aisopod_reply(plugin.host, call->token, "1", 1);
      });
      Embedder embedder;
      Running running(embedder, plugin);
      running.call("tool", "{}", -1, 0, given);
      CHECK_EQ(embedder.take(MessageType::request).c, meta);
      CHECK(!meta.empty());
    }
  }
}

CASE("a request, a publication or a post without a parent has no meta") {
  Responses responses;
  Posted posted;
  Requesting a;
  a.send(request_of("m", &responses));
  CHECK_EQ(a.embedder.take(MessageType::request).c, "");
  CHECK_EQ(aisopod_publish(a.plugin.host, 0, "t", "1", 1), AISOPOD_OK);
  const Received publication = a.embedder.take(MessageType::publication);
  CHECK_EQ(publication.c, "");
  CHECK_EQ(publication.other, 0u);
  posted.work = [&](const aisopod_task* task) {
    CHECK_EQ(a.send(request_of("from a task", nullptr, task->token)), AISOPOD_OK);
  };
  CHECK_EQ(posted.post(a.plugin.host), AISOPOD_OK);
  CHECK_EQ(a.embedder.take(MessageType::request).c, "");
  posted.released.wait();
}

CASE("a publication for a call has its meta without role and permissions") {
  Requesting a;
  const uint64_t parent = a.call(-1, kMeta);
  CHECK_EQ(aisopod_publish(a.plugin.host, parent, "t", "1", 1), AISOPOD_OK);
  const Received publication = a.embedder.take(MessageType::publication);
  CHECK_EQ(publication.c, kWithoutAuthority);
  CHECK_EQ(publication.other, parent);
}

CASE("what a task does for its post's parent has no role and no permissions") {
  Posted posted;
  Requesting a;
  posted.work = [&](const aisopod_task* task) {
    CHECK_EQ(a.send(request_of("m", nullptr, task->token)), AISOPOD_OK);
    CHECK_EQ(aisopod_publish(a.plugin.host, task->token, "t", "1", 1), AISOPOD_OK);
  };
  const uint64_t parent = a.call(-1, kMeta);
  CHECK_EQ(posted.post(a.plugin.host, 0, 0, parent), AISOPOD_OK);
  const Received request = a.embedder.take(MessageType::request);
  CHECK_EQ(request.c, kWithoutAuthority);
  CHECK_EQ(request.other, posted.token);
  const Received publication = a.embedder.take(MessageType::publication);
  CHECK_EQ(publication.c, kWithoutAuthority);
  CHECK_EQ(publication.other, posted.token);
  posted.released.wait();
}

CASE("a post outlives its parent and passes it on to the posts of its task") {
  Posted first, second;
  Requesting a;
  second.work = [&](const aisopod_task* task) {
    CHECK_EQ(a.send(request_of("m", nullptr, task->token)), AISOPOD_OK);
  };
  first.work = [&](const aisopod_task* task) {
    CHECK_EQ(second.post(a.plugin.host, 0, 0, task->token), AISOPOD_OK);
  };
  const uint64_t parent = a.call(-1, kMeta);
  Event go_on;
  Posted holding;
  holding.work = [&](const aisopod_task*) { go_on.wait(); };
  CHECK_EQ(holding.post(a.plugin.host), AISOPOD_OK);
  CHECK_EQ(first.post(a.plugin.host, 0, 0, parent), AISOPOD_OK);
  CHECK_EQ(aisopod_reply(a.plugin.host, parent, "1", 1), AISOPOD_OK);
  go_on.set();
  CHECK_EQ(a.embedder.take(MessageType::request).c, kWithoutAuthority);
  second.released.wait();
}

CASE("what an event function does for its event has no role and no permissions") {
  Subscribing s;
  Subscriber& one = s.subscriber();
  std::string meta;
  uint64_t token = 0;
  one.on_event = [&](const aisopod_event* e) {
    meta.assign(e->meta, e->meta_len);
    token = e->token;
    check_parent(s.plugin.host, e->token, AISOPOD_OK);
  };
  s.start();
  s.deliver("1", {}, kMeta);
  one.received.wait_for(1);
  CHECK_EQ(meta, kWithoutAuthority);
  const Received request = s.embedder.take(MessageType::request);
  CHECK_EQ(request.c, kWithoutAuthority);
  CHECK_EQ(request.other, token);
  const Received publication = s.embedder.take(MessageType::publication);
  CHECK_EQ(publication.c, kWithoutAuthority);
  CHECK_EQ(publication.other, token);
}

CASE("an event or a task as parent has no deadline: 0 means the host's default") {
  Limits limits = patient_limits();
  limits.request_ms = 50'000;
  Posted posted;
  Requesting a(limits);
  posted.work = [&](const aisopod_task* task) {
    CHECK_EQ(a.send(request_of("m", nullptr, task->token, 0)), AISOPOD_OK);
  };
  CHECK_EQ(posted.post(a.plugin.host, 0, 0, a.call(1000)), AISOPOD_OK);
  const double limit = a.embedder.take(MessageType::request).number;
  CHECK(limit > 1000 && limit <= 50'000);
  posted.released.wait();
}

CASE("the token of an event or a task is GONE once its function has returned") {
  Subscribing s;
  Subscriber& one = s.subscriber();
  Posted posted;
  uint64_t event = 0;
  one.on_event = [&](const aisopod_event* e) { event = e->token; };
  s.start();
  s.deliver("1");
  one.received.wait_for(1);
  CHECK_EQ(posted.post(s.plugin.host), AISOPOD_OK);  // behind the event, in the same lane
  posted.released.wait();
  check_parent(s.plugin.host, event, AISOPOD_E_GONE);
  check_parent(s.plugin.host, posted.token, AISOPOD_E_GONE);
}

CASE("a registration, a subscription, a request and a post that waits are no parents") {
  Posted posted;
  Responses responses;
  Subscribing s;
  Subscriber& one = s.subscriber();
  s.start();
  uint64_t with_fn = 0, without = 0;
  const aisopod_request request = request_of("m", &responses), quiet = request_of("m", nullptr);
  CHECK_EQ(s.plugin.host->request(s.plugin.host, &request, &with_fn), AISOPOD_OK);
  CHECK_EQ(s.plugin.host->request(s.plugin.host, &quiet, &without), AISOPOD_OK);
  CHECK_EQ(posted.post(s.plugin.host, 0, kNoHurry), AISOPOD_OK);
  for (const uint64_t token :
       {s.running->registration("tool"), one.token, with_fn, without, posted.token}) {
    check_parent(s.plugin.host, token, AISOPOD_E_INVALID);
  }
  const Received notice = s.embedder.take(MessageType::notice);
  CHECK_EQ(notice.a, "request(): the parent is neither a call nor an event or task that runs");
}

CASE("a parent that has ended is refused with how it ended, and nothing is done for it") {
  Requesting a;
  const uint64_t cancelled = a.call(), answered = a.call(), overdue = a.call(1);
  (*a.running)->calls.cancel(cancelled, AISOPOD_E_CANCELLED);
  check_parent(a.plugin.host, cancelled, AISOPOD_E_CANCELLED);
  aisopod_reply(a.plugin.host, answered, "1", 1);
  check_parent(a.plugin.host, answered, AISOPOD_E_GONE);
  a.embedder.ended(overdue);
  check_parent(a.plugin.host, overdue, AISOPOD_E_DEADLINE);
  check_parent(a.plugin.host, uint64_t{1} << 50, AISOPOD_E_GONE);
  CHECK_EQ(a.embedder.count(MessageType::request), 0u);
  CHECK_EQ(a.embedder.count(MessageType::publication), 0u);
}

CASE("a call of another instance is no parent") {
  Plugin plugin;
  Requesting a;
  Running other(a.embedder, plugin);
  check_parent(plugin.host, a.call(), AISOPOD_E_GONE);
}

CASE("a request ends with the cancelled call that it was sent for") {
  Responses responses, bystander;
  Requesting a;
  const uint64_t parent = a.call();
  a.send(request_of("m", &responses, parent));
  a.send(request_of("m", &bystander, a.call()));
  (*a.running)->calls.cancel(parent, AISOPOD_E_CANCELLED);
  responses.released.wait();
  CHECK_EQ(responses.status, AISOPOD_E_CANCELLED);
  CHECK_EQ(responses.message, "the call that the request was made for has ended");
  CHECK(!bystander.last.is_set());
}

CASE("a thread that waits for a request collects CANCELLED when its call is cancelled") {
  Requesting a;
  const uint64_t parent = a.call();
  uint64_t token = 0;
  a.send(request_of("m", nullptr, parent), &token);
  std::thread waiting([&] {
    Copied response;
    CHECK_EQ(a.wait(token, response), AISOPOD_OK);
    CHECK_EQ(response.status, AISOPOD_E_CANCELLED);
  });
  (*a.running)->calls.cancel(parent, AISOPOD_E_CANCELLED);
  waiting.join();
}

CASE("a request goes on when the call that it was sent for is answered") {
  Responses responses;
  Requesting a;
  const uint64_t parent = a.call();
  a.send(request_of("m", &responses, parent));
  aisopod_reply(a.plugin.host, parent, "1", 1);
  a.respond(a.embedder.take(MessageType::request).token, "2");
  responses.released.wait();
  CHECK_EQ(responses.text, "2;");
}

CASE("a request that was sent from an event function or a task goes on when that has returned") {
  Responses responses;
  Posted posted;
  Requesting a;
  posted.work = [&](const aisopod_task* task) {
    CHECK_EQ(a.send(request_of("m", &responses, task->token)), AISOPOD_OK);
  };
  posted.post(a.plugin.host);
  posted.released.wait();
  a.respond(a.embedder.take(MessageType::request).token, "2");
  responses.released.wait();
  CHECK_EQ(responses.text, "2;");
}

}  // namespace
