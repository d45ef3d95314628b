/* A plugin that leaves a line for its shutdown: the reason and the limit that it is given. It goes to
 * `marks` in the data directory. Configuration: gate = a file that on_init waits for. */
#include "probe.h"

struct aisopod_plugin {
  const aisopod_host *host;
};

static aisopod_status ping(void *user, const aisopod_call *call) {
  return probe_reply(((const aisopod_plugin *)user)->host, call->token, "\"pong\"");
}

static aisopod_status create(const aisopod_host *host, aisopod_plugin **out, aisopod_error *err) {
  (void)err;
  return probe_create(host, out, sizeof **out);
}

static aisopod_status on_register(aisopod_plugin *self, const aisopod_api *api,
                                  aisopod_error *err) {
  return aisopod_register_tool(api, "ping", PROBE_SPEC, 0, ping, self, err);
}

static aisopod_status on_init(aisopod_plugin *self, aisopod_error *err) {
  const aisopod_payload *config = NULL;
  char gate[PROBE_TEXT];
  const aisopod_status status = self->host->get_config(self->host, &config);
  (void)err;
  if (status != AISOPOD_OK) return status;
  probe_text(config->json, config->len, "gate", gate);
  self->host->payload_release(self->host, config);
  if (gate[0]) probe_wait(gate);
  return AISOPOD_OK;
}

static void on_shutdown(aisopod_plugin *self, const aisopod_shutdown *shutdown) {
  char marks[PROBE_TEXT];
  snprintf(marks, sizeof marks, "%s/marks", self->host->data_dir);
  probe_mark(marks, "%d within %lld", (int)shutdown->reason, (long long)shutdown->timeout_ms);
}

static void destroy(aisopod_plugin *self) { free(self); }

PROBE_PLUGIN(desc->on_init = on_init; desc->on_shutdown = on_shutdown)
