// The calls of one instance: queued, run, answered, cancelled, overdue. The host's side of every
// call_* function of the header.
#pragma once

#include <atomic>
#include <deque>
#include <functional>
#include <memory>
#include <string>
#include <unordered_map>

#include "core/calls/call.h"
#include "core/calls/counters.h"
#include "core/calls/deadlines.h"
#include "core/calls/inline_call.h"
#include "core/calls/lane.h"
#include "core/calls/meta.h"
#include "core/calls/wait_scope.h"
#include "core/environment/budget.h"
#include "core/host/plugin_text.h"
#include "core/instance/context.h"
#include "core/instance/registrations.h"
#include "core/threads/float_control.h"
#include "core/threads/mutex.h"
#include "core/threads/thread_tag.h"

namespace aisopod {

class Instance;

constexpr const char* kStuckText = "the plugin is stuck in an earlier call";

struct CallRequest {
  uint64_t registration = 0;
  std::string method = "invoke";
  std::string params;
  std::string meta;         // JSON; empty: nothing is known but a trace id, which is made
  int64_t timeout_ms = -1;  // -1: none
  uint32_t wants = 0;       // CallWants, and kWithinCall
  // The calls on whose behalf it is made: of whichever instances, the outermost first.
  std::vector<uint64_t> ancestors;
  bool wake = true;              // false: see Invoked::unwoken
  AnswerTaker* taker = nullptr;  // of the answer of an inline handler, if it can
};

// What invoke() comes back with: a pending call, or the answer of an inline handler.
struct Invoked {
  uint64_t token = 0;    // pending: its messages will carry it
  bool settled = false;  // then `message` is the answer, failure, refused or lost
  bool taken = false;    // or, settled too, the request's taker has the answer
  // It waits for a worker that was not woken: wake() must follow, after this call or after several.
  bool unwoken = false;
  Message message;
};

class Calls {
 public:
  // `on_ended` is called when a call ends for its caller without an answer, so that the requests
  // made for it end too.
  Calls(Context& context, const Registrations& registrations, Instance* instance,
        std::function<void(uint64_t, aisopod_status)> on_ended);

  // [host's thread] What a call needs for longer is moved out of `request`; an inline handler that
  // answers at once needs nothing. What there is no memory for is lost with NOMEM.
  Invoked invoke(CallRequest&& request) noexcept;
  Invoked invoke(const CallRequest& request) { return invoke(CallRequest(request)); }
  void wake() { serial_.wake(); }  // see Invoked::unwoken
  // `why`: CANCELLED, or TOO_LARGE when the host can't take in a chunk.
  void cancel(uint64_t token, aisopod_status why);
  void chunk_read(uint64_t token, size_t bytes);
  // [any thread]
  CallNumbers numbers() const { return counters_.read(waiting_.count()); }
  // [any thread] How often all calls were looked at for what is due.
  size_t sweeps() const { return deadlines_.sweeps(); }

  // [any thread] The call_* functions of the host table.
  aisopod_status reply(uint64_t token, const aisopod_payload* payload);
  aisopod_status fail(uint64_t token, const aisopod_failure* failure);
  aisopod_status chunk(uint64_t token, const aisopod_payload* payload, int64_t wait_ms);
  aisopod_status progress(uint64_t token, const aisopod_progress* progress);
  aisopod_status check(uint64_t token);
  int64_t remaining_ms(uint64_t token);
  aisopod_status on_cancel(uint64_t token, const aisopod_observer* observer);
  // The deadline of a live call; kNever: none. GONE, CANCELLED, DEADLINE, STATE: not live.
  aisopod_status deadline_of(uint64_t token, int64_t& deadline);
  // [plugin's threads] The same, and on whose behalf it is made, as its handler was given it.
  aisopod_status parent(uint64_t token, int64_t& deadline, std::string& meta);
  // The meta of a call that is not answered, as its handler was given it. False: it is no such.
  bool find_meta(uint64_t token, std::string& meta);
  // Whether the token is that of a call that is not answered.
  bool holds(uint64_t token) { return find(token) != nullptr; }

  // A work item that runs `work` in the lane that the flags of `face` select; not scheduled yet.
  std::shared_ptr<Call> make_work_item(Registration& face, std::shared_ptr<Work> work);
  // [any thread] Puts a work item, which must be in no lane, at the end of its lane's queue. NOMEM:
  // the lane has no thread, and none can be started; STATE: it was stopped.
  aisopod_status schedule(const std::shared_ptr<Call>& item) {
    return item->lane->push(item, true);
  }
  // [any thread] Takes a work item out of its lane. False: it does not wait there.
  bool unschedule(const std::shared_ptr<Call>& item) { return item->lane->remove(*item); }
  // [any thread] Starts a thread in the item's lane if it has none, so that schedule() does not
  // fail for want of one. Throws std::system_error or std::bad_alloc when no thread can be started.
  void start_lane(const Call& item) { item.lane->start(); }

  // [host's thread] See Instance::pause(). A handler may run on when its caller has left.
  void pause(const PauseHold& hold) {
    serial_.pause(hold);
    parallel_.pause(hold);
  }
  void resume() {
    serial_.resume();
    parallel_.resume();
  }
  // [any thread] Answers BUSY for calls that their lane has refused.
  void refuse_all(CallQueue refused) noexcept;
  // [host's thread, or control] No call is taken any more, and those in flight end for their
  // callers with STATE.
  void stop() noexcept;
  // [control] After on_shutdown: waits for running handlers; then no call is left.
  void finish();

 private:
  void insert(const std::shared_ptr<Call>& call) AISOPOD_EXCLUDES(mutex_);
  std::shared_ptr<Call> find(uint64_t token) AISOPOD_EXCLUDES(mutex_);
  std::shared_ptr<Call> take(uint64_t token) AISOPOD_EXCLUDES(mutex_);
  aisopod_status end(uint64_t token, Message&& message);
  aisopod_status refuse(const Message& message, const char* function, std::string why);
  aisopod_status answer(uint64_t token, const aisopod_payload* payload);
  bool hand_over(uint64_t token, const JsonText& json);
  aisopod_status fail_with(uint64_t token, const aisopod_failure* from);
  aisopod_status end_without_memory(uint64_t token);
  aisopod_status take_failure(const aisopod_failure* from, Message& m, std::string& why) const;
  aisopod_status settle(const std::shared_ptr<Call>& call, Message&& message) noexcept
      AISOPOD_EXCLUDES(call->mutex);
  aisopod_status settle_without_memory(const std::shared_ptr<Call>& call) noexcept;
  void owe_end(const std::shared_ptr<Call>& call, aisopod_status status) noexcept
      AISOPOD_REQUIRES(call->mutex);
  void end_for_caller(const std::shared_ptr<Call>& call, aisopod_status why,
                      const char* text) noexcept AISOPOD_EXCLUDES(call->mutex);
  void report_lost(const std::shared_ptr<Call>& call, aisopod_status why, const char* text) noexcept
      AISOPOD_REQUIRES(call->mutex);
  void keep_ended(uint64_t token) noexcept AISOPOD_EXCLUDES(mutex_);
  void release_observer(Call& call, aisopod_status why) noexcept AISOPOD_REQUIRES(call.mutex);
  Invoked take_in(CallRequest&& request);
  Invoked lost(uint64_t token, aisopod_status status, std::string why);
  int64_t run(const std::shared_ptr<Call>& call, int64_t now);
  int64_t run_work_item(const std::shared_ptr<Call>& item);
  void run_inline(Registration& registration, CallRequest& request, Invoked& result);
  void finish_inline(InlineCall& own, aisopod_status status, const std::string& what);
  std::shared_ptr<Call> call_of(InlineCall& own, aisopod_status status) AISOPOD_EXCLUDES(mutex_);
  void restore_float_control(Registration& registration, const FloatControl& before);
  void note_time(Registration& registration, int64_t took_ns);
  InlineCall* claim_inline(uint64_t token) AISOPOD_EXCLUDES(mutex_);
  bool claim(InlineCall& own) AISOPOD_EXCLUDES(mutex_);
  std::shared_ptr<Call> make_findable(uint64_t token) AISOPOD_REQUIRES(mutex_);
  std::shared_ptr<Call> call_made_of(const InlineCall& own) AISOPOD_REQUIRES(mutex_);
  aisopod_status call_handler(Registration& registration, uint64_t token, uint32_t wants,
                              const std::string& method, const std::string& params,
                              std::string_view meta, int64_t timeout_ms, Tag tag,
                              InlineCall* inline_call, std::string& what) AISOPOD_EXCLUDES(mutex_);
  void release_place(const Call& call) { waiting_.release(call.queued_bytes); }
  aisopod_status enqueue(const std::shared_ptr<Call>& call, bool wake);
  std::string refusal(aisopod_status status) const;
  int64_t sweep();
  int64_t due_at(Call& call) AISOPOD_EXCLUDES(call.mutex);
  int64_t due_locked(const Call& call) const AISOPOD_REQUIRES(call.mutex);
  void overdue(const std::shared_ptr<Call>& call, int64_t now) AISOPOD_EXCLUDES(call->mutex);
  void watch_quietly(int64_t when);
  void returned(const std::shared_ptr<Call>& call, aisopod_status status, const std::string& what)
      AISOPOD_EXCLUDES(call->mutex);
  Message failure_of(uint64_t token, const Registration& registration, aisopod_status status,
                     const std::string& what) const;
  void note_reserved(const Registration& registration, aisopod_status status) const;

  Context& context_;
  const Registrations& registrations_;
  Instance* const instance_;
  const std::function<void(uint64_t, aisopod_status)> on_ended_;
  using Table = std::unordered_map<uint64_t, std::shared_ptr<Call>>;
  Mutex mutex_;  // held while inline_token_ is kAsked
  Table table_ AISOPOD_GUARDED_BY(mutex_);
  // Of a call taken out, for the next that comes in.
  Table::node_type spare_ AISOPOD_GUARDED_BY(mutex_);
  // The call whose inline handler runs, while no other thread knows of it. Most handlers only
  // answer it, so the host's thread needs no lock: the thread that changes the token has the call.
  std::atomic<uint64_t> inline_token_{0};
  InlineCall* inline_ =
      nullptr;  // read by the thread that has changed inline_token_ from its token
  // Ended for their callers, not answered by the plugin; bounded.
  std::deque<uint64_t> ended_ AISOPOD_GUARDED_BY(mutex_);
  Budget waiting_;
  CallCounters counters_;
  Lane serial_;
  Lane parallel_;
  Deadlines deadlines_;
};

}  // namespace aisopod
