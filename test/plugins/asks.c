/* A plugin that asks its host, on every thread that it has. */
#include "probe.h"

struct aisopod_plugin { const aisopod_host *host; };

/* One request() in flight, on behalf of a call that it answers in the end. */
typedef struct pending {
  const aisopod_host *host;
  aisopod_call        call;
  aisopod_json_out    parts;
  int                 count, wait_on_reply;
} pending;

static void add_member(aisopod_json_out *out, const char *key, const char *json) {
  aisopod_json_add(out, key);
  aisopod_json_add(out, json ? json : "null");
}

static void add_text(aisopod_json_out *out, const char *key, const char *text) {
  aisopod_json_add(out, key);
  if (text) aisopod_json_add_string(out, text, strlen(text));
  else aisopod_json_add(out, "null");
}

/* A request_wait() without parameters, for its status. */
static aisopod_status wait_here(const aisopod_host *host) {
  aisopod_ask    question = AISOPOD_INIT(aisopod_ask);
  aisopod_buf    answer = {NULL, 0, NULL};
  aisopod_status status;
  question.method = "greeting";
  question.timeout_ms = -1;
  status = host->request_wait(host, &question, &answer, NULL);
  host->buf_release(host, &answer);
  return status;
}

static void on_response(void *user, const aisopod_response *r) {
  pending         *self = (pending *)user;
  aisopod_json_out out = {NULL, 0, 0, 0};
  char             status[32];
  if (r->flags & AISOPOD_RESP_MORE) {
    if (self->count++) aisopod_json_add(&self->parts, ",");
    aisopod_json_add_bytes(&self->parts, r->json, r->len);
    probe_tell(self->host, "part", "ask", self->count);
    return;
  }
  snprintf(status, sizeof status, "{\"status\":%d", (int)r->status);
  aisopod_json_add(&out, status);
  add_member(&out, ",\"json\":", r->json);
  add_text(&out, ",\"message\":", r->message);
  add_member(&out, ",\"details\":", r->details);
  aisopod_json_add(&out, ",\"parts\":[");
  if (self->parts.len > 0) aisopod_json_add_bytes(&out, self->parts.data, self->parts.len);
  aisopod_json_add(&out, "]");
  if (self->wait_on_reply) {
    snprintf(status, sizeof status, ",\"waited\":%d", (int)wait_here(self->host));
    aisopod_json_add(&out, status);
  }
  aisopod_json_add(&out, "}");
  (void)self->host->call_reply(self->host, self->call, out.data, out.len);
  probe_tell(self->host, "responded", "ask", r->status);
  aisopod_json_free(&out);
}

static void on_release(void *user) {
  pending *self = (pending *)user;
  aisopod_json_free(&self->parts);
  free(self);
}

/* Arguments: method, params, timeout_ms, parent (true: this call), stream, cancel (at once),
 * wait_on_reply. */
static void read_ask(const aisopod_request *req, char method[PROBE_TEXT], aisopod_ask *out) {
  aisopod_json params = {NULL, 0};
  (void)probe_get(req->params, req->params_len, "params", &params);
  out->method = probe_text(req->params, req->params_len, "method", method);
  out->params = params.at;
  out->params_len = params.len;
  out->timeout_ms = (int64_t)probe_number(req->params, req->params_len, "timeout_ms", -1);
  if (probe_flag(req->params, req->params_len, "parent")) out->parent = req->call;
  if (probe_flag(req->params, req->params_len, "stream")) out->flags = AISOPOD_ASK_STREAM;
}

static aisopod_status ask(void *user, const aisopod_request *req) {
  const aisopod_host *host = ((const aisopod_plugin *)user)->host;
  aisopod_ask         question = AISOPOD_INIT(aisopod_ask);
  pending            *self = (pending *)calloc(1, sizeof *self);
  char                method[PROBE_TEXT];
  uint64_t            token = 0;
  aisopod_status      status;
  if (!self) return AISOPOD_E_NOMEM;
  self->host = host;
  self->call = req->call;
  self->wait_on_reply = probe_flag(req->params, req->params_len, "wait_on_reply");
  read_ask(req, method, &question);
  question.fn = on_response;
  question.user = self;
  question.release = on_release;
  status = host->request(host, &question, &token);
  if (status != AISOPOD_OK) {
    on_release(self);
    return status;
  }
  if (probe_flag(req->params, req->params_len, "cancel")) (void)host->request_cancel(host, token);
  return AISOPOD_OK;
}

static aisopod_status ask_wait(void *user, const aisopod_request *req) {
  const aisopod_host *host = ((const aisopod_plugin *)user)->host;
  aisopod_ask         question = AISOPOD_INIT(aisopod_ask);
  aisopod_error       err = AISOPOD_INIT(aisopod_error);
  aisopod_buf         answer = {NULL, 0, NULL};
  aisopod_json_out    out = {NULL, 0, 0, 0};
  char                method[PROBE_TEXT], head[32];
  aisopod_status      status;
  read_ask(req, method, &question);
  status = host->request_wait(host, &question, &answer, &err);
  snprintf(head, sizeof head, "{\"status\":%d", (int)status);
  aisopod_json_add(&out, head);
  add_member(&out, ",\"json\":", answer.data);
  add_text(&out, ",\"message\":", err.message);
  aisopod_json_add(&out, "}");
  host->buf_release(host, &answer);
  status = host->call_reply(host, req->call, out.data, out.len);
  aisopod_json_free(&out);
  return status;
}

static aisopod_status ask_inline(void *user, const aisopod_request *req) {
  const aisopod_host *host = ((const aisopod_plugin *)user)->host;
  return probe_reply(host, req->call, "%d", (int)wait_here(host));
}

static aisopod_status create(const aisopod_host *host, aisopod_plugin **out, aisopod_error *err) {
  (void)err;
  return probe_create(host, out, sizeof **out);
}

static aisopod_status on_register(aisopod_plugin *self, const aisopod_api *api,
                                  aisopod_error *err) {
  aisopod_status status = aisopod_register_tool(api, "ask", PROBE_SPEC, 0, ask, self, err);
  if (status == AISOPOD_OK)
    status = aisopod_register_tool(api, "ask-wait", PROBE_SPEC, 0, ask_wait, self, err);
  if (status == AISOPOD_OK)
    status = aisopod_register_tool(api, "ask-inline", PROBE_SPEC, AISOPOD_F_INLINE, ask_inline,
                                   self, err);
  return status;
}

static void destroy(aisopod_plugin *self) { free(self); }

PROBE_PLUGIN(.on_init = NULL)
