/* A plugin that hears events and tells the test of each. Its configuration: globs (what it
 * subscribes to), parallel, gate (a file that it waits for at the data "wait"), greets (it
 * publishes in on_init), echo (a topic that it publishes for each event instead of telling). */
#include "probe.h"

#define GLOBS 8

typedef struct hearer {
  aisopod_plugin *plugin;
  char            glob[300];
} hearer;

struct aisopod_plugin {
  const aisopod_host *host;
  hearer              hearers[GLOBS];
  char                gate[PROBE_TEXT], echo[PROBE_TEXT];
  int                 greets;
};

static void on_event(void *user, const aisopod_event *event) {
  const hearer    *self = (const hearer *)user;
  aisopod_json_out out = {NULL, 0, 0, 0};
  if (event->struct_size != sizeof *event || event->flags || strlen(event->json) != event->len)
    abort();
  if (self->plugin->echo[0] != '\0') {
    (void)self->plugin->host->emit(self->plugin->host, self->plugin->echo, "1", 1);
    return;
  }
  if (strcmp(event->json, "\"wait\"") == 0) {
    probe_tell(self->plugin->host, "waiting", self->glob, 0);
    probe_wait(self->plugin->gate);
  }
  aisopod_json_add(&out, "{\"topic\":");
  aisopod_json_add_string(&out, event->topic, strlen(event->topic));
  aisopod_json_add(&out, ",\"source\":");
  aisopod_json_add_string(&out, event->source, strlen(event->source));
  aisopod_json_add(&out, ",\"glob\":");
  aisopod_json_add_string(&out, self->glob, strlen(self->glob));
  aisopod_json_add(&out, ",\"dropped\":");
  aisopod_json_add_number(&out, (double)event->dropped);
  aisopod_json_add(&out, ",\"data\":");
  aisopod_json_add_bytes(&out, event->json, event->len);
  aisopod_json_add(&out, "}");
  while (self->plugin->host->emit(self->plugin->host, "heard", out.data, out.len) ==
         AISOPOD_E_AGAIN)
    probe_nap();
  aisopod_json_free(&out);
}

static aisopod_status emit(void *user, const aisopod_request *req) {
  const aisopod_host *host = ((const aisopod_plugin *)user)->host;
  char                topic[PROBE_TEXT];
  aisopod_json        data = {NULL, 0};
  (void)probe_get(req->params, req->params_len, "data", &data);
  (void)probe_text(req->params, req->params_len, "topic", topic);
  return probe_reply(host, req->call, "%d", (int)host->emit(host, topic, data.at, data.len));
}

/* Publishes the numbers from 1 to count, as fast as the host takes them. */
static aisopod_status burst(void *user, const aisopod_request *req) {
  const aisopod_host *host = ((const aisopod_plugin *)user)->host;
  const int           count = (int)probe_number(req->params, req->params_len, "count", 1);
  char                number[16];
  int                 i;
  for (i = 1; i <= count; i++) {
    snprintf(number, sizeof number, "%d", i);
    while (host->emit(host, "burst", number, AISOPOD_NTS) == AISOPOD_E_AGAIN) probe_nap();
  }
  return probe_reply(host, req->call, "%d", count);
}

static aisopod_status create(const aisopod_host *host, aisopod_plugin **out, aisopod_error *err) {
  (void)err;
  return probe_create(host, out, sizeof **out);
}

static aisopod_status subscribe(hearer *self, uint32_t flags, const aisopod_api *api,
                                aisopod_error *err) {
  aisopod_subscription sub = AISOPOD_INIT(aisopod_subscription);
  sub.flags = flags;
  sub.topic_glob = self->glob;
  sub.fn = on_event;
  sub.user = self;
  return api->subscribe(api, &sub, NULL, err);
}

static aisopod_status on_register(aisopod_plugin *self, const aisopod_api *api,
                                  aisopod_error *err) {
  aisopod_buf    config = {NULL, 0, NULL};
  aisopod_json   globs, glob = {NULL, 0};
  aisopod_status status = aisopod_register_tool(api, "emit", PROBE_SPEC, 0, emit, self, err);
  size_t         n = 0;
  uint32_t       flags;
  if (status == AISOPOD_OK)
    status = aisopod_register_tool(api, "burst", PROBE_SPEC, AISOPOD_F_PARALLEL, burst, self, err);
  if (status != AISOPOD_OK || self->host->config(self->host, &config) != AISOPOD_OK) return status;
  (void)probe_text(config.data, config.len, "gate", self->gate);
  (void)probe_text(config.data, config.len, "echo", self->echo);
  self->greets = probe_flag(config.data, config.len, "greets");
  flags = probe_flag(config.data, config.len, "parallel") ? AISOPOD_F_PARALLEL : 0;
  if (probe_get(config.data, config.len, "globs", &globs)) {
    while (status == AISOPOD_OK && n < GLOBS && aisopod_json_next(globs, NULL, &glob)) {
      hearer *one = &self->hearers[n++];
      one->plugin = self;
      (void)aisopod_json_text(glob, one->glob, sizeof one->glob);
      status = subscribe(one, flags, api, err);
    }
  }
  self->host->buf_release(self->host, &config);
  return status;
}

static aisopod_status on_init(aisopod_plugin *self, aisopod_error *err) {
  (void)err;
  if (self->greets) (void)self->host->emit(self->host, "hello", "1", 1);
  return AISOPOD_OK;
}

static void destroy(aisopod_plugin *self) { free(self); }

PROBE_PLUGIN(.on_init = on_init)
