#include <aisopod/json.h>
#include <aisopod/plugin.h>

#include <exception>
#include <string>

struct aisopod_plugin {  // one instance; no globals
  const aisopod_host *host;
};

namespace {

// No exception leaves the plugin: it becomes a status.
template <class F>
aisopod_status guarded(aisopod_error *err, F &&body) noexcept {
  try {
    return body();
  } catch (const std::exception &e) {
    return aisopod_set_error(err, AISOPOD_E_FAIL, e.what());
  } catch (...) {
    return aisopod_set_error(err, AISOPOD_E_FAIL, "unknown exception");
  }
}

aisopod_status greet(const aisopod_host *host, const aisopod_call *call) {
  aisopod_json args, name;
  if (!aisopod_json_read(call->params->json, call->params->len, &args) ||
      !aisopod_json_get(args, "name", &name) || name.at[0] != '"')
    return aisopod_fail(host, call->token, AISOPOD_E_INVALID, "name: it must be a text");
  const std::string escaped(name.at + 1, name.len - 2);  // JSON, without its quotes
  const std::string greeting = "\"Hello, " + escaped + "!\"";
  return aisopod_reply(host, call->token, greeting.data(), greeting.size());
}

}  // namespace

AISOPOD_DESCRIBE(desc) {
  desc->id = "hello";
  desc->version = "1.0.0";

  desc->create = [](const aisopod_host *host, aisopod_plugin **out, aisopod_error *err) {
    return guarded(err, [&]() -> aisopod_status {
      *out = new aisopod_plugin{host};
      return AISOPOD_OK;
    });
  };

  desc->on_register = [](aisopod_plugin *self, const aisopod_api *api, aisopod_error *err) {
    return aisopod_register_tool(
        api, "greet",
        R"({"description":"Greet someone by name","parameters":{"type":"object",
            "properties":{"name":{"type":"string"}},"required":["name"]}})",
        AISOPOD_F_INLINE,
        [](void *user, const aisopod_call *call) {
          return guarded(nullptr,
                         [&] { return greet(static_cast<aisopod_plugin *>(user)->host, call); });
        },
        self, err);
  };

  desc->destroy = [](aisopod_plugin *self) { delete self; };
}
