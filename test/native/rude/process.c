/* Changes what belongs to the whole process: {"in": "on_init", "what": "umask"}. */
#include "rude.h"

#include <locale.h>
#include <signal.h>
#include <sys/stat.h>

static void on_signal(int number) { (void)number; }

static void in(const aisopod_plugin *self, const char *moment) {
  struct sigaction action;
  if (!rude_setting_is(self, "in", moment)) return;
  memset(&action, 0, sizeof action);
  if (rude_setting_is(self, "what", "umask")) (void)umask(0);
  if (rude_setting_is(self, "what", "cwd") && chdir("/") != 0) abort();
  if (rude_setting_is(self, "what", "locale") && !setlocale(LC_NUMERIC, "C.UTF-8")) abort();
  if (rude_setting_is(self, "what", "handler")) action.sa_handler = on_signal;
  if (rude_setting_is(self, "what", "ignored")) action.sa_handler = SIG_IGN;
  if (action.sa_handler) (void)sigaction(SIGUSR2, &action, NULL);
}

static aisopod_status create(const aisopod_host *host, aisopod_plugin **out, aisopod_error *err) {
  const aisopod_status status = rude_create(host, out);
  (void)err;
  if (status == AISOPOD_OK) in(*out, "create");
  return status;
}
static aisopod_status here(void *user, const aisopod_call *call) {
  return probe_reply(rude_host(user), call->token, "null");
}
static aisopod_status on_register(aisopod_plugin *self, const aisopod_api *api,
                                  aisopod_error *err) {
  in(self, "on_register");
  return aisopod_register_tool(api, "here", PROBE_SPEC, 0, here, self, err);
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

#ifdef CHANGE_IN_CONSTRUCTOR
__attribute__((constructor)) static void constructor(void) { (void)umask(0); }
#endif

PROBE_PLUGIN(desc->on_init = on_init; desc->on_shutdown = on_shutdown)
