#include "support/plugin.h"

#include <cstdint>
#include <utility>

namespace test {

struct PluginFunctions {
  static Plugin& of(aisopod_plugin* self) { return *reinterpret_cast<Plugin*>(self); }

  static aisopod_status AISOPOD_ABI create(const aisopod_host* host, aisopod_plugin** out,
                                           aisopod_error* err) {
    auto* const plugin = reinterpret_cast<Plugin*>(std::stoull(host->data_dir));
    plugin->story.add("create");
    plugin->host = host;
    if (plugin->create) return plugin->create(out, err);
    *out = reinterpret_cast<aisopod_plugin*>(plugin);
    return AISOPOD_OK;
  }

  static aisopod_status AISOPOD_ABI on_register(aisopod_plugin* self, const aisopod_api* api,
                                                aisopod_error* err) {
    Plugin& plugin = of(self);
    plugin.story.add("on_register");
    return plugin.on_register ? plugin.on_register(api, err) : plugin.add_tools(api, err);
  }

  static aisopod_status AISOPOD_ABI on_init(aisopod_plugin* self, aisopod_error* err) {
    Plugin& plugin = of(self);
    plugin.story.add("on_init");
    return plugin.on_init ? plugin.on_init(err) : AISOPOD_OK;
  }

  static void AISOPOD_ABI on_shutdown(aisopod_plugin* self, const aisopod_shutdown* shutdown) {
    Plugin& plugin = of(self);
    plugin.story.add("on_shutdown");
    plugin.shutdown = *shutdown;
    if (plugin.on_shutdown) plugin.on_shutdown();
  }

  static aisopod_status AISOPOD_ABI on_config_changed(aisopod_plugin* self,
                                                      const aisopod_payload* config,
                                                      aisopod_error* err) {
    Plugin& plugin = of(self);
    plugin.story.add("on_config_changed");
    return plugin.on_config_changed ? plugin.on_config_changed({config->json, config->len}, err)
                                    : AISOPOD_OK;
  }

  static aisopod_status AISOPOD_ABI save_state(aisopod_plugin* self, const aisopod_writer* writer,
                                               aisopod_error* err) {
    Plugin& plugin = of(self);
    plugin.story.add("save_state");
    return plugin.save_state ? plugin.save_state(writer, err) : AISOPOD_OK;
  }

  static aisopod_status AISOPOD_ABI restore_state(aisopod_plugin* self, const aisopod_state* state,
                                                  aisopod_error* err) {
    Plugin& plugin = of(self);
    plugin.story.add("restore_state");
    return plugin.restore_state ? plugin.restore_state(state, err) : AISOPOD_OK;
  }

  static void AISOPOD_ABI destroy(aisopod_plugin* self) {
    Plugin& plugin = of(self);
    plugin.story.add("destroy");
    if (plugin.destroy) plugin.destroy();
  }
};

Plugin::Plugin() : desc(aisopod_init_<aisopod_plugin_desc>()) {
  desc.abi_major = AISOPOD_ABI_MAJOR;
  desc.abi_minor = AISOPOD_TARGET_MINOR;
  desc.id = "test";
  desc.version = "1.0.0";
  desc.build = "test";
  desc.create = PluginFunctions::create;
  desc.on_register = PluginFunctions::on_register;
  desc.on_init = PluginFunctions::on_init;
  desc.on_shutdown = PluginFunctions::on_shutdown;
  desc.destroy = PluginFunctions::destroy;
  desc.on_config_changed = PluginFunctions::on_config_changed;
  desc.save_state = PluginFunctions::save_state;
  desc.restore_state = PluginFunctions::restore_state;
}

std::string Plugin::address() const { return std::to_string(reinterpret_cast<uintptr_t>(this)); }

Tool& Plugin::tool(const char* name, uint32_t flags,
                   std::function<aisopod_status(const aisopod_call*)> handler) {
  Entry& entry = tools_.emplace_back();
  entry.name = name;
  entry.flags = flags;
  entry.tool.handler = std::move(handler);
  return entry.tool;
}

aisopod_status Plugin::add_tools(const aisopod_api* api, aisopod_error* err) {
  const aisopod_payload spec = aisopod_payload_of("{}", AISOPOD_NTS);
  for (Entry& entry : tools_) {
    aisopod_registration def = AISOPOD_INIT(aisopod_registration);
    def.flags = entry.flags;
    def.kind = AISOPOD_KIND_TOOL;
    def.name = entry.name;
    def.spec = &spec;
    def.fn = handle;
    def.user = &entry.tool;
    def.release = release;
    const aisopod_status status = api->add(api, &def, nullptr, err);
    if (status < 0) return status;
  }
  return AISOPOD_OK;
}

aisopod_status AISOPOD_ABI Plugin::handle(void* tool, const aisopod_call* call) {
  return static_cast<Tool*>(tool)->handler(call);
}

void AISOPOD_ABI Plugin::release(void* tool) { static_cast<Tool*>(tool)->released.fetch_add(1); }

}  // namespace test
