/* Never returns: {"in": "on_init", "how": "sleep" or "spin"}; with -DSTUCK_CONSTRUCTOR='sleep_on()'
 * already while it is opened. */
#include "rude.h"

static void sleep_on(void) {
  for (;;) pause();
}
static void spin_on(void) {
  static volatile int spins;
  for (;;) spins++;
}

#ifdef STUCK_CONSTRUCTOR
__attribute__((constructor)) static void constructor(void) { STUCK_CONSTRUCTOR; }
#endif

static void in(const aisopod_plugin *self, const char *moment) {
  if (!rude_setting_is(self, "in", moment)) return;
  if (rude_setting_is(self, "how", "sleep")) sleep_on();
  spin_on();
}

static aisopod_status handler(void *user, const aisopod_call *call) {
  in((const aisopod_plugin *)user, "handler");
  return probe_reply(rude_host(user), call->token, "null");
}

static aisopod_status create(const aisopod_host *host, aisopod_plugin **out, aisopod_error *err) {
  const aisopod_status status = rude_create(host, out);
  (void)err;
  if (status == AISOPOD_OK) in(*out, "create");
  return status;
}
static aisopod_status on_register(aisopod_plugin *self, const aisopod_api *api,
                                  aisopod_error *err) {
  in(self, "on_register");
  return aisopod_register_tool(api, "handler", PROBE_SPEC, 0, handler, self, err);
}
static aisopod_status on_init(aisopod_plugin *self, aisopod_error *err) {
  (void)err;
  in(self, "on_init");
  return AISOPOD_OK;
}
static void on_shutdown(aisopod_plugin *self, const aisopod_shutdown *shutdown) {
  (void)shutdown;
  in(self, "on_shutdown");
}
static void destroy(aisopod_plugin *self) { rude_destroy(self); }
PROBE_PLUGIN(desc->on_init = on_init; desc->on_shutdown = on_shutdown)
