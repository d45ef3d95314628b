// The embedder's side of a fuzz run: one instance, driven as a script says, and every message of
// the core held against what may come.
#pragma once

#include <map>
#include <memory>
#include <set>
#include <vector>

#include "fuzz/scripted_plugin.h"
#include "support/running.h"

namespace fuzz {

class ScriptedHost {
 public:
  explicit ScriptedHost(ScriptedPlugin& plugin);

  // Drives the instance; the script may begin its end, or leave it running.
  void play(Bytes& script);
  // Shuts the instance down, waits until it is gone and checks what was promised.
  void dispose(Bytes& script);
  // The environment goes without waiting for anything.
  void abandon();

 private:
  void begin(test::Moment moment, int64_t limit_ms, test::Reason reason = test::Reason::close);
  void next_moment(Bytes& script);
  void prepare_reload(Bytes& script);
  void wait_for_moments();
  void invoke(Bytes& script);
  void end_call(Bytes& script);
  void respond(Bytes& script);
  void deliver(Bytes& script);
  void be_the_plugin(Bytes& script);
  bool may_invoke() const;
  void receive();
  void receive(const aisopod::Message& message);
  uint64_t some(const std::vector<uint64_t>& tokens, Bytes& script) const;

  ScriptedPlugin& plugin_;
  test::Embedder embedder_;
  std::shared_ptr<test::Instance> instance_;
  test::Moment next_ = test::Moment::create;
  int moments_open_ = 0;
  bool created_ = false, registered_ = false, initialising_ = false;
  bool serving_ = false, disposed_ = false;
  int pauses_open_ = 0;
  bool pauses_ = false;      // the newest pause() has no resume() after it
  bool was_plugin_ = false;  // this thread has used the host table
  std::vector<uint64_t> registrations_, subscriptions_, calls_, requests_;
  std::set<uint64_t> all_calls_, open_calls_, open_requests_, answered_;
  std::map<uint64_t, int> unread_;  // partial responses, by request
};

}  // namespace fuzz
