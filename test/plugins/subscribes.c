/* A plugin that subscribes to events and reports each as an event "received". Its configuration:
 * patterns (what it subscribes to), parallel, gate (a file that it waits for at the data "wait"),
 * greets (it publishes in on_init), echo (a topic that it publishes for each event instead). */
#include "probe.h"

struct aisopod_plugin {
  const aisopod_host *host;
  char gate[PROBE_TEXT], echo[PROBE_TEXT];
  int greets;
};

static void add_string(aisopod_json_out *out, const char *key, const char *text) {
  aisopod_json_add(out, key);
  aisopod_json_add_string(out, text, strlen(text));
}

static void report(const aisopod_host *host, const aisopod_event *event) {
  aisopod_json_out out = {NULL, 0, 0, 0};
  add_string(&out, "{\"topic\":", event->topic);
  add_string(&out, ",\"source\":", event->source);
  add_string(&out, ",\"pattern\":", event->pattern);
  aisopod_json_add(&out, ",\"dropped\":");
  aisopod_json_add_number(&out, (double)event->dropped);
  aisopod_json_add(&out, ",\"meta\":");
  aisopod_json_add_bytes(&out, event->meta, event->meta_len);
  aisopod_json_add(&out, ",\"data\":");
  aisopod_json_add_bytes(&out, event->payload->json, event->payload->len);
  aisopod_json_add(&out, "}");
  while (aisopod_publish(host, event->token, "received", out.data, out.len) == AISOPOD_E_AGAIN)
    probe_nap();
  aisopod_json_free(&out);
}

static void on_event(void *user, const aisopod_event *event) {
  const aisopod_plugin *self = (const aisopod_plugin *)user;
  if (event->struct_size != sizeof *event || event->flags ||
      strlen(event->payload->json) != event->payload->len)
    abort();
  if (self->echo[0] != '\0') {
    (void)aisopod_publish(self->host, event->token, self->echo, "1", 1);
    return;
  }
  if (strcmp(event->payload->json, "\"wait\"") == 0) {
    probe_report(self->host, "waiting", event->pattern, 0);
    probe_wait(self->gate);
  }
  report(self->host, event);
}

/* Arguments: topic, data, parent (true: this call). Replies the status. */
static aisopod_status publish(void *user, const aisopod_call *call) {
  const aisopod_host *host = ((const aisopod_plugin *)user)->host;
  const aisopod_token parent = probe_arg_flag(call, "parent") ? call->token : 0;
  char topic[PROBE_TEXT];
  aisopod_json data = {NULL, 0};
  (void)probe_arg(call, "data", &data);
  (void)probe_arg_text(call, "topic", topic);
  return probe_reply(host, call->token, "%d",
                     (int)aisopod_publish(host, parent, topic, data.at, data.len));
}

/* Publishes the numbers from 1 to count, as fast as the host takes them. */
static aisopod_status burst(void *user, const aisopod_call *call) {
  const aisopod_host *host = ((const aisopod_plugin *)user)->host;
  const int count = (int)probe_arg_number(call, "count", 1);
  char number[16];
  int i;
  for (i = 1; i <= count; i++) {
    snprintf(number, sizeof number, "%d", i);
    while (aisopod_publish(host, 0, "burst", number, AISOPOD_NTS) == AISOPOD_E_AGAIN) probe_nap();
  }
  return probe_reply(host, call->token, "%d", count);
}

static aisopod_status create(const aisopod_host *host, aisopod_plugin **out, aisopod_error *err) {
  (void)err;
  return probe_create(host, out, sizeof **out);
}

static aisopod_status subscribe(aisopod_plugin *self, const aisopod_payload *config,
                                const aisopod_api *api, aisopod_error *err) {
  const uint32_t flags = probe_flag(config->json, config->len, "parallel") ? AISOPOD_F_PARALLEL : 0;
  aisopod_json patterns, item = {NULL, 0};
  char pattern[PROBE_TEXT];
  aisopod_status status = AISOPOD_OK;
  (void)probe_text(config->json, config->len, "gate", self->gate);
  (void)probe_text(config->json, config->len, "echo", self->echo);
  self->greets = probe_flag(config->json, config->len, "greets");
  if (!probe_get(config->json, config->len, "patterns", &patterns)) return AISOPOD_OK;
  while (status == AISOPOD_OK && aisopod_json_next(patterns, NULL, &item)) {
    (void)aisopod_json_text(item, pattern, sizeof pattern);
    status = aisopod_subscribe(api, pattern, flags, on_event, self, err);
  }
  return status;
}

static aisopod_status on_register(aisopod_plugin *self, const aisopod_api *api,
                                  aisopod_error *err) {
  const aisopod_payload *config = NULL;
  aisopod_status status = aisopod_register_tool(api, "publish", PROBE_SPEC, 0, publish, self, err);
  if (status == AISOPOD_OK)
    status = aisopod_register_tool(api, "burst", PROBE_SPEC, AISOPOD_F_PARALLEL, burst, self, err);
  if (status == AISOPOD_OK) status = self->host->get_config(self->host, &config);
  if (status == AISOPOD_OK) status = subscribe(self, config, api, err);
  self->host->payload_release(self->host, config);
  return status;
}

static aisopod_status on_init(aisopod_plugin *self, aisopod_error *err) {
  (void)err;
  if (self->greets) (void)aisopod_publish(self->host, 0, "hello", "1", 1);
  return AISOPOD_OK;
}

static void destroy(aisopod_plugin *self) { free(self); }

PROBE_PLUGIN(desc->on_init = on_init)
