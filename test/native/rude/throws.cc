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
  aisopod_buf buf = {};
  if (host->config(host, &buf) != AISOPOD_OK) return {};
  std::string text(buf.data, buf.len);
  host->buf_release(host, &buf);
  return text;
}

aisopod_status create(const aisopod_host *host, aisopod_plugin **out, aisopod_error *) {
  const aisopod_plugin made{host, config_of(host)};
  made.in("create");
  *out = new aisopod_plugin(made);
  return AISOPOD_OK;
}

const aisopod_host *host_of(void *user) { return static_cast<aisopod_plugin *>(user)->host; }

aisopod_status here(void *user, const aisopod_request *req) {
  return host_of(user)->call_reply(host_of(user), req->call, "null", 4);
}
aisopod_status handler(void *, const aisopod_request *) { aisopod_plugin::thrown("handler"); }
aisopod_status no_exception(void *, const aisopod_request *) { throw 42; }
aisopod_status after_answer(void *user, const aisopod_request *req) {
  here(user, req);
  aisopod_plugin::thrown("handler");
}

void tell(void *user, const char *what) {
  const std::string json = '"' + std::string(what) + '"';
  host_of(user)->emit(host_of(user), "told", json.c_str(), json.size());
}

void on_release(void *user) {
  tell(user, "release");
  aisopod_plugin::thrown("release");
}

void on_cancel(void *user, aisopod_call, aisopod_status) {
  tell(user, "cancel");
  aisopod_plugin::thrown("cancel");
}
aisopod_status cancelled(void *user, const aisopod_request *req) {
  const aisopod_status status =
      host_of(user)->call_on_cancel(host_of(user), req->call, on_cancel, user, on_release);
  tell(user, "waiting");
  return status;
}

void on_response(void *user, const aisopod_response *) {
  tell(user, "response");
  aisopod_plugin::thrown("response");
}
aisopod_status request(void *user, const aisopod_request *req) {
  aisopod_ask ask = AISOPOD_INIT(aisopod_ask);
  ask.method = "anything";
  ask.timeout_ms = -1;
  ask.fn = on_response;
  ask.user = user;
  ask.release = on_release;
  host_of(user)->request(host_of(user), &ask, nullptr);
  return here(user, req);
}

void on_post(void *user) {
  tell(user, "post");
  aisopod_plugin::thrown("post");
}
aisopod_status post(void *user, const aisopod_request *req) {
  host_of(user)->post(host_of(user), on_post, user, on_release, 0);
  return here(user, req);
}

void registration_released(void *user) { static_cast<aisopod_plugin *>(user)->in("release"); }

aisopod_status add(aisopod_plugin *self, const aisopod_api *api, const char *name, uint32_t flags,
                   aisopod_handler fn, aisopod_error *err) {
  aisopod_registration def = AISOPOD_INIT(aisopod_registration);
  def.kind = AISOPOD_KIND_TOOL;
  def.name = name;
  def.spec = R"({"description":"Throws","parameters":{"type":"object"}})";
  def.spec_len = AISOPOD_NTS;
  def.flags = flags;
  def.handler = fn;
  def.user = self;
  def.release = registration_released;
  return api->add(api, &def, nullptr, err);
}

aisopod_status on_register(aisopod_plugin *self, const aisopod_api *api, aisopod_error *err) {
  aisopod_status status = AISOPOD_OK;
  const struct {
    const char *name;
    uint32_t flags;
    aisopod_handler fn;
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
void on_shutdown(aisopod_plugin *self) { self->in("on_shutdown"); }
void destroy(aisopod_plugin *self) {
  const aisopod_plugin last = *self;
  delete self;
  last.in("destroy");
}

}  // namespace

const aisopod_plugin_desc *AISOPOD_ENTRY(void) {
  static const aisopod_plugin_desc desc = {
      AISOPOD_DESC_HEAD(0), PLUGIN_ID, PLUGIN_VERSION, nullptr, create,  on_register, on_init,
      on_shutdown,          destroy,   nullptr,        nullptr, nullptr, nullptr};
  return &desc;
}
