/* A plugin whose commands say what they were told, and answer what they are told to. */
#include "probe.h"

#ifndef MORE_COMMANDS
#  define MORE_COMMANDS
#endif

struct aisopod_plugin {
  const aisopod_host *host;
  const aisopod_api *api;
};

static const aisopod_host *host_of(void *user) { return ((const aisopod_plugin *)user)->host; }

/* Argument i, or NULL. */
static const char *arg_of(const aisopod_call *call, int i, char out[PROBE_TEXT]) {
  aisopod_json args, key, value;
  if (!probe_arg(call, "args", &args)) return NULL;
  memset(&key, 0, sizeof key);
  memset(&value, 0, sizeof value);
  while (aisopod_json_next(args, &key, &value))
    if (i-- == 0)
      return aisopod_json_text(value, out, PROBE_TEXT) == AISOPOD_JSON_NONE ? NULL : out;
  return NULL;
}

/* Replies what it was told, as data. */
static aisopod_status told(void *user, const aisopod_call *call) {
  const aisopod_host *host = host_of(user);
  aisopod_json_out out = {NULL, 0, 0, 0};
  aisopod_status status;
  aisopod_json_add(&out, "{\"data\":{\"params\":");
  aisopod_json_add_bytes(&out, call->params->json, call->params->len);
  aisopod_json_add(&out, ",\"meta\":");
  aisopod_json_add_bytes(&out, call->meta, call->meta_len);
  aisopod_json_add(&out, "}}");
  status = aisopod_reply(host, call->token, out.data, out.len);
  aisopod_json_free(&out);
  return status;
}

/* Each argument is JSON: a chunk, and the last one the reply. */
static aisopod_status say(void *user, const aisopod_call *call) {
  const aisopod_host *host = host_of(user);
  char json[PROBE_TEXT], next[PROBE_TEXT];
  aisopod_status status = AISOPOD_OK;
  int i;
  if (!arg_of(call, 0, json)) return AISOPOD_E_INVALID;
  for (i = 1; status == AISOPOD_OK && arg_of(call, i, next); i++) {
    status = aisopod_chunk(host, call->token, json, AISOPOD_NTS, -1);
    memcpy(json, next, sizeof json);
  }
  return status == AISOPOD_OK ? aisopod_reply(host, call->token, json, AISOPOD_NTS) : status;
}

/* The argument is a text, written line by line for ever. */
static aisopod_status yes(void *user, const aisopod_call *call) {
  const aisopod_host *host = host_of(user);
  char text[PROBE_TEXT], json[PROBE_TEXT + 8];
  aisopod_status status;
  snprintf(json, sizeof json, "\"%s\\n\"", arg_of(call, 0, text) ? text : "y");
  do status = aisopod_chunk(host, call->token, json, AISOPOD_NTS, -1);
  while (status == AISOPOD_OK);
  probe_report(host, "stopped", call->name, status);
  return status;
}

/* Until the file of the first argument is there; with a second one, whatever becomes of the call.
 */
static aisopod_status wait(void *user, const aisopod_call *call) {
  const aisopod_host *host = host_of(user);
  char gate[PROBE_TEXT], deaf[PROBE_TEXT];
  const int is_deaf = arg_of(call, 1, deaf) != NULL;
  aisopod_status status;
  if (!arg_of(call, 0, gate)) return AISOPOD_E_INVALID;
  (void)aisopod_chunk(host, call->token, "\"waiting\\n\"", AISOPOD_NTS, 0);
  probe_report(host, "running", call->name, AISOPOD_OK);
  aisopod_log(host, AISOPOD_LOG_INFO, "it waits"); /* for the call that this thread runs */
  while (!probe_is_open(gate)) {
    status = host->call_check(host, call->token);
    if (!is_deaf && status != AISOPOD_OK) {
      probe_report(host, "stopped", call->name, status);
      return status;
    }
    probe_nap();
  }
  return probe_reply(host, call->token, "\"through\"");
}

static aisopod_status fail(void *user, const aisopod_call *call) {
  const aisopod_host *host = host_of(user);
  (void)aisopod_chunk(host, call->token, "\"so far\\n\"", AISOPOD_NTS, 0);
  return aisopod_fail_with(host, call->token, AISOPOD_E_NOT_FOUND, "nothing there", "{\"at\":1}",
                           AISOPOD_NTS);
}

/* Sends a request: method, params, and (with a third argument) without a parent. */
static aisopod_status request(void *user, const aisopod_call *call) {
  const aisopod_host *host = host_of(user);
  const aisopod_response *response = NULL;
  aisopod_json_out out = {NULL, 0, 0, 0};
  char method[PROBE_TEXT], params[PROBE_TEXT], own[PROBE_TEXT], head[64];
  aisopod_status status;
  if (!arg_of(call, 0, method) || !arg_of(call, 1, params)) return AISOPOD_E_INVALID;
  status = aisopod_send_and_wait(host, arg_of(call, 2, own) ? 0 : call->token, method, params,
                                 AISOPOD_NTS, &response);
  snprintf(head, sizeof head, "{\"data\":{\"status\":%d,\"json\":", (int)status);
  aisopod_json_add(&out, head);
  if (response) aisopod_json_add_bytes(&out, response->payload->json, response->payload->len);
  else aisopod_json_add(&out, "null");
  aisopod_json_add(&out, ",\"message\":");
  if (response && response->failure)
    aisopod_json_add_string(&out, response->failure->message, response->failure->message_len);
  else aisopod_json_add(&out, "\"\"");
  aisopod_json_add(&out, "}}");
  host->response_release(host, response);
  status = aisopod_reply(host, call->token, out.data, out.len);
  aisopod_json_free(&out);
  return status;
}

/* Registers something while it runs, which no plugin may. */
static aisopod_status late(void *user, const aisopod_call *call) {
  aisopod_plugin *self = (aisopod_plugin *)user;
  aisopod_error err = AISOPOD_INIT(aisopod_error);
  const aisopod_status status = aisopod_register_command(
      self->api, "later", "{\"description\":\"Too late\"}", 0, told, self, &err);
  return probe_reply(self->host, call->token, "{\"data\":%d}", (int)status);
}

static aisopod_status create(const aisopod_host *host, aisopod_plugin **out, aisopod_error *err) {
  (void)err;
  return probe_create(host, out, sizeof **out);
}

#define OPEN(more) "{\"description\":\"For tests\",\"requireAuth\":false" more "}"

static aisopod_status on_register(aisopod_plugin *self, const aisopod_api *api,
                                  aisopod_error *err) {
  static const struct {
    const char *name, *spec;
    aisopod_handler_fn fn;
    uint32_t flags;
  } commands[] = {
      {"told", OPEN(",\"stdin\":true,\"aliases\":[\"what\"]"), told, 0},
      {"private", "{\"description\":\"Only for the owner\"}", told, AISOPOD_F_PARALLEL},
      {"say", OPEN(""), say, 0},
      {"say-inline", OPEN(""), say, AISOPOD_F_INLINE},
      {"yes", OPEN(""), yes, AISOPOD_F_PARALLEL},
      {"wait", OPEN(""), wait, AISOPOD_F_PARALLEL},
      {"wait-serial", OPEN(""), wait, 0},
      {"fail", OPEN(""), fail, 0},
      {"late", OPEN(""), late, 0},
      {"request", OPEN(""), request, AISOPOD_F_PARALLEL},
      {"request-private", "{\"description\":\"For the owner\"}", request, AISOPOD_F_PARALLEL},
      MORE_COMMANDS};
  aisopod_status status = AISOPOD_OK;
  size_t i;
  self->api = api;
  for (i = 0; i < sizeof commands / sizeof *commands && status == AISOPOD_OK; i++)
    status = aisopod_register_command(api, commands[i].name, commands[i].spec, commands[i].flags,
                                      commands[i].fn, self, err);
  return status;
}

static void destroy(aisopod_plugin *self) { free(self); }

PROBE_PLUGIN()
