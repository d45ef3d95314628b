#include "core/asks/asks.h"

#include <algorithm>
#include <cstring>
#include <utility>
#include <vector>

#include "core/calls/calls.h"
#include "core/host/plugin_error.h"
#include "core/instance/instance.h"
#include "core/threads/guard.h"
#include "core/threads/thread_tag.h"

namespace aisopod {
namespace {

constexpr size_t kMethodLength = 256;
constexpr const char* kParentEnded = "the call it was made for has ended";

}  // namespace

void Ask::fire() { asks_.expire(token); }

aisopod_status Asks::request(const aisopod_ask* ask, uint64_t* out) {
  std::shared_ptr<Ask> made;
  std::string why;
  return begin(ask, false, made, why, out);
}

aisopod_status Asks::request_wait(const aisopod_ask* from, std::string& out, aisopod_error* err) {
  if (!may_wait()) return fill(err, AISOPOD_E_THREAD, "request_wait() may not wait on this thread");
  std::shared_ptr<Ask> ask;
  std::string why;
  const aisopod_status status = begin(from, true, ask, why, nullptr);
  if (status != AISOPOD_OK) return fill(err, status, why);
  std::unique_lock lock(ask->mutex);
  ask->arrived.wait(lock, [&] { return ask->done; });
  Response& response = ask->response;
  if (response.status != AISOPOD_OK) return fill(err, response.status, response.message);
  out = std::move(response.json);
  return AISOPOD_OK;
}

aisopod_status Asks::begin(const aisopod_ask* from, bool wait, std::shared_ptr<Ask>& made,
                           std::string& why, uint64_t* out) {
  const auto refuse = [&](aisopod_status status, const char* text) {
    why = text;
    return status;
  };
  if (!context_.may_ask()) {
    return refuse(AISOPOD_E_STATE, "request() is legal from on_init() to the end of on_shutdown()");
  }
  if (from == nullptr || !size_is_legal(from, AISOPOD_END_OF(aisopod_ask, release))) {
    return refuse(AISOPOD_E_INVALID, "aisopod_ask has no legal struct_size");
  }
  if ((from->flags & ~static_cast<uint32_t>(AISOPOD_ASK_STREAM)) != 0) {
    return refuse(AISOPOD_E_UNSUPPORTED, "unknown flag bits");
  }
  if (from->method == nullptr || from->method[0] == '\0' ||
      strnlen(from->method, kMethodLength + 1) > kMethodLength) {
    return refuse(AISOPOD_E_INVALID, "the method is empty or longer than 256 bytes");
  }
  if (wait != (from->fn == nullptr) || (wait && from->flags != 0)) {
    return refuse(AISOPOD_E_INVALID,
                  wait ? "request_wait() takes no fn and no stream" : "request() needs a fn");
  }
  std::string params;
  aisopod_status status =
      take_json(from->params, from->params_len, context_.limits.payload_bytes, params, why);
  if (status != AISOPOD_OK) return status;

  std::string meta;
  int64_t deadline = after_ms(from->timeout_ms < 0 ? context_.limits.request_ms : from->timeout_ms);
  if (from->parent != 0) {
    int64_t parents = kNever;
    status = calls_.parent(from->parent, parents, meta);
    if (status != AISOPOD_OK) return refuse(status, "the parent call has ended");
    if (parents != kNever) {
      deadline = from->timeout_ms < 0 ? parents : std::min(deadline, parents);
    }
  }

  auto ask = std::make_shared<Ask>(instance_->shared_from_this(), *this);
  ask->token = next_token();
  ask->parent = from->parent;
  ask->stream = (from->flags & AISOPOD_ASK_STREAM) != 0;
  ask->fn = from->fn;
  ask->user = from->user;
  ask->release = from->release;
  Message m = context_.message(MessageType::ask, ask->token);
  m.other = ask->parent;
  m.status = static_cast<int32_t>(from->flags);
  m.number = static_cast<double>(std::max<int64_t>(0, (deadline - now_ns()) / kMillisecond));
  m.a = from->method;
  m.b = std::move(params);
  m.c = std::move(meta);
  m.budget = unread_;
  // Its answer must not fail for want of a thread.
  if (!wait && !context_.reply.start()) return refuse(AISOPOD_E_STATE, "the plugin was shut down");
  {
    // Entered, announced and known to the caller in one step: whoever ends it comes after that.
    const std::lock_guard lock(mutex_);
    if (closed_) return refuse(AISOPOD_E_GONE, "the host is closing");
    if (table_.size() >= context_.limits.queue || unread_->load() >= context_.limits.queue) {
      return refuse(AISOPOD_E_AGAIN, "too many requests are open");
    }
    context_.environment->timer.arm(ask, deadline);
    table_.emplace(ask->token, ask);
    if (out != nullptr) *out = ask->token;
    unread_->fetch_add(1, std::memory_order_relaxed);
    context_.push(std::move(m));
  }
  made = std::move(ask);
  // The parent may have ended while the ask was entered; then nobody else would end it.
  if (made->parent != 0) {
    int64_t ignored = 0;
    status = calls_.deadline_of(made->parent, ignored);
    if (status != AISOPOD_OK && status != AISOPOD_E_GONE) {  // GONE: it was answered
      end(made->token, status, kParentEnded);
    }
  }
  return AISOPOD_OK;
}

aisopod_status Asks::cancel(uint64_t token) {
  return end(token, AISOPOD_E_CANCELLED, "the plugin cancelled the request") ? AISOPOD_OK
                                                                             : AISOPOD_E_GONE;
}

void Asks::expire(uint64_t token) {
  end(token, AISOPOD_E_DEADLINE, "the request met its deadline");
}

void Asks::parent_ended(uint64_t call, aisopod_status why) {
  std::vector<uint64_t> children;
  {
    const std::lock_guard lock(mutex_);
    for (const auto& [token, ask] : table_) {
      if (ask->parent == call) children.push_back(token);
    }
  }
  for (const uint64_t token : children) end(token, why, kParentEnded);
}

void Asks::finish() {
  std::vector<uint64_t> open;
  {
    const std::lock_guard lock(mutex_);
    closed_ = true;
    for (const auto& [token, ask] : table_) open.push_back(token);
  }
  for (const uint64_t token : open) end(token, AISOPOD_E_GONE, "the plugin is shutting down");
}

void Asks::respond(uint64_t token, Response response, bool more) {
  if (!more) {
    answer(token, std::move(response), false);
    return;
  }
  const std::lock_guard lock(mutex_);
  const auto found = table_.find(token);
  if (found == table_.end()) return;
  if (found->second->stream) {
    deliver(found->second, std::move(response), true);
  } else {  // it asked for the last answer only
    context_.push(context_.message(MessageType::ask_read, token));
  }
}

// Takes the ask out, hands over its last response and tells the host if that is news to it, in one
// step: no partial response comes after that, and finish() finds nothing half done.
bool Asks::answer(uint64_t token, Response response, bool tell_host) {
  std::shared_ptr<Ask> ask;
  {
    const std::lock_guard lock(mutex_);
    const auto found = table_.find(token);
    if (found == table_.end()) return false;
    ask = std::move(found->second);
    table_.erase(found);
    deliver(ask, std::move(response), false);
    if (tell_host) context_.push(context_.message(MessageType::ask_ended, token));
  }
  context_.environment->timer.cancel(*ask);
  return true;
}

// Ends an ask before the host has answered it.
bool Asks::end(uint64_t token, aisopod_status status, const char* message) {
  Response response;
  response.status = status;
  response.message = message;
  return answer(token, std::move(response), true);
}

// Under the lock; what it hands over runs on the reply thread, or wakes the thread that waits.
void Asks::deliver(const std::shared_ptr<Ask>& ask, Response response, bool more) {
  if (ask->fn == nullptr) {
    const std::lock_guard lock(ask->mutex);
    ask->response = std::move(response);
    ask->done = true;
    ask->arrived.notify_all();
    return;
  }
  context_.reply.push([this, ask, response = std::move(response), more] {
    respond_to_plugin(*ask, response, more);
    if (more) context_.push(context_.message(MessageType::ask_read, ask->token));
  });
}

// [reply]
void Asks::respond_to_plugin(const Ask& ask, const Response& response, bool more) {
  aisopod_response r = AISOPOD_INIT(aisopod_response);
  const bool good = response.status == AISOPOD_OK;
  r.flags = more ? uint32_t{AISOPOD_RESP_MORE} : 0u;
  r.ask = ask.token;
  r.status = response.status;
  r.json = good ? response.json.c_str() : nullptr;
  r.len = good ? response.json.size() : 0;
  r.message = good ? nullptr : response.message.c_str();
  r.details = good || response.details.empty() ? nullptr : response.details.c_str();
  const TagScope scope(Tag::reply, instance_);
  std::string what;
  if (!guarded_void(what, [&] { ask.fn(ask.user, &r); })) {
    context_.notice(AISOPOD_LOG_WARN, "a response function " + what);
  }
  if (more || ask.release == nullptr) return;
  if (!guarded_void(what, [&] { ask.release(ask.user); })) {
    context_.notice(AISOPOD_LOG_WARN, "the release of a response function " + what);
  }
}

}  // namespace aisopod
