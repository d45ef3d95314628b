/* A plugin that talks: log lines, events, and (with `chatter` in its configuration) a thread that
 * never stops logging until on_shutdown. */
#include "probe.h"

#include <stdatomic.h>

struct aisopod_plugin {
  const aisopod_host *host;
  atomic_int          stop;
  pthread_t           thread;
  int                 chatters;
};

static aisopod_status log_line(void *user, const aisopod_request *req) {
  const aisopod_host *host = ((const aisopod_plugin *)user)->host;
  const aisopod_level level = (aisopod_level)probe_number(req->params, req->params_len, "level", 2);
  char                text[PROBE_TEXT];
  host->log(host, level, probe_text(req->params, req->params_len, "text", text), AISOPOD_NTS);
  return probe_reply(host, req->call, "null");
}

/* `count` lines. INLINE, so that nobody reads them meanwhile. */
static aisopod_status flood(void *user, const aisopod_request *req) {
  const aisopod_host *host = ((const aisopod_plugin *)user)->host;
  const int           count = (int)probe_number(req->params, req->params_len, "count", 0);
  int                 i;
  for (i = 0; i < count; i++) host->log(host, AISOPOD_LOG_INFO, "flood", AISOPOD_NTS);
  return probe_reply(host, req->call, "null");
}

/* `count` events, and the number that was taken. INLINE too. */
static aisopod_status flood_events(void *user, const aisopod_request *req) {
  const aisopod_host *host = ((const aisopod_plugin *)user)->host;
  const int           count = (int)probe_number(req->params, req->params_len, "count", 0);
  int                 i, taken = 0, refused = 0;
  for (i = 0; i < count; i++) {
    const aisopod_status status = host->emit(host, "flood", "null", 4);
    if (status == AISOPOD_OK) taken++;
    if (status == AISOPOD_E_AGAIN) refused++;
  }
  return probe_reply(host, req->call, "{\"taken\":%d,\"again\":%d}", taken, refused);
}

static aisopod_status emit(void *user, const aisopod_request *req) {
  const aisopod_host *host = ((const aisopod_plugin *)user)->host;
  char                topic[PROBE_TEXT];
  aisopod_json        data = {NULL, 0};
  probe_text(req->params, req->params_len, "topic", topic);
  (void)probe_get(req->params, req->params_len, "data", &data);
  return probe_reply(host, req->call, "%d", (int)host->emit(host, topic, data.at, data.len));
}

static void *chatter(void *user) {
  aisopod_plugin *self = (aisopod_plugin *)user;
  while (!atomic_load(&self->stop)) self->host->log(self->host, AISOPOD_LOG_INFO, "still here", 10);
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
    status = aisopod_register_tool(api, "emit", PROBE_SPEC, 0, emit, self, err);
  return status;
}

static aisopod_status on_init(aisopod_plugin *self, aisopod_error *err) {
  aisopod_buf config = {NULL, 0, NULL};
  (void)err;
  if (self->host->config(self->host, &config) != AISOPOD_OK) return AISOPOD_E_FAIL;
  self->chatters = probe_flag(config.data, config.len, "chatter") &&
                   pthread_create(&self->thread, NULL, chatter, self) == 0;
  self->host->buf_release(self->host, &config);
  return AISOPOD_OK;
}

static void on_shutdown(aisopod_plugin *self) {
  atomic_store(&self->stop, 1);
  if (self->chatters) pthread_join(self->thread, NULL);
}

static void destroy(aisopod_plugin *self) { free(self); }

PROBE_PLUGIN(.on_init = on_init, .on_shutdown = on_shutdown)
