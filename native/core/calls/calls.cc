#include "core/calls/calls.h"

#include <algorithm>
#include <exception>
#include <new>
#include <utility>

#include "core/calls/call_blocks.h"
#include "core/calls/handler_return.h"
#include "core/host/plugin_error.h"
#include "core/instance/instance.h"
#include "core/threads/guard.h"
#include "core/threads/thread_tag.h"

namespace aisopod {

namespace {

// Calls within calls are no deeper: CALL_DEPTH_LIMIT of src/instance/call-depth.ts.
constexpr size_t kSerialSpares = 16;

}  // namespace

Calls::Calls(Context& context, const Registrations& registrations, Instance* instance,
             std::function<void(uint64_t, aisopod_status)> on_ended)
    : context_(context),
      registrations_(registrations),
      instance_(instance),
      on_ended_(std::move(on_ended)),
      serial_(Lane::Kind::serial, thread_name(context.plugin, "wrk"), 1, kSerialSpares,
              [this](const std::shared_ptr<Call>& call, int64_t now) { return run(call, now); }),
      parallel_(Lane::Kind::parallel, thread_name(context.plugin, "par"),
                context.limits.parallel_workers, context.limits.parallel_workers,
                [this](const std::shared_ptr<Call>& call, int64_t now) { return run(call, now); }),
      deadlines_(context.environment->timer, instance, [this] { return sweep(); }) {}

Invoked Calls::invoke(CallRequest&& request) noexcept {
  try {
    return take_in(std::move(request));
  } catch (const std::bad_alloc&) {
    counters_.refused();
    return lost(next_token(), AISOPOD_E_NOMEM, kNoMemory);
  }
}

Invoked Calls::lost(uint64_t token, aisopod_status status, std::string why) {
  Invoked result;
  result.token = token;
  result.settled = true;
  result.message = context_.message(MessageType::lost, token);
  Fields<MessageType::lost> lost(result.message);
  lost.status() = status;
  lost.reason() = std::move(why);
  return result;
}

Invoked Calls::take_in(CallRequest&& request) {
  Invoked result;
  result.token = next_token();
  if (context_.closing.load() || context_.phase.load() != Phase::serving) {
    return lost(result.token, AISOPOD_E_STATE, "the plugin is not serving");
  }
  Registration* const registration = registrations_.find(request.registration);
  if (registration == nullptr) {
    return lost(result.token, AISOPOD_E_NOT_FOUND, "no such registration");
  }
  if (request.params.size() > context_.limits.payload_bytes) {
    return lost(result.token, AISOPOD_E_TOO_LARGE,
                "the arguments have " + std::to_string(request.params.size()) +
                    " bytes, over the limit of " + std::to_string(context_.limits.payload_bytes));
  }

  if (registration->has(AISOPOD_F_INLINE)) {
    run_inline(*registration, request, result);
    return result;
  }
  auto call =
      std::allocate_shared<Call>(CallAllocator<Call>(), context_.id, result.token, *registration);
  call->method = std::move(request.method);
  call->params = std::move(request.params);
  call->meta = std::move(request.meta);
  call->wants = request.wants;
  call->ancestors = std::move(request.ancestors);
  call->begun = now_ns();
  call->deadline = after_ms(request.timeout_ms, call->begun);
  call->lane = registration->has(AISOPOD_F_PARALLEL) ? &parallel_ : &serial_;
  call->queued_bytes = call->params.size() + call->meta.size();
  insert(call);  // complete, since from now on the timer's thread finds it

  aisopod_status status = AISOPOD_E_AGAIN;
  const bool has_place =
      waiting_.take(call->queued_bytes, context_.limits.queue, context_.limits.queue_bytes);
  if (has_place) {
    result.unwoken = !request.wake && call->lane == &serial_;
    status = enqueue(call, !result.unwoken);
  }
  if (status == AISOPOD_OK) return result;
  std::string why = kNoMemory;
  quietly([&] { why = refusal(status); });
  if (has_place) release_place(*call);
  take(call->token);
  {
    const MutexLock lock(call->mutex);
    if (call->verdict.load() != AISOPOD_OK) return result;  // its deadline was reported already
    call->answered = true;
  }
  counters_.refused();
  return lost(result.token, status, std::move(why));
}

// [host's thread]
aisopod_status Calls::enqueue(const std::shared_ptr<Call>& call, bool wake) {
  try {
    deadlines_.watch(call->deadline);
    return call->lane->push(call, wake);
  } catch (const std::exception&) {  // no thread, or no memory
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
int64_t Calls::run(const std::shared_ptr<Call>& call, int64_t now) {
  if (call->work != nullptr) return run_work_item(call);
  release_place(*call);
  bool has_meta = true;
  {
    const MutexLock lock(call->mutex);
    if (call->answered || call->verdict.load() != AISOPOD_OK) return 0;  // ended while it waited
    call->stage = Stage::running;
    try {
      if (call->meta.empty()) call->meta = Meta::made();
    } catch (const std::bad_alloc&) {
      has_meta = false;
    }
  }
  // It may have come in after that look.
  const int64_t begun = std::max(now == 0 ? now_ns() : now, call->begun);
  counters_.began(begun - call->begun);
  if (!has_meta) {
    returned(call, AISOPOD_PENDING, {});
    if (take(call->token) != nullptr) settle_without_memory(call);
    return 0;
  }
  int64_t left_ms = -1;
  if (call->deadline != kNever) {
    left_ms = std::max<int64_t>(0, (call->deadline - begun) / kMillisecond);
  }
  std::string what;
  const RunningScope here(*this, *call);
  const aisopod_status status =
      call_handler(call->registration, call->token, call->wants, call->method, call->params,
                   call->meta, left_ms, Tag::worker, nullptr, what);
  const int64_t ended = now_ns();
  counters_.ended(ended - begun);
  returned(call, status, what);
  return ended;
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

// The handler, or the work item, has returned. PENDING leaves a call as it is: answered
// elsewhere, later or already. Anything else ends one that is not answered.
void Calls::returned(const std::shared_ptr<Call>& call, aisopod_status status,
                     const std::string& what) {
  bool answered = false;
  {
    const MutexLock lock(call->mutex);
    call->stage = Stage::returned;
    answered = call->answered;
    if (std::exchange(call->stuck, false)) {
      call->lane->set_stuck(*call, false);
      try {
        context_.push(context_.message(MessageType::unstuck));
      } catch (const std::bad_alloc&) {
        call->owes_unstuck = true;
        context_.environment->outbox.owe(call);
      }
    }
  }
  call->params = {};
  if (call->work != nullptr || status == AISOPOD_PENDING) return;
  if (answered || take(call->token) == nullptr) return note_reserved(call->registration, status);
  try {
    settle(call, failure_of(call->token, call->registration, status, what));
  } catch (const std::bad_alloc&) {
    settle_without_memory(call);
  }
}

// What its caller is given for a call that its handler has not answered.
Message Calls::failure_of(uint64_t token, const Registration& registration, aisopod_status status,
                          const std::string& what) const {
  note_reserved(registration, status);
  std::string text = handler_returned(registration.name, status, what);
  if (status == AISOPOD_OK) {
    Message m = context_.message(MessageType::unanswered, token);
    Fields<MessageType::unanswered> fields(m);
    fields.status() = AISOPOD_E_FAIL;
    fields.reason() = std::move(text);
    return m;
  }
  Message m = context_.message(MessageType::failure, token);
  Fields<MessageType::failure> fields(m);
  fields.status() = status < 0 ? status : AISOPOD_E_FAIL;
  fields.message() = std::move(text);
  return m;
}

// A status that the header keeps for later minors is logged, since after an answer it changes
// nothing.
void Calls::note_reserved(const Registration& registration, aisopod_status status) const {
  if (status <= 0) return;
  quietly(
      [&] { context_.notice(AISOPOD_LOG_WARN, handler_returned(registration.name, status, {})); });
}

void Calls::insert(const std::shared_ptr<Call>& call) {
  const MutexLock lock(mutex_);
  if (spare_.empty()) {
    table_.emplace(call->token, call);
    return;
  }
  spare_.key() = call->token;
  spare_.mapped() = call;
  try {
    table_.insert(std::move(spare_));
  } catch (const std::bad_alloc&) {  // the table has no room for one more, and the node is ours
    spare_.mapped() = nullptr;
    throw;
  }
}

std::shared_ptr<Call> Calls::find(uint64_t token) {
  const MutexLock lock(mutex_);
  const auto found = table_.find(token);
  return found != table_.end() ? found->second : make_findable(token);
}

// Taking a call out is what makes an answer the only one. Throws std::bad_alloc for the token of an
// inline call of another thread only.
std::shared_ptr<Call> Calls::take(uint64_t token) {
  const MutexLock lock(mutex_);
  auto found = table_.find(token);
  if (found == table_.end() && make_findable(token) != nullptr) found = table_.find(token);
  if (found == table_.end()) return nullptr;
  auto node = table_.extract(found);
  std::shared_ptr<Call> call = std::move(node.mapped());
  if (spare_.empty()) spare_ = std::move(node);
  return call;
}

}  // namespace aisopod
