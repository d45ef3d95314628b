/* A plugin that talks: log lines, events, and (with `chatter` in its configuration) a thread that
 * never stops logging until on_shutdown. */
#include "probe.h"

#include <stdatomic.h>

struct aisopod_plugin {
  const aisopod_host *host;
  atomic_int stop;
  pthread_t thread;
  int chatters;
};

/* Arguments: level, text, fields (an object). Replies the status. */
static aisopod_status log_line(void *user, const aisopod_call *call) {
  const aisopod_host *host = ((const aisopod_plugin *)user)->host;
  aisopod_log_record record = AISOPOD_INIT(aisopod_log_record);
  aisopod_json fields = {NULL, 0};
  char text[PROBE_TEXT];
  (void)probe_arg(call, "fields", &fields);
  record.level = (aisopod_level)probe_arg_number(call, "level", 0);
  record.parent = call->token;
  record.message = probe_arg_text(call, "text", text);
  record.message_len = AISOPOD_NTS;
  record.fields = fields.at;
  record.fields_len = fields.len;
  return probe_reply(host, call->token, "%d", (int)host->log(host, &record));
}

/* `count` lines. INLINE, so that the host reads none of them meanwhile. */
static aisopod_status flood(void *user, const aisopod_call *call) {
  const aisopod_host *host = ((const aisopod_plugin *)user)->host;
  const int count = (int)probe_arg_number(call, "count", 0);
  int i;
  for (i = 0; i < count; i++) aisopod_log(host, AISOPOD_LOG_INFO, "flood");
  return probe_reply(host, call->token, "null");
}

/* `count` events; replies how many the host took. INLINE too. */
static aisopod_status flood_events(void *user, const aisopod_call *call) {
  const aisopod_host *host = ((const aisopod_plugin *)user)->host;
  const int count = (int)probe_arg_number(call, "count", 0);
  int i, taken = 0, refused = 0;
  for (i = 0; i < count; i++) {
    const aisopod_status status = aisopod_publish(host, 0, "flood", "null", 4);
    if (status == AISOPOD_OK) taken++;
    if (status == AISOPOD_E_AGAIN) refused++;
  }
  return probe_reply(host, call->token, "{\"taken\":%d,\"again\":%d}", taken, refused);
}

static aisopod_status publish(void *user, const aisopod_call *call) {
  const aisopod_host *host = ((const aisopod_plugin *)user)->host;
  char topic[PROBE_TEXT];
  aisopod_json data = {NULL, 0};
  probe_arg_text(call, "topic", topic);
  (void)probe_arg(call, "data", &data);
  return probe_reply(host, call->token, "%d",
                     (int)aisopod_publish(host, 0, topic, data.at, data.len));
}

static void *chatter(void *user) {
  aisopod_plugin *self = (aisopod_plugin *)user;
  while (!atomic_load(&self->stop)) aisopod_log(self->host, AISOPOD_LOG_INFO, "still here");
  return NULL;
}

static aisopod_status create(const aisopod_host *host, aisopod_plugin **out, aisopod_error *err) {
  (void)err;
  return probe_create(host, out, sizeof **out);
}

static aisopod_status on_register(aisopod_plugin *self, const aisopod_api *api,
                                  aisopod_error *err) {
  aisopod_status status = aisopod_register_tool(api, "log", PROBE_SPEC, 0, log_line, self, err);
  if (status == AISOPOD_OK)
    status = aisopod_register_tool(api, "flood", PROBE_SPEC, AISOPOD_F_INLINE, flood, self, err);
  if (status == AISOPOD_OK)
    status = aisopod_register_tool(api, "flood-events", PROBE_SPEC, AISOPOD_F_INLINE, flood_events,
                                   self, err);
  if (status == AISOPOD_OK)
    status = aisopod_register_tool(api, "publish", PROBE_SPEC, 0, publish, self, err);
  return status;
}

static aisopod_status on_init(aisopod_plugin *self, aisopod_error *err) {
  const aisopod_payload *config = NULL;
  (void)err;
  if (self->host->get_config(self->host, &config) != AISOPOD_OK) return AISOPOD_E_FAIL;
  self->chatters = probe_flag(config->json, config->len, "chatter") &&
                   pthread_create(&self->thread, NULL, chatter, self) == 0;
  self->host->payload_release(self->host, config);
  return AISOPOD_OK;
}

static void on_shutdown(aisopod_plugin *self, const aisopod_shutdown *shutdown) {
  (void)shutdown;
  atomic_store(&self->stop, 1);
  if (self->chatters) pthread_join(self->thread, NULL);
}

static void destroy(aisopod_plugin *self) { free(self); }

PROBE_PLUGIN(desc->on_init = on_init; desc->on_shutdown = on_shutdown)
