// What one instance registers: checks each add(), keeps the handlers, releases them in the end.
#pragma once

#include <atomic>
#include <memory>
#include <mutex>
#include <string>
#include <unordered_set>
#include <vector>

#include "core/calls/inline_timing.h"
#include "core/instance/context.h"

namespace aisopod {

struct Registration {
  uint64_t token = 0;
  std::string kind;
  std::string name;
  aisopod_handler_fn fn = nullptr;
  void* user = nullptr;
  aisopod_release_fn release = nullptr;
  std::atomic<uint32_t> flags{0};
  InlineTiming inline_timing;          // host's thread only, like the next
  bool changed_float_control = false;  // and this was reported

  bool has(uint32_t flag) const { return (flags.load(std::memory_order_relaxed) & flag) != 0; }
};

class Registrations {
 public:
  // `kinds`: those that the embedder serves.
  Registrations(Context& context, std::vector<std::string> kinds)
      : context_(context), kinds_(std::move(kinds)) {}

  // [control] aisopod_api.add
  aisopod_status add(const aisopod_registration* def, aisopod_token* out, aisopod_error* err);

  // [control] Whether there is room for one more; and takes in one that was checked, and announces
  // it to the host. Throws std::bad_alloc, and has taken nothing then.
  aisopod_status room(std::string& why) const;
  void keep(std::unique_ptr<Registration> item, Message&& announcement);
  // [control] An add() or subscribe() had no memory: whatever the plugin makes of that, it lacks
  // something, and on_register() has failed.
  void note_starved() { starved_ = true; }
  bool starved() const { return starved_; }
  // [control] Reports to the host what was refused, since a plugin may ignore the status. With
  // `optional` the plugin may go on without it; else it has failed.
  void refuse(const char* kind, const char* name, aisopod_status status, const std::string& why,
              bool optional = false);

  // [host's thread] After on_register has returned, when nothing is added any more.
  Registration* find(uint64_t token) const;

  // [any thread] Whether the token is that of a registration or subscription of this instance.
  bool holds(uint64_t token) const;

  // [control] Newest first, each exactly once.
  void release_all();

 private:
  aisopod_status check(const aisopod_registration& def, std::string& why) const;
  bool serves(const char* kind) const;

  Context& context_;
  const std::vector<std::string> kinds_;
  mutable std::mutex mutex_;  // items_, while it changes: find() does without
  std::vector<std::unique_ptr<Registration>> items_;  // by token, since tokens only grow
  std::unordered_set<std::string> taken_;             // "kind:name" in lower case
  size_t refusals_ = 0;
  bool starved_ = false;
};

}  // namespace aisopod
