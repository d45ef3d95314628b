/* Two tools that answer their own arguments: the cost of a call, and of nothing else. */
#include <stdlib.h>

#include "aisopod/plugin.h"

struct aisopod_plugin {
  const aisopod_host *host;
};

static aisopod_status echo(void *user, const aisopod_request *req) {
  const aisopod_host *host = ((aisopod_plugin *)user)->host;
  return host->call_reply(host, req->call, req->params, req->params_len);
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
      "{\"description\":\"Answers its arguments\",\"parameters\":{\"type\":\"object\","
      "\"properties\":{\"text\":{\"type\":\"string\"},\"n\":{\"type\":\"integer\"}},"
      "\"required\":[\"text\"]}}";
  aisopod_status status =
      aisopod_register_tool(api, "echo_inline", spec, AISOPOD_F_INLINE, echo, self, err);
  if (status < 0) return status;
  return aisopod_register_tool(api, "echo_worker", spec, 0, echo, self, err);
}

static void destroy(aisopod_plugin *self) { free(self); }

const aisopod_plugin_desc *AISOPOD_ENTRY(void) {
  static const aisopod_plugin_desc desc = {
      AISOPOD_DESC_HEAD(0), .id = AISOPOD_PLUGIN_ID, .version = AISOPOD_PLUGIN_VERSION,
      .create = create, .on_register = on_register, .destroy = destroy,
  };
  return &desc;
}
