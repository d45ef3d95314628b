/* A plugin that ends its process: CRASH_AT names the step, HOW is the statement that does it. Does
 * nothing of the kind while the environment variable CALM is set. */
#include <signal.h>

#include "probe.h"

struct aisopod_plugin {
  const aisopod_host *host;
};

static void reach(const char *step) {
  if (strcmp(step, CRASH_AT) == 0 && getenv("CALM") == NULL) {
    HOW;
  }
}

__attribute__((constructor)) static void opened(void) { reach("constructor"); }

static aisopod_status create(const aisopod_host *host, aisopod_plugin **out, aisopod_error *err) {
  (void)err;
  reach("create");
  return probe_create(host, out, sizeof **out);
}

static aisopod_status ping(void *user, const aisopod_call *call) {
  const aisopod_host *host = ((const aisopod_plugin *)user)->host;
  return probe_reply(host, call->token, "\"%s\"", PLUGIN_ID);
}

static aisopod_status on_register(aisopod_plugin *self, const aisopod_api *api,
                                  aisopod_error *err) {
  reach("register");
  return aisopod_register_tool(api, PLUGIN_ID "-ping", PROBE_SPEC, 0, ping, self, err);
}

static aisopod_status on_init(aisopod_plugin *self, aisopod_error *err) {
  (void)self;
  (void)err;
  reach("init");
  return AISOPOD_OK;
}

static void destroy(aisopod_plugin *self) {
  reach("destroy");
  free(self);
}

PROBE_PLUGIN(reach("entry"); desc->on_init = on_init)
