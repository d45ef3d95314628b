// request(), and how a request comes to its end. What waits for responses is in request_wait.cc.
#include "core/requests/requests.h"

#include <algorithm>
#include <array>
#include <cstring>
#include <exception>
#include <new>
#include <utility>

#include "core/calls/calls.h"
#include "core/host/plugin_text.h"
#include "core/host/read_struct.h"
#include "core/instance/instance.h"
#include "core/instance/parent.h"
#include "core/threads/guard.h"
#include "core/threads/thread_tag.h"

namespace aisopod {
namespace {

constexpr size_t kMethodLength = 256;
constexpr const char* kParentEnded = "the call that the request was made for has ended";

// 0 is the rest of the parent's time, or the default where that has none; -1 the parent's time
// only.
int64_t deadline_for(int64_t timeout_ms, int64_t parents, int64_t default_ms) {
  if (timeout_ms > 0) return std::min(after_ms(timeout_ms), parents);
  if (timeout_ms < 0 || parents != kNever) return parents;
  return after_ms(default_ms);
}

double limit_in_ms(int64_t deadline) {
  if (deadline == kNever) return -1;
  return static_cast<double>(std::max<int64_t>(0, (deadline - now_ns()) / kMillisecond));
}

}  // namespace

void Request::fire() { owner_->requests.expire(token); }

bool Request::take_next(Message& message) noexcept {
  message.instance = owner_->id();
  message.token = token;
  int reads = owed_reads.load();
  while (reads > 0 && !owed_reads.compare_exchange_weak(reads, reads - 1)) {
  }
  message.type = reads > 0 ? MessageType::response_read : MessageType::request_ended;
  return reads > 0 || owes_end.exchange(false);
}

void Handover::run() { instance_->requests.hand_over(*this); }

aisopod_status Requests::request(const aisopod_request* from, uint64_t* out) {
  std::string params, why;
  const auto refused = [&](aisopod_status status) {
    return context_.refusals.refuse("request", status, why);
  };
  aisopod_request given;
  aisopod_status status = read_struct(from, "aisopod_request", AISOPOD_REQUEST_STREAM, given, why);
  if (status == AISOPOD_OK) status = check(given, params, why);
  if (status != AISOPOD_OK) return refused(status);
  if (!context_.may_request()) return AISOPOD_E_STATE;
  Parent parent;
  status = instance_->find_parent(given.parent, parent, why);
  if (status != AISOPOD_OK) return refused(status);
  const int64_t deadline =
      deadline_for(given.timeout_ms, parent.deadline, context_.limits.request_ms);

  auto made = std::make_shared<Request>(instance_->shared_from_this());
  made->token = next_token();
  made->parent = parent.token;
  made->stream = (given.flags & AISOPOD_REQUEST_STREAM) != 0;
  made->fn = given.fn;
  made->user = given.user;
  made->release = given.release;
  Message m = context_.message(MessageType::request, made->token);
  Fields<MessageType::request> fields(m);
  fields.parent() = parent.token;
  fields.flags() = static_cast<int32_t>(given.flags);
  fields.limit_ms() = limit_in_ms(deadline);
  fields.method() = given.method;
  fields.params() = std::move(params);
  fields.meta() = std::move(parent.meta);
  m.budget_bytes = fields.method().size() + fields.params().size() + fields.meta().size();
  // What runs there later must not fail for want of a thread or memory.
  if (made->fn != nullptr || made->release != nullptr) {
    auto last = std::make_unique<Handover>(instance_);
    if (!context_.reply.start()) return AISOPOD_E_STATE;
    const MutexLock lock(mutex_);
    made->state.under(mutex_).last = std::move(last);
  }
  status = open(made, std::move(m), deadline, out, why);
  if (status == AISOPOD_OK) end_with_parent(*made);
  return status;
}

aisopod_status Requests::check(const aisopod_request& from, std::string& params,
                               std::string& why) const {
  if (from.timeout_ms < -1) {
    why = "timeout_ms is below -1";
    return AISOPOD_E_INVALID;
  }
  if (from.method == nullptr || from.method[0] == '\0' ||
      strnlen(from.method, kMethodLength + 1) > kMethodLength) {
    why = "the method is empty or longer than 256 bytes";
    return AISOPOD_E_INVALID;
  }
  return take_payload(from.params, context_.limits.payload_bytes, params, why);
}

// Entered, announced and known to the caller in one step: what ends it comes after that.
aisopod_status Requests::open(const std::shared_ptr<Request>& made, Message&& announcement,
                              int64_t deadline, uint64_t* out, std::string& why) {
  const MutexLock lock(mutex_);
  if (closed_) return AISOPOD_E_STATE;
  const Limits& limits = context_.limits;
  if (table_.size() >= limits.queue ||
      !unread_->take(announcement.budget_bytes, limits.queue, limits.queue_bytes)) {
    why = "too many requests are open";
    return AISOPOD_E_AGAIN;
  }
  const size_t bytes = announcement.budget_bytes;
  try {
    table_.emplace(made->token, made);
    context_.environment->timer.arm(made, deadline);
  } catch (...) {
    table_.erase(made->token);
    unread_->release(bytes);
    throw;
  }
  announcement.budget = unread_;
  try {
    context_.push(std::move(announcement));
  } catch (...) {  // it has given its place back
    table_.erase(made->token);
    context_.environment->timer.cancel(*made);
    throw;
  }
  if (out != nullptr) *out = made->token;
  return AISOPOD_OK;
}

// The parent may have ended while the request was entered; then nothing else would end it.
void Requests::end_with_parent(const Request& made) {
  if (made.parent == 0) return;
  int64_t ignored = 0;
  const aisopod_status status = calls_.deadline_of(made.parent, ignored);
  if (status != AISOPOD_OK && status != AISOPOD_E_GONE) {  // GONE: it was answered, or is no call
    end(made.token, status, kParentEnded);
  }
}

void Requests::expire(uint64_t token) {
  {
    const MutexLock lock(mutex_);
    const auto found = table_.find(token);
    if (found == table_.end()) return;
    const Request::State& state = found->second->state.under(mutex_);
    if (state.complete) {
      if (now_ns() < state.overdue_at) return;  // its deadline, which it has just met
      context_.notice(AISOPOD_LOG_WARN, "a response to request ", std::to_string(token),
                      " lies uncollected; collect it with request_wait(), or cancel() it");
      return;
    }
  }
  end(token, AISOPOD_E_DEADLINE, "the request exceeded its deadline");
}

// Ends them 64 at a time, so that it takes no memory. The loop ends, since an ended one is skipped.
void Requests::parent_ended(uint64_t call, aisopod_status why) noexcept {
  std::array<uint64_t, 64> children{};
  for (size_t n = children.size(); n == children.size();) {
    n = 0;
    {
      const MutexLock lock(mutex_);
      for (auto each = table_.begin(); each != table_.end() && n < children.size(); ++each) {
        const Request& request = *each->second;
        if (request.parent == call && !request.state.under(mutex_).complete) {
          children[n++] = each->first;
        }
      }
    }
    for (size_t i = 0; i < n; ++i) end(children[i], why, kParentEnded);
  }
}

void Requests::begin_shutdown() {
  const MutexLock lock(mutex_);
  shutting_down_ = true;
  for (const auto& [token, request] : table_) request->changed.notify_all();
}

void Requests::finish() {
  for (;;) {
    uint64_t token = 0;
    {
      const MutexLock lock(mutex_);
      closed_ = true;
      const auto first = table_.begin();
      if (first == table_.end()) return;
      if (first->second->fn == nullptr) {
        drop(first);
        continue;
      }
      token = first->first;
    }
    end(token, AISOPOD_E_GONE, "the plugin is shutting down");
  }
}

void Requests::respond(uint64_t token, Response response, bool more) noexcept {
  if (!more) {
    complete(token, std::move(response), false);
    return;
  }
  try {
    const MutexLock lock(mutex_);
    const auto found = table_.find(token);
    if (found == table_.end() || found->second->state.under(mutex_).complete) return;
    if (found->second->stream) deliver(found->second, std::move(response));
    else report(found->second, MessageType::response_read);  // only the last response is wanted
    return;
  } catch (const std::bad_alloc&) {
  }
  end_without_memory(token);
}

void Requests::end_without_memory(uint64_t token) noexcept {
  end(token, AISOPOD_E_NOMEM, kNoMemory);
}

// Hands over the last response of a request, and reports its end to the host if `to_report` is set,
// in one step: no partial response comes after that, and finish() finds nothing half done.
bool Requests::complete(uint64_t token, Response response, bool to_report) noexcept {
  std::shared_ptr<Request> request;
  {
    const MutexLock lock(mutex_);
    const auto found = table_.find(token);
    if (found == table_.end()) return false;
    request = found->second;
    Request::State& state = request->state.under(mutex_);
    if (std::exchange(state.complete, true)) return false;
    if (request->fn != nullptr) {
      table_.erase(found);
      state.last->response = std::move(response);
      push(request, std::move(state.last));
    } else {
      state.final_response = std::move(response);
      request->changed.notify_all();
    }
    if (to_report) report(request, MessageType::request_ended);
    if (request->fn == nullptr) watch_uncollected(request);
  }
  if (request->fn != nullptr) context_.environment->timer.cancel(*request);
  return true;
}

// Reports to the host, which must receive it.
void Requests::report(const std::shared_ptr<Request>& request, MessageType type) noexcept {
  try {
    context_.push(context_.message(type, request->token));
  } catch (const std::bad_alloc&) {
    if (type == MessageType::response_read) ++request->owed_reads;
    else request->owes_end = true;
    context_.environment->outbox.owe(request);
  }
}

// In place of its deadline. Collecting the response ends it.
void Requests::watch_uncollected(const std::shared_ptr<Request>& request) {
  const int64_t overdue_at = after_ms(context_.limits.uncollected_ms);
  request->state.under(mutex_).overdue_at = overdue_at;
  try {
    context_.environment->timer.arm(request, overdue_at);
  } catch (const std::exception&) {  // then it is not reported
  }
}

// Ends a request before the host has responded to it.
bool Requests::end(uint64_t token, aisopod_status status, const char* message) noexcept {
  Response response;
  response.status = status;
  quietly([&] { response.message = message; });
  return complete(token, std::move(response), true);
}

// A request without fn is over, whatever has come for it. What it has handed over is released on
// the reply thread.
void Requests::drop(Place place) {
  const std::shared_ptr<Request> request = place->second;
  table_.erase(place);
  Request::State& state = request->state.under(mutex_);
  if (!state.complete) report(request, MessageType::request_ended);
  state.complete = true;
  state.partial.clear();
  request->changed.notify_all();
  context_.environment->timer.cancel(*request);
  if (request->release != nullptr) push(request, std::move(state.last));
}

// A partial response, which runs on the reply thread, or wakes a thread that waits.
void Requests::deliver(const std::shared_ptr<Request>& request, Response response) {
  if (request->fn == nullptr) {
    request->state.under(mutex_).partial.push_back(std::move(response));
    request->changed.notify_all();
    return;
  }
  auto handover = std::make_unique<Handover>(instance_);
  handover->response = std::move(response);
  handover->more = true;
  push(request, std::move(handover));
}

void Requests::push(const std::shared_ptr<Request>& request,
                    std::unique_ptr<Handover> handover) noexcept {
  handover->request = request;
  context_.reply.push(std::unique_ptr<TaskThread::Job>(std::move(handover)));
}

// [reply]
void Requests::hand_over(Handover& handover) {
  const std::shared_ptr<Request> request = std::move(handover.request);
  const bool more = handover.more;
  const TagScope scope(Tag::reply, instance_);
  std::string what;
  if (request->fn != nullptr) {
    const OwnedResponse owned(request->token, std::move(handover.response), more);
    if (!guarded_void(what, [&] { request->fn(request->user, owned.view()); })) {
      context_.notice(AISOPOD_LOG_WARN, "a response function ", what);
    }
  }
  if (more) {
    report(request, MessageType::response_read);
  } else if (request->release != nullptr &&
             !guarded_void(what, [&] { request->release(request->user); })) {
    context_.notice(AISOPOD_LOG_WARN, "the release of a request ", what);
  }
}

}  // namespace aisopod
