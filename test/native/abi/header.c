/* All of plugin.h that a plugin uses, so that the compile matrix sees macros and inline functions
 * expanded and not only defined. Valid C and C++. */
#include "aisopod/plugin.h"

static aisopod_status answer(void *user, const aisopod_request *req) {
  const aisopod_host *host = *(const aisopod_host *const *)user;
  if (!AISOPOD_HAS(aisopod_request, req, timeout_ms)) return AISOPOD_E_INVALID;
  return host->call_reply(host, req->call, "{}", AISOPOD_NTS);
}

static const aisopod_host *the_host;

static aisopod_status create(const aisopod_host *host, aisopod_plugin **out, aisopod_error *err) {
  (void)err;
  the_host = host;
  *out = NULL;
  return AISOPOD_OK;
}

static aisopod_status on_register(aisopod_plugin *self, const aisopod_api *api,
                                  aisopod_error *err) {
  aisopod_subscription sub = AISOPOD_INIT(aisopod_subscription);
  (void)self;
  sub.topic_glob = "a.*";
  if (api->subscribe(api, &sub, NULL, err) < 0) return AISOPOD_E_FAIL;
  return aisopod_register_tool(api, "t", "{}", AISOPOD_F_PARALLEL, answer, (void *)&the_host, err);
}

static void destroy(aisopod_plugin *self) { (void)self; }

static const aisopod_plugin_desc desc = {AISOPOD_DESC_HEAD(0),
                                         "header",
                                         "1.0.0",
                                         "matrix",
                                         create,
                                         on_register,
                                         NULL,
                                         NULL,
                                         destroy,
                                         NULL,
                                         NULL,
                                         NULL,
                                         NULL};

AISOPOD_EXPORT const aisopod_plugin_desc *AISOPOD_ABI AISOPOD_ENTRY(void) { return &desc; }
