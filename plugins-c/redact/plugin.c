/* redact: a callback of the hook AfterToolExecute. What it masks stands in README.md. */
#include "rules.h"
#include "secrets.h"

#include <aisopod/json.h>
#include <aisopod/plugin.h>

#ifndef AISOPOD_PLUGIN_ID /* aisopod_add_plugin() takes both from the manifest */
#  define AISOPOD_PLUGIN_ID      "redact"
#  define AISOPOD_PLUGIN_VERSION "1.0.0"
#endif

struct aisopod_plugin {
  const aisopod_host *host;
};

/* A result on its way through. */
typedef struct masking {
  rules rules;
  aisopod_json_out out;
  unsigned masked;
} masking;

/* The inside of a string: what is secret in it becomes the mask. */
static void mask_text(masking *self, const char *text, size_t len) {
  secret found;
  size_t at = 0;
  while (secrets_next(&self->rules, text, len, at, &found)) {
    aisopod_json_add_escaped(&self->out, text + at, found.from - at);
    aisopod_json_add_escaped(&self->out, self->rules.mask, strlen(self->rules.mask));
    self->masked++;
    at = found.to;
  }
  aisopod_json_add_escaped(&self->out, text + at, len - at);
}

/* A string. Returns whether it names a secret, as a key of an object. */
static int mask_string(masking *self, aisopod_json string) {
  char *text = (char *)malloc(string.len + 1);
  const size_t len = text ? aisopod_json_text(string, text, string.len + 1) : 0;
  int named = 0;
  if (text) {
    aisopod_json_add(&self->out, "\"");
    mask_text(self, text, len);
    aisopod_json_add(&self->out, "\"");
    named = rules_is_secret(&self->rules, text, len);
  } else {
    self->out.failed = 1;
  }
  free(text);
  return named;
}

static void mask_value(masking *self, aisopod_json value, int hide) {
  aisopod_json key = {NULL, 0}, item = {NULL, 0};
  const char kind = value.at[0];
  int first = 1, named = 0;
  if (hide && kind != 'n' && kind != 't' && kind != 'f') { /* null, true, false reveal nothing */
    aisopod_json_add_string(&self->out, self->rules.mask, strlen(self->rules.mask));
    self->masked++;
    return;
  }
  if (kind == '"') {
    (void)mask_string(self, value);
    return;
  }
  if (kind != '{' && kind != '[') {
    aisopod_json_add_bytes(&self->out, value.at, value.len);
    return;
  }
  aisopod_json_add(&self->out, kind == '{' ? "{" : "[");
  while (aisopod_json_next(value, &key, &item)) { /* at most AISOPOD_JSON_DEPTH deep */
    if (!first) aisopod_json_add(&self->out, ",");
    first = 0;
    if (kind == '{') {
      named = mask_string(self, key);
      aisopod_json_add(&self->out, ":");
    }
    mask_value(self, item, named);
  }
  aisopod_json_add(&self->out, kind == '{' ? "}" : "]");
}

/* The result that it makes of one; 0: it is none. */
static int mask_result(masking *self, aisopod_json result) {
  aisopod_json data, error, code, message;
  if (aisopod_json_get(result, "data", &data)) {
    aisopod_json_add(&self->out, "{\"success\":true,\"data\":");
    mask_value(self, data, 0);
    aisopod_json_add(&self->out, "}");
    return 1;
  }
  if (!aisopod_json_get(result, "error", &error) || !aisopod_json_get(error, "code", &code) ||
      !aisopod_json_get(error, "message", &message))
    return 0;
  aisopod_json_add(&self->out, "{\"success\":false,\"error\":{\"code\":");
  aisopod_json_add_bytes(&self->out, code.at, code.len); /* a program's word, and no secret */
  aisopod_json_add(&self->out, ",\"message\":");
  mask_value(self, message, 0);
  if (aisopod_json_get(error, "details", &data)) {
    aisopod_json_add(&self->out, ",\"details\":");
    mask_value(self, data, 0);
  }
  aisopod_json_add(&self->out, "}}");
  return 1;
}

/* What cannot be looked through must not be seen. */
static aisopod_status withhold(const aisopod_host *host, aisopod_token call, const char *why) {
  char json[256];
  snprintf(json, sizeof json,
           "{\"success\":false,\"error\":{\"code\":\"DENIED\","
           "\"message\":\"redact withholds the result: %s\"}}",
           why);
  return aisopod_reply(host, call, json, AISOPOD_NTS);
}

static const char *read_rules(const aisopod_host *host, rules *out) {
  const aisopod_payload *config = NULL;
  const char *wrong;
  if (host->get_config(host, &config) != AISOPOD_OK) return "its configuration cannot be read";
  wrong = rules_read(config->json, config->len, out);
  host->payload_release(host, config);
  return wrong;
}

/* The rules are read for each result: so a new configuration counts at once, and no lock is needed.
 */
static aisopod_status after_tool(void *user, const aisopod_call *call) {
  const aisopod_host *host = ((const aisopod_plugin *)user)->host;
  masking self = {.masked = 0};
  aisopod_json result;
  aisopod_status status;
  const char *wrong = read_rules(host, &self.rules);
  if (wrong) return withhold(host, call->token, wrong);
  if (!aisopod_json_read(call->params->json, call->params->len, &result))
    return withhold(host, call->token, "it is nested too deep");
  if (!mask_result(&self, result))
    return withhold(host, call->token, "it has neither data nor an error");
  if (self.out.failed)
    status = withhold(host, call->token, "there is no memory to look through it");
  else if (self.masked == 0) status = aisopod_reply(host, call->token, NULL, 0);
  else status = aisopod_reply(host, call->token, self.out.data, self.out.len);
  aisopod_json_free(&self.out);
  return status;
}

static aisopod_status create(const aisopod_host *host, aisopod_plugin **out, aisopod_error *err) {
  (void)err;
  *out = (aisopod_plugin *)malloc(sizeof **out);
  if (!*out) return AISOPOD_E_NOMEM;
  (*out)->host = host;
  return AISOPOD_OK;
}

/* Late: it sees what the other callbacks have made of a result. */
static aisopod_status on_register(aisopod_plugin *self, const aisopod_api *api,
                                  aisopod_error *err) {
  return aisopod_register_hook(api, "AfterToolExecute", "{\"priority\":1000}", AISOPOD_F_PARALLEL,
                               after_tool, self, err);
}

static aisopod_status on_config_changed(aisopod_plugin *self, const aisopod_payload *config,
                                        aisopod_error *err) {
  rules proposed;
  const char *wrong = rules_read(config->json, config->len, &proposed);
  (void)self;
  return wrong ? aisopod_set_error(err, AISOPOD_E_INVALID, wrong) : AISOPOD_OK;
}

static void destroy(aisopod_plugin *self) { free(self); }

AISOPOD_DESCRIBE(desc) {
  desc->id = AISOPOD_PLUGIN_ID;
  desc->version = AISOPOD_PLUGIN_VERSION;
  desc->create = create;
  desc->on_register = on_register;
  desc->destroy = destroy;
  desc->on_config_changed = on_config_changed;
}
