// What the plugin asks of the host: request(), request_wait(), request_cancel(). Every ask that
// was accepted gets exactly one last response.
#pragma once

#include <atomic>
#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <unordered_map>

#include "core/instance/context.h"
#include "core/threads/timer.h"

namespace aisopod {

class Asks;
class Calls;
class Instance;

struct Response {
  aisopod_status status = AISOPOD_OK;
  std::string json;     // JSON; on failure unused
  std::string message;  // on failure
  std::string details;  // on failure: JSON, or "" for none
};

class Ask : public Timed {
 public:
  Ask(std::shared_ptr<Instance> owner, Asks& asks) : owner_(std::move(owner)), asks_(asks) {}
  void fire() override;  // its limit has passed

  uint64_t token = 0;
  uint64_t parent = 0;
  bool stream = false;               // wants partial responses as well
  aisopod_response_fn fn = nullptr;  // nullptr: a thread waits in request_wait()
  void* user = nullptr;
  aisopod_release release = nullptr;

  std::mutex mutex;  // done and response, for the thread that waits
  std::condition_variable arrived;
  bool done = false;
  Response response;

 private:
  const std::shared_ptr<Instance> owner_;
  Asks& asks_;
};

class Asks {
 public:
  Asks(Context& context, Calls& calls, Instance* instance)
      : context_(context), calls_(calls), instance_(instance) {}

  // [any thread]
  aisopod_status request(const aisopod_ask* ask, uint64_t* out);
  aisopod_status cancel(uint64_t token);
  // [any thread but reply and inline]
  aisopod_status request_wait(const aisopod_ask* ask, std::string& out, aisopod_error* err);

  // [host's thread] `more`: a partial response; the message ask_read says when it has been read.
  void respond(uint64_t token, Response response, bool more);

  // [any thread] The call on whose behalf asks were made has ended for its caller.
  void parent_ended(uint64_t call, aisopod_status why);
  // [timer's thread]
  void expire(uint64_t token);
  // [control] After on_shutdown, [host's thread] when the host goes away: what is open gets GONE,
  // nothing is accepted any more.
  void finish();

 private:
  aisopod_status begin(const aisopod_ask* from, bool wait, std::shared_ptr<Ask>& made,
                       std::string& why, uint64_t* out);
  bool answer(uint64_t token, Response response, bool tell_host);
  bool end(uint64_t token, aisopod_status status, const char* message);
  void deliver(const std::shared_ptr<Ask>& ask, Response response, bool more);
  void respond_to_plugin(const Ask& ask, const Response& response, bool more);

  Context& context_;
  Calls& calls_;
  Instance* const instance_;
  std::mutex mutex_;
  std::unordered_map<uint64_t, std::shared_ptr<Ask>> table_;
  bool closed_ = false;
  // Announced, but not taken by the host yet: a request that is cancelled at once leaves table_
  // and still waits in the outbox.
  const std::shared_ptr<std::atomic<size_t>> unread_ = std::make_shared<std::atomic<size_t>>(0);
};

}  // namespace aisopod
