#include "core/calls/calls.h"

#include <algorithm>
#include <system_error>
#include <utility>

#include "core/calls/handler_return.h"
#include "core/host/plugin_error.h"
#include "core/instance/instance.h"
#include "core/threads/guard.h"
#include "core/threads/thread_tag.h"

namespace aisopod {

Calls::Calls(Context& context, const Registrations& registrations, Instance* instance,
             std::function<void(uint64_t, aisopod_status)> told)
    : context_(context),
      registrations_(registrations),
      instance_(instance),
      told_hook_(std::move(told)),
      serial_(thread_name(context.plugin, "wrk"), 1,
              [this](const std::shared_ptr<Call>& call) { run(call); }),
      parallel_(thread_name(context.plugin, "par"), context.limits.parallel_workers,
                [this](const std::shared_ptr<Call>& call) { run(call); }),
      deadlines_(context.environment->timer, instance, [this] { return sweep(); }) {}

Invoked Calls::invoke(CallRequest&& request) {
  Invoked result;
  result.token = next_token();
  const auto lost = [&](aisopod_status status, std::string why) {
    result.settled = true;
    result.message = context_.message(MessageType::lost, result.token);
    result.message.status = status;
    result.message.a = std::move(why);
    return std::move(result);
  };
  if (context_.closing.load() || context_.phase.load() != Phase::serving) {
    return lost(AISOPOD_E_STATE, "the plugin is not serving");
  }
  Registration* const registration = registrations_.find(request.registration);
  if (registration == nullptr) return lost(AISOPOD_E_NOT_FOUND, "no such registration");
  if (request.params.size() > context_.limits.payload_bytes) {
    return lost(AISOPOD_E_TOO_LARGE, "the arguments have " + std::to_string(request.params.size()) +
                                         " bytes, over the limit of " +
                                         std::to_string(context_.limits.payload_bytes));
  }

  if (registration->has(AISOPOD_F_INLINE)) {
    run_inline(*registration, request, result);
    return result;
  }
  auto call = std::make_shared<Call>(result.token, *registration);
  call->method = std::move(request.method);
  call->params = std::move(request.params);
  call->meta = std::move(request.meta);
  call->wants = request.wants;
  call->deadline = after_ms(request.timeout_ms);
  call->lane = registration->has(AISOPOD_F_PARALLEL) ? &parallel_ : &serial_;
  call->queued_bytes = call->params.size() + call->meta.size();
  enter(call);  // complete, since from now on the timer's thread finds it

  aisopod_status status = AISOPOD_E_AGAIN;
  const bool has_place =
      waiting_.take(call->queued_bytes, context_.limits.queue, context_.limits.queue_bytes);
  if (has_place) {
    result.unwoken = !request.wake && call->lane == &serial_;
    status = enqueue(call, !result.unwoken);
  }
  if (status == AISOPOD_OK) return result;
  const std::string why = refusal(status);
  if (has_place) leave_queue(*call);
  take(call->token);
  {
    const std::lock_guard lock(call->mutex);
    if (call->verdict.load() != AISOPOD_OK) return result;  // its deadline was reported already
    call->answered = true;
  }
  return lost(status, why);
}

// [host's thread]
aisopod_status Calls::enqueue(const std::shared_ptr<Call>& call, bool wake) {
  try {
    deadlines_.watch(call->deadline);
    return call->lane->push(call, wake);
  } catch (const std::system_error&) {
    return AISOPOD_E_NOMEM;
  }
}

std::string Calls::refusal(aisopod_status status) const {
  switch (status) {
    case AISOPOD_E_AGAIN:
      return std::to_string(waiting_.count()) + " calls with " + std::to_string(waiting_.bytes()) +
             " bytes of arguments are waiting already";
    case AISOPOD_E_BUSY: return kStuckText;
    case AISOPOD_E_NOMEM: return "no thread can be started for the call";
    default: return "the plugin is shutting down";
  }
}

// [worker]
void Calls::run(const std::shared_ptr<Call>& call) {
  if (call->turns != nullptr) return run_turn(call);
  leave_queue(*call);
  {
    const std::lock_guard lock(call->mutex);
    if (call->answered || call->verdict.load() != AISOPOD_OK) return;  // ended while it waited
    call->stage = Stage::running;
    if (call->meta.empty()) call->meta = Meta::made();
  }
  int64_t left_ms = -1;
  if (call->deadline != kNever) {
    left_ms = std::max<int64_t>(0, (call->deadline - now_ns()) / kMillisecond);
  }
  std::string what;
  const aisopod_status status =
      call_handler(call->registration, call->token, call->wants, call->method, call->params,
                   call->meta, left_ms, Tag::worker, nullptr, what);
  returned(call, status, what);
}

aisopod_status Calls::call_handler(Registration& registration, uint64_t token, uint32_t wants,
                                   const std::string& method, const std::string& params,
                                   std::string_view meta, int64_t timeout_ms, Tag tag,
                                   InlineCall* inline_call, std::string& what) {
  aisopod_payload payload = AISOPOD_INIT(aisopod_payload);
  payload.json = params.c_str();
  payload.len = params.size();
  aisopod_call call = AISOPOD_INIT(aisopod_call);
  call.flags = wants & (AISOPOD_CALL_CHUNKS | AISOPOD_CALL_PROGRESS);
  call.token = token;
  call.timeout_ms = timeout_ms;
  call.kind = registration.kind.c_str();
  call.name = registration.name.c_str();
  call.method = method.c_str();
  call.params = &payload;
  call.meta = meta.data();
  call.meta_len = meta.size();
  const TagScope scope(tag, instance_, token, inline_call);
  return guarded(what, [&] { return registration.fn(registration.user, &call); });
}

// The handler, or what had a turn, has returned. PENDING leaves a call as it is: answered
// elsewhere, later or already. Anything else ends one that is not answered.
void Calls::returned(const std::shared_ptr<Call>& call, aisopod_status status,
                     const std::string& what) {
  bool was_stuck = false;
  {
    const std::lock_guard lock(call->mutex);
    call->stage = Stage::returned;
    was_stuck = std::exchange(call->stuck, false);
    if (was_stuck) call->lane->count_stuck(-1);
  }
  call->params = {};
  if (was_stuck) context_.push(context_.message(MessageType::unstuck));
  if (call->turns != nullptr || status == AISOPOD_PENDING) return;
  if (take(call->token) == nullptr) return note_reserved(call->registration, status);
  settle(call, failure_of(call->token, call->registration, status, what));
}

// What its caller is given for a call that its handler has not answered.
Message Calls::failure_of(uint64_t token, const Registration& registration, aisopod_status status,
                          const std::string& what) const {
  note_reserved(registration, status);
  Message m = context_.message(
      status == AISOPOD_OK ? MessageType::unanswered : MessageType::failure, token);
  m.status = status < 0 ? status : AISOPOD_E_FAIL;
  m.a = handler_returned(registration.name, status, what);
  return m;
}

// A status that the header keeps for later minors is logged, since after an answer it changes
// nothing.
void Calls::note_reserved(const Registration& registration, aisopod_status status) const {
  if (status <= 0) return;
  context_.notice(AISOPOD_LOG_WARN, handler_returned(registration.name, status, {}));
}

void Calls::enter(const std::shared_ptr<Call>& call) {
  const std::lock_guard lock(mutex_);
  if (spare_.empty()) {
    table_.emplace(call->token, call);
    return;
  }
  spare_.key() = call->token;
  spare_.mapped() = call;
  table_.insert(std::move(spare_));
}

std::shared_ptr<Call> Calls::find(uint64_t token) {
  const std::lock_guard lock(mutex_);
  const auto found = table_.find(token);
  if (found != table_.end()) return found->second;
  return inline_ != nullptr && inline_->token == token ? make_findable() : nullptr;
}

// Taking a call out is what makes an answer the only one.
std::shared_ptr<Call> Calls::take(uint64_t token) {
  const std::lock_guard lock(mutex_);
  if (inline_ != nullptr && inline_->token == token) make_findable();
  const auto found = table_.find(token);
  if (found == table_.end()) return nullptr;
  auto node = table_.extract(found);
  std::shared_ptr<Call> call = std::move(node.mapped());
  if (spare_.empty()) spare_ = std::move(node);
  return call;
}

}  // namespace aisopod
