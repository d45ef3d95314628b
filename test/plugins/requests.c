/* A plugin that sends requests to its host, on every thread that it has. */
#include "probe.h"

struct aisopod_plugin {
  const aisopod_host *host;
};

/* A request with fn, on behalf of a call that it answers in the end. */
typedef struct pending {
  const aisopod_host *host;
  aisopod_token call;
  aisopod_json_out parts;
  int count, wait_on_reply;
} pending;

/* Adds what a response says: {"status":...,"json":...,"message":...,"details":... without the end.
 */
static void add_response(aisopod_json_out *out, const aisopod_response *r) {
  char status[32];
  snprintf(status, sizeof status, "{\"status\":%d", (int)r->status);
  aisopod_json_add(out, status);
  aisopod_json_add(out, ",\"json\":");
  aisopod_json_add_bytes(out, r->payload->json, r->payload->len);
  aisopod_json_add(out, ",\"message\":");
  if (r->failure) aisopod_json_add_string(out, r->failure->message, r->failure->message_len);
  else aisopod_json_add(out, "null");
  aisopod_json_add(out, ",\"details\":");
  if (r->failure && r->failure->details_len > 0)
    aisopod_json_add_bytes(out, r->failure->details, r->failure->details_len);
  else aisopod_json_add(out, "null");
}

/* Waits for a response on this thread, and returns its status, or why there is none. */
static aisopod_status wait_here(const aisopod_host *host) {
  aisopod_token token = 0;
  const aisopod_response *response = NULL;
  aisopod_status status = aisopod_send(host, 0, "greeting", NULL, 0, NULL, NULL, &token);
  if (status != AISOPOD_OK) return status;
  status = host->request_wait(host, token, -1, &response);
  if (status != AISOPOD_OK) {
    (void)host->cancel(host, token);
    return status;
  }
  status = response->status;
  host->response_release(host, response);
  return status;
}

static void on_response(void *user, const aisopod_response *r) {
  pending *self = (pending *)user;
  aisopod_json_out out = {NULL, 0, 0, 0};
  char waited[32];
  if (r->flags & AISOPOD_RESPONSE_MORE) {
    if (self->count++) aisopod_json_add(&self->parts, ",");
    aisopod_json_add_bytes(&self->parts, r->payload->json, r->payload->len);
    probe_report(self->host, "part", "request", self->count);
    return;
  }
  add_response(&out, r);
  aisopod_json_add(&out, ",\"parts\":[");
  if (self->parts.len > 0) aisopod_json_add_bytes(&out, self->parts.data, self->parts.len);
  aisopod_json_add(&out, "]");
  if (self->wait_on_reply) {
    snprintf(waited, sizeof waited, ",\"waited\":%d", (int)wait_here(self->host));
    aisopod_json_add(&out, waited);
  }
  aisopod_json_add(&out, "}");
  (void)aisopod_reply(self->host, self->call, out.data, out.len);
  probe_report(self->host, "responded", "request", r->status);
  aisopod_json_free(&out);
}

static void on_release(void *user) {
  pending *self = (pending *)user;
  aisopod_json_free(&self->parts);
  free(self);
}

/* The request that the arguments describe: method, params, timeout_ms, parent (true: this call),
 * stream. It points into `method` and `params`. */
static aisopod_request described(const aisopod_call *call, char method[PROBE_TEXT],
                                 aisopod_payload *params) {
  aisopod_request request = AISOPOD_INIT(aisopod_request);
  aisopod_json given = {NULL, 0};
  (void)probe_arg(call, "params", &given);
  *params = aisopod_payload_of(given.at, given.len);
  request.method = probe_arg_text(call, "method", method);
  request.params = params;
  request.timeout_ms = (int64_t)probe_arg_number(call, "timeout_ms", 0);
  if (probe_arg_flag(call, "parent")) request.parent = call->token;
  if (probe_arg_flag(call, "stream")) request.flags = AISOPOD_REQUEST_STREAM;
  return request;
}

/* More arguments: cancel (at once), wait_on_reply. */
static aisopod_status send(void *user, const aisopod_call *call) {
  const aisopod_host *host = ((const aisopod_plugin *)user)->host;
  pending *self = (pending *)calloc(1, sizeof *self);
  char method[PROBE_TEXT];
  aisopod_payload params;
  aisopod_request request = described(call, method, &params);
  aisopod_token token = 0;
  aisopod_status status;
  if (!self) return AISOPOD_E_NOMEM;
  self->host = host;
  self->call = call->token;
  self->wait_on_reply = probe_arg_flag(call, "wait_on_reply");
  request.fn = on_response;
  request.user = self;
  request.release = on_release;
  status = host->request(host, &request, &token);
  if (status != AISOPOD_OK) {
    on_release(self);
    return status;
  }
  if (probe_arg_flag(call, "cancel")) (void)host->cancel(host, token);
  return AISOPOD_PENDING;
}

static aisopod_status send_and_wait(void *user, const aisopod_call *call) {
  const aisopod_host *host = ((const aisopod_plugin *)user)->host;
  char method[PROBE_TEXT];
  aisopod_payload params;
  const aisopod_request request = described(call, method, &params);
  const aisopod_response *response = NULL;
  aisopod_json_out out = {NULL, 0, 0, 0};
  aisopod_status status = aisopod_request_and_wait(host, &request, &response);
  if (!response) return probe_reply(host, call->token, "{\"status\":%d}", (int)status);
  add_response(&out, response);
  aisopod_json_add(&out, "}");
  host->response_release(host, response);
  status = aisopod_reply(host, call->token, out.data, out.len);
  aisopod_json_free(&out);
  return status;
}

static aisopod_status wait_inline(void *user, const aisopod_call *call) {
  const aisopod_host *host = ((const aisopod_plugin *)user)->host;
  return probe_reply(host, call->token, "%d", (int)wait_here(host));
}

static aisopod_status create(const aisopod_host *host, aisopod_plugin **out, aisopod_error *err) {
  (void)err;
  return probe_create(host, out, sizeof **out);
}

static aisopod_status on_register(aisopod_plugin *self, const aisopod_api *api,
                                  aisopod_error *err) {
  aisopod_status status = aisopod_register_tool(api, "request", PROBE_SPEC, 0, send, self, err);
  if (status == AISOPOD_OK)
    status = aisopod_register_tool(api, "request-wait", PROBE_SPEC, 0, send_and_wait, self, err);
  if (status == AISOPOD_OK)
    status = aisopod_register_tool(api, "request-inline", PROBE_SPEC, AISOPOD_F_INLINE, wait_inline,
                                   self, err);
  if (status == AISOPOD_OK)
    status = aisopod_register_tool(api, "request-parallel", PROBE_SPEC, AISOPOD_F_PARALLEL,
                                   send_and_wait, self, err);
  return status;
}

static void destroy(aisopod_plugin *self) { free(self); }

PROBE_PLUGIN()
