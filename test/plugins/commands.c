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
static const char *arg_of(const aisopod_request *req, int i, char out[PROBE_TEXT]) {
  aisopod_json args, key, value;
  if (!probe_get(req->params, req->params_len, "args", &args)) return NULL;
  memset(&key, 0, sizeof key);
  memset(&value, 0, sizeof value);
  while (aisopod_json_next(args, &key, &value))
    if (i-- == 0)
      return aisopod_json_text(value, out, PROBE_TEXT) == AISOPOD_JSON_NONE ? NULL : out;
  return NULL;
}

/* Replies what it was told, as data. */
static aisopod_status told(void *user, const aisopod_request *req) {
  const aisopod_host *host = host_of(user);
  aisopod_json_out out = {NULL, 0, 0, 0};
  aisopod_status status;
  aisopod_json_add(&out, "{\"data\":{\"params\":");
  aisopod_json_add_bytes(&out, req->params, req->params_len);
  aisopod_json_add(&out, ",\"meta\":");
  aisopod_json_add_bytes(&out, req->meta, req->meta_len);
  aisopod_json_add(&out, "}}");
  status = host->call_reply(host, req->call, out.data, out.len);
  aisopod_json_free(&out);
  return status;
}

/* Each argument is JSON: a chunk, and the last one the reply. */
static aisopod_status say(void *user, const aisopod_request *req) {
  const aisopod_host *host = host_of(user);
  char json[PROBE_TEXT], next[PROBE_TEXT];
  aisopod_status status = AISOPOD_OK;
  int i;
  if (!arg_of(req, 0, json)) return AISOPOD_E_INVALID;
  for (i = 1; status == AISOPOD_OK && arg_of(req, i, next); i++) {
    status = host->call_chunk(host, req->call, json, AISOPOD_NTS, -1);
    memcpy(json, next, sizeof json);
  }
  return status == AISOPOD_OK ? host->call_reply(host, req->call, json, AISOPOD_NTS) : status;
}

/* The argument is a text, written line by line for ever. */
static aisopod_status yes(void *user, const aisopod_request *req) {
  const aisopod_host *host = host_of(user);
  char text[PROBE_TEXT], json[PROBE_TEXT + 8];
  aisopod_status status;
  snprintf(json, sizeof json, "\"%s\\n\"", arg_of(req, 0, text) ? text : "y");
  do status = host->call_chunk(host, req->call, json, AISOPOD_NTS, -1);
  while (status == AISOPOD_OK);
  probe_tell(host, "stopped", req->name, status);
  return status;
}

/* Until the file of the first argument is there; with a second one, whatever becomes of the call.
 */
static aisopod_status wait(void *user, const aisopod_request *req) {
  const aisopod_host *host = host_of(user);
  char gate[PROBE_TEXT], deaf[PROBE_TEXT];
  const int is_deaf = arg_of(req, 1, deaf) != NULL;
  aisopod_status status;
  if (!arg_of(req, 0, gate)) return AISOPOD_E_INVALID;
  (void)host->call_chunk(host, req->call, "\"waiting\\n\"", AISOPOD_NTS, 0);
  probe_tell(host, "running", req->name, AISOPOD_OK);
  host->log(host, AISOPOD_LOG_INFO, "it waits", AISOPOD_NTS);
  while (!probe_is_open(gate)) {
    status = host->call_check(host, req->call);
    if (!is_deaf && status != AISOPOD_OK) {
      probe_tell(host, "stopped", req->name, status);
      return status;
    }
    probe_nap();
  }
  return probe_reply(host, req->call, "\"through\"");
}

static aisopod_status fail(void *user, const aisopod_request *req) {
  const aisopod_host *host = host_of(user);
  (void)host->call_chunk(host, req->call, "\"so far\\n\"", AISOPOD_NTS, 0);
  return host->call_fail(host, req->call, AISOPOD_E_NOT_FOUND, "nothing there", "{\"at\":1}",
                         AISOPOD_NTS);
}

/* Asks the host: method, params, and (with a third argument) on nobody's behalf. */
static aisopod_status ask(void *user, const aisopod_request *req) {
  const aisopod_host *host = host_of(user);
  aisopod_ask question = AISOPOD_INIT(aisopod_ask);
  aisopod_error err = AISOPOD_INIT(aisopod_error);
  aisopod_buf answer = {NULL, 0, NULL};
  aisopod_json_out out = {NULL, 0, 0, 0};
  char method[PROBE_TEXT], params[PROBE_TEXT], own[PROBE_TEXT], head[64];
  aisopod_status status;
  if (!arg_of(req, 0, method) || !arg_of(req, 1, params)) return AISOPOD_E_INVALID;
  question.method = method;
  question.params = params;
  question.params_len = strlen(params);
  question.timeout_ms = -1;
  if (!arg_of(req, 2, own)) question.parent = req->call;
  status = host->request_wait(host, &question, &answer, &err);
  snprintf(head, sizeof head, "{\"data\":{\"status\":%d,\"json\":", (int)status);
  aisopod_json_add(&out, head);
  aisopod_json_add(&out, answer.data ? answer.data : "null");
  aisopod_json_add(&out, ",\"message\":");
  aisopod_json_add_string(&out, err.message, strlen(err.message));
  aisopod_json_add(&out, "}}");
  host->buf_release(host, &answer);
  status = host->call_reply(host, req->call, out.data, out.len);
  aisopod_json_free(&out);
  return status;
}

/* Registers something while it runs, which nobody may. */
static aisopod_status late(void *user, const aisopod_request *req) {
  aisopod_plugin *self = (aisopod_plugin *)user;
  aisopod_error err = AISOPOD_INIT(aisopod_error);
  const aisopod_status status = aisopod_register_command(
      self->api, "later", "{\"description\":\"Too late\"}", 0, told, self, &err);
  return probe_reply(self->host, req->call, "{\"data\":%d}", (int)status);
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
    aisopod_handler handler;
    uint32_t flags;
  } commands[] = {{"told", OPEN(",\"stdin\":true,\"aliases\":[\"what\"]"), told, 0},
                  {"private", "{\"description\":\"Only for the owner\"}", told, AISOPOD_F_PARALLEL},
                  {"say", OPEN(""), say, 0},
                  {"say-inline", OPEN(""), say, AISOPOD_F_INLINE},
                  {"yes", OPEN(""), yes, AISOPOD_F_PARALLEL},
                  {"wait", OPEN(""), wait, AISOPOD_F_PARALLEL},
                  {"wait-serial", OPEN(""), wait, 0},
                  {"fail", OPEN(""), fail, 0},
                  {"late", OPEN(""), late, 0},
                  {"ask", OPEN(""), ask, AISOPOD_F_PARALLEL},
                  {"ask-private", "{\"description\":\"For the owner\"}", ask, AISOPOD_F_PARALLEL},
                  MORE_COMMANDS};
  aisopod_status status = AISOPOD_OK;
  size_t i;
  self->api = api;
  for (i = 0; i < sizeof commands / sizeof *commands && status == AISOPOD_OK; i++)
    status = aisopod_register_command(api, commands[i].name, commands[i].spec, commands[i].flags,
                                      commands[i].handler, self, err);
  return status;
}

static void destroy(aisopod_plugin *self) { free(self); }

PROBE_PLUGIN(.on_init = NULL)
