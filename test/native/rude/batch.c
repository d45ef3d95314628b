/* Registrations that break a rule, by configuration: {"fault": ...}; and a builder that is kept. */
#include "rude.h"

#include <stdatomic.h>

enum { MANY = 10000 };

static const aisopod_api *kept;
static atomic_int from_thread;

static aisopod_status here(void *user, const aisopod_call *call) {
  return probe_reply(rude_host(user), call->token, "null");
}

static aisopod_status add(const aisopod_api *api, const char *name, const char *spec) {
  return aisopod_add(api, AISOPOD_KIND_TOOL, name, spec, 0, here, NULL, NULL);
}

static aisopod_status use_kept(const char *name) { return add(kept, name, PROBE_SPEC); }

static void *use_elsewhere(void *user) {
  (void)user;
  atomic_store(&from_thread, use_kept("thread"));
  return NULL;
}

/* The builder that on_register() was given, used when that is long over. */
static aisopod_status late(void *user, const aisopod_call *call) {
  pthread_t thread;
  const aisopod_status status = use_kept("late");
  aisopod_subscription sub = AISOPOD_INIT(aisopod_subscription);
  sub.pattern = "*";
  if (kept->subscribe(kept, &sub, NULL, NULL) != status) return AISOPOD_E_FAIL;
  if (pthread_create(&thread, NULL, use_elsewhere, NULL) != 0) return AISOPOD_E_NOMEM;
  pthread_join(thread, NULL);
  return probe_reply(rude_host(user), call->token, "[%d,%d]", (int)status,
                     atomic_load(&from_thread));
}

/* The builder, used during on_register() but by another thread. */
static aisopod_status add_beside(const aisopod_api *api) {
  pthread_t thread;
  kept = api;
  if (pthread_create(&thread, NULL, use_elsewhere, NULL) != 0) return AISOPOD_E_NOMEM;
  pthread_join(thread, NULL);
  return atomic_load(&from_thread);
}

static aisopod_status create(const aisopod_host *host, aisopod_plugin **out, aisopod_error *err) {
  (void)err;
  return rude_create(host, out);
}

static aisopod_status on_register(aisopod_plugin *self, const aisopod_api *api,
                                  aisopod_error *err) {
  static const rude_tool TOOLS[] = {RUDE_TOOL(here), RUDE_TOOL(late)};
  char name[PROBE_TEXT], spec[PROBE_TEXT], line[64];
  aisopod_status status = AISOPOD_OK;
  int i;
  kept = api;
  if (rude_register(self, api, TOOLS, sizeof TOOLS / sizeof *TOOLS, err) != AISOPOD_OK) abort();
  rude_setting(self, "name", name);
  rude_setting(self, "spec", spec);
  if (rude_setting_is(self, "fault", "add")) {
    status = add(api, name, spec[0] ? spec : PROBE_SPEC);
  } else if (rude_setting_is(self, "fault", "null name")) {
    status = add(api, NULL, PROBE_SPEC);
  } else if (rude_setting_is(self, "fault", "many")) {
    for (i = 0; i < MANY && status == AISOPOD_OK; i++) {
      snprintf(name, sizeof name, "t%d", i);
      (void)add(api, name, PROBE_SPEC); /* it does not look at the answer */
    }
    status = add(api, "last", PROBE_SPEC);
  } else if (rude_setting_is(self, "fault", "beside")) {
    status = add_beside(api);
  }
  snprintf(line, sizeof line, "add %d", (int)status);
  aisopod_log(self->host, AISOPOD_LOG_INFO, line);
  return AISOPOD_OK; /* whatever the host said */
}

static void destroy(aisopod_plugin *self) {
  (void)use_kept("destroy");
  rude_destroy(self);
}
PROBE_PLUGIN()
