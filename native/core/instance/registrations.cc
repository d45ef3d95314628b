#include "core/instance/registrations.h"

#include <algorithm>
#include <new>

#include "core/host/plugin_error.h"
#include "core/host/plugin_text.h"
#include "core/host/read_struct.h"
#include "core/instance/instance.h"
#include "core/threads/guard.h"
#include "core/threads/thread_tag.h"

namespace aisopod {
namespace {

constexpr size_t kNameLength = 64;
constexpr uint32_t kKnownFlags = AISOPOD_F_PARALLEL | AISOPOD_F_INLINE;

// [A-Za-z0-9][A-Za-z0-9_-]{0,63}, without a look at the locale.
bool is_name(const char* name) {
  const auto alphanumeric = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
  };
  if (!alphanumeric(name[0])) return false;
  size_t n = 1;
  for (; name[n] != '\0'; ++n) {
    if (n == kNameLength) return false;
    if (!alphanumeric(name[n]) && name[n] != '_' && name[n] != '-') return false;
  }
  return true;
}

// What a registration takes, so that no other one of the plugin can have it. Kinds differ by case.
std::string key_of(const ServedKind& kind, const char* name) {
  std::string key = kind.kind + ':';
  if (kind.names == NameRule::single) return key;
  for (; *name != '\0'; ++name) {
    const char c = *name;
    key += c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  }
  return key;
}

}  // namespace

aisopod_status Registrations::check(const aisopod_registration& def, const ServedKind* kind,
                                    std::string& why) const {
  const auto refuse = [&](aisopod_status status, std::string text) {
    why = std::move(text);
    return status;
  };
  if (def.kind == nullptr) return refuse(AISOPOD_E_INVALID, "kind is NULL");
  if (kind == nullptr) {
    return refuse(AISOPOD_E_UNSUPPORTED,
                  "this host does not serve the kind '" + shown(def.kind) + "'");
  }
  if (def.name == nullptr || !is_name(def.name)) {
    return refuse(AISOPOD_E_INVALID,
                  "the name '" + shown(def.name) + "' is not [A-Za-z0-9][A-Za-z0-9_-]{0,63}");
  }
  if (def.fn == nullptr) return refuse(AISOPOD_E_INVALID, "fn is NULL");
  if (const aisopod_status status = room(why); status != AISOPOD_OK) return status;
  if (kind->names != NameRule::repeatable && taken_.count(key_of(*kind, def.name)) != 0) {
    return refuse(AISOPOD_E_EXISTS, kind->names == NameRule::single
                                        ? "a plugin has at most one " + kind->kind
                                        : kind->kind + " '" + def.name +
                                              "' is registered already (case does not matter)");
  }
  return AISOPOD_OK;
}

aisopod_status Registrations::room(std::string& why) const {
  const MutexLock lock(mutex_);
  if (items_.size() < context_.limits.registrations) return AISOPOD_OK;
  why = "more than " + std::to_string(context_.limits.registrations) + " registrations";
  return AISOPOD_E_TOO_LARGE;
}

const ServedKind* Registrations::find_kind(const char* kind) const {
  const auto found = std::find_if(kinds_.begin(), kinds_.end(),
                                  [&](const ServedKind& served) { return served.kind == kind; });
  return found == kinds_.end() ? nullptr : &*found;
}

aisopod_status Registrations::add(const aisopod_registration* from, aisopod_token* out,
                                  aisopod_error* err) {
  if (context_.phase.load() != Phase::registering) {
    return fill(err, AISOPOD_E_STATE, "add() is legal during on_register() only");
  }
  const ThreadTag& here = thread_tag();
  if (here.tag != Tag::control || &here.instance->registrations != this) {
    return fill(err, AISOPOD_E_THREAD, "add() is legal on the control thread only");
  }
  std::string why;
  aisopod_registration def;
  aisopod_status status = read_struct(from, "aisopod_registration", kKnownFlags, def, why);
  const bool names_kind = status == AISOPOD_OK && def.kind != nullptr;
  const ServedKind* const kind = names_kind ? find_kind(def.kind) : nullptr;
  const bool optional = names_kind && kind == nullptr;
  if (status == AISOPOD_OK) status = check(def, kind, why);
  std::string spec;
  if (status == AISOPOD_OK) {
    status = take_payload(def.spec, context_.limits.spec_bytes, spec, why, nullptr, kSpecDepth);
    if (status != AISOPOD_OK) why = "spec of '" + shown(def.name) + "': " + why;
  }
  if (status != AISOPOD_OK) {
    refuse(def.kind, def.name, status, why, optional);
    return fill(err, status, why);
  }

  auto item = std::make_unique<Registration>();
  item->token = next_token();
  item->kind = def.kind;
  item->name = def.name;
  item->fn = def.fn;
  item->user = def.user;
  item->release = def.release;
  item->flags = def.flags;

  Message m = context_.message(MessageType::registration, item->token);
  Fields<MessageType::registration> fields(m);
  fields.flags() = static_cast<int32_t>(def.flags);
  fields.kind() = item->kind;
  fields.name() = item->name;
  fields.spec() = std::move(spec);
  if (kind->names != NameRule::repeatable) taken_.insert(key_of(*kind, def.name));
  const aisopod_token token = item->token;
  keep(std::move(item), std::move(m));
  if (out != nullptr) *out = token;
  return AISOPOD_OK;
}

// Without memory nothing is kept. The plugin may ignore the status; then on_register
// fails.
void Registrations::keep(std::unique_ptr<Registration> item, Message&& announcement) {
  {
    const MutexLock lock(mutex_);
    items_.push_back(std::move(item));
  }
  try {
    context_.push(std::move(announcement));
  } catch (const std::bad_alloc&) {
    const MutexLock lock(mutex_);
    items_.pop_back();
    throw;
  }
}

void Registrations::refuse(const char* kind, const char* name, aisopod_status status,
                           const std::string& why, bool optional) {
  if (++refusals_ > context_.limits.registrations) return;
  Message m = context_.message(MessageType::refusal);
  Fields<MessageType::refusal> refusal(m);
  refusal.status() = status;
  refusal.kind() = shown(kind);
  refusal.name() = shown(name);
  refusal.reason() = why;
  refusal.optional() = optional ? 1 : 0;
  context_.push(std::move(m));
}

Registration* Registrations::find_in(const Items& items, uint64_t token) {
  const auto found = std::lower_bound(items.begin(), items.end(), token,
                                      [](const std::unique_ptr<Registration>& item,
                                         uint64_t wanted) { return item->token < wanted; });
  return found == items.end() || (*found)->token != token ? nullptr : found->get();
}

bool Registrations::holds(uint64_t token) const {
  const MutexLock lock(mutex_);
  return find_in(items_, token) != nullptr;
}

void Registrations::release_all() {
  Items items;
  {
    const MutexLock lock(mutex_);
    items.swap(items_);
  }
  for (; !items.empty(); items.pop_back()) {
    const Registration& item = *items.back();
    if (item.release == nullptr) continue;
    std::string what;
    if (!guarded_void(what, [&] { item.release(item.user); })) {
      context_.notice(AISOPOD_LOG_WARN, "release of '", item.name, "' ", what);
    }
  }
}

}  // namespace aisopod
