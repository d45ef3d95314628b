/* audit: a middleware around tool calls. What it logs stands in README.md. */
#include <aisopod/json.h>
#include <aisopod/plugin.h>

#define NAME_BYTES 160 /* of a tool: id and name of 64 each, and what stands between */
#define CODE_BYTES 64

struct aisopod_plugin {
  const aisopod_host *host;
};

/* One tool call that is under way. */
typedef struct passing {
  const aisopod_host *host;
  aisopod_call call;
  char tool[NAME_BYTES];
} passing;

static void tell(const passing *self, const char *outcome) {
  char line[NAME_BYTES + CODE_BYTES + 8];
  snprintf(line, sizeof line, "%s: %s", self->tool, outcome);
  self->host->log(self->host, AISOPOD_LOG_INFO, line, AISOPOD_NTS);
}

/* The code of the error in the result of a tool. Answers 1, or 0: it is a success. */
static int error_code(const aisopod_response *answer, char code[CODE_BYTES]) {
  aisopod_json result, error, member;
  if (!aisopod_json_read(answer->json, answer->len, &result)) return 0;
  if (!aisopod_json_get(result, "error", &error)) return 0;
  if (!aisopod_json_get(error, "code", &member) ||
      aisopod_json_text(member, code, CODE_BYTES) == AISOPOD_JSON_NONE)
    snprintf(code, CODE_BYTES, "failed");
  return 1;
}

/* [reply] The rest of the chain has come to its end. */
static void on_result(void *user, const aisopod_response *answer) {
  passing *self = (passing *)user;
  const aisopod_host *host = self->host;
  char code[CODE_BYTES];
  if (answer->status != AISOPOD_OK) {
    tell(self, "refused");
    (void)host->call_fail(host, self->call, answer->status, answer->message, answer->details,
                          answer->details ? AISOPOD_NTS : 0);
    return;
  }
  tell(self, error_code(answer, code) ? code : "good");
  (void)host->call_reply(host, self->call, "null", AISOPOD_NTS);
}

static void name_tool(passing *self, const aisopod_request *req) {
  aisopod_json params, value, tool;
  snprintf(self->tool, sizeof self->tool, "a tool");
  if (aisopod_json_read(req->params, req->params_len, &params) &&
      aisopod_json_get(params, "value", &value) && aisopod_json_get(value, "tool", &tool))
    (void)aisopod_json_text(tool, self->tool, sizeof self->tool);
}

static aisopod_status audit(void *user, const aisopod_request *req) {
  passing *self = (passing *)malloc(sizeof *self);
  aisopod_ask next = AISOPOD_INIT(aisopod_ask);
  aisopod_status status;
  if (!self) return AISOPOD_E_NOMEM;
  self->host = ((const aisopod_plugin *)user)->host;
  self->call = req->call;
  name_tool(self, req);
  next.parent = req->call;
  next.timeout_ms = -1;
  next.method = "middleware.next";
  next.fn = on_result;
  next.user = self;
  next.release = free;
  status = self->host->request(self->host, &next, NULL);
  if (status != AISOPOD_OK) free(self); /* it was not taken */
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

const aisopod_plugin_desc *AISOPOD_ENTRY(void) {
  static const aisopod_plugin_desc desc = {
      AISOPOD_DESC_HEAD(0), .id = AISOPOD_PLUGIN_ID,    .version = AISOPOD_PLUGIN_VERSION,
      .create = create,     .on_register = on_register, .destroy = destroy,
  };
  return &desc;
}
