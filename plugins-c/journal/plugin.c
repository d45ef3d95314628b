/* journal: counts events by topic and answers messages about that. What it answers and refuses
 * stands in README.md. */
#include <aisopod/plugin.h>
#include <stdlib.h>
#include <string.h>

#include "counts.h"

/* Heard and asked on the worker only, one at a time, so nothing here needs a lock. */
struct aisopod_plugin {
  const aisopod_host *host;
  counts counts;
};

static const char message_spec[] =
    "{\"description\":\"{\\\"what\\\": \\\"counts\\\"} or {\\\"what\\\": \\\"reset\\\"}: how many "
    "events of each topic were heard\"}";

static const char known[] =
    "{\"known\":[{\"what\":\"counts\"},{\"what\":\"counts\",\"topic\":\"\"},"
    "{\"what\":\"reset\"}]}";

/* [worker] */
static void on_event(void *user, const aisopod_event *event) {
  counts_add(&((aisopod_plugin *)user)->counts, event->topic, event->dropped);
}

/* Tells everyone that counting begins anew. */
static void tell_reset(aisopod_plugin *self, aisopod_json params) {
  aisopod_json_out out = {NULL, 0, 0, 0};
  aisopod_json from;
  aisopod_json_add(&out, "{\"by\":");
  if (aisopod_json_get(params, "from", &from)) aisopod_json_add_bytes(&out, from.at, from.len);
  else aisopod_json_add(&out, "null");
  aisopod_json_add(&out, ",\"events\":");
  aisopod_json_add_number(&out, (double)counts_all(&self->counts));
  aisopod_json_add(&out, "}");
  if (self->host->emit(self->host, "journal.reset", out.data, out.len) < 0)
    self->host->log(self->host, AISOPOD_LOG_WARN, "nobody could be told of a reset", AISOPOD_NTS);
  aisopod_json_free(&out);
}

static aisopod_status reply_counts(aisopod_plugin *self, aisopod_call call) {
  aisopod_json_out out = {NULL, 0, 0, 0};
  aisopod_status status;
  counts_write(&self->counts, &out);
  status = self->host->call_reply(self->host, call, out.data, out.len);
  aisopod_json_free(&out);
  return status;
}

static aisopod_status reply_count(aisopod_plugin *self, aisopod_call call, aisopod_json topic) {
  char name[COUNTS_TOPIC], digits[40];
  if (aisopod_json_text(topic, name, sizeof name) == AISOPOD_JSON_NONE)
    return self->host->call_fail(self->host, call, AISOPOD_E_INVALID, "topic is no topic", known,
                                 AISOPOD_NTS);
  aisopod_json_format((double)counts_of(&self->counts, name), digits);
  return self->host->call_reply(self->host, call, digits, AISOPOD_NTS);
}

/* [worker] params: {"from": ..., "message": ...} */
static aisopod_status on_message(void *user, const aisopod_request *req) {
  aisopod_plugin *self = (aisopod_plugin *)user;
  aisopod_json params, message, what, topic;
  aisopod_status status;
  if (!aisopod_json_read(req->params, req->params_len, &params) ||
      !aisopod_json_get(params, "message", &message) || !aisopod_json_get(message, "what", &what))
    what.at = NULL;
  if (what.at && aisopod_json_equals(what, "counts")) {
    if (aisopod_json_get(message, "topic", &topic)) return reply_count(self, req->call, topic);
    return reply_counts(self, req->call);
  }
  if (what.at && aisopod_json_equals(what, "reset")) {
    status = reply_counts(self, req->call);
    tell_reset(self, params);
    memset(&self->counts, 0, sizeof self->counts);
    return status;
  }
  return self->host->call_fail(self->host, req->call, AISOPOD_E_INVALID,
                               "the message says nothing that is known", known, AISOPOD_NTS);
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
  aisopod_subscription all = AISOPOD_INIT(aisopod_subscription);
  aisopod_status status;
  all.topic_glob = "**"; /* not its own events: those it doesn't hear */
  all.fn = on_event;
  all.user = self;
  status = api->subscribe(api, &all, NULL, err);
  if (status < 0) return status;
  return aisopod_register_message(api, "journal", message_spec, 0, on_message, self, err);
}

static void destroy(aisopod_plugin *self) { free(self); }

const aisopod_plugin_desc *AISOPOD_ENTRY(void) {
  static const aisopod_plugin_desc desc = {
      AISOPOD_DESC_HEAD(0), .id = AISOPOD_PLUGIN_ID,    .version = AISOPOD_PLUGIN_VERSION,
      .create = create,     .on_register = on_register, .destroy = destroy,
  };
  return &desc;
}
