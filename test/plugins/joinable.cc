// A plugin in C++ whose library has what makes exit() crash: a static thread that nobody joins, and
// a static object that the thread uses and the library's destructors take away.
#include <aisopod/plugin.h>

#include <atomic>
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

aisopod_status handler(void *user, const aisopod_request *req) {
  const aisopod_host *host = static_cast<aisopod_plugin *>(user)->host;
  return host->call_reply(host, req->call, "\"here\"", AISOPOD_NTS);
}

aisopod_status on_register(aisopod_plugin *self, const aisopod_api *api, aisopod_error *err) {
  const char *const spec = R"({"description":"For tests","parameters":{"type":"object"}})";
  return aisopod_register_tool(api, "here", spec, 0, handler, self, err);
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

const aisopod_plugin_desc *AISOPOD_ENTRY(void) {
  static const aisopod_plugin_desc desc = {AISOPOD_DESC_HEAD(0), PLUGIN_ID, PLUGIN_VERSION, nullptr,
                                           create, on_register, on_init, nullptr, destroy, nullptr,
                                           nullptr, nullptr, nullptr};
  return &desc;
}
