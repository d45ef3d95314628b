// What a plugin requests of its host. Every request that was accepted gets exactly one last
// response: through its function, or through request_wait().
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <unordered_map>

#include "core/environment/budget.h"
#include "core/instance/context.h"
#include "core/requests/request.h"
#include "core/threads/mutex.h"

namespace aisopod {

class Calls;
class Instance;

class Requests {
 public:
  Requests(Context& context, Calls& calls, Instance* instance)
      : context_(context), calls_(calls), instance_(instance) {}

  // [any thread] The functions of the host table. Of a response that request_wait() gives out the
  // caller is the owner.
  aisopod_status request(const aisopod_request* request, uint64_t* out);
  aisopod_status request_wait(uint64_t token, int64_t wait_ms, const aisopod_response** out);
  // [any thread] False: no request with this token is open.
  bool cancel(uint64_t token) AISOPOD_EXCLUDES(mutex_);
  bool holds(uint64_t token) AISOPOD_EXCLUDES(mutex_);

  // [host's thread] `more`: a partial response; the message response_read says when it was read.
  // One that there is no memory for ends the request with NOMEM.
  void respond(uint64_t token, Response response, bool more) noexcept AISOPOD_EXCLUDES(mutex_);
  // [host's thread] It responds, and there is no memory for what it says.
  void end_without_memory(uint64_t token) noexcept AISOPOD_EXCLUDES(mutex_);

  // [any thread] The call on whose behalf requests were made has ended for its caller.
  void parent_ended(uint64_t call, aisopod_status why) noexcept AISOPOD_EXCLUDES(mutex_);
  // [timer's thread]
  void expire(uint64_t token) AISOPOD_EXCLUDES(mutex_);
  // [any thread] The shutdown begins: request_wait() returns STATE on every thread but [control].
  void begin_shutdown() AISOPOD_EXCLUDES(mutex_);
  // [control] After on_shutdown, [host's thread] when the host goes away: what is open gets GONE,
  // nothing is accepted any more.
  void finish() AISOPOD_EXCLUDES(mutex_);
  // [reply] Runs the functions of the plugin.
  void hand_over(Handover& handover) AISOPOD_EXCLUDES(mutex_);

 private:
  using Place = std::unordered_map<uint64_t, std::shared_ptr<Request>>::iterator;

  aisopod_status check(const aisopod_request& from, std::string& params, std::string& why) const;
  aisopod_status open(const std::shared_ptr<Request>& made, Message&& announcement,
                      int64_t deadline, uint64_t* out, std::string& why) AISOPOD_EXCLUDES(mutex_);
  void end_with_parent(const Request& made) AISOPOD_EXCLUDES(mutex_);
  bool complete(uint64_t token, Response response, bool to_report) noexcept
      AISOPOD_EXCLUDES(mutex_);
  bool end(uint64_t token, aisopod_status status, const char* message) noexcept
      AISOPOD_EXCLUDES(mutex_);
  void report(const std::shared_ptr<Request>& request, MessageType type) noexcept;
  void watch_uncollected(const std::shared_ptr<Request>& request) AISOPOD_REQUIRES(mutex_);
  void drop(Place place) AISOPOD_REQUIRES(mutex_);
  void deliver(const std::shared_ptr<Request>& request, Response response) AISOPOD_REQUIRES(mutex_);
  void push(const std::shared_ptr<Request>& request, std::unique_ptr<Handover> handover) noexcept;
  const aisopod_response* collect(Place place) AISOPOD_REQUIRES(mutex_);

  Context& context_;
  Calls& calls_;
  Instance* const instance_;
  Mutex mutex_;
  std::unordered_map<uint64_t, std::shared_ptr<Request>> table_ AISOPOD_GUARDED_BY(mutex_);
  bool shutting_down_ AISOPOD_GUARDED_BY(mutex_) = false;
  bool closed_ AISOPOD_GUARDED_BY(mutex_) = false;
  // Announced, but not taken by the host yet: a request that is cancelled at once leaves table_
  // and still waits in the outbox.
  const std::shared_ptr<Budget> unread_ = std::make_shared<Budget>();
};

}  // namespace aisopod
