/* calculator: the tool `calculate`. What it answers and refuses stands in README.md. */
#include "expression.h"

#include <aisopod/json.h>
#include <aisopod/plugin.h>

#ifndef AISOPOD_PLUGIN_ID /* aisopod_add_plugin() takes both from the manifest */
#  define AISOPOD_PLUGIN_ID      "calculator"
#  define AISOPOD_PLUGIN_VERSION "1.0.0"
#endif

#define MAX_EXPRESSION 4096 /* bytes; keeps a call far below a millisecond */

struct aisopod_plugin {
  const aisopod_host *host;
};

static const char calculate_spec[] =
    "{\"description\":\"Work out an arithmetic expression\","
    "\"guideline\":\"Use calculate for every arithmetic result instead of working it out "
    "yourself.\","
    "\"parameters\":{\"type\":\"object\",\"properties\":{\"expression\":{\"type\":\"string\","
    "\"minLength\":1,\"maxLength\":4096,"
    "\"description\":\"Numbers, + - * / % ^ and parentheses, as in (1 + 2) * 3 ^ 2\"}},"
    "\"required\":[\"expression\"],\"additionalProperties\":false},"
    "\"output\":{\"type\":\"number\"},"
    "\"hints\":{\"readOnly\":true,\"destructive\":false,\"idempotent\":true}}";

static aisopod_status fail_at(const aisopod_host *host, aisopod_token call,
                              const expression_error *error) {
  char details[48];
  snprintf(details, sizeof details, "{\"position\":%zu}", error->position);
  return aisopod_fail_with(host, call, AISOPOD_E_INVALID, error->message, details, AISOPOD_NTS);
}

static aisopod_status calculate(void *user, const aisopod_call *call) {
  const aisopod_host *host = ((const aisopod_plugin *)user)->host;
  aisopod_json args, member;
  char text[MAX_EXPRESSION + 1], digits[40];
  size_t len;
  double value;
  expression_error error;
  if (!aisopod_json_read(call->params->json, call->params->len, &args) ||
      !aisopod_json_get(args, "expression", &member))
    return aisopod_fail(host, call->token, AISOPOD_E_INVALID, "expression is missing");
  len = aisopod_json_text(member, text, sizeof text);
  if (len == AISOPOD_JSON_NONE)
    return aisopod_fail(host, call->token, AISOPOD_E_INVALID,
                        "expression: it must be a text of at most 4096 bytes");
  if (!expression_evaluate(text, len, &value, &error)) return fail_at(host, call->token, &error);
  aisopod_json_format(value, digits); /* it is finite */
  return aisopod_reply(host, call->token, digits, AISOPOD_NTS);
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
  return aisopod_register_tool(api, "calculate", calculate_spec, AISOPOD_F_INLINE, calculate, self,
                               err);
}

static void destroy(aisopod_plugin *self) { free(self); }

AISOPOD_DESCRIBE(desc) {
  desc->id = AISOPOD_PLUGIN_ID;
  desc->version = AISOPOD_PLUGIN_VERSION;
  desc->create = create;
  desc->on_register = on_register;
  desc->destroy = destroy;
}
