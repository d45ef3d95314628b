/* A plugin that answers messages as they say: {"do": "echo" | "send" | "fail" | "broken" | "stay"}.
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

struct aisopod_plugin {
  const aisopod_host *host;
};

/* Sends params.message to params.to on behalf of the call, and replies what came of it. */
static aisopod_status pass_on(const aisopod_host *host, const aisopod_call *call,
                              aisopod_json params, int orphan) {
  const aisopod_response *response = NULL;
  aisopod_json_out out = {NULL, 0, 0, 0};
  char head[32];
  aisopod_status status = aisopod_send_and_wait(host, orphan ? 0 : call->token, "message.send",
                                                params.at, params.len, &response);
  snprintf(head, sizeof head, "{\"status\":%d,\"json\":", (int)status);
  aisopod_json_add(&out, head);
  if (response) aisopod_json_add_bytes(&out, response->payload->json, response->payload->len);
  else aisopod_json_add(&out, "null");
  aisopod_json_add(&out, ",\"message\":");
  if (response && response->failure)
    aisopod_json_add_string(&out, response->failure->message, response->failure->message_len);
  else aisopod_json_add(&out, "\"\"");
  aisopod_json_add(&out, "}");
  host->response_release(host, response);
  status = aisopod_reply(host, call->token, out.data, out.len);
  aisopod_json_free(&out);
  return status;
}

static aisopod_status on_message(void *user, const aisopod_call *call) {
  const aisopod_host *host = ((const aisopod_plugin *)user)->host;
  aisopod_json message, params = {NULL, 0};
  char what[PROBE_TEXT];
  if (strcmp(call->method, "invoke") != 0) abort();
  if (!probe_arg(call, "message", &message)) return AISOPOD_E_INVALID;
  (void)probe_text(message.at, message.len, "do", what);
  (void)probe_get(message.at, message.len, "params", &params);
  if (strcmp(what, "send") == 0)
    return pass_on(host, call, params, probe_flag(message.at, message.len, "orphan"));
  if (strcmp(what, "fail") == 0)
    return aisopod_fail_with(host, call->token, AISOPOD_E_DENIED, "not for you", "{\"why\":1}",
                             AISOPOD_NTS);
  if (strcmp(what, "broken") == 0) return aisopod_reply(host, call->token, "{", 1);
  if (strcmp(what, "stay") == 0) {
    probe_report(host, "staying", "on_message", 0);
    while (host->call_check(host, call->token) == AISOPOD_OK) probe_nap();
    probe_report(host, "stopped", "on_message", host->call_check(host, call->token));
    return AISOPOD_E_CANCELLED;
  }
  return host->call_reply(host, call->token, call->params);
}

/* The arguments are the parameters of message.send. */
static aisopod_status send(void *user, const aisopod_call *call) {
  const aisopod_json params = {call->params->json, call->params->len};
  return pass_on(((const aisopod_plugin *)user)->host, call, params, 0);
}

static aisopod_status create(const aisopod_host *host, aisopod_plugin **out, aisopod_error *err) {
  (void)err;
  return probe_create(host, out, sizeof **out);
}

static aisopod_status on_register(aisopod_plugin *self, const aisopod_api *api,
                                  aisopod_error *err) {
  aisopod_status status = aisopod_register_tool(api, "send", PROBE_SPEC, 0, send, self, err);
  char name[16];
  int i;
  for (i = 0; status == AISOPOD_OK && i < MESSAGE_COUNT; i++) {
    snprintf(name, sizeof name, "inbox%d", i);
    status =
        aisopod_register_message(api, name, MESSAGE_SPEC, MESSAGE_FLAGS, on_message, self, err);
  }
  return status;
}

static void destroy(aisopod_plugin *self) { free(self); }

PROBE_PLUGIN()
