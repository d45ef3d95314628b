// publish(): topics, payloads, and how many events may be unread. What a parent passes on is in
// parents_test.cc.
#include "support/event.h"
#include "support/requesting.h"

namespace {

using namespace test;

struct Publishing : Requesting {
  using Requesting::Requesting;
  aisopod_status publish(const char* topic, const char* json = "1", size_t len = AISOPOD_NTS) {
    return aisopod_publish(plugin.host, 0, topic, json, len);
  }
};

CASE("an event reaches the host with topic and payload") {
  Publishing p;
  CHECK_EQ(p.publish("build.done", "{\"ok\":true}"), AISOPOD_OK);
  const Received event = p.embedder.take(MessageType::publication);
  CHECK_EQ(event.a, "build.done");
  CHECK_EQ(event.b, "{\"ok\":true}");
  CHECK_EQ(event.other, 0u);
  CHECK_EQ(event.c, "");
}

CASE("no payload, and one of NULL and 0, are the value null") {
  Publishing p;
  aisopod_publication publication = AISOPOD_INIT(aisopod_publication);
  publication.topic = "t";
  CHECK_EQ(p.plugin.host->publish(p.plugin.host, &publication), AISOPOD_OK);
  CHECK_EQ(p.publish("t", nullptr, 0), AISOPOD_OK);
  for (int i = 0; i < 2; ++i) CHECK_EQ(p.embedder.take(MessageType::publication).b, "null");
}

CASE("an event without a legal topic or payload is refused") {
  Limits limits = patient_limits();
  limits.payload_bytes = 10;
  Publishing p(limits);
  CHECK_EQ(p.publish(nullptr), AISOPOD_E_INVALID);
  CHECK_EQ(p.publish(""), AISOPOD_E_INVALID);
  CHECK_EQ(p.publish("bad\xFF"), AISOPOD_E_INVALID);
  CHECK_EQ(p.publish("a.*"), AISOPOD_E_INVALID);
  CHECK_EQ(p.publish(std::string(257, 't').c_str()), AISOPOD_E_INVALID);
  CHECK_EQ(p.publish("t", "1 2"), AISOPOD_E_INVALID);
  CHECK_EQ(p.publish("t", "12345678901"), AISOPOD_E_TOO_LARGE);
  CHECK_EQ(p.embedder.count(MessageType::publication), 0u);
  CHECK_EQ(p.publish(std::string(256, 't').c_str()), AISOPOD_OK);
}

CASE("a topic of the host is DENIED, and the log says why") {
  Publishing p;
  CHECK_EQ(p.publish("host.started"), AISOPOD_E_DENIED);
  CHECK_EQ(p.embedder.take(MessageType::notice).a,
           "publish(): the topic 'host.started': topics under 'host' are the host's own");
}

CASE("more events than may be unread are AGAIN, until the host has taken them") {
  Limits limits = patient_limits();
  limits.queue = 3;
  Publishing p(limits);
  for (int i = 0; i < 3; ++i) CHECK_EQ(p.publish("t"), AISOPOD_OK);
  CHECK_EQ(p.publish("t"), AISOPOD_E_AGAIN);
  p.embedder.drain();
  CHECK_EQ(p.publish("t"), AISOPOD_OK);
}

CASE("more bytes of events than may be unread are AGAIN, until the host has taken them") {
  Limits limits = patient_limits();
  limits.queue_bytes = 100;
  Publishing p(limits);
  const std::string longer(60, 't');
  CHECK_EQ(p.publish(longer.c_str()), AISOPOD_OK);
  CHECK_EQ(p.publish(longer.c_str()), AISOPOD_E_AGAIN);
  CHECK_EQ(p.publish("t"), AISOPOD_OK);
  p.embedder.drain();
  CHECK_EQ(p.publish(longer.c_str()), AISOPOD_OK);
}

CASE("an event larger than all that may be unread is published when no other is unread") {
  Limits limits = patient_limits();
  limits.queue_bytes = 10;
  Publishing p(limits);
  CHECK_EQ(p.publish("much.longer.than.that"), AISOPOD_OK);
  CHECK_EQ(p.publish("t"), AISOPOD_E_AGAIN);
}

CASE("publish() is legal from on_init() until on_shutdown() has returned") {
  Plugin plugin;
  const auto publish = [&] { return aisopod_publish(plugin.host, 0, "t", "1", 1); };
  plugin.create = [&](aisopod_plugin** out, aisopod_error*) {
    CHECK_EQ(publish(), AISOPOD_E_STATE);
    *out = reinterpret_cast<aisopod_plugin*>(&plugin);
    return AISOPOD_OK;
  };
  plugin.on_register = [&](const aisopod_api*, aisopod_error*) {
    CHECK_EQ(publish(), AISOPOD_E_STATE);
    return AISOPOD_OK;
  };
  plugin.on_init = [&](aisopod_error*) { return publish(); };
  plugin.on_shutdown = [&] { CHECK_EQ(publish(), AISOPOD_OK); };
  plugin.destroy = [&] { CHECK_EQ(publish(), AISOPOD_E_STATE); };
  Embedder embedder;
  { Running running(embedder, plugin); }
  CHECK_EQ(embedder.count(MessageType::publication), 2u);
}

}  // namespace
