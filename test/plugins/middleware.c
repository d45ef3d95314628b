/* A plugin with a middleware in each chain, that does what the value it is given says: its member
 * "mode", or the argument "mode" of a tool. */
#include "probe.h"

struct aisopod_plugin {
  const aisopod_host *host;
};

typedef struct pending {
  const aisopod_host *host;
  aisopod_token call;
  int keep, again;
} pending;

static aisopod_status go_on(const aisopod_host *host, aisopod_token call, aisopod_json value,
                            pending *self);

/* [reply] The result of the rest of the chain is the result of this middleware. */
static void on_result(void *user, const aisopod_response *r) {
  pending *self = (pending *)user;
  aisopod_json nothing = {NULL, 0};
  if (self->again) {
    self->again = 0;
    if (go_on(self->host, self->call, nothing, self) == AISOPOD_OK) return;
  }
  if (r->status == AISOPOD_OK && self->keep)
    (void)aisopod_reply(self->host, self->call, "null", AISOPOD_NTS);
  else (void)aisopod_forward(self->host, self->call, r);
  free(self);
}

static aisopod_status go_on(const aisopod_host *host, aisopod_token call, aisopod_json value,
                            pending *self) {
  aisopod_json_out params = {NULL, 0, 0, 0};
  aisopod_status status;
  if (value.at) {
    aisopod_json_add(&params, "{\"value\":");
    aisopod_json_add_bytes(&params, value.at, value.len);
    aisopod_json_add(&params, "}");
  }
  status =
      aisopod_send(host, call, "middleware.next", params.data, params.len, on_result, self, NULL);
  aisopod_json_free(&params);
  return status;
}

static aisopod_status later(const aisopod_host *host, aisopod_token call, aisopod_json value,
                            int keep, int again) {
  pending *self = (pending *)calloc(1, sizeof *self);
  aisopod_status status;
  if (!self) return AISOPOD_E_NOMEM;
  self->host = host;
  self->call = call;
  self->keep = keep;
  self->again = again;
  status = go_on(host, call, value, self);
  if (status == AISOPOD_OK) return AISOPOD_PENDING;
  free(self);
  return status;
}

/* Waits for the rest of the chain on this worker. */
static aisopod_status wait_here(const aisopod_host *host, const aisopod_call *call,
                                aisopod_token parent, const char *params) {
  const aisopod_response *result = NULL;
  aisopod_status status = aisopod_send_and_wait(host, parent, "middleware.next", params,
                                                params ? AISOPOD_NTS : 0, &result);
  if (result) status = aisopod_forward(host, call->token, result);
  host->response_release(host, result);
  return status;
}

static aisopod_status run_middleware(void *user, const aisopod_call *call) {
  const aisopod_host *host = ((const aisopod_plugin *)user)->host;
  aisopod_json value, in, given = {NULL, 0}, nothing = {NULL, 0};
  char mode[PROBE_TEXT];
  if (!probe_arg(call, "value", &value))
    return later(host, call->token, nothing, 0, 0); /* nested too deep to be read */
  if (!aisopod_json_get(value, "arguments", &in)) in = value;
  (void)probe_text(in.at, in.len, "mode", mode);
  (void)aisopod_json_get(in, "give", &given);
  if (!strcmp(mode, "own")) return aisopod_reply(host, call->token, given.at, given.len);
  if (!strcmp(mode, "never")) return aisopod_reply(host, call->token, "null", AISOPOD_NTS);
  if (!strcmp(mode, "fail"))
    return aisopod_fail_with(host, call->token, AISOPOD_E_DENIED, "not today", "{\"day\":1}",
                             AISOPOD_NTS);
  if (!strcmp(mode, "change")) return later(host, call->token, given, 0, 0);
  if (!strcmp(mode, "keep")) return later(host, call->token, nothing, 1, 0);
  if (!strcmp(mode, "again")) return later(host, call->token, nothing, 0, 1);
  if (!strcmp(mode, "wait")) return wait_here(host, call, call->token, NULL);
  if (!strcmp(mode, "orphan")) return wait_here(host, call, 0, NULL);
  if (!strcmp(mode, "text")) return wait_here(host, call, call->token, "\"text\"");
  if (!strcmp(mode, "hang")) {
    while (host->call_check(host, call->token) == AISOPOD_OK) probe_nap();
    probe_report(host, "stopped", "around", host->call_check(host, call->token));
    return AISOPOD_E_CANCELLED;
  }
  return later(host, call->token, nothing, 0, 0);
}

static aisopod_status echo(void *user, const aisopod_call *call) {
  const aisopod_host *host = ((const aisopod_plugin *)user)->host;
  return host->call_reply(host, call->token, call->params);
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
      api, "around", "{\"chain\":\"message\",\"order\":" ORDER "}", 0, run_middleware, self, err);
  if (status == AISOPOD_OK)
    status = aisopod_register_middleware(api, "around", "{\"chain\":\"tool\",\"order\":" ORDER "}",
                                         0, run_middleware, self, err);
  if (status == AISOPOD_OK)
    status = aisopod_register_tool(api, "echo", PROBE_SPEC, 0, echo, self, err);
  return status;
}

static void destroy(aisopod_plugin *self) { free(self); }

PROBE_PLUGIN()
