/* audit: a middleware around tool calls. What it logs stands in README.md. */
#include <aisopod/json.h>
#include <aisopod/plugin.h>

#ifndef AISOPOD_PLUGIN_ID /* aisopod_add_plugin() takes both from the manifest */
#  define AISOPOD_PLUGIN_ID      "audit"
#  define AISOPOD_PLUGIN_VERSION "1.0.0"
#endif

#define NAME_BYTES 160 /* of a tool: id and name of 64 each, and what stands between */
#define CODE_BYTES 64

struct aisopod_plugin {
  const aisopod_host *host;
};

/* One tool call that is under way. */
typedef struct passing {
  const aisopod_host *host;
  aisopod_token call;
  char tool[NAME_BYTES];
} passing;

/* Writes the line of a call. The thread that brings responses runs no call: so it names its own. */
static void log_outcome(const passing *self, const char *outcome) {
  aisopod_log_record record = AISOPOD_INIT(aisopod_log_record);
  char line[NAME_BYTES + CODE_BYTES + 8];
  snprintf(line, sizeof line, "%s: %s", self->tool, outcome);
  record.level = AISOPOD_LOG_INFO;
  record.parent = self->call;
  record.message = line;
  record.message_len = AISOPOD_NTS;
  (void)self->host->log(self->host, &record);
}

/* Reads the code of the error in the result of a tool. Returns 1, or 0: it is a success. */
static int error_code(const aisopod_payload *payload, char code[CODE_BYTES]) {
  aisopod_json result, error, member;
  if (!aisopod_json_read(payload->json, payload->len, &result)) return 0;
  if (!aisopod_json_get(result, "error", &error)) return 0;
  if (!aisopod_json_get(error, "code", &member) ||
      aisopod_json_text(member, code, CODE_BYTES) == AISOPOD_JSON_NONE)
    snprintf(code, CODE_BYTES, "failed");
  return 1;
}

/* [reply] The rest of the chain has come to its end. */
static void on_result(void *user, const aisopod_response *response) {
  const passing *self = (const passing *)user;
  char code[CODE_BYTES];
  if (response->status != AISOPOD_OK) {
    log_outcome(self, "refused");
    (void)aisopod_forward(self->host, self->call, response);
    return;
  }
  log_outcome(self, error_code(response->payload, code) ? code : "good");
  (void)aisopod_reply(self->host, self->call, NULL, 0); /* the result stays as it is */
}

static void name_tool(passing *self, const aisopod_call *call) {
  aisopod_json params, value, tool;
  snprintf(self->tool, sizeof self->tool, "a tool");
  if (aisopod_json_read(call->params->json, call->params->len, &params) &&
      aisopod_json_get(params, "value", &value) && aisopod_json_get(value, "tool", &tool))
    (void)aisopod_json_text(tool, self->tool, sizeof self->tool);
}

static aisopod_status audit(void *user, const aisopod_call *call) {
  passing *self = (passing *)malloc(sizeof *self);
  aisopod_request next = AISOPOD_INIT(aisopod_request);
  aisopod_status status;
  if (!self) return AISOPOD_E_NOMEM;
  self->host = ((const aisopod_plugin *)user)->host;
  self->call = call->token;
  name_tool(self, call);
  next.parent = call->token;
  next.method = "middleware.next";
  next.fn = on_result;
  next.user = self;
  next.release = free;
  status = self->host->request(self->host, &next, NULL);
  if (status == AISOPOD_OK) return AISOPOD_PENDING; /* on_result() answers, or has done so */
  free(self);                                       /* the host has not taken it */
  return status;
}

static aisopod_status create(const aisopod_host *host, aisopod_plugin **out, aisopod_error *err) {
  (void)err;
  *out = (aisopod_plugin *)malloc(sizeof **out);
  if (!*out) return AISOPOD_E_NOMEM;
  (*out)->host = host;
  return AISOPOD_OK;
}

static aisopod_status on_register(aisopod_plugin *self, const aisopod_api *api,
                                  aisopod_error *err) {
  return aisopod_register_middleware(api, "audit", "{\"chain\":\"tool\",\"order\":0}",
                                     AISOPOD_F_PARALLEL, audit, self, err);
}

static void destroy(aisopod_plugin *self) { free(self); }

AISOPOD_DESCRIBE(desc) {
  desc->id = AISOPOD_PLUGIN_ID;
  desc->version = AISOPOD_PLUGIN_VERSION;
  desc->create = create;
  desc->on_register = on_register;
  desc->destroy = destroy;
}
