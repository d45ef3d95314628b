// What the parts of one instance share.
#pragma once

#include <atomic>
#include <memory>
#include <string>

#include "core/environment/environment.h"
#include "core/host/refusals.h"
#include "core/limits.h"
#include "core/threads/guard.h"
#include "core/threads/task_thread.h"
#include "core/threads/thread.h"

namespace aisopod {

// Goes forward only, and is written on the control thread only; but see Instance::pass_init().
enum class Phase : int {
  made,  // before create()
  created,
  registering,  // add() is legal
  registered,
  restoring,     // restore_state runs
  restored,      // and has returned; a plugin without a state to restore passes both over
  initialising,  // from here on request, publish, post are legal
  serving,       // on_init has returned: calls are taken
  stopping,      // on_shutdown runs: no new call, no post; other host functions still work
  stopped,       // on_shutdown has returned, or a moment failed: request and publish return E_STATE
  destroyed,
};

struct Context {
  Context(uint32_t id_, std::string plugin_, std::shared_ptr<Environment> environment_,
          Limits limits_)
      : id(id_),
        plugin(std::move(plugin_)),
        environment(std::move(environment_)),
        limits(limits_),
        refusals(id_, environment) {}

  const uint32_t id;
  const std::string plugin;  // its id
  const std::shared_ptr<Environment> environment;
  const Limits limits;
  std::atomic<Phase> phase{Phase::made};
  std::atomic<bool> closing{false};  // the host wants no more of it: no call, no post, no moment
  Refusals refusals;
  TaskThread control{thread_name(plugin, "ctl")};
  TaskThread reply{thread_name(plugin, "rep")};

  // Are request and publish legal now?
  bool may_request() const {
    const Phase now = phase.load();
    return now >= Phase::initialising && now <= Phase::stopping;
  }
  // Is post legal now?
  bool may_post() const {
    const Phase now = phase.load();
    return !closing.load() && (now == Phase::initialising || now == Phase::serving);
  }

  Message message(MessageType type, uint64_t token = 0) const {
    Message m;
    m.type = type;
    m.instance = id;
    m.token = token;
    return m;
  }

  void push(Message&& m) const { environment->outbox.push(std::move(m)); }

  // Something the host itself has to say about the plugin; the parts are its text.
  template <class... Parts>
  void notice(aisopod_level level, const Parts&... parts) const {
    quietly([&] {
      Message m = message(MessageType::notice);
      Fields<MessageType::notice> fields(m);
      fields.level() = level;
      (fields.text().append(parts), ...);
      push(std::move(m));
    });
  }
};

// A number that is never given out twice in this process, and stays below 2^53.
uint64_t next_token();

// The same for what receives messages: instances, and what is being opened.
uint32_t next_id();

}  // namespace aisopod
