/* Hears events and counts them: how many does it take a second? */
#include <aisopod/json.h>
#include <aisopod/plugin.h>
#include <stdlib.h>

/* All of it happens on the worker, one after the other. */
struct aisopod_plugin {
  const aisopod_host *host;
  long long heard, wanted;
  aisopod_call waiting; /* answered when so many were heard; 0: none */
};

static void answer(aisopod_plugin *self) {
  const aisopod_call call = self->waiting;
  if (call == 0 || self->heard < self->wanted) return;
  self->waiting = 0;
  (void)self->host->call_reply(self->host, call, "null", 4);
}

static void on_event(void *user, const aisopod_event *event) {
  aisopod_plugin *const self = user;
  self->heard += 1 + (long long)event->dropped;
  answer(self);
}

/* Answers when `count` more events were heard than at the last answer. */
static aisopod_status hear(void *user, const aisopod_request *req) {
  aisopod_plugin *const self = user;
  aisopod_json args, count;
  double number;
  if (!aisopod_json_read(req->params, req->params_len, &args) ||
      !aisopod_json_get(args, "count", &count) || !aisopod_json_number(count, &number))
    return AISOPOD_E_INVALID;
  self->wanted += (long long)number;
  self->waiting = req->call;
  answer(self);
  return AISOPOD_OK;
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
  aisopod_subscription sub = AISOPOD_INIT(aisopod_subscription);
  aisopod_status status;
  sub.topic_glob = "bench.*";
  sub.fn = on_event;
  sub.user = self;
  status = api->subscribe(api, &sub, NULL, err);
  if (status < 0) return status;
  return aisopod_register_tool(api, "hear", spec, 0, hear, self, err);
}

static void destroy(aisopod_plugin *self) { free(self); }

const aisopod_plugin_desc *AISOPOD_ENTRY(void) {
  static const aisopod_plugin_desc desc = {
      AISOPOD_DESC_HEAD(0), .id = AISOPOD_PLUGIN_ID, .version = AISOPOD_PLUGIN_VERSION,
      .create = create, .on_register = on_register, .destroy = destroy,
  };
  return &desc;
}
