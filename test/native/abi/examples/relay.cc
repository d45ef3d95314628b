// relay: a plugin in C++17, with lambdas and without a helper library. Its tool `chat` streams what
// a model says; a thread of its own looks up a target every 10 s, or at once after `refresh`.
#include "aisopod/plugin.h"

#include <chrono>
#include <condition_variable>
#include <exception>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>

struct aisopod_plugin {
  const aisopod_host *host;
  std::thread watcher;
  std::mutex mutex;
  std::condition_variable wake;
  aisopod_token question = 0;  // the request that the watcher waits for; under the mutex
  bool stopping = false;       // under the mutex, like `again`
  bool again = false;
};

namespace {

// Gives a response back at the end of its scope.
auto owned(const aisopod_host *host, const aisopod_response *response) {
  auto release = [host](const aisopod_response *r) { host->response_release(host, r); };
  return std::unique_ptr<const aisopod_response, decltype(release)>(response, release);
}

// Rule 6: no exception leaves the plugin.
template <class F>
aisopod_status guarded(aisopod_error *err, F &&f) noexcept {
  try {
    return f();
  } catch (const std::exception &e) {
    return aisopod_set_error(err, AISOPOD_E_FAIL, e.what());
  } catch (...) {
    return aisopod_set_error(err, AISOPOD_E_FAIL, "unknown exception");
  }
}

// Passes on what a model says, chunk by chunk, as fast as the caller reads. [worker]
aisopod_status stream(const aisopod_host *host, const aisopod_call *call) {
  auto request = AISOPOD_INIT(aisopod_request);
  request.flags = AISOPOD_REQUEST_STREAM;
  request.parent = call->token;
  request.method = "model.chat";
  request.params = call->params;
  aisopod_token token = 0;
  aisopod_status status = host->request(host, &request, &token);
  while (status == AISOPOD_OK) {
    const aisopod_response *next = nullptr;
    status = host->request_wait(host, token, -1, &next);
    const auto response = owned(host, next);
    if (status != AISOPOD_OK) break;
    if ((response->flags & AISOPOD_RESPONSE_MORE) == 0)
      return aisopod_forward(host, call->token, response.get());
    status = host->call_chunk(host, call->token, response->payload, -1);
  }
  if (token != 0) host->cancel(host, token);
  return status;
}

// A thread of the plugin's own. cancel() and the shutdown both end its wait.
void watch(aisopod_plugin *self) noexcept {
  const aisopod_host *host = self->host;
  std::unique_lock<std::mutex> lock(self->mutex);
  while (!self->stopping) {
    aisopod_token token = 0;
    self->again = false;
    if (aisopod_send(host, 0, "storage.get", R"({"key":"target"})", AISOPOD_NTS, nullptr, nullptr,
                     &token) == AISOPOD_OK) {
      self->question = token;  // known to others before this thread waits
      lock.unlock();
      const aisopod_response *response = nullptr;
      if (host->request_wait(host, token, -1, &response) == AISOPOD_OK &&
          response->status == AISOPOD_OK)
        (void)aisopod_publish(host, 0, "relay.target", response->payload->json,
                              response->payload->len);
      host->response_release(host, response);
      lock.lock();
      self->question = 0;
    }
    self->wake.wait_for(lock, std::chrono::seconds(10),
                        [self] { return self->stopping || self->again; });
  }
}

void log(const aisopod_host *host, aisopod_token parent, std::string_view text) {
  auto record = AISOPOD_INIT(aisopod_log_record);
  record.level = AISOPOD_LOG_INFO;
  record.parent = parent;
  record.message = text.data();
  record.message_len = text.size();
  (void)host->log(host, &record);
}

}  // namespace

AISOPOD_DESCRIBE(desc) {
  desc->id = "relay";
  desc->version = "1.0.0";

  desc->create = [](const aisopod_host *host, aisopod_plugin **out, aisopod_error *err) {
    return guarded(err, [&]() -> aisopod_status {
      *out = new aisopod_plugin;
      (*out)->host = host;
      return AISOPOD_OK;
    });
  };

  desc->on_register = [](aisopod_plugin *self, const aisopod_api *api, aisopod_error *err) {
    auto status = aisopod_register_tool(
        api, "chat", R"({"description":"Chat with a model"})", AISOPOD_F_PARALLEL,
        [](void *user, const aisopod_call *call) {
          const aisopod_host *host = static_cast<aisopod_plugin *>(user)->host;
          return guarded(nullptr, [&] { return stream(host, call); });
        },
        self, err);
    if (status == AISOPOD_OK)
      status = aisopod_register_tool(
          api, "refresh", R"({"description":"Look up the target at once"})", 0,
          [](void *user, const aisopod_call *call) -> aisopod_status {
            auto *plugin = static_cast<aisopod_plugin *>(user);
            {
              const std::lock_guard<std::mutex> lock(plugin->mutex);
              plugin->again = true;
              if (plugin->question != 0) plugin->host->cancel(plugin->host, plugin->question);
            }
            plugin->wake.notify_one();
            log(plugin->host, call->token, "looking again");
            return aisopod_reply(plugin->host, call->token, "true", AISOPOD_NTS);
          },
          self, err);
    return status;
  };

  desc->on_init = [](aisopod_plugin *self, aisopod_error *err) {
    return guarded(err, [&]() -> aisopod_status {
      self->watcher = std::thread(watch, self);
      return AISOPOD_OK;
    });
  };

  desc->on_shutdown = [](aisopod_plugin *self, const aisopod_shutdown *) {
    {
      const std::lock_guard<std::mutex> lock(self->mutex);
      self->stopping = true;
    }
    self->wake.notify_one();
    if (self->watcher.joinable()) self->watcher.join();  // rule 7: its wait has ended
  };

  desc->destroy = [](aisopod_plugin *self) { delete self; };
}
