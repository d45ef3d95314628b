// A plugin to leave: static objects, and static threads that nobody joins unless on_shutdown does.
// With `calling` in its configuration the threads never stop calling the host.
#include "probe.h"

#include <array>
#include <atomic>
#include <condition_variable>
#include <deque>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

struct aisopod_plugin {
  const aisopod_host *host;
  bool calling;
};

namespace {

// What exit() would take away beneath the threads.
std::vector<std::string> words(100, std::string(100, 'x'));
std::mutex mutex;
std::condition_variable changed;
std::deque<aisopod_token> waiting;
bool stopping = false;
std::atomic<int> answered{0};  // replies that the host took
std::array<std::thread, 2> threads;

void mark(const aisopod_plugin *self, const char *what, int number) {
  probe_mark((std::string(self->host->data_dir) + "/marks").c_str(), "%s %d", what, number);
}

void answer(const aisopod_host *host, aisopod_token call) {
  for (int i = 1; i <= 10; ++i)
    (void)aisopod_report_progress(host, call, i / 10.0, words[0].c_str());
  if (probe_reply(host, call, "\"later\"") == AISOPOD_OK) ++answered;
}

void work(const aisopod_plugin *self) {
  const aisopod_host *const host = self->host;
  std::unique_lock<std::mutex> lock(mutex);
  while (!stopping) {
    if (!waiting.empty()) {
      const aisopod_token call = waiting.front();
      waiting.pop_front();
      lock.unlock();
      answer(host, call);
      lock.lock();
    } else if (self->calling) {
      lock.unlock();
      aisopod_log(host, AISOPOD_LOG_INFO, words[1].c_str());
      (void)aisopod_publish(host, 0, "noise", "[1,2,3]", AISOPOD_NTS);
      lock.lock();
    } else {
      changed.wait(lock);
    }
  }
}

aisopod_status later(void *, const aisopod_call *call) {
  const std::lock_guard<std::mutex> lock(mutex);
  waiting.push_back(call->token);
  changed.notify_one();
  return AISOPOD_PENDING;
}

aisopod_status stuck(void *user, const aisopod_call *) {
  probe_report(static_cast<aisopod_plugin *>(user)->host, "running", "stuck", AISOPOD_OK);
  for (;;) probe_nap();
}

aisopod_status create(const aisopod_host *host, aisopod_plugin **out, aisopod_error *) {
  *out = new aisopod_plugin{host, false};
  return AISOPOD_OK;
}

aisopod_status on_register(aisopod_plugin *self, const aisopod_api *api, aisopod_error *err) {
  const aisopod_status status =
      aisopod_register_tool(api, "later", PROBE_SPEC, AISOPOD_F_PARALLEL, later, self, err);
  if (status != AISOPOD_OK) return status;
  return aisopod_register_tool(api, "stuck", PROBE_SPEC, 0, stuck, self, err);
}

aisopod_status on_init(aisopod_plugin *self, aisopod_error *) {
  const aisopod_payload *config = nullptr;
  if (self->host->get_config(self->host, &config) != AISOPOD_OK) return AISOPOD_E_FAIL;
  self->calling = probe_flag(config->json, config->len, "calling") != 0;
  self->host->payload_release(self->host, config);
  for (std::thread &thread : threads) thread = std::thread(work, self);
  return AISOPOD_OK;
}

void on_shutdown(aisopod_plugin *self, const aisopod_shutdown *) {
  {
    const std::lock_guard<std::mutex> lock(mutex);
    stopping = true;
    changed.notify_all();
  }
  for (std::thread &thread : threads) thread.join();
  mark(self, "on_shutdown, answered", answered);
}

void destroy(aisopod_plugin *self) {
  mark(self, "destroy", 0);
  delete self;
}

}  // namespace

AISOPOD_DESCRIBE(desc) {
  desc->id = PLUGIN_ID;
  desc->version = PLUGIN_VERSION;
  desc->create = create;
  desc->on_register = on_register;
  desc->on_init = on_init;
  desc->on_shutdown = on_shutdown;
  desc->destroy = destroy;
}
