// A plugin in C++ whose library has what makes exit() crash: a static thread that nobody joins, and
// a static object that the thread uses and the library's destructors take away.
#include <aisopod/plugin.h>

#include <atomic>
#include <cstdlib>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

struct aisopod_plugin {
  const aisopod_host *host;
};

namespace {

std::mutex mutex;
std::vector<std::string> lines(1000, std::string(100, 'x'));
std::thread worker;

aisopod_status create(const aisopod_host *host, aisopod_plugin **out, aisopod_error *) {
  *out = new aisopod_plugin{host};
  return AISOPOD_OK;
}

aisopod_status handler(void *user, const aisopod_call *call) {
  const aisopod_host *host = static_cast<aisopod_plugin *>(user)->host;
  return aisopod_reply(host, call->token, "\"here\"", AISOPOD_NTS);
}

aisopod_status exiting(void *, const aisopod_call *) { std::exit(3); }

aisopod_status on_register(aisopod_plugin *self, const aisopod_api *api, aisopod_error *err) {
  const char *const spec = R"({"description":"For tests","parameters":{"type":"object"}})";
  aisopod_status status = aisopod_register_tool(api, "here", spec, 0, handler, self, err);
  if (status != AISOPOD_OK) return status;
  status = aisopod_register_tool(api, "exit", spec, 0, exiting, self, err);
  if (status != AISOPOD_OK) return status;
  return aisopod_register_tool(api, "exit-inline", spec, AISOPOD_F_INLINE, exiting, self, err);
}

aisopod_status on_init(aisopod_plugin *, aisopod_error *) {
  worker = std::thread([] {
    for (;;) {
      const std::lock_guard<std::mutex> lock(mutex);
      lines.push_back(lines.front() + lines.back().substr(50));
      if (lines.size() > 2000) lines.resize(1000);
    }
  });
  return AISOPOD_OK;
}

void destroy(aisopod_plugin *self) { delete self; }

}  // namespace

AISOPOD_DESCRIBE(desc) {
  desc->id = PLUGIN_ID;
  desc->version = PLUGIN_VERSION;
  desc->create = create;
  desc->on_register = on_register;
  desc->on_init = on_init;
  desc->destroy = destroy;
}
