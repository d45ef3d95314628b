// Throws out of every function that the host calls. The configuration says {"in": "on_init"}; the
// tools throw out of what is named after them.
#include <aisopod/plugin.h>

#include <cstring>
#include <stdexcept>
#include <string>

struct aisopod_plugin {
  const aisopod_host *host;
  std::string config;

  void in(const char *where) const {
    if (config.find('"' + std::string(where) + '"') != std::string::npos) thrown(where);
  }
  [[noreturn]] static void thrown(const char *where) {
    throw std::runtime_error("thrown in " + std::string(where));
  }
};

namespace {

std::string config_of(const aisopod_host *host) {
  const aisopod_payload *config = nullptr;
  if (host->get_config(host, &config) != AISOPOD_OK) return {};
  std::string text(config->json, config->len);
  host->payload_release(host, config);
  return text;
}

aisopod_status create(const aisopod_host *host, aisopod_plugin **out, aisopod_error *) {
  const aisopod_plugin made{host, config_of(host)};
  made.in("create");
  *out = new aisopod_plugin(made);
  return AISOPOD_OK;
}

const aisopod_host *host_of(void *user) { return static_cast<aisopod_plugin *>(user)->host; }

aisopod_status here(void *user, const aisopod_call *call) {
  return aisopod_reply(host_of(user), call->token, "null", 4);
}
aisopod_status handler(void *, const aisopod_call *) { aisopod_plugin::thrown("handler"); }
aisopod_status no_exception(void *, const aisopod_call *) { throw 42; }
aisopod_status after_answer(void *user, const aisopod_call *call) {
  here(user, call);
  aisopod_plugin::thrown("handler");
}

void report(void *user, const char *what) {
  const std::string json = '"' + std::string(what) + '"';
  aisopod_publish(host_of(user), 0, "told", json.c_str(), json.size());
}

void on_release(void *user) {
  report(user, "release");
  aisopod_plugin::thrown("release");
}

void on_cancel(void *user, const aisopod_cancellation *) {
  report(user, "cancel");
  aisopod_plugin::thrown("cancel");
}
aisopod_status cancelled(void *user, const aisopod_call *call) {
  auto observer = AISOPOD_INIT(aisopod_observer);
  observer.fn = on_cancel;
  observer.user = user;
  observer.release = on_release;
  const aisopod_status status =
      host_of(user)->call_on_cancel(host_of(user), call->token, &observer);
  report(user, "waiting");
  return status == AISOPOD_OK ? AISOPOD_PENDING : status;
}

void on_response(void *user, const aisopod_response *) {
  report(user, "response");
  aisopod_plugin::thrown("response");
}
aisopod_status request(void *user, const aisopod_call *call) {
  auto sent = AISOPOD_INIT(aisopod_request);
  sent.method = "anything";
  sent.fn = on_response;
  sent.user = user;
  sent.release = on_release;
  host_of(user)->request(host_of(user), &sent, nullptr);
  return here(user, call);
}

void on_task(void *user, const aisopod_task *) {
  report(user, "post");
  aisopod_plugin::thrown("post");
}
aisopod_status post(void *user, const aisopod_call *call) {
  auto task = AISOPOD_INIT(aisopod_post);
  task.fn = on_task;
  task.user = user;
  task.release = on_release;
  host_of(user)->post(host_of(user), &task, nullptr);
  return here(user, call);
}

void registration_released(void *user) { static_cast<aisopod_plugin *>(user)->in("release"); }

aisopod_status add(aisopod_plugin *self, const aisopod_api *api, const char *name, uint32_t flags,
                   aisopod_handler_fn fn, aisopod_error *err) {
  const auto spec =
      aisopod_payload_of(R"({"description":"Throws","parameters":{"type":"object"}})", AISOPOD_NTS);
  auto def = AISOPOD_INIT(aisopod_registration);
  def.kind = AISOPOD_KIND_TOOL;
  def.name = name;
  def.spec = &spec;
  def.flags = flags;
  def.fn = fn;
  def.user = self;
  def.release = registration_released;
  return api->add(api, &def, nullptr, err);
}

aisopod_status on_register(aisopod_plugin *self, const aisopod_api *api, aisopod_error *err) {
  aisopod_status status = AISOPOD_OK;
  const struct {
    const char *name;
    uint32_t flags;
    aisopod_handler_fn fn;
  } tools[] = {{"here", 0, here},
               {"handler", 0, handler},
               {"handler-inline", AISOPOD_F_INLINE, handler},
               {"handler-parallel", AISOPOD_F_PARALLEL, handler},
               {"no-exception", 0, no_exception},
               {"after-answer", 0, after_answer},
               {"cancelled", 0, cancelled},
               {"request", 0, request},
               {"post", 0, post}};
  for (const auto &tool : tools) {
    if (status == AISOPOD_OK) status = add(self, api, tool.name, tool.flags, tool.fn, err);
  }
  self->in("on_register");
  return status;
}

aisopod_status on_init(aisopod_plugin *self, aisopod_error *) {
  self->in("on_init");
  return AISOPOD_OK;
}
void on_shutdown(aisopod_plugin *self, const aisopod_shutdown *) { self->in("on_shutdown"); }
void destroy(aisopod_plugin *self) {
  const aisopod_plugin last = *self;
  delete self;
  last.in("destroy");
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
