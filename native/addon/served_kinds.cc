#include "served_kinds.h"

#include <algorithm>
#include <string>
#include <utility>

#include "strings.h"

namespace aisopod_addon {
namespace {

using aisopod::NameRule;
using aisopod::ServedKind;

constexpr struct {
  const char* name;
  NameRule rule;
} kRules[] = {{"unique", NameRule::unique},
              {"repeatable", NameRule::repeatable},
              {"single", NameRule::single}};

bool refuse(Napi::Env env, const std::string& why) {
  Napi::TypeError::New(env, why).ThrowAsJavaScriptException();
  return false;
}

bool read_rule(const Napi::Object& entry, const std::string& where, NameRule& out) {
  const Napi::Env env = entry.Env();
  std::string name;
  if (!read_string(env, entry.Get("names"), name)) {
    return refuse(env, where + ".names is not a string");
  }
  for (const auto& known : kRules) {
    if (name != known.name) continue;
    out = known.rule;
    return true;
  }
  return refuse(env, where + ".names is \"" + name +
                         "\", which this addon does not know. Use \"unique\", \"repeatable\" or "
                         "\"single\".");
}

bool read_entry(const Napi::Value& from, const std::string& where, ServedKind& out) {
  const Napi::Env env = from.Env();
  if (!from.IsObject()) return refuse(env, where + " is not an object: {kind, names}");
  const auto entry = from.As<Napi::Object>();
  if (!read_string(env, entry.Get("kind"), out.kind) || out.kind.empty()) {
    return refuse(env, where + ".kind is not a string, or is empty");
  }
  return read_rule(entry, where, out.names);
}

}  // namespace

bool read_served_kinds(const Napi::Value& from, std::vector<ServedKind>& out) {
  const Napi::Env env = from.Env();
  if (!from.IsArray()) return refuse(env, "kinds is not an array of {kind, names}");
  const auto list = from.As<Napi::Array>();
  const uint32_t count = list.Length();
  for (uint32_t i = 0; i < count; ++i) {
    const std::string where = "kinds[" + std::to_string(i) + "]";
    ServedKind served{std::string(), NameRule::unique};
    if (!read_entry(list.Get(i), where, served)) return false;
    const auto same = [&](const ServedKind& other) { return other.kind == served.kind; };
    if (std::any_of(out.begin(), out.end(), same)) {
      return refuse(env, where + " lists the kind \"" + served.kind + "\" a second time");
    }
    out.push_back(std::move(served));
  }
  return true;
}

}  // namespace aisopod_addon
