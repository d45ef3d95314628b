// A plugin that subscribes to events, and the events that it received.
#pragma once

#include <atomic>
#include <cstring>
#include <functional>
#include <list>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "support/event.h"
#include "support/running.h"

namespace test {

// The user of a subscription: keeps the events that it receives.
struct Subscriber {
  std::string pattern = "n";
  uint32_t flags = 0;
  Story* story = nullptr;  // gets the pattern when this is released
  std::function<void(const aisopod_event*)> on_event;
  uint64_t token = 0;
  std::mutex mutex;
  std::vector<std::string> got;  // "data" or "data after n lost"
  Counter received;
  std::atomic<int> released{0};

  static void AISOPOD_ABI receive(void* self, const aisopod_event* e) {
    auto* const one = static_cast<Subscriber*>(self);
    CHECK_EQ(one->released.load(), 0);
    CHECK_EQ(e->struct_size, sizeof(aisopod_event));
    CHECK_EQ(e->flags, 0u);
    CHECK_EQ(std::string(e->pattern), one->pattern);
    CHECK_EQ(e->payload->struct_size, sizeof(aisopod_payload));
    CHECK_EQ(std::strlen(e->payload->json), e->payload->len);
    CHECK_EQ(std::strlen(e->meta), e->meta_len);
    {
      const std::lock_guard lock(one->mutex);
      std::string text = e->payload->json;
      if (e->dropped != 0) text += " after " + std::to_string(e->dropped) + " lost";
      one->got.push_back(std::move(text));
    }
    if (one->on_event) one->on_event(e);
    one->received.add();
  }
  static void AISOPOD_ABI release(void* self) {
    auto* const one = static_cast<Subscriber*>(self);
    ++one->released;
    if (one->story != nullptr) one->story->add(one->pattern);
  }

  aisopod_subscription def() {
    aisopod_subscription d = AISOPOD_INIT(aisopod_subscription);
    d.flags = flags;
    d.pattern = pattern.c_str();
    d.fn = receive;
    d.user = this;
    d.release = release;
    return d;
  }
  std::string all() {
    const std::lock_guard lock(mutex);
    std::string text;
    for (const std::string& one : got) text += (text.empty() ? "" : ", ") + one;
    return text;
  }
};

// A plugin with subscriptions, and the tool "tool", which replies.
struct Subscribing {
  Subscriber& subscriber(uint32_t flags = 0) {
    Subscriber& one = subscribers.emplace_back();
    one.flags = flags;
    one.pattern = "n" + std::to_string(subscribers.size());
    return one;
  }
  void start(Limits limits = patient_limits()) {
    prepare();
    running = std::make_unique<Running>(embedder, plugin, limits);
  }
  void prepare() {
    plugin.on_register = [this](const aisopod_api* api, aisopod_error* err) {
      for (Subscriber& one : subscribers) {
        const aisopod_subscription def = one.def();
        CHECK_EQ(api->subscribe(api, &def, &one.token, err), AISOPOD_OK);
      }
      return aisopod_register_tool(
          api, "tool", "{}", 0,
          [](void* self, const aisopod_call* call) {
            return aisopod_reply(static_cast<Subscribing*>(self)->plugin.host, call->token, "1", 1);
          },
          this, err);
    };
  }
  // Brings an event to these subscriptions, or to all, as the host does it: on its own thread.
  void deliver(const std::string& json, std::vector<uint64_t> tokens = {},
               const std::string& meta = "{}") {
    if (tokens.empty()) {
      for (const Subscriber& one : subscribers) tokens.push_back(one.token);
    }
    (*running)->subscriptions.deliver(tokens, {"topic", "other", json, meta});
  }

  std::list<Subscriber> subscribers;
  Plugin plugin;
  Embedder embedder;
  std::unique_ptr<Running> running;
};

inline std::string numbers(int first, int last) {
  std::string text;
  for (int i = first; i <= last; ++i) text += (text.empty() ? "" : ", ") + std::to_string(i);
  return text;
}

}  // namespace test
