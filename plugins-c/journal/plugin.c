/* journal: counts events by topic and answers messages about that. What it answers and refuses
 * stands in README.md. */
#include <aisopod/plugin.h>
#include <stdlib.h>
#include <string.h>

#include "counts.h"

#ifndef AISOPOD_PLUGIN_ID /* aisopod_add_plugin() takes both from the manifest */
#  define AISOPOD_PLUGIN_ID      "journal"
#  define AISOPOD_PLUGIN_VERSION "1.0.0"
#endif

/* The event function and the handler run on the serial worker, one at a time: so no lock. */
struct aisopod_plugin {
  const aisopod_host *host;
  counts counts;
};

static const char message_spec[] =
    "{\"description\":\"{\\\"what\\\": \\\"counts\\\"} or {\\\"what\\\": \\\"reset\\\"}: how many "
    "events of each topic were published\"}";

static const char known[] =
    "{\"known\":[{\"what\":\"counts\"},{\"what\":\"counts\",\"topic\":\"\"},"
    "{\"what\":\"reset\"}]}";

/* [worker] */
static void on_event(void *user, const aisopod_event *event) {
  counts_add(&((aisopod_plugin *)user)->counts, event->topic, event->dropped);
}

/* Publishes that counting starts at 0 again. */
static void publish_reset(const aisopod_plugin *self, aisopod_token call, aisopod_json params) {
  aisopod_json_out out = {NULL, 0, 0, 0};
  aisopod_json from;
  aisopod_json_add(&out, "{\"by\":");
  if (aisopod_json_get(params, "from", &from)) aisopod_json_add_bytes(&out, from.at, from.len);
  else aisopod_json_add(&out, "null");
  aisopod_json_add(&out, ",\"events\":");
  aisopod_json_add_number(&out, (double)counts_all(&self->counts));
  aisopod_json_add(&out, "}");
  if (aisopod_publish(self->host, call, "journal.reset", out.data, out.len) != AISOPOD_OK)
    aisopod_log(self->host, AISOPOD_LOG_WARN, "the event journal.reset was not published");
  aisopod_json_free(&out);
}

static aisopod_status reply_counts(aisopod_plugin *self, aisopod_token call) {
  aisopod_json_out out = {NULL, 0, 0, 0};
  aisopod_status status;
  counts_write(&self->counts, &out);
  status = aisopod_reply(self->host, call, out.data, out.len);
  aisopod_json_free(&out);
  return status;
}

static aisopod_status reply_count(aisopod_plugin *self, aisopod_token call, aisopod_json topic) {
  char name[COUNTS_TOPIC], digits[40];
  if (aisopod_json_text(topic, name, sizeof name) == AISOPOD_JSON_NONE)
    return aisopod_fail_with(self->host, call, AISOPOD_E_INVALID,
                             "topic: it must be the name of a topic", known, AISOPOD_NTS);
  aisopod_json_format((double)counts_of(&self->counts, name), digits);
  return aisopod_reply(self->host, call, digits, AISOPOD_NTS);
}

/* [worker] params: {"from": ..., "message": ...} */
static aisopod_status on_message(void *user, const aisopod_call *call) {
  aisopod_plugin *self = (aisopod_plugin *)user;
  aisopod_json params, message, what, topic;
  aisopod_status status;
  if (!aisopod_json_read(call->params->json, call->params->len, &params) ||
      !aisopod_json_get(params, "message", &message) || !aisopod_json_get(message, "what", &what))
    what.at = NULL;
  if (what.at && aisopod_json_equals(what, "counts")) {
    if (aisopod_json_get(message, "topic", &topic)) return reply_count(self, call->token, topic);
    return reply_counts(self, call->token);
  }
  if (what.at && aisopod_json_equals(what, "reset")) {
    publish_reset(self, call->token, params); /* before the answer: then its parent is gone */
    status = reply_counts(self, call->token);
    memset(&self->counts, 0, sizeof self->counts);
    return status;
  }
  return aisopod_fail_with(self->host, call->token, AISOPOD_E_INVALID,
                           "what: it must be counts or reset", known, AISOPOD_NTS);
}

static aisopod_status create(const aisopod_host *host, aisopod_plugin **out, aisopod_error *err) {
  (void)err;
  *out = (aisopod_plugin *)calloc(1, sizeof **out);
  if (!*out) return AISOPOD_E_NOMEM;
  (*out)->host = host;
  return AISOPOD_OK;
}

static aisopod_status on_register(aisopod_plugin *self, const aisopod_api *api,
                                  aisopod_error *err) {
  const aisopod_status status = aisopod_subscribe(api, "**", 0, on_event, self, err);
  if (status != AISOPOD_OK) return status;
  return aisopod_register_message(api, "journal", message_spec, 0, on_message, self, err);
}

static void destroy(aisopod_plugin *self) { free(self); }

AISOPOD_DESCRIBE(desc) {
  desc->id = AISOPOD_PLUGIN_ID;
  desc->version = AISOPOD_PLUGIN_VERSION;
  desc->create = create;
  desc->on_register = on_register;
  desc->destroy = destroy;
}
