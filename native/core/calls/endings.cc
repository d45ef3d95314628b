// How a call ends for its caller without an answer: cancelled, overdue, shut down; and how the
// plugin and its lane are notified.
#include <algorithm>
#include <array>
#include <exception>
#include <new>
#include <utility>

#include "core/calls/calls.h"
#include "core/host/read_struct.h"
#include "core/threads/guard.h"
#include "core/threads/thread_tag.h"

namespace aisopod {
namespace {

class Observer : public ObserverJob {
 public:
  Observer(Context& context, Instance* instance, aisopod_token call, const aisopod_observer& from)
      : context_(context), instance_(instance), call_(call), from_(from) {}

  void run() override {
    const TagScope scope(Tag::reply, instance_);
    std::string what;
    aisopod_cancellation cancellation = AISOPOD_INIT(aisopod_cancellation);
    cancellation.status = why;
    cancellation.token = call_;
    if (why != AISOPOD_OK && !guarded_void(what, [&] { from_.fn(from_.user, &cancellation); })) {
      context_.notice(AISOPOD_LOG_WARN, "a cancel observer ", what);
    }
    if (from_.release != nullptr && !guarded_void(what, [&] { from_.release(from_.user); })) {
      context_.notice(AISOPOD_LOG_WARN, "the release of a cancel observer ", what);
    }
  }

 private:
  Context& context_;
  Instance* const instance_;
  const aisopod_token call_;
  const aisopod_observer from_;
};

}  // namespace

void Calls::cancel(uint64_t token, aisopod_status why) {
  const std::shared_ptr<Call> call = find(token);
  if (call == nullptr) return;
  end_for_caller(call, why,
                 why == AISOPOD_E_TOO_LARGE ? "a chunk is longer than the host can hold in a string"
                                            : "the caller cancelled the call");
}

void Calls::report_lost(const std::shared_ptr<Call>& call, aisopod_status why,
                        const char* text) noexcept {
  try {
    Message m = context_.message(MessageType::lost, call->token);
    Fields<MessageType::lost> lost(m);
    lost.status() = why;
    lost.reason() = text;
    context_.push(std::move(m));
  } catch (const std::bad_alloc&) {
    owe_end(call, why);
  }
}

void Calls::end_for_caller(const std::shared_ptr<Call>& call, aisopod_status why,
                           const char* text) noexcept {
  Stage stage;
  {
    const MutexLock lock(call->mutex);
    if (call->answered || call->verdict.load() != AISOPOD_OK) return;
    call->verdict.store(why);
    if (why == AISOPOD_E_DEADLINE) counters_.met_deadline();  // before the host can read it
    if (why == AISOPOD_E_BUSY) counters_.refused();
    stage = call->stage;
    release_observer(*call, why);
    if (call->deadline == kNever) call->ended_at = now_ns();  // its handler overstays from now on
    if (stage != Stage::queued) report_lost(call, why, text);
  }
  if (stage == Stage::running) watch_quietly(due_at(*call));
  if (stage == Stage::queued) {  // the plugin has never seen it
    take(call->token);
    if (call->lane != nullptr && call->lane->remove(*call)) release_place(*call);
    const MutexLock lock(call->mutex);
    report_lost(call, why, text);  // last, since its caller may call again at once
  } else {
    keep_ended(call->token);
  }
  call->room.notify_all();
  on_ended_(call->token, why);
}

// The plugin may still check a call that ended for its caller; of those that it never answers only
// the newest are kept.
void Calls::keep_ended(uint64_t token) noexcept {
  std::shared_ptr<Call> oldest;  // released after the lock
  const MutexLock lock(mutex_);
  bool kept = true;
  try {
    ended_.push_back(token);
  } catch (const std::bad_alloc&) {  // what can't be remembered is not kept either
    kept = false;
  }
  if (kept && ended_.size() <= context_.limits.queue) return;
  const auto found = table_.find(kept ? ended_.front() : token);
  if (found != table_.end()) {
    oldest = std::move(found->second);
    table_.erase(found);
  }
  if (kept) ended_.pop_front();
}

aisopod_status Calls::on_cancel(uint64_t token, const aisopod_observer* from) {
  std::string why;
  aisopod_observer observer;
  aisopod_status status = read_struct(from, "aisopod_observer", 0, observer, why);
  if (status == AISOPOD_OK && observer.fn == nullptr) {
    status = AISOPOD_E_INVALID;
    why = "fn is NULL";
  }
  if (status != AISOPOD_OK) return context_.refusals.refuse("call_on_cancel", status, why);
  const std::shared_ptr<Call> call = find(token);
  if (call == nullptr) return AISOPOD_E_GONE;
  // What runs there later must fail for want of a thread or memory no more.
  auto made = std::make_unique<Observer>(context_, instance_, token, observer);
  context_.reply.start();
  const MutexLock lock(call->mutex);
  if (call->answered) return AISOPOD_E_GONE;
  if (const aisopod_status verdict = call->verdict.load(); verdict != AISOPOD_OK) return verdict;
  if (std::exchange(call->observed, true)) return AISOPOD_E_EXISTS;
  call->observer = std::move(made);
  return AISOPOD_OK;
}

// On the reply thread: the observer is given why, unless the call was simply answered, and
// released. With the call's lock held: once stop() has seen the call, nothing is on its way any
// more.
void Calls::release_observer(Call& call, aisopod_status why) noexcept {
  if (call.observer == nullptr) return;
  call.observer->why = why;
  context_.reply.push(std::unique_ptr<TaskThread::Job>(std::move(call.observer)));
}

// [timer's thread] Does what is due for all calls; the moment at which something is due next.
// Throws std::bad_alloc; what has been done by then is not due any more.
int64_t Calls::sweep() {
  const int64_t now = now_ns();
  int64_t next = kNever;
  std::vector<std::shared_ptr<Call>> due;
  const auto look_at = [&](const std::shared_ptr<Call>& call) {
    const int64_t when = due_at(*call);
    if (when <= now) due.push_back(call);
    else next = std::min(next, when);
  };
  for (Lane* const lane : {&serial_, &parallel_}) {
    for (const std::shared_ptr<Call>& call : lane->running()) look_at(call);
  }
  {
    const MutexLock lock(mutex_);
    for (const auto& [token, call] : table_) look_at(call);
  }
  for (const std::shared_ptr<Call>& call : due) {
    overdue(call, now);
    next = std::min(next, due_at(*call));
  }
  return next;
}

int64_t Calls::due_at(Call& call) {
  const MutexLock lock(call.mutex);
  return due_locked(call);
}

// When a call is due: at its deadline, and once more if its handler still runs then.
int64_t Calls::due_locked(const Call& call) const {
  const bool running = call.stage == Stage::running;
  if (!call.answered && call.verdict.load() == AISOPOD_OK) return call.deadline;
  const int64_t over = std::min(call.deadline, call.ended_at);
  if (!running || call.stuck || call.lane == nullptr || over == kNever) return kNever;
  return over + context_.limits.stuck_after_ms * kMillisecond;
}

// A work item runs again and again, each time with a deadline of its own: one that was due need not
// be any more: that is judged and acted on under one lock.
void Calls::overdue(const std::shared_ptr<Call>& call, int64_t now) {
  CallQueue refused;
  bool waited_for = false;
  {
    const MutexLock lock(call->mutex);
    if (due_locked(*call) > now) return;
    waited_for = !call->answered && call->verdict.load() == AISOPOD_OK;
    if (!waited_for) {
      call->stuck = true;
      refused = call->lane->set_stuck(*call, true);
      try {
        Message m = context_.message(MessageType::stuck);
        Fields<MessageType::stuck>(m).handler() = call->registration.name;
        context_.push(std::move(m));
      } catch (const std::bad_alloc&) {
        call->owes_stuck = true;
        context_.environment->outbox.owe(call);
      }
    }
  }
  refuse_all(std::move(refused));
  if (waited_for) end_for_caller(call, AISOPOD_E_DEADLINE, "the call met its deadline");
}

// Without a thread for the timer, or memory, the call is not watched, and everything else goes on.
void Calls::watch_quietly(int64_t when) {
  try {
    deadlines_.watch(when);
  } catch (const std::exception&) {
  }
}

void Calls::refuse_all(CallQueue refused) noexcept {
  while (const std::shared_ptr<Call> call = refused.pop()) {
    release_place(*call);
    end_for_caller(call, AISOPOD_E_BUSY, kStuckText);
  }
}

void Calls::stop() noexcept {
  for (Lane* const lane : {&serial_, &parallel_}) {
    CallQueue left = lane->stop();
    while (const std::shared_ptr<Call> call = left.pop()) {
      if (call->work == nullptr) release_place(*call);
    }
  }
  // 64 at a time, which takes no memory. The loop ends, since it skips a call that has ended.
  std::array<std::shared_ptr<Call>, 64> open;
  for (size_t n = open.size(); n == open.size();) {
    n = 0;
    {
      const MutexLock lock(mutex_);
      for (auto each = table_.begin(); each != table_.end() && n < open.size(); ++each) {
        if (each->second->verdict.load() == AISOPOD_OK) open[n++] = each->second;
      }
    }
    for (size_t i = 0; i < n; ++i)
      end_for_caller(open[i], AISOPOD_E_STATE, "the plugin is shutting down");
  }
}

void Calls::finish() {
  serial_.join();
  parallel_.join();
  deadlines_.stop();
  const MutexLock lock(mutex_);
  table_.clear();
}

}  // namespace aisopod
