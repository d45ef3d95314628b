/* Two tools that reply their arguments: the cost of a call, and of nothing else. */
#include <stdlib.h>

#include "aisopod/plugin.h"

struct aisopod_plugin {
  const aisopod_host *host;
};

static aisopod_status echo(void *user, const aisopod_call *call) {
  const aisopod_host *host = ((aisopod_plugin *)user)->host;
  return host->call_reply(host, call->token, call->params);
}

static aisopod_status create(const aisopod_host *host, aisopod_plugin **out, aisopod_error *err) {
  (void)err;
  *out = malloc(sizeof **out);
  if (*out == NULL) return AISOPOD_E_NOMEM;
  (*out)->host = host;
  return AISOPOD_OK;
}

static aisopod_status on_register(aisopod_plugin *self, const aisopod_api *api,
                                  aisopod_error *err) {
  static const char spec[] =
      "{\"description\":\"Replies its arguments\",\"parameters\":{\"type\":\"object\","
      "\"properties\":{\"text\":{\"type\":\"string\"},\"n\":{\"type\":\"integer\"}},"
      "\"required\":[\"text\"]}}";
  aisopod_status status =
      aisopod_register_tool(api, "echo_inline", spec, AISOPOD_F_INLINE, echo, self, err);
  if (status != AISOPOD_OK) return status;
  return aisopod_register_tool(api, "echo_worker", spec, 0, echo, self, err);
}

static void destroy(aisopod_plugin *self) { free(self); }

AISOPOD_DESCRIBE(desc) {
  desc->id = AISOPOD_PLUGIN_ID;
  desc->version = AISOPOD_PLUGIN_VERSION;
  desc->create = create;
  desc->on_register = on_register;
  desc->destroy = destroy;
}
