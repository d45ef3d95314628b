// The rest of the host table: emit, config, buffers, interfaces, and the table after destroy.
#include <cstring>
#include <vector>

#include "support/asking.h"

namespace {

using namespace test;

CASE("an event is told with topic and JSON") {
  Asking a;
  CHECK_EQ(a.plugin.host->emit(a.plugin.host, "build.done", "{\"ok\":true}", AISOPOD_NTS),
           AISOPOD_OK);
  const Heard heard = a.embedder.take(MessageType::event);
  CHECK_EQ(heard.a, "build.done");
  CHECK_EQ(heard.b, "{\"ok\":true}");
}

CASE("an event without a legal topic or JSON is refused") {
  Limits limits = patient_limits();
  limits.payload_bytes = 10;
  Asking a(limits);
  const aisopod_host* host = a.plugin.host;
  CHECK_EQ(host->emit(host, nullptr, "1", 1), AISOPOD_E_INVALID);
  CHECK_EQ(host->emit(host, "", "1", 1), AISOPOD_E_INVALID);
  CHECK_EQ(host->emit(host, "bad\xFF", "1", 1), AISOPOD_E_INVALID);
  CHECK_EQ(host->emit(host, std::string(257, 't').c_str(), "1", 1), AISOPOD_E_INVALID);
  CHECK_EQ(host->emit(host, std::string(256, 't').c_str(), "1", 1), AISOPOD_OK);
  CHECK_EQ(host->emit(host, "t", "1 2", 3), AISOPOD_E_INVALID);
  CHECK_EQ(host->emit(host, "t", "12345678901", 11), AISOPOD_E_TOO_LARGE);
  CHECK_EQ(host->emit(host, "t", nullptr, 0), AISOPOD_OK);
  a.embedder.take(MessageType::event);
  CHECK_EQ(a.embedder.take(MessageType::event).b, "null");
}

CASE("more unread events than the queue holds are AGAIN, until the host has taken them") {
  Limits limits = patient_limits();
  limits.queue = 3;
  Asking a(limits);
  const aisopod_host* host = a.plugin.host;
  for (int i = 0; i < 3; ++i) CHECK_EQ(host->emit(host, "t", "1", 1), AISOPOD_OK);
  CHECK_EQ(host->emit(host, "t", "1", 1), AISOPOD_E_AGAIN);
  a.embedder.drain();
  CHECK_EQ(host->emit(host, "t", "1", 1), AISOPOD_OK);
}

CASE("config gives the plugin's configuration as a buffer, from create on") {
  Plugin plugin;
  plugin.create = [&](aisopod_plugin** out, aisopod_error*) {
    aisopod_buf buf = {};
    CHECK_EQ(plugin.host->config(plugin.host, &buf), AISOPOD_OK);
    CHECK_EQ(std::string(buf.data, buf.len), "{\"answer\":42}");
    CHECK_EQ(buf.data[buf.len], '\0');
    plugin.host->buf_release(plugin.host, &buf);
    CHECK(buf.data == nullptr && buf.len == 0 && buf.owner == nullptr);
    plugin.host->buf_release(plugin.host, &buf);  // a zeroed one is nothing to release
    *out = reinterpret_cast<aisopod_plugin*>(&plugin);
    return AISOPOD_OK;
  };
  Embedder embedder;
  Running running(embedder, plugin);
  CHECK_EQ(plugin.host->config(plugin.host, nullptr), AISOPOD_E_INVALID);
  plugin.host->buf_release(plugin.host, nullptr);
}

CASE("two buffers live side by side") {
  Asking a;
  aisopod_buf one = {}, two = {};
  a.plugin.host->config(a.plugin.host, &one);
  a.plugin.host->config(a.plugin.host, &two);
  a.plugin.host->buf_release(a.plugin.host, &one);
  CHECK_EQ(std::string(two.data), "{\"answer\":42}");
  a.plugin.host->buf_release(a.plugin.host, &two);
}

CASE("no interface is known yet") {
  Asking a;
  CHECK(a.plugin.host->get_interface(a.plugin.host, "aisopod.metrics/1") == nullptr);
  CHECK(a.plugin.host->get_interface(a.plugin.host, nullptr) == nullptr);
}

CASE("every function of the table is filled in") {
  Asking a;
  const aisopod_host* const host = a.plugin.host;
  const char* const first = reinterpret_cast<const char*>(&host->log);
  const char* const end = reinterpret_cast<const char*>(host) + host->struct_size;
  for (const char* at = first; at != end; at += sizeof(void (*)())) {
    void (*function)() = nullptr;
    std::memcpy(&function, at, sizeof function);
    CHECK(function != nullptr);
  }
}

void expect_dead(const aisopod_host* host, aisopod_status status) {
  Answers answers;
  const aisopod_ask ask = ask_for("m", &answers), wait = ask_for("m", nullptr);
  aisopod_buf buf = {};
  aisopod_error err = AISOPOD_INIT(aisopod_error);
  host->log(host, AISOPOD_LOG_INFO, "late", 4);
  CHECK(host->get_interface(host, "x") == nullptr);
  CHECK_EQ(host->config(host, &buf), status);
  CHECK_EQ(host->call_reply(host, 1, "1", 1), status);
  CHECK_EQ(host->call_fail(host, 1, AISOPOD_E_FAIL, "late", nullptr, 0), status);
  CHECK_EQ(host->call_chunk(host, 1, "1", 1, 0), status);
  CHECK_EQ(host->call_progress(host, 1, 0, nullptr), status);
  CHECK_EQ(host->call_check(host, 1), status);
  CHECK_EQ(host->call_remaining_ms(host, 1), 0);
  CHECK_EQ(host->call_on_cancel(
               host, 1, [](void*, aisopod_call, aisopod_status) {}, &answers, Answers::release),
           status);
  CHECK_EQ(host->emit(host, "t", "1", 1), status);
  CHECK_EQ(host->request(host, &ask, nullptr), status);
  CHECK_EQ(host->request_wait(host, &wait, &buf, &err), status);
  CHECK_EQ(host->request_cancel(host, 1), status);
  CHECK_EQ(host->post(
               host, [](void*) {}, &answers, Answers::release, 0),
           status);
  CHECK(buf.owner == nullptr);
  CHECK_EQ(answers.releases.load(), 0);
}

CASE("after destroy every function answers STATE") {
  Asking a;
  const aisopod_host* const host = a.plugin.host;
  a.running->dispose();
  expect_dead(host, AISOPOD_E_STATE);
  CHECK_EQ(std::string(host->host_name), "test host");
}

CASE("the table also answers when the instance itself is gone, and a buffer outlives it") {
  Plugin plugin;
  aisopod_buf kept = {};
  {
    Embedder embedder;
    Running running(embedder, plugin);
    plugin.host->config(plugin.host, &kept);
  }
  expect_dead(plugin.host, AISOPOD_E_STATE);
  CHECK_EQ(std::string(kept.data), "{\"answer\":42}");
  plugin.host->buf_release(plugin.host, &kept);
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
        const aisopod_host* host = plugin.host;
        while (!stop) {
          host->log(host, AISOPOD_LOG_INFO, "busy", 4);
          host->call_check(host, 1);
          host->emit(host, "t", "1", 1);
          aisopod_buf buf = {};
          if (host->config(host, &buf) == AISOPOD_OK) host->buf_release(host, &buf);
        }
      });
    }
    start.attend();
    running.reset();
    stop = true;
    for (std::thread& thread : threads) thread.join();
  }
}

}  // namespace
