/* guard: a callback of the hook BeforeToolExecute. What its rules say stands in README.md. */
#include "rules.h"

#include <aisopod/plugin.h>

struct aisopod_plugin {
  const aisopod_host *host;
};

static aisopod_status refuse(const aisopod_host *host, aisopod_call call, const char *why) {
  aisopod_json_out out = {NULL, 0, 0, 0};
  aisopod_status status;
  aisopod_json_add(&out, "{\"action\":\"block\",\"reason\":");
  aisopod_json_add_string(&out, why, strlen(why));
  aisopod_json_add(&out, "}");
  /* A callback that fails blocks the call, too. */
  status = out.failed ? AISOPOD_E_NOMEM : host->call_reply(host, call, out.data, out.len);
  aisopod_json_free(&out);
  return status;
}

static aisopod_status answer(const aisopod_host *host, aisopod_call call, verdict verdict) {
  char reason[1024], why[64];
  if (verdict.allowed) return host->call_reply(host, call, "null", AISOPOD_NTS);
  if (verdict.reason.at &&
      aisopod_json_text(verdict.reason, reason, sizeof reason) != AISOPOD_JSON_NONE)
    return refuse(host, call, reason);
  if (verdict.rule == 0) return refuse(host, call, "no rule allows it");
  snprintf(why, sizeof why, "rule %u forbids it", verdict.rule);
  return refuse(host, call, why);
}

/* The rules are read for each call: so a new configuration counts at once, and no lock is needed.
 */
static aisopod_status before_tool(void *user, const aisopod_request *req) {
  const aisopod_host *host = ((const aisopod_plugin *)user)->host;
  aisopod_buf text = {NULL, 0, NULL};
  aisopod_json config, call;
  char why[160];
  const char *wrong = NULL;
  aisopod_status status = host->config(host, &text);
  if (status != AISOPOD_OK) return status;
  if (!aisopod_json_read(text.data, text.len, &config)) wrong = "it is nested too deep";
  else wrong = rules_check(config);
  if (wrong) {
    snprintf(why, sizeof why, "the configuration of guard is wrong: %s", wrong);
    status = refuse(host, req->call, why);
  } else if (!aisopod_json_read(req->params, req->params_len, &call)) {
    status = refuse(host, req->call, "the arguments are nested too deep to be looked through");
  } else {
    status = answer(host, req->call, rules_judge(config, call));
  }
  host->buf_release(host, &text);
  return status;
}

static aisopod_status create(const aisopod_host *host, aisopod_plugin **out, aisopod_error *err) {
  (void)err;
  *out = (aisopod_plugin *)malloc(sizeof **out);
  if (!*out) return AISOPOD_E_NOMEM;
  (*out)->host = host;
  return AISOPOD_OK;
}

/* Early: a decision of another callback would end the question. */
static aisopod_status on_register(aisopod_plugin *self, const aisopod_api *api,
                                  aisopod_error *err) {
  return aisopod_register_hook(api, "BeforeToolExecute", "{\"priority\":1}", AISOPOD_F_PARALLEL,
                               before_tool, self, err);
}

/* A configuration that breaks the schema never comes here: the host refuses it, and from the start
 * it does not start guard either. One that is wrong all the same refuses every call (before_tool);
 * one that comes later is refused itself, and the old one stays. */
static aisopod_status on_config_changed(aisopod_plugin *self, const char *json, size_t len,
                                        aisopod_error *err) {
  aisopod_json config;
  const char *wrong =
      aisopod_json_read(json, len, &config) ? rules_check(config) : "it is nested too deep";
  (void)self;
  if (!wrong) return AISOPOD_OK;
  snprintf(err->message, sizeof err->message, "%s", wrong);
  return err->code = AISOPOD_E_INVALID;
}

static void destroy(aisopod_plugin *self) { free(self); }

const aisopod_plugin_desc *AISOPOD_ENTRY(void) {
  static const aisopod_plugin_desc desc = {
      AISOPOD_DESC_HEAD(0),
      .id = AISOPOD_PLUGIN_ID,
      .version = AISOPOD_PLUGIN_VERSION,
      .create = create,
      .on_register = on_register,
      .destroy = destroy,
      .on_config_changed = on_config_changed,
  };
  return &desc;
}
