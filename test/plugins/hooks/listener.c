/* A plugin that listens to the hooks its configuration names: hooks = [{name, spec, flags, does,
 * reply}]. `does`: "reply" (what `reply` holds; a text is sent as it stands), "echo" (the payload),
 * "meta" (what is known of the call), "fail" (with the text `reply`), "never" (answers nothing),
 * "ask" (request "again" with the payload, on behalf of the call; then null). on_init = "fail". */
#include "../probe.h"

#define MOST 16

typedef struct listener {
  const aisopod_host *host;
  char                does[PROBE_TEXT];
  char                reply[PROBE_TEXT];
} listener;

struct aisopod_plugin {
  const aisopod_host *host;
  aisopod_buf         config;
  int                 count;
  listener            listeners[MOST];
};

typedef struct asked {
  const aisopod_host *host;
  aisopod_call        call;
} asked;

/* [reply] */
static void on_answer(void *user, const aisopod_response *r) {
  asked *self = (asked *)user;
  if (r->status == AISOPOD_OK)
    (void)self->host->call_reply(self->host, self->call, "null", AISOPOD_NTS);
  else (void)self->host->call_fail(self->host, self->call, r->status, r->message, NULL, 0);
  free(self);
}

static aisopod_status ask(const aisopod_host *host, const aisopod_request *req) {
  aisopod_ask    again = AISOPOD_INIT(aisopod_ask);
  asked         *self = (asked *)calloc(1, sizeof *self);
  aisopod_status status;
  if (!self) return AISOPOD_E_NOMEM;
  self->host = host;
  self->call = req->call;
  again.parent = req->call;
  again.timeout_ms = -1;
  again.method = "again";
  again.params = req->params;
  again.params_len = req->params_len;
  again.fn = on_answer;
  again.user = self;
  status = host->request(host, &again, NULL);
  if (status != AISOPOD_OK) free(self);
  return status;
}

static aisopod_status heard(void *user, const aisopod_request *req) {
  const listener     *self = (const listener *)user;
  const aisopod_host *host = self->host;
  probe_tell(host, "heard", req->name, AISOPOD_OK);
  if (strcmp(self->does, "reply") == 0)
    return host->call_reply(host, req->call, self->reply, AISOPOD_NTS);
  if (strcmp(self->does, "echo") == 0)
    return host->call_reply(host, req->call, req->params, req->params_len);
  if (strcmp(self->does, "meta") == 0)
    return host->call_reply(host, req->call, req->meta, req->meta_len);
  if (strcmp(self->does, "fail") == 0)
    return host->call_fail(host, req->call, AISOPOD_E_FAIL, self->reply, NULL, 0);
  return strcmp(self->does, "ask") == 0 ? ask(host, req) : AISOPOD_OK;
}

static aisopod_status create(const aisopod_host *host, aisopod_plugin **out, aisopod_error *err) {
  aisopod_status status = probe_create(host, out, sizeof **out);
  (void)err;
  return status == AISOPOD_OK ? host->config(host, &(*out)->config) : status;
}

static aisopod_status add(aisopod_plugin *self, const aisopod_api *api, aisopod_json item,
                          aisopod_error *err) {
  listener            *one = &self->listeners[self->count++];
  aisopod_registration def = AISOPOD_INIT(aisopod_registration);
  char                 name[PROBE_TEXT];
  aisopod_json         value;
  one->host = self->host;
  probe_text(item.at, item.len, "does", one->does);
  if (!aisopod_json_get(item, "reply", &value)) value.at = "null", value.len = 4;
  if (value.at[0] == '"') (void)aisopod_json_text(value, one->reply, PROBE_TEXT);
  else memcpy(one->reply, value.at, value.len);
  def.kind = AISOPOD_KIND_HOOK;
  def.name = probe_text(item.at, item.len, "name", name);
  def.flags = (uint32_t)probe_number(item.at, item.len, "flags", 0);
  if (aisopod_json_get(item, "spec", &value)) {
    def.spec = value.at;
    def.spec_len = value.len;
  }
  def.handler = heard;
  def.user = one;
  return api->add(api, &def, NULL, err);
}

static aisopod_status on_register(aisopod_plugin *self, const aisopod_api *api,
                                  aisopod_error *err) {
  aisopod_json   list, item = {NULL, 0};
  aisopod_status status = AISOPOD_OK;
  if (!probe_get(self->config.data, self->config.len, "hooks", &list)) return AISOPOD_OK;
  while (status == AISOPOD_OK && self->count < MOST && aisopod_json_next(list, NULL, &item))
    status = add(self, api, item, err);
  return status;
}

static aisopod_status on_init(aisopod_plugin *self, aisopod_error *err) {
  char what[PROBE_TEXT];
  (void)err;
  probe_text(self->config.data, self->config.len, "on_init", what);
  return strcmp(what, "fail") == 0 ? AISOPOD_E_FAIL : AISOPOD_OK;
}

static void destroy(aisopod_plugin *self) {
  self->host->buf_release(self->host, &self->config);
  free(self);
}

PROBE_PLUGIN(.on_init = on_init)
