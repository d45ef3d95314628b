// A plugin that hears events, and what it got of them.
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

// The user of a subscription: keeps what it gets, and may wait.
struct Ear {
  std::string glob = "n";
  uint32_t flags = 0;
  Story* story = nullptr;  // told of the release
  std::function<void(const aisopod_event*)> on_event;
  uint64_t token = 0;
  std::mutex mutex;
  std::vector<std::string> got;  // "data" or "data after n lost"
  Counter heard;
  std::atomic<int> released{0};

  static void AISOPOD_ABI hear(void* self, const aisopod_event* e) {
    auto* const ear = static_cast<Ear*>(self);
    CHECK_EQ(ear->released.load(), 0);
    CHECK_EQ(e->struct_size, sizeof(aisopod_event));
    CHECK_EQ(e->flags, 0u);
    CHECK_EQ(std::strlen(e->json), e->len);
    {
      const std::lock_guard lock(ear->mutex);
      std::string text = e->json;
      if (e->dropped != 0) text += " after " + std::to_string(e->dropped) + " lost";
      ear->got.push_back(std::move(text));
    }
    if (ear->on_event) ear->on_event(e);
    ear->heard.add();
  }
  static void AISOPOD_ABI release(void* self) {
    auto* const ear = static_cast<Ear*>(self);
    ++ear->released;
    if (ear->story != nullptr) ear->story->tell(ear->glob);
  }

  aisopod_subscription def() {
    aisopod_subscription d = AISOPOD_INIT(aisopod_subscription);
    d.flags = flags;
    d.topic_glob = glob.c_str();
    d.fn = hear;
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
struct Hearing {
  Ear& ear(uint32_t flags = 0) {
    Ear& one = ears.emplace_back();
    one.flags = flags;
    one.glob = "n" + std::to_string(ears.size());
    return one;
  }
  void start(Limits limits = patient_limits()) {
    prepare();
    running = std::make_unique<Running>(embedder, plugin, limits);
  }
  void prepare() {
    plugin.on_register = [this](const aisopod_api* api, aisopod_error* err) {
      for (Ear& one : ears) {
        const aisopod_subscription def = one.def();
        CHECK_EQ(api->subscribe(api, &def, &one.token, err), AISOPOD_OK);
      }
      aisopod_registration tool = AISOPOD_INIT(aisopod_registration);
      tool.kind = AISOPOD_KIND_TOOL;
      tool.name = "tool";
      tool.spec = "{}";
      tool.spec_len = 2;
      tool.handler = [](void* self, const aisopod_request* r) {
        const aisopod_host* host = static_cast<Hearing*>(self)->plugin.host;
        return host->call_reply(host, r->call, "1", 1);
      };
      tool.user = this;
      return api->add(api, &tool, nullptr, err);
    };
  }
  // As JavaScript does it: on the host's thread.
  void publish(const std::string& json, std::vector<uint64_t> tokens = {}) {
    if (tokens.empty()) {
      for (const Ear& one : ears) tokens.push_back(one.token);
    }
    (*running)->subscriptions.deliver(tokens, {"topic", "other", json});
  }

  std::list<Ear> ears;
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
