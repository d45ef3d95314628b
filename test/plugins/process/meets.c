/* In on_init() it meets another one (-DOTHER) in the folder -DMEETING: both are in there at the same
 * time, from before what one of them changes (-DCHANGES) until after it. */
#include "../probe.h"

static void come(const char *when) {
  FILE *file;
  char path[4096];
  (void)snprintf(path, sizeof path, "%s/%s.%s", MEETING, PLUGIN_ID, when);
  file = fopen(path, "w");
  if (!file) abort();
  (void)fclose(file);
  (void)snprintf(path, sizeof path, "%s/%s.%s", MEETING, OTHER, when);
  while (access(path, F_OK) != 0) (void)usleep(1000);
}

static aisopod_status create(const aisopod_host *host, aisopod_plugin **out, aisopod_error *err) {
  (void)err;
  *out = (aisopod_plugin *)(uintptr_t)host;
  return AISOPOD_OK;
}
static aisopod_status on_register(aisopod_plugin *self, const aisopod_api *api,
                                  aisopod_error *err) {
  (void)self, (void)api, (void)err;
  return AISOPOD_OK;
}
static aisopod_status on_init(aisopod_plugin *self, aisopod_error *err) {
  (void)self, (void)err;
  come("before");
#ifdef CHANGES
  if (chdir("/") != 0) return AISOPOD_E_FAIL;
#endif
  come("after");
  return AISOPOD_OK;
}
static void destroy(aisopod_plugin *self) { (void)self; }

AISOPOD_DESCRIBE(desc) {
  desc->id = PLUGIN_ID;
  desc->version = "1.0.0";
  desc->create = create;
  desc->on_register = on_register;
  desc->on_init = on_init;
  desc->destroy = destroy;
}
