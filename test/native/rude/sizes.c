/* Structs whose struct_size is a lie. The configuration says {"in": "registration", "size": 3}. */
#include "rude.h"

enum { GUARD = 64 };

static aisopod_status here(void *user, const aisopod_request *req) {
  return probe_reply(rude_host(user), req->call, "null");
}

static void on_event(void *user, const aisopod_event *event) {
  (void)user;
  (void)event;
}
static void on_response(void *user, const aisopod_response *r) {
  (void)user;
  (void)r;
  abort(); /* it was refused */
}
static void on_release(void *user) {
  (void)user;
  abort(); /* nothing was taken */
}

static uint32_t size_of(const aisopod_plugin *self) {
  return (uint32_t)probe_number(self->config.data, self->config.len, "size", 0);
}

static void fill_ask(aisopod_ask *ask, uint32_t size) {
  memset(ask, 0, sizeof *ask);
  ask->struct_size = size;
  ask->method = "anything";
  ask->timeout_ms = -1;
  ask->release = on_release;
}

static aisopod_status request(void *user, const aisopod_request *req) {
  const aisopod_plugin *self = (const aisopod_plugin *)user;
  uint64_t token = 42;
  aisopod_ask ask;
  aisopod_status status;
  fill_ask(&ask, size_of(self));
  ask.fn = on_response;
  status = self->host->request(self->host, &ask, &token);
  return probe_reply(self->host, req->call, "{\"status\":%d,\"untouched\":%s}", (int)status,
                     token == 42 ? "true" : "false");
}

/* An error record, with bytes around it that nobody may touch. */
typedef struct guarded_error {
  char before[GUARD];
  aisopod_error err;
  char after[GUARD];
} guarded_error;

static aisopod_status request_wait(void *user, const aisopod_request *req) {
  const aisopod_plugin *self = (const aisopod_plugin *)user;
  const int lying_ask = rude_setting_is(self, "in", "ask");
  guarded_error g, old;
  aisopod_buf out = {NULL, 0, NULL};
  aisopod_ask ask;
  aisopod_status status;
  memset(&g, 0x5a, sizeof g);
  g.err.struct_size = lying_ask ? (uint32_t)sizeof g.err : size_of(self);
  memcpy(&old, &g, sizeof g);
  fill_ask(&ask, lying_ask ? size_of(self) : (uint32_t)sizeof ask);
  status = self->host->request_wait(self->host, &ask, &out, &g.err);
  if (lying_ask) memcpy(&old.err, &g.err, sizeof g.err); /* it may well say why */
  return probe_reply(self->host, req->call, "{\"status\":%d,\"untouched\":%s}", (int)status,
                     memcmp(&old, &g, sizeof g) == 0 ? "true" : "false");
}

static aisopod_status create(const aisopod_host *host, aisopod_plugin **out, aisopod_error *err) {
  (void)err;
  return rude_create(host, out);
}

static aisopod_status on_register(aisopod_plugin *self, const aisopod_api *api,
                                  aisopod_error *err) {
  static const rude_tool TOOLS[] = {RUDE_TOOL(here), RUDE_TOOL(request), {"wait", 0, request_wait}};
  aisopod_registration def = AISOPOD_INIT(aisopod_registration);
  aisopod_subscription sub = AISOPOD_INIT(aisopod_subscription);
  aisopod_reg token = 42;
  aisopod_status status;
  char line[64];
  if (rude_setting_is(self, "in", "registration")) {
    def.struct_size = size_of(self);
    def.kind = AISOPOD_KIND_TOOL;
    def.name = "lie";
    def.spec = PROBE_SPEC;
    def.spec_len = AISOPOD_NTS;
    def.handler = here;
    def.release = on_release;
    status = api->add(api, &def, &token, err);
    snprintf(line, sizeof line, "add %d %d", (int)status, (int)token);
    self->host->log(self->host, AISOPOD_LOG_INFO, line, AISOPOD_NTS);
  } else if (rude_setting_is(self, "in", "error of add")) {
    guarded_error g, old;
    memset(&g, 0x5a, sizeof g);
    g.err.struct_size = size_of(self);
    memcpy(&old, &g, sizeof g);
    status = aisopod_add(api, "no such kind", "x", PROBE_SPEC, 0, here, self, &g.err);
    snprintf(line, sizeof line, "add %d %s", (int)status,
             memcmp(&old, &g, sizeof g) == 0 ? "untouched" : "touched");
    self->host->log(self->host, AISOPOD_LOG_INFO, line, AISOPOD_NTS);
  } else if (rude_setting_is(self, "in", "subscription")) {
    sub.struct_size = size_of(self);
    sub.topic_glob = "*";
    sub.fn = on_event;
    sub.release = on_release;
    status = api->subscribe(api, &sub, &token, err);
    snprintf(line, sizeof line, "subscribe %d %d", (int)status, (int)token);
    self->host->log(self->host, AISOPOD_LOG_INFO, line, AISOPOD_NTS);
  }
  return rude_register(self, api, TOOLS, sizeof TOOLS / sizeof *TOOLS, err);
}

/* The record is the host's: with a lie in it the host must not believe it. */
static aisopod_status on_init(aisopod_plugin *self, aisopod_error *err) {
  if (!rude_setting_is(self, "in", "error of on_init")) return AISOPOD_OK;
  err->struct_size = size_of(self);
  memset(err->message, 'x', sizeof err->message); /* without a NUL */
  return AISOPOD_E_DENIED;
}

static void destroy(aisopod_plugin *self) { rude_destroy(self); }
PROBE_PLUGIN(.on_init = on_init)
