/* A hundred tools, as a plugin that wraps a large interface would have. */
#include <stdio.h>
#include <stdlib.h>

#include "aisopod/plugin.h"

struct aisopod_plugin {
  const aisopod_host *host;
};

static aisopod_status answer(void *user, const aisopod_call *call) {
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
      "{\"description\":\"One of many\",\"parameters\":{\"type\":\"object\",\"properties\":"
      "{\"text\":{\"type\":\"string\"},\"count\":{\"type\":\"integer\",\"minimum\":0}},"
      "\"required\":[\"text\"]}}";
  for (int i = 0; i < 100; ++i) {
    char name[16];
    snprintf(name, sizeof name, "tool-%d", i);
    const aisopod_status status =
        aisopod_register_tool(api, name, spec, AISOPOD_F_INLINE, answer, self, err);
    if (status != AISOPOD_OK) return status;
  }
  return AISOPOD_OK;
}

static void destroy(aisopod_plugin *self) { free(self); }

AISOPOD_DESCRIBE(desc) {
  desc->id = AISOPOD_PLUGIN_ID;
  desc->version = AISOPOD_PLUGIN_VERSION;
  desc->create = create;
  desc->on_register = on_register;
  desc->destroy = destroy;
}
