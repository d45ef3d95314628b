/* A plugin that listens to the hooks its configuration names: hooks = [{name, spec, flags, does,
 * reply}]. `does`: "reply" (what `reply` holds; a text is sent as it stands), "echo" (the payload),
 * "meta" (what is known of the call), "fail" (with the text `reply`), "never" (stays pending),
 * "nothing" (returns OK without an answer), "request" (sends "again" with the payload, on behalf of
 * the call; then null). on_init = "fail". */
#include "../probe.h"

#define MOST 16

typedef struct listener {
  const aisopod_host *host;
  char does[PROBE_TEXT];
  char reply[PROBE_TEXT];
} listener;

struct aisopod_plugin {
  const aisopod_host *host;
  const aisopod_payload *config;
  int count;
  listener listeners[MOST];
};

typedef struct pending {
  const aisopod_host *host;
  aisopod_token call;
} pending;

/* [reply] */
static void on_response(void *user, const aisopod_response *r) {
  const pending *self = (const pending *)user;
  if (r->failure) (void)aisopod_forward(self->host, self->call, r);
  else (void)aisopod_reply(self->host, self->call, NULL, 0);
}

static aisopod_status send_again(const aisopod_host *host, const aisopod_call *call) {
  aisopod_request again = AISOPOD_INIT(aisopod_request);
  pending *self = (pending *)calloc(1, sizeof *self);
  aisopod_status status;
  if (!self) return AISOPOD_E_NOMEM;
  self->host = host;
  self->call = call->token;
  again.parent = call->token;
  again.method = "again";
  again.params = call->params;
  again.fn = on_response;
  again.user = self;
  again.release = free;
  status = host->request(host, &again, NULL);
  if (status == AISOPOD_OK) return AISOPOD_PENDING;
  free(self);
  return status;
}

static aisopod_status called(void *user, const aisopod_call *call) {
  const listener *self = (const listener *)user;
  const aisopod_host *host = self->host;
  probe_report(host, "called", call->name, AISOPOD_OK);
  if (strcmp(self->does, "reply") == 0)
    return aisopod_reply(host, call->token, self->reply, AISOPOD_NTS);
  if (strcmp(self->does, "echo") == 0) return host->call_reply(host, call->token, call->params);
  if (strcmp(self->does, "meta") == 0)
    return aisopod_reply(host, call->token, call->meta, call->meta_len);
  if (strcmp(self->does, "fail") == 0)
    return aisopod_fail(host, call->token, AISOPOD_E_FAIL, self->reply);
  if (strcmp(self->does, "request") == 0) return send_again(host, call);
  return strcmp(self->does, "never") == 0 ? AISOPOD_PENDING : AISOPOD_OK;
}

static aisopod_status create(const aisopod_host *host, aisopod_plugin **out, aisopod_error *err) {
  aisopod_status status = probe_create(host, out, sizeof **out);
  (void)err;
  return status == AISOPOD_OK ? host->get_config(host, &(*out)->config) : status;
}

static aisopod_status add(aisopod_plugin *self, const aisopod_api *api, aisopod_json item,
                          aisopod_error *err) {
  listener *one = &self->listeners[self->count++];
  aisopod_registration def = AISOPOD_INIT(aisopod_registration);
  aisopod_payload spec = AISOPOD_INIT(aisopod_payload);
  char name[PROBE_TEXT];
  aisopod_json value;
  one->host = self->host;
  probe_text(item.at, item.len, "does", one->does);
  if (!aisopod_json_get(item, "reply", &value)) value.at = "null", value.len = 4;
  if (value.at[0] == '"') (void)aisopod_json_text(value, one->reply, PROBE_TEXT);
  else memcpy(one->reply, value.at, value.len);
  def.kind = AISOPOD_KIND_HOOK;
  def.name = probe_text(item.at, item.len, "name", name);
  def.flags = (uint32_t)probe_number(item.at, item.len, "flags", 0);
  if (aisopod_json_get(item, "spec", &value)) spec = aisopod_payload_of(value.at, value.len);
  def.spec = &spec;
  def.fn = called;
  def.user = one;
  return api->add(api, &def, NULL, err);
}

static aisopod_status on_register(aisopod_plugin *self, const aisopod_api *api,
                                  aisopod_error *err) {
  aisopod_json list, item = {NULL, 0};
  aisopod_status status = AISOPOD_OK;
  if (!probe_get(self->config->json, self->config->len, "hooks", &list)) return AISOPOD_OK;
  while (status == AISOPOD_OK && self->count < MOST && aisopod_json_next(list, NULL, &item))
    status = add(self, api, item, err);
  return status;
}

static aisopod_status on_init(aisopod_plugin *self, aisopod_error *err) {
  char what[PROBE_TEXT];
  (void)err;
  probe_text(self->config->json, self->config->len, "on_init", what);
  return strcmp(what, "fail") == 0 ? AISOPOD_E_FAIL : AISOPOD_OK;
}

static void destroy(aisopod_plugin *self) {
  self->host->payload_release(self->host, self->config);
  free(self);
}

PROBE_PLUGIN(desc->on_init = on_init)
