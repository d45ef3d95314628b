// A plugin that does what a script says, on whatever thread it is called, and checks what it is
// promised: what was accepted is released exactly once, and nothing runs after that.
#pragma once

#include <atomic>
#include <deque>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

#include "fuzz/bytes.h"
#include "support/plugin.h"

namespace fuzz {

class ScriptedPlugin {
 public:
  explicit ScriptedPlugin(Bytes& script);
  ScriptedPlugin(const ScriptedPlugin&) = delete;
  ScriptedPlugin& operator=(const ScriptedPlugin&) = delete;

  test::Plugin plugin;
  // The host has received that the pause is complete: no event function and no task runs.
  std::atomic<bool> paused{false};
  // What save_state() writes when it keeps to the rules.
  static constexpr const char* kState = "a state of some length";

  // Where a script is played, as far as that makes a difference for what it may do.
  enum class Place {
    brief,   // waits, but not for long: others wait for this thread
    worker,  // waits as long as it likes, which ends when the shutdown begins at the latest
    quiet,   // the reply thread and inline handlers: waiting is refused
  };
  // Does what the script says with the host table.
  void play(Bytes& script, Place place);

  // A token that a function was given, a stale one, one of another kind, or none.
  uint64_t some_token(Bytes& script);

  // The instance was disposed of: from now on nothing of the plugin may run, and the host's
  // functions return STATE.
  void is_gone();
  // Every promise was kept.
  void check_promises();

 private:
  // What was handed over as `user`.
  struct User {
    User(ScriptedPlugin& owner_, Bytes script_) : owner(owner_), script(std::move(script_)) {}
    ScriptedPlugin& owner;
    const Bytes script;
    std::atomic<bool> accepted{false};
    bool is_request = false;  // with fn
    bool runs_once = false;
    Place place = Place::worker;         // of a post
    std::atomic<uint64_t> token{0};      // of a post
    std::atomic<bool> cancelled{false};  // a post that cancel() took back
    std::atomic<int> runs{0};            // of a request: last responses
    std::atomic<int> releases{0};
  };
  using Action = void (ScriptedPlugin::*)(Bytes&, Place);

  User& make_user(Bytes& script);
  void accepted(User& user, aisopod_status status);
  void enter();
  void remember(uint64_t token);
  uint64_t some_parent(Bytes& script);
  void play_and_throw(Bytes script, Place place);
  static aisopod_status result(Bytes& script);

  void add(Bytes& script, Place place);
  void subscribe(Bytes& script);
  aisopod_status init();
  aisopod_status save(const aisopod_writer* writer);
  void reply(Bytes& script, Place place);
  void fail(Bytes& script, Place place);
  void chunk(Bytes& script, Place place);
  void progress(Bytes& script, Place place);
  void on_cancel(Bytes& script, Place place);
  void request(Bytes& script, Place place);
  void request_wait(Bytes& script, Place place);
  void cancel(Bytes& script, Place place);
  void post(Bytes& script, Place place);
  void publish(Bytes& script, Place place);
  void log(Bytes& script, Place place);
  void questions(Bytes& script, Place place);

  static aisopod_status AISOPOD_ABI handle(void* user, const aisopod_call* call);
  static void AISOPOD_ABI receive(void* user, const aisopod_event* event);
  static void AISOPOD_ABI respond(void* user, const aisopod_response* response);
  static void AISOPOD_ABI cancelled(void* user, const aisopod_cancellation* why);
  static void AISOPOD_ABI task(void* user, const aisopod_task* task);
  static void AISOPOD_ABI release(void* user);

  std::mutex mutex_;
  std::deque<User> users_;
  std::vector<uint64_t> tokens_;                    // of everything that has one
  std::vector<const aisopod_response*> responses_;  // collected, and not released yet
  std::thread thread_;
  Bytes create_, on_register_, on_init_, own_, on_shutdown_, destroy_;
  std::atomic<const aisopod_host*> host_{nullptr};
  std::atomic<const aisopod_api*> api_{nullptr};  // used beyond on_register(), too
  const std::thread::id embedder_ = std::this_thread::get_id();
  std::atomic<bool> gone_{false};
  int saves_ = 0;
  const aisopod_writer* writer_ = nullptr;  // kept, which is of no use
};

}  // namespace fuzz
