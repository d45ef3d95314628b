/* guard: a callback of the hook BeforeToolExecute. What its rules say stands in README.md. */
#include "rules.h"

#include <aisopod/plugin.h>

#ifndef AISOPOD_PLUGIN_ID /* aisopod_add_plugin() takes both from the manifest */
#  define AISOPOD_PLUGIN_ID      "guard"
#  define AISOPOD_PLUGIN_VERSION "1.0.0"
#endif

struct aisopod_plugin {
  const aisopod_host *host;
};

static aisopod_status refuse(const aisopod_host *host, aisopod_token call, const char *why) {
  aisopod_json_out out = {NULL, 0, 0, 0};
  aisopod_status status;
  aisopod_json_add(&out, "{\"action\":\"block\",\"reason\":");
  aisopod_json_add_string(&out, why, strlen(why));
  aisopod_json_add(&out, "}");
  /* A callback that fails blocks the call, too. */
  status = out.failed ? AISOPOD_E_NOMEM : aisopod_reply(host, call, out.data, out.len);
  aisopod_json_free(&out);
  return status;
}

static aisopod_status decide(const aisopod_host *host, aisopod_token call, verdict judged) {
  char reason[1024], why[64];
  if (judged.allowed) return aisopod_reply(host, call, NULL, 0); /* no opinion */
  if (judged.reason.at &&
      aisopod_json_text(judged.reason, reason, sizeof reason) != AISOPOD_JSON_NONE)
    return refuse(host, call, reason);
  if (judged.rule == 0) return refuse(host, call, "no rule allows it");
  snprintf(why, sizeof why, "rule %u forbids it", judged.rule);
  return refuse(host, call, why);
}

/* The rules are read for each call: so a new configuration counts at once, and no lock is needed.
 */
static aisopod_status before_tool(void *user, const aisopod_call *call) {
  const aisopod_host *host = ((const aisopod_plugin *)user)->host;
  const aisopod_payload *text = NULL;
  aisopod_json config, question;
  char why[160];
  const char *wrong = NULL;
  aisopod_status status = host->get_config(host, &text);
  if (status != AISOPOD_OK) return status;
  if (!aisopod_json_read(text->json, text->len, &config)) wrong = "it is nested too deep";
  else wrong = rules_check(config);
  if (wrong) {
    snprintf(why, sizeof why, "the configuration of guard is wrong: %s", wrong);
    status = refuse(host, call->token, why);
  } else if (!aisopod_json_read(call->params->json, call->params->len, &question)) {
    status = refuse(host, call->token, "the arguments are nested too deep to be looked through");
  } else {
    status = decide(host, call->token, rules_judge(config, question));
  }
  host->payload_release(host, text);
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
static aisopod_status on_config_changed(aisopod_plugin *self, const aisopod_payload *config,
                                        aisopod_error *err) {
  aisopod_json root;
  const char *wrong = "it is nested too deep";
  (void)self;
  if (aisopod_json_read(config->json, config->len, &root)) wrong = rules_check(root);
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
