#include "core/instance/parent.h"

#include "aisopod/json_read.h"
#include "core/instance/instance.h"

namespace aisopod {

std::string without_authority(const std::string& meta) {
  const auto mentions = [&](const char* key) { return meta.find(key) != std::string::npos; };
  // A backslash may hide one of them.
  if (!mentions("\"role\"") && !mentions("\"permissions\"") && !mentions("\\")) return meta;
  aisopod_json object;
  if (!aisopod_json_read(meta.data(), meta.size(), &object) || object.at[0] != '{') return {};
  std::string out = "{";
  aisopod_json key = {nullptr, 0};
  aisopod_json value = {nullptr, 0};
  while (aisopod_json_next(object, &key, &value)) {
    if (aisopod_json_equals(key, "role") || aisopod_json_equals(key, "permissions")) continue;
    if (out.size() > 1) out += ',';
    out.append(key.at, key.len).append(1, ':').append(value.at, value.len);
  }
  return out += '}';
}

aisopod_status Instance::find_parent(uint64_t token, Parent& out, std::string& why) {
  out = Parent();
  out.token = token;
  if (token == 0) return AISOPOD_OK;
  const aisopod_status status = calls.parent(token, out.deadline, out.meta);
  if (status == AISOPOD_OK) return status;
  if (status != AISOPOD_E_GONE) {
    why = "the parent call has ended for its caller";
    return status;
  }
  if (origins.find(token, out.meta)) return AISOPOD_OK;
  if (registrations.holds(token) || requests.holds(token) || posts.holds(token)) {
    why = "the parent is neither a call nor an event or task that runs";
    return AISOPOD_E_INVALID;
  }
  why = "the parent has ended";
  return AISOPOD_E_GONE;
}

aisopod_status Instance::cancel(uint64_t token) {
  if (requests.cancel(token) || posts.cancel(token)) return AISOPOD_OK;
  if (!calls.holds(token) && !registrations.holds(token) && !origins.is_event(token)) {
    return AISOPOD_E_GONE;
  }
  return context.refusals.refuse("cancel", AISOPOD_E_UNSUPPORTED,
                                 "the token is that of a call, an event or a registration");
}

}  // namespace aisopod
