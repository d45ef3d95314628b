// One token space: what cancel() does with the token of each kind of thing.
#include <set>
#include <vector>

#include "support/posting.h"
#include "support/requesting.h"
#include "support/subscribing.h"

namespace {

using namespace test;

struct Cancelling : Requesting {
  aisopod_status cancel(uint64_t token) { return plugin.host->cancel(plugin.host, token); }
};

CASE("a token that is none, or that was never given out, is GONE") {
  Cancelling c;
  for (const uint64_t token : {uint64_t{0}, uint64_t{1} << 40, UINT64_MAX}) {
    CHECK_EQ(c.cancel(token), AISOPOD_E_GONE);
  }
  CHECK_EQ(c.embedder.count(MessageType::notice), 0u);
}

CASE("cancel() of a call that is not answered is UNSUPPORTED, and the call goes on") {
  Cancelling c;
  const uint64_t call = c.call();
  CHECK_EQ(c.cancel(call), AISOPOD_E_UNSUPPORTED);
  CHECK_EQ(c.embedder.take(MessageType::notice).a,
           "cancel(): the token is that of a call, an event or a registration");
  CHECK_EQ(aisopod_reply(c.plugin.host, call, "1", 1), AISOPOD_OK);
  CHECK_EQ(c.embedder.ended(call).a, "1");
}

CASE("cancel() of an answered call is GONE") {
  Cancelling c;
  const uint64_t call = c.call();
  CHECK_EQ(aisopod_reply(c.plugin.host, call, "1", 1), AISOPOD_OK);
  CHECK_EQ(c.cancel(call), AISOPOD_E_GONE);
}

CASE("cancel() of a registration or a subscription is UNSUPPORTED, also while they are made") {
  Plugin plugin;
  Embedder embedder;
  Subscriber one;
  uint64_t tool = 0;
  plugin.on_register = [&](const aisopod_api* api, aisopod_error* err) {
    aisopod_registration def = AISOPOD_INIT(aisopod_registration);
    def.kind = AISOPOD_KIND_TOOL;
    def.name = "tool";
    def.fn = Plugin::handle;
    CHECK_EQ(api->add(api, &def, &tool, err), AISOPOD_OK);
    const aisopod_subscription subscription = one.def();
    CHECK_EQ(api->subscribe(api, &subscription, &one.token, err), AISOPOD_OK);
    for (const uint64_t token : {tool, one.token}) {
      CHECK_EQ(plugin.host->cancel(plugin.host, token), AISOPOD_E_UNSUPPORTED);
    }
    return AISOPOD_OK;
  };
  Running running(embedder, plugin);
  for (const uint64_t token : {tool, one.token}) {
    CHECK_EQ(plugin.host->cancel(plugin.host, token), AISOPOD_E_UNSUPPORTED);
  }
  running->subscriptions.deliver({one.token}, {"t", "host", "1", "{}"});
  one.received.wait_for(1);
}

CASE("cancel() of an event is UNSUPPORTED while its function runs, and then GONE") {
  Subscribing s;
  Subscriber& one = s.subscriber();
  uint64_t token = 0;
  one.on_event = [&](const aisopod_event* e) {
    token = e->token;
    CHECK_EQ(s.plugin.host->cancel(s.plugin.host, token), AISOPOD_E_UNSUPPORTED);
  };
  s.start();
  s.deliver("1");
  CHECK_EQ(s.running->call("tool").a, "1");  // behind the event, in the same lane
  CHECK(token != 0);
  CHECK_EQ(s.plugin.host->cancel(s.plugin.host, token), AISOPOD_E_GONE);
}

CASE("tokens of calls, registrations, requests, posts and events differ from each other") {
  Subscribing s;
  Subscriber& one = s.subscriber();
  uint64_t event = 0;
  one.on_event = [&](const aisopod_event* e) { event = e->token; };
  s.start();
  std::vector<uint64_t> tokens = {one.token, s.running->registration("tool")};
  Posted posted[3];
  for (Posted& each : posted) {
    CHECK_EQ(each.post(s.plugin.host), AISOPOD_OK);
    tokens.push_back(each.token);
    const aisopod_request request = request_of("m", nullptr);
    uint64_t token = 0;
    CHECK_EQ(s.plugin.host->request(s.plugin.host, &request, &token), AISOPOD_OK);
    tokens.push_back(token);
    s.deliver("1");
    tokens.push_back(s.running->call("tool").token);
    tokens.push_back(event);
  }
  CHECK_EQ(std::set<uint64_t>(tokens.begin(), tokens.end()).size(), tokens.size());
  for (const uint64_t token : tokens) CHECK(token > 0 && token < uint64_t{1} << 53);
}

CASE("a token of another instance is GONE") {
  Posted posted;
  Plugin plugin;
  Cancelling c;
  Running other(c.embedder, plugin);
  uint64_t request = 0;
  CHECK_EQ(c.send(request_of("m", nullptr), &request), AISOPOD_OK);
  CHECK_EQ(posted.post(c.plugin.host, 0, kNoHurry), AISOPOD_OK);
  for (const uint64_t token : {request, posted.token, c.call()}) {
    CHECK_EQ(plugin.host->cancel(plugin.host, token), AISOPOD_E_GONE);
  }
}

}  // namespace
