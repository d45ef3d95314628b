// What one instance registers: checks each add(), keeps the handlers, releases them in the end.
#pragma once

#include <atomic>
#include <memory>
#include <string>
#include <unordered_set>
#include <vector>

#include "core/calls/inline_timing.h"
#include "core/instance/context.h"
#include "core/instance/served_kind.h"
#include "core/threads/mutex.h"

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
  Registrations(Context& context, std::vector<ServedKind> kinds)
      : context_(context), kinds_(std::move(kinds)) {}

  // [control] aisopod_api.add
  aisopod_status add(const aisopod_registration* def, aisopod_token* out, aisopod_error* err);

  // [control] Whether there is room for one more; and takes in one that was checked, and announces
  // it to the host. Throws std::bad_alloc, and has taken nothing then.
  aisopod_status room(std::string& why) const AISOPOD_EXCLUDES(mutex_);
  void keep(std::unique_ptr<Registration> item, Message&& announcement) AISOPOD_EXCLUDES(mutex_);
  // [control] An add() or subscribe() had no memory: whatever the plugin makes of that, it lacks
  // something, and on_register() has failed.
  void note_out_of_memory() { out_of_memory_ = true; }
  bool out_of_memory() const { return out_of_memory_; }
  // [control] Reports to the host what was refused, since a plugin may ignore the status. With
  // `optional` the plugin may go on without it; else it has failed.
  void refuse(const char* kind, const char* name, aisopod_status status, const std::string& why,
              bool optional = false);

  // [host's thread] After on_register has returned, when nothing is added any more.
  // Not analysed: what only this thread and the control thread touch, in turn, needs no lock, and
  // each call would pay for one.
  Registration* find(uint64_t token) const AISOPOD_NO_THREAD_SAFETY_ANALYSIS {
    return find_in(items_, token);
  }

  // [any thread] Whether the token is that of a registration or subscription of this instance.
  bool holds(uint64_t token) const AISOPOD_EXCLUDES(mutex_);

  // [control] Newest first, each exactly once.
  void release_all() AISOPOD_EXCLUDES(mutex_);

 private:
  using Items = std::vector<std::unique_ptr<Registration>>;

  static Registration* find_in(const Items& items, uint64_t token);
  // `kind`: the one of def; nullptr: the embedder does not serve it.
  aisopod_status check(const aisopod_registration& def, const ServedKind* kind,
                       std::string& why) const;
  const ServedKind* find_kind(const char* kind) const;

  Context& context_;
  const std::vector<ServedKind> kinds_;
  mutable Mutex mutex_;
  Items items_ AISOPOD_GUARDED_BY(mutex_);  // by token, since tokens only grow

  // [control] only
  std::unordered_set<std::string> taken_;  // "kind:name", the name in lower case
  size_t refusals_ = 0;
  bool out_of_memory_ = false;
};

}  // namespace aisopod
