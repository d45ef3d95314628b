// A plugin in C++ that throws through the boundary, where the header says that nothing may.
#include <aisopod/json.h>
#include <aisopod/plugin.h>

#include <stdexcept>

struct aisopod_plugin {
  const aisopod_host *host;
};

namespace {

aisopod_status create(const aisopod_host *host, aisopod_plugin **out, aisopod_error *) {
#ifdef THROW_IN_CREATE
  throw std::runtime_error("thrown by create");
#endif
  *out = new aisopod_plugin{host};
  return AISOPOD_OK;
}

aisopod_status handler(void *, const aisopod_call *) {
  throw std::runtime_error("thrown by a handler");
}

aisopod_status on_register(aisopod_plugin *self, const aisopod_api *api, aisopod_error *err) {
  const char *const spec = R"({"description":"Throws","parameters":{"type":"object"}})";
  const aisopod_status status = aisopod_register_tool(api, "throw", spec, 0, handler, self, err);
  if (status != AISOPOD_OK) return status;
  return aisopod_register_tool(api, "throw-inline", spec, AISOPOD_F_INLINE, handler, self, err);
}

void destroy(aisopod_plugin *self) { delete self; }

}  // namespace

AISOPOD_DESCRIBE(desc) {
  desc->id = PLUGIN_ID;
  desc->version = PLUGIN_VERSION;
  desc->create = create;
  desc->on_register = on_register;
  desc->destroy = destroy;
}
