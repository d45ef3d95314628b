/* Counts events: how many does a plugin take in a second? */
#include <aisopod/json.h>
#include <aisopod/plugin.h>
#include <stdlib.h>

/* All of it runs on the serial worker, one function at a time. */
struct aisopod_plugin {
  const aisopod_host *host;
  long long events, wanted;
  aisopod_token waiting; /* answered when `wanted` events have come; 0: none */
};

static void answer(aisopod_plugin *self) {
  const aisopod_token call = self->waiting;
  if (call == 0 || self->events < self->wanted) return;
  self->waiting = 0;
  (void)aisopod_reply(self->host, call, "null", 4);
}

static void on_event(void *user, const aisopod_event *event) {
  aisopod_plugin *const self = user;
  self->events += 1 + (long long)event->dropped;
  answer(self);
}

/* Answers when `count` more events have come than at the last answer. */
static aisopod_status count_events(void *user, const aisopod_call *call) {
  aisopod_plugin *const self = user;
  aisopod_json args, count;
  double number;
  if (!aisopod_json_read(call->params->json, call->params->len, &args) ||
      !aisopod_json_get(args, "count", &count) || !aisopod_json_number(count, &number))
    return AISOPOD_E_INVALID;
  self->wanted += (long long)number;
  self->waiting = call->token;
  answer(self);
  return AISOPOD_PENDING;
}

static aisopod_status create(const aisopod_host *host, aisopod_plugin **out, aisopod_error *err) {
  (void)err;
  *out = calloc(1, sizeof **out);
  if (*out == NULL) return AISOPOD_E_NOMEM;
  (*out)->host = host;
  return AISOPOD_OK;
}

static aisopod_status on_register(aisopod_plugin *self, const aisopod_api *api,
                                  aisopod_error *err) {
  static const char spec[] = "{\"description\":\"For the benchmark\"}";
  const aisopod_status status = aisopod_subscribe(api, "bench.*", 0, on_event, self, err);
  if (status != AISOPOD_OK) return status;
  return aisopod_register_tool(api, "count", spec, 0, count_events, self, err);
}

static void destroy(aisopod_plugin *self) { free(self); }

AISOPOD_DESCRIBE(desc) {
  desc->id = AISOPOD_PLUGIN_ID;
  desc->version = AISOPOD_PLUGIN_VERSION;
  desc->create = create;
  desc->on_register = on_register;
  desc->destroy = destroy;
}
