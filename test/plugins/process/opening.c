/* What happens while a library is opened: -DHANGS_IN_CONSTRUCTOR, -DHANGS_IN_ENTRY,
 * -DENTERED_ALONE (two threads in the entry function at once end the process),
 * -DBRINGS_HELPER (the tool `help` answers what libhelper.so answers), -DMARK="path",
 * -DGATE="path" (the constructor waits for that file; with MARK). */
#include "../probe.h"

#include <stdatomic.h>

#ifdef MARK
/* A file that is there once the constructor has begun. */
static void mark(void) {
  FILE *file = fopen(MARK, "w");
  if (file) (void)fclose(file);
}
#endif

#ifdef HANGS_IN_CONSTRUCTOR
static __attribute__((constructor)) void hang(void) {
#  ifdef MARK
  mark();
#  endif
  for (;;) pause();
}
#endif

#ifdef GATE
/* Returns once the file GATE is there. */
static __attribute__((constructor)) void wait(void) {
  mark();
  while (access(GATE, F_OK) != 0) (void)usleep(1000);
}
#endif

#ifdef BRINGS_HELPER
int helper_answer(void);
static aisopod_status help(void *user, const aisopod_call *call) {
  char text[16];
  (void)snprintf(text, sizeof text, "%d", helper_answer());
  return probe_reply((const aisopod_host *)user, call->token, text);
}
#endif

static aisopod_status create(const aisopod_host *host, aisopod_plugin **out, aisopod_error *err) {
  (void)err;
  *out = (aisopod_plugin *)(uintptr_t)host;
  return AISOPOD_OK;
}
static aisopod_status on_register(aisopod_plugin *self, const aisopod_api *api,
                                  aisopod_error *err) {
#ifdef BRINGS_HELPER
  return aisopod_register_tool(api, "help", PROBE_SPEC, 0, help, self, err);
#else
  (void)self, (void)api, (void)err;
  return AISOPOD_OK;
#endif
}
static void destroy(aisopod_plugin *self) { (void)self; }

#ifdef ENTERED_ALONE
static void enter(void) {
  static atomic_int inside;
  if (atomic_fetch_add(&inside, 1) != 0) abort();
  (void)usleep(100000); /* so that another one would come meanwhile */
  atomic_fetch_sub(&inside, 1);
}
#endif

AISOPOD_DESCRIBE(desc) {
#ifdef HANGS_IN_ENTRY
  for (;;) pause();
#endif
#ifdef ENTERED_ALONE
  enter();
#endif
  desc->id = PLUGIN_ID;
  desc->version = "1.0.0";
  desc->create = create;
  desc->on_register = on_register;
  desc->destroy = destroy;
}
