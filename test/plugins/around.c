/* A plugin with a middleware in each chain, that does what the value it is given says: its member
 * "mode", or the argument "mode" of a tool. */
#include "probe.h"

struct aisopod_plugin { const aisopod_host *host; };

typedef struct pending {
  const aisopod_host *host;
  aisopod_call        call;
  int                 keep, again;
} pending;

static aisopod_status go_on(const aisopod_host *host, aisopod_call call, aisopod_json value,
                            pending *self);

/* [reply] The result of the rest of the chain is the result of this middleware. */
static void on_result(void *user, const aisopod_response *r) {
  pending     *self = (pending *)user;
  aisopod_json nothing = {NULL, 0};
  if (self->again) {
    self->again = 0;
    if (go_on(self->host, self->call, nothing, self) == AISOPOD_OK) return;
  }
  if (r->status != AISOPOD_OK)
    (void)self->host->call_fail(self->host, self->call, r->status, r->message, r->details,
                                r->details ? AISOPOD_NTS : 0);
  else if (self->keep) (void)self->host->call_reply(self->host, self->call, "null", AISOPOD_NTS);
  else (void)self->host->call_reply(self->host, self->call, r->json, r->len);
  free(self);
}

static aisopod_status go_on(const aisopod_host *host, aisopod_call call, aisopod_json value,
                            pending *self) {
  aisopod_ask      next = AISOPOD_INIT(aisopod_ask);
  aisopod_json_out params = {NULL, 0, 0, 0};
  aisopod_status   status;
  next.parent = call;
  next.timeout_ms = -1;
  next.method = "middleware.next";
  if (value.at) {
    aisopod_json_add(&params, "{\"value\":");
    aisopod_json_add_bytes(&params, value.at, value.len);
    aisopod_json_add(&params, "}");
    next.params = params.data;
    next.params_len = params.len;
  }
  next.fn = on_result;
  next.user = self;
  status = host->request(host, &next, NULL);
  aisopod_json_free(&params);
  return status;
}

static aisopod_status later(const aisopod_host *host, aisopod_call call, aisopod_json value,
                            int keep, int again) {
  pending       *self = (pending *)calloc(1, sizeof *self);
  aisopod_status status;
  if (!self) return AISOPOD_E_NOMEM;
  self->host = host;
  self->call = call;
  self->keep = keep;
  self->again = again;
  status = go_on(host, call, value, self);
  if (status != AISOPOD_OK) free(self);
  return status;
}

/* Waits for the rest of the chain on this worker. */
static aisopod_status wait_here(const aisopod_host *host, const aisopod_request *req,
                                aisopod_call parent, const char *params) {
  aisopod_ask    next = AISOPOD_INIT(aisopod_ask);
  aisopod_error  err = AISOPOD_INIT(aisopod_error);
  aisopod_buf    result = {NULL, 0, NULL};
  aisopod_status status;
  next.parent = parent;
  next.timeout_ms = -1;
  next.method = "middleware.next";
  next.params = params;
  next.params_len = params ? AISOPOD_NTS : 0;
  status = host->request_wait(host, &next, &result, &err);
  if (status != AISOPOD_OK)
    return host->call_fail(host, req->call, status, err.message, NULL, 0);
  status = host->call_reply(host, req->call, result.data, result.len);
  host->buf_release(host, &result);
  return status;
}

static aisopod_status around(void *user, const aisopod_request *req) {
  const aisopod_host *host = ((const aisopod_plugin *)user)->host;
  aisopod_json        value, in, given = {NULL, 0}, nothing = {NULL, 0};
  char                mode[PROBE_TEXT];
  if (!probe_get(req->params, req->params_len, "value", &value))
    return later(host, req->call, nothing, 0, 0); /* nested too deep to be read */
  if (!aisopod_json_get(value, "arguments", &in)) in = value;
  (void)probe_text(in.at, in.len, "mode", mode);
  (void)aisopod_json_get(in, "give", &given);
  if (!strcmp(mode, "own")) return host->call_reply(host, req->call, given.at, given.len);
  if (!strcmp(mode, "never")) return host->call_reply(host, req->call, "null", AISOPOD_NTS);
  if (!strcmp(mode, "fail"))
    return host->call_fail(host, req->call, AISOPOD_E_DENIED, "not today", "{\"day\":1}",
                           AISOPOD_NTS);
  if (!strcmp(mode, "change")) return later(host, req->call, given, 0, 0);
  if (!strcmp(mode, "keep")) return later(host, req->call, nothing, 1, 0);
  if (!strcmp(mode, "again")) return later(host, req->call, nothing, 0, 1);
  if (!strcmp(mode, "wait")) return wait_here(host, req, req->call, NULL);
  if (!strcmp(mode, "orphan")) return wait_here(host, req, 0, NULL);
  if (!strcmp(mode, "text")) return wait_here(host, req, req->call, "\"text\"");
  if (!strcmp(mode, "hang")) {
    while (host->call_check(host, req->call) == AISOPOD_OK) probe_nap();
    probe_tell(host, "stopped", "around", host->call_check(host, req->call));
    return AISOPOD_E_CANCELLED;
  }
  return later(host, req->call, nothing, 0, 0);
}

static aisopod_status echo(void *user, const aisopod_request *req) {
  const aisopod_host *host = ((const aisopod_plugin *)user)->host;
  return host->call_reply(host, req->call, req->params, req->params_len);
}

static aisopod_status create(const aisopod_host *host, aisopod_plugin **out, aisopod_error *err) {
  (void)err;
  return probe_create(host, out, sizeof **out);
}

#ifndef ORDER
#  define ORDER "100"
#endif

static aisopod_status on_register(aisopod_plugin *self, const aisopod_api *api,
                                  aisopod_error *err) {
  aisopod_status status = aisopod_register_middleware(
      api, "around", "{\"chain\":\"message\",\"order\":" ORDER "}", 0, around, self, err);
  if (status == AISOPOD_OK)
    status = aisopod_register_middleware(
        api, "around", "{\"chain\":\"tool\",\"order\":" ORDER "}", 0, around, self, err);
  if (status == AISOPOD_OK)
    status = aisopod_register_tool(api, "echo", PROBE_SPEC, 0, echo, self, err);
  return status;
}

static void destroy(aisopod_plugin *self) { free(self); }

PROBE_PLUGIN(.on_init = NULL)
