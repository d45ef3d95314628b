// How a call ends for its caller without an answer: cancelled, overdue, shut down; and what the
// plugin and its lane are told of that.
#include <algorithm>
#include <system_error>
#include <utility>

#include "core/calls/calls.h"
#include "core/host/read_struct.h"
#include "core/threads/guard.h"
#include "core/threads/thread_tag.h"

namespace aisopod {

void Calls::cancel(uint64_t token, aisopod_status why) {
  const std::shared_ptr<Call> call = find(token);
  if (call != nullptr) tell(call, why, "the caller cancelled the call");
}

void Calls::tell(const std::shared_ptr<Call>& call, aisopod_status why, const std::string& text) {
  Stage stage;
  {
    const std::lock_guard lock(call->mutex);
    if (call->answered || call->verdict.load() != AISOPOD_OK) return;
    call->verdict.store(why);
    stage = call->stage;
    release_observer(*call, why);
    if (call->deadline == kNever) call->ended_at = now_ns();  // its handler overstays from now on
    Message m = context_.message(MessageType::lost, call->token);
    m.status = why;
    m.a = text;
    context_.push(std::move(m));
  }
  if (stage == Stage::running) watch_quietly(due_at(*call));
  if (stage == Stage::queued) {  // the plugin has never heard of it
    take(call->token);
    if (call->lane != nullptr && call->lane->remove(call)) leave_queue(*call);
  } else {
    keep_told(call->token);
  }
  call->room.notify_all();
  told_hook_(call->token, why);
}

// The plugin may still ask about a call that ended for its caller; of those that it never answers
// only the newest are kept.
void Calls::keep_told(uint64_t token) {
  std::shared_ptr<Call> oldest;  // released after the lock
  const std::lock_guard lock(mutex_);
  told_.push_back(token);
  if (told_.size() <= context_.limits.queue) return;
  const auto found = table_.find(told_.front());
  if (found != table_.end()) {
    oldest = std::move(found->second);
    table_.erase(found);
  }
  told_.pop_front();
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
  context_.reply.start();  // what runs there later must not fail for want of a thread
  const std::lock_guard lock(call->mutex);
  if (call->answered) return AISOPOD_E_GONE;
  if (const aisopod_status verdict = call->verdict.load(); verdict != AISOPOD_OK) return verdict;
  if (std::exchange(call->observed, true)) return AISOPOD_E_EXISTS;
  call->observer = {observer.fn, observer.user, observer.release};
  return AISOPOD_OK;
}

// On the reply thread: the observer is given why, unless the call was simply answered, and
// released. Under the call's lock: once stop() has seen the call, nothing is on its way any more.
void Calls::release_observer(Call& call, aisopod_status why) {
  const CallObserver observer = std::exchange(call.observer, {});
  if (observer.fn == nullptr || (why == AISOPOD_OK && observer.release == nullptr)) return;
  context_.reply.push([this, observer, token = call.token, why] {
    const TagScope scope(Tag::reply, instance_);
    std::string what;
    aisopod_cancellation cancellation = AISOPOD_INIT(aisopod_cancellation);
    cancellation.status = why;
    cancellation.token = token;
    if (why != AISOPOD_OK &&
        !guarded_void(what, [&] { observer.fn(observer.user, &cancellation); })) {
      context_.notice(AISOPOD_LOG_WARN, "a cancel observer " + what);
    }
    if (observer.release != nullptr &&
        !guarded_void(what, [&] { observer.release(observer.user); })) {
      context_.notice(AISOPOD_LOG_WARN, "the release of a cancel observer " + what);
    }
  });
}

// [timer's thread] Does what is due for all calls; the moment at which something is due next.
int64_t Calls::sweep() {
  std::vector<std::shared_ptr<Call>> calls = serial_.running();
  for (std::shared_ptr<Call>& call : parallel_.running()) calls.push_back(std::move(call));
  {
    const std::lock_guard lock(mutex_);
    for (const auto& [token, call] : table_) calls.push_back(call);
  }
  const int64_t now = now_ns();
  int64_t next = kNever;
  for (const std::shared_ptr<Call>& call : calls) {
    if (due_at(*call) <= now) overdue(call);
    next = std::min(next, due_at(*call));
  }
  return next;
}

// When a call is due: at its deadline, and once more if its handler still runs then.
int64_t Calls::due_at(Call& call) {
  const std::lock_guard lock(call.mutex);
  const bool running = call.stage == Stage::running;
  if (!call.answered && call.verdict.load() == AISOPOD_OK) return call.deadline;
  const int64_t over = std::min(call.deadline, call.ended_at);
  if (!running || call.stuck || call.lane == nullptr || over == kNever) return kNever;
  return over + context_.limits.stuck_after_ms * kMillisecond;
}

void Calls::overdue(const std::shared_ptr<Call>& call) {
  bool waited_for = false;
  {
    const std::lock_guard lock(call->mutex);
    waited_for = !call->answered && call->verdict.load() == AISOPOD_OK;
  }
  if (waited_for) tell(call, AISOPOD_E_DEADLINE, "the call met its deadline");
  else mark_stuck(call);
}

// Without a thread for the timer the call is not watched, and everything else goes on.
void Calls::watch_quietly(int64_t when) {
  try {
    deadlines_.watch(when);
  } catch (const std::system_error&) {
  }
}

void Calls::mark_stuck(const std::shared_ptr<Call>& call) {
  std::deque<std::shared_ptr<Call>> waiting;
  {
    const std::lock_guard lock(call->mutex);
    if (call->stage != Stage::running || call->lane == nullptr) return;
    call->stuck = true;
    waiting = call->lane->count_stuck(+1);
    Message m = context_.message(MessageType::stuck);
    m.a = call->registration.name;
    context_.push(std::move(m));
  }
  for (const std::shared_ptr<Call>& other : waiting) {
    leave_queue(*other);
    tell(other, AISOPOD_E_BUSY, kStuckText);
  }
}

void Calls::stop() {
  for (Lane* const lane : {&serial_, &parallel_}) {
    for (const std::shared_ptr<Call>& call : lane->stop()) {
      if (call->turns == nullptr) leave_queue(*call);
    }
  }
  std::vector<std::shared_ptr<Call>> open;
  {
    const std::lock_guard lock(mutex_);
    for (const auto& [token, call] : table_) open.push_back(call);
  }
  for (const std::shared_ptr<Call>& call : open) {
    tell(call, AISOPOD_E_STATE, "the plugin is shutting down");
  }
}

void Calls::finish() {
  serial_.join();
  parallel_.join();
  deadlines_.stop();
  const std::lock_guard lock(mutex_);
  table_.clear();
}

}  // namespace aisopod
