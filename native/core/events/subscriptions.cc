#include "core/events/subscriptions.h"

#include <new>
#include <utility>

#include "core/calls/meta.h"
#include "core/events/topic.h"
#include "core/host/plugin_error.h"
#include "core/host/read_struct.h"
#include "core/instance/instance.h"
#include "core/instance/parent.h"
#include "core/threads/guard.h"
#include "core/threads/thread_tag.h"

namespace aisopod {
namespace {

constexpr const char* kKind = "subscription";

}  // namespace

aisopod_status Subscriptions::check(const aisopod_subscription& def, std::string& why) const {
  const aisopod_status status = check_pattern(def.pattern, why);
  if (status != AISOPOD_OK) {
    why = "the pattern is invalid: " + why;
    return status;
  }
  if (def.fn == nullptr) {
    why = "fn is NULL";
    return AISOPOD_E_INVALID;
  }
  return registrations_.room(why);
}

aisopod_status Subscriptions::add(const aisopod_subscription* from, aisopod_token* out,
                                  aisopod_error* err) {
  if (context_.phase.load() != Phase::registering) {
    return fill(err, AISOPOD_E_STATE, "subscribe() is legal during on_register() only");
  }
  const ThreadTag& here = thread_tag();
  if (here.tag != Tag::control || &here.instance->subscriptions != this) {
    return fill(err, AISOPOD_E_THREAD, "subscribe() is legal on the control thread only");
  }
  std::string why;
  aisopod_subscription def;
  aisopod_status status = read_struct(from, "aisopod_subscription", AISOPOD_F_PARALLEL, def, why);
  if (status == AISOPOD_OK) status = check(def, why);
  if (status != AISOPOD_OK) {
    registrations_.refuse(kKind, def.pattern, status, why);
    return fill(err, status, why);
  }
  auto face = std::make_unique<Registration>();
  face->token = next_token();
  face->kind = kKind;
  face->name = def.pattern;
  face->user = def.user;
  face->release = def.release;
  face->flags = def.flags;
  auto item = std::make_unique<Subscription>(context_, calls_, instance_, *face, def.fn);
  Message m = context_.message(MessageType::subscription, face->token);
  Fields<MessageType::subscription> fields(m);
  fields.flags() = static_cast<int32_t>(def.flags);
  fields.pattern() = face->name;
  const aisopod_token token = face->token;
  items_.emplace(token, std::move(item));
  try {
    registrations_.keep(std::move(face), std::move(m));
  } catch (const std::bad_alloc&) {
    items_.erase(token);
    throw;
  }
  if (out != nullptr) *out = token;
  return AISOPOD_OK;
}

void Subscriptions::deliver(const std::vector<uint64_t>& tokens, Event event) noexcept {
  std::shared_ptr<const Event> shared;
  quietly([&] {
    event.meta = without_authority(event.meta);
    if (event.meta.empty()) event.meta = Meta::made();
    shared = std::make_shared<const Event>(std::move(event));
  });
  for (const uint64_t token : tokens) {
    const auto found = items_.find(token);
    if (found == items_.end()) continue;
    if (shared != nullptr) found->second->put(shared);
    else found->second->drop();
  }
}

void Subscriptions::drop(uint64_t token) noexcept {
  const auto found = items_.find(token);
  if (found != items_.end()) found->second->drop();
}

void Subscriptions::open() {
  for (const auto& [token, item] : items_) item->open();
}

void Subscriptions::close() {
  for (const auto& [token, item] : items_) item->close();
}

void Subscriptions::pause(const PauseHold& hold) {
  for (const auto& [token, item] : items_) item->pause(hold);
}

void Subscriptions::resume() {
  for (const auto& [token, item] : items_) item->resume();
}

}  // namespace aisopod
