/* A plugin that answers messages as they say: {"do": "echo" | "ask" | "fail" | "broken" | "stay"}.
 * MESSAGE_COUNT: how many handlers it registers; MESSAGE_FLAGS: theirs. */
#include "probe.h"

#ifndef MESSAGE_COUNT
#  define MESSAGE_COUNT 1
#endif
#ifndef MESSAGE_FLAGS
#  define MESSAGE_FLAGS 0
#endif
#ifndef MESSAGE_SPEC
#  define MESSAGE_SPEC "{\"description\":\"For tests\"}"
#endif

struct aisopod_plugin { const aisopod_host *host; };

/* Sends params.message to params.to on behalf of the call, and answers with what came of it. */
static aisopod_status pass_on(const aisopod_host *host, const aisopod_request *req,
                              aisopod_json params, int orphan) {
  aisopod_ask      question = AISOPOD_INIT(aisopod_ask);
  aisopod_error    err = AISOPOD_INIT(aisopod_error);
  aisopod_buf      answer = {NULL, 0, NULL};
  aisopod_json_out out = {NULL, 0, 0, 0};
  char             head[32];
  aisopod_status   status;
  question.parent = orphan ? 0 : req->call;
  question.timeout_ms = -1;
  question.method = "message.send";
  question.params = params.at;
  question.params_len = params.len;
  status = host->request_wait(host, &question, &answer, &err);
  snprintf(head, sizeof head, "{\"status\":%d,\"json\":", (int)status);
  aisopod_json_add(&out, head);
  aisopod_json_add(&out, answer.data ? answer.data : "null");
  aisopod_json_add(&out, ",\"message\":");
  aisopod_json_add_string(&out, err.message, strlen(err.message));
  aisopod_json_add(&out, "}");
  host->buf_release(host, &answer);
  status = host->call_reply(host, req->call, out.data, out.len);
  aisopod_json_free(&out);
  return status;
}

static aisopod_status on_message(void *user, const aisopod_request *req) {
  const aisopod_host *host = ((const aisopod_plugin *)user)->host;
  aisopod_json        message, params = {NULL, 0};
  char                what[PROBE_TEXT];
  if (strcmp(req->method, "invoke") != 0) abort();
  if (!probe_get(req->params, req->params_len, "message", &message)) return AISOPOD_E_INVALID;
  (void)probe_text(message.at, message.len, "do", what);
  (void)probe_get(message.at, message.len, "params", &params);
  if (strcmp(what, "ask") == 0)
    return pass_on(host, req, params, probe_flag(message.at, message.len, "orphan"));
  if (strcmp(what, "fail") == 0)
    return host->call_fail(host, req->call, AISOPOD_E_DENIED, "not for you", "{\"why\":1}",
                           AISOPOD_NTS);
  if (strcmp(what, "broken") == 0) return host->call_reply(host, req->call, "{", 1);
  if (strcmp(what, "stay") == 0) {
    probe_tell(host, "staying", "on_message", 0);
    while (host->call_check(host, req->call) == AISOPOD_OK) probe_nap();
    probe_tell(host, "let-go", "on_message", host->call_check(host, req->call));
    return AISOPOD_E_CANCELLED;
  }
  return host->call_reply(host, req->call, req->params, req->params_len);
}

/* The arguments are the parameters of message.send. */
static aisopod_status send(void *user, const aisopod_request *req) {
  const aisopod_json params = {req->params, req->params_len};
  return pass_on(((const aisopod_plugin *)user)->host, req, params, 0);
}

static aisopod_status create(const aisopod_host *host, aisopod_plugin **out, aisopod_error *err) {
  (void)err;
  return probe_create(host, out, sizeof **out);
}

static aisopod_status on_register(aisopod_plugin *self, const aisopod_api *api,
                                  aisopod_error *err) {
  aisopod_status status = aisopod_register_tool(api, "send", PROBE_SPEC, 0, send, self, err);
  char           name[16];
  int            i;
  for (i = 0; status == AISOPOD_OK && i < MESSAGE_COUNT; i++) {
    snprintf(name, sizeof name, "inbox%d", i);
    status = aisopod_register_message(api, name, MESSAGE_SPEC, MESSAGE_FLAGS, on_message, self, err);
  }
  return status;
}

static void destroy(aisopod_plugin *self) { free(self); }

PROBE_PLUGIN(.reserved0 = 0)
