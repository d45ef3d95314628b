/* A plugin whose handlers return AISOPOD_OK without having answered. */
#include "probe.h"

struct aisopod_plugin {
  const aisopod_host *host;
};

static aisopod_status unanswered(void *user, const aisopod_call *call) {
  (void)user;
  (void)call;
  return AISOPOD_OK;
}

static aisopod_status ping(void *user, const aisopod_call *call) {
  return probe_reply(((const aisopod_plugin *)user)->host, call->token, "\"pong\"");
}

static aisopod_status create(const aisopod_host *host, aisopod_plugin **out, aisopod_error *err) {
  (void)err;
  return probe_create(host, out, sizeof **out);
}

static aisopod_status on_register(aisopod_plugin *self, const aisopod_api *api,
                                  aisopod_error *err) {
  static const struct {
    const char *name;
    uint32_t flags;
  } tools[] = {
      {"unanswered", 0},
      {"unanswered-parallel", AISOPOD_F_PARALLEL},
      {"unanswered-inline", AISOPOD_F_INLINE},
  };
  aisopod_status status = aisopod_register_tool(api, "ping", PROBE_SPEC, 0, ping, self, err);
  size_t i;
  for (i = 0; i < sizeof tools / sizeof *tools && status == AISOPOD_OK; i++)
    status = aisopod_register_tool(api, tools[i].name, PROBE_SPEC, tools[i].flags, unanswered, self,
                                   err);
  return status;
}

static void destroy(aisopod_plugin *self) { free(self); }

PROBE_PLUGIN()
