// The host table itself: what it says about the host, the configuration, and the table after
// destroy().
#include <cstring>
#include <vector>

#include "core/host/host_slot.h"
#include "support/one_tool.h"
#include "support/requesting.h"
#include "support/subscribing.h"

namespace {

using namespace test;

CASE("the table says who the host and the plugin are") {
  Requesting r;
  const aisopod_host* const host = r.plugin.host;
  CHECK_EQ(host->struct_size, sizeof(aisopod_host));
  CHECK_EQ(host->abi_major, AISOPOD_ABI_MAJOR);
  CHECK_EQ(host->abi_minor, AISOPOD_ABI_MINOR_MAX);
  CHECK_EQ(std::string(host->host_name), "test host");
  CHECK_EQ(std::string(host->host_version), "1.2.3");
  CHECK_EQ(std::string(host->plugin_id), "test");
  CHECK_EQ(std::string(host->plugin_dir), "/nowhere");
  CHECK_EQ(std::string(host->data_dir), r.plugin.address());
}

CASE("get_config() gives out the configuration, from create() on") {
  Plugin plugin;
  plugin.create = [&](aisopod_plugin** out, aisopod_error*) {
    const aisopod_payload* config = nullptr;
    CHECK_EQ(plugin.host->get_config(plugin.host, &config), AISOPOD_OK);
    REQUIRE(config != nullptr);
    CHECK_EQ(config->struct_size, sizeof(aisopod_payload));
    CHECK_EQ(config->flags, 0u);
    CHECK_EQ(std::string(config->json, config->len), "{\"answer\":42}");
    CHECK_EQ(config->json[config->len], '\0');
    plugin.host->payload_release(plugin.host, config);
    *out = reinterpret_cast<aisopod_plugin*>(&plugin);
    return AISOPOD_OK;
  };
  Embedder embedder;
  Running running(embedder, plugin);
}

CASE("get_config() without out is INVALID") {
  Requesting r;
  CHECK_EQ(r.plugin.host->get_config(r.plugin.host, nullptr), AISOPOD_E_INVALID);
}

CASE("payload_release() and response_release() take NULL") {
  Requesting r;
  r.plugin.host->payload_release(r.plugin.host, nullptr);
  r.plugin.host->response_release(r.plugin.host, nullptr);
}

CASE("two payloads live side by side") {
  Requesting r;
  const aisopod_host* const host = r.plugin.host;
  const aisopod_payload *one = nullptr, *two = nullptr;
  host->get_config(host, &one);
  host->get_config(host, &two);
  CHECK(one != two);
  host->payload_release(host, one);
  CHECK_EQ(std::string(two->json), "{\"answer\":42}");
  host->payload_release(host, two);
}

CASE("the host has no optional interface yet") {
  Requesting r;
  CHECK(r.plugin.host->get_interface(r.plugin.host, "aisopod.metrics/1") == nullptr);
  CHECK(r.plugin.host->get_interface(r.plugin.host, nullptr) == nullptr);
}

CASE("every function of the table is filled in") {
  Requesting r;
  const aisopod_host* const host = r.plugin.host;
  const char* const first = reinterpret_cast<const char*>(&host->get_interface);
  const char* const end = reinterpret_cast<const char*>(host) + host->struct_size;
  for (const char* at = first; at != end; at += sizeof(void (*)())) {
    void (*function)() = nullptr;
    std::memcpy(&function, at, sizeof function);
    CHECK(function != nullptr);
  }
}

CASE("cancel() of a call is UNSUPPORTED until it is answered, then GONE") {
  for (const uint32_t flags : {0u, uint32_t{AISOPOD_F_INLINE}}) {
    OneTool one(
        [&](const aisopod_call* call) {
          const aisopod_host* const host = one.plugin.host;
          CHECK_EQ(host->cancel(host, call->token), AISOPOD_E_UNSUPPORTED);
          CHECK_EQ(one.check(call->token), AISOPOD_OK);
          const aisopod_status status = one.reply(call->token);
          CHECK_EQ(host->cancel(host, call->token), AISOPOD_E_GONE);
          return status;
        },
        flags);
    CHECK_EQ(one.running.call("tool").a, "1");
  }
}

CASE("cancel() of a registration, a subscription or an event that runs is UNSUPPORTED") {
  Subscribing s;
  aisopod_token event = 0;
  s.subscriber().on_event = [&](const aisopod_event* e) {
    event = e->token;
    CHECK_EQ(s.plugin.host->cancel(s.plugin.host, event), AISOPOD_E_UNSUPPORTED);
  };
  s.start();
  const aisopod_host* const host = s.plugin.host;
  CHECK_EQ(host->cancel(host, s.running->registration("tool")), AISOPOD_E_UNSUPPORTED);
  CHECK_EQ(host->cancel(host, s.subscribers.front().token), AISOPOD_E_UNSUPPORTED);
  s.deliver("1");
  s.subscribers.front().received.wait_for(1);
  eventually("the event function returns",
             [&] { return host->cancel(host, event) == AISOPOD_E_GONE; });
}

CASE("cancel() of 0 and of an unknown token is GONE") {
  Requesting r;
  for (const aisopod_token token : {uint64_t{0}, ~uint64_t{0}}) {
    CHECK_EQ(r.plugin.host->cancel(r.plugin.host, token), AISOPOD_E_GONE);
  }
}

// Every function returns STATE, and takes nothing.
void check_over(const aisopod_host* host) {
  constexpr aisopod_status state = AISOPOD_E_STATE;
  Responses responses;
  const aisopod_request request = request_of("m", &responses);
  aisopod_log_record record = AISOPOD_INIT(aisopod_log_record);
  record.message = "late";
  record.message_len = 4;
  aisopod_observer observer = AISOPOD_INIT(aisopod_observer);
  observer.fn = [](void*, const aisopod_cancellation*) { CHECK(false); };
  observer.user = &responses;
  observer.release = Responses::release;
  aisopod_post post = AISOPOD_INIT(aisopod_post);
  post.fn = [](void*, const aisopod_task*) { CHECK(false); };
  post.user = &responses;
  post.release = Responses::release;
  const auto* config = reinterpret_cast<const aisopod_payload*>(host);
  const auto* response = reinterpret_cast<const aisopod_response*>(host);
  uint64_t token = 77;
  CHECK(host->get_interface(host, "x") == nullptr);
  CHECK_EQ(host->get_config(host, &config), state);
  CHECK(config == nullptr);
  CHECK_EQ(host->log(host, &record), state);
  CHECK_EQ(aisopod_reply(host, 1, "1", 1), state);
  CHECK_EQ(aisopod_fail(host, 1, AISOPOD_E_FAIL, "late"), state);
  CHECK_EQ(aisopod_chunk(host, 1, "1", 1, 0), state);
  CHECK_EQ(aisopod_chunk(host, 1, "1", 1, -1), state);
  CHECK_EQ(aisopod_report_progress(host, 1, 0, nullptr), state);
  CHECK_EQ(host->call_check(host, 1), state);
  CHECK_EQ(host->call_remaining_ms(host, 1), 0);
  CHECK_EQ(host->call_on_cancel(host, 1, &observer), state);
  CHECK_EQ(host->request(host, &request, &token), state);
  CHECK_EQ(host->request_wait(host, 1, -1, &response), state);
  CHECK(response == nullptr);
  CHECK_EQ(aisopod_publish(host, 0, "t", "1", 1), state);
  CHECK_EQ(host->post(host, &post, &token), state);
  CHECK_EQ(host->cancel(host, 1), state);
  CHECK_EQ(token, 77u);
  CHECK_EQ(responses.releases.load() + responses.lasts.load(), 0);
  host->payload_release(host, nullptr);
  host->response_release(host, nullptr);
}

CASE("after destroy() every function returns STATE") {
  Requesting r;
  const aisopod_host* const host = r.plugin.host;
  r.running->dispose();
  check_over(host);
  CHECK_EQ(std::string(host->host_name), "test host");
}

CASE("the table outlives its instance, and so does a payload") {
  Plugin plugin;
  const aisopod_payload* kept = nullptr;
  {
    Embedder embedder;
    Running running(embedder, plugin);
    plugin.host->get_config(plugin.host, &kept);
  }
  check_over(plugin.host);
  CHECK_EQ(std::string(kept->json), "{\"answer\":42}");
  plugin.host->payload_release(plugin.host, kept);
}

CASE("calls into the table from many threads while the instance goes are harmless") {
  for (int round = 0; round < 30; ++round) {
    Plugin plugin;
    Embedder embedder;
    auto running = std::make_unique<Running>(embedder, plugin);
    std::atomic<bool> stop{false};
    Meeting start(4);
    std::vector<std::thread> threads;
    for (int t = 0; t < 3; ++t) {
      threads.emplace_back([&] {
        start.attend();
        const aisopod_host* const host = plugin.host;
        while (!stop) {
          aisopod_log(host, AISOPOD_LOG_INFO, "busy");
          host->call_check(host, 1);
          host->log(host, nullptr);
          aisopod_publish(host, 0, "t", "1", 1);
          const aisopod_payload* config = nullptr;
          host->get_config(host, &config);
          host->payload_release(host, config);
        }
      });
    }
    start.attend();
    running.reset();
    stop = true;
    for (std::thread& thread : threads) thread.join();
  }
}

CASE("what stays of an instance for ever is its two tables and little more") {
  CHECK(sizeof(aisopod::HostSlot) <= sizeof(aisopod_host) + sizeof(aisopod_api) + 96);
  Plugin plugin;
  Embedder embedder;
  const char* id = nullptr;
  const char* dir = nullptr;
  for (int i = 0; i < 3; ++i) {
    Running running(embedder, plugin);
    const aisopod_host& host = *plugin.host;
    if (i > 0) {  // the texts of the next one are the same, and not copies
      CHECK(host.plugin_id == id);
      CHECK(host.plugin_dir == dir);
    }
    id = host.plugin_id;
    dir = host.plugin_dir;
  }
}

}  // namespace
