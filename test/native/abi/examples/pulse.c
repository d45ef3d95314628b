/* pulse: a plugin in C99 that uses each part of the ABI once: a tool, a command, a hook, an event,
 * a request and a timer. Handlers, event functions and tasks without a flag run one at a time on
 * the serial worker, so `beats` and `jobs` need no lock. */
#include "aisopod/plugin.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define BEAT_MS 1000

struct aisopod_plugin {
  const aisopod_host *host;
  unsigned beats, jobs;
};

/* --- a tool that sends a request and answers its call when the response is there ------------- */

typedef struct pending {
  const aisopod_host *host;
  aisopod_token call;
} pending;

static void AISOPOD_ABI stored(void *user, const aisopod_response *response) { /* [reply] */
  const pending *p = (const pending *)user;
  (void)aisopod_forward(p->host, p->call, response);
}

static aisopod_status AISOPOD_ABI remember(void *user, const aisopod_call *call) {
  const aisopod_host *host = ((aisopod_plugin *)user)->host;
  aisopod_request request = AISOPOD_INIT(aisopod_request);
  pending *p = (pending *)malloc(sizeof *p);
  aisopod_status status;
  if (!p) return AISOPOD_E_NOMEM;
  p->host = host;
  p->call = call->token;
  request.parent = call->token; /* user, tenant, deadline and cancellation follow */
  request.method = "storage.set";
  request.params = call->params;
  request.fn = stored;
  request.user = p;
  request.release = free;
  status = host->request(host, &request, NULL);
  if (status == AISOPOD_OK) return AISOPOD_PENDING; /* `stored` answers, perhaps it already has */
  free(p);
  return status;
}

/* --- a command, a hook ----------------------------------------------------------------------- */

static aisopod_status AISOPOD_ABI show(void *user, const aisopod_call *call) {
  const aisopod_plugin *self = (const aisopod_plugin *)user;
  char json[64];
  snprintf(json, sizeof json, "{\"output\":\"%u beats, %u jobs\"}", self->beats, self->jobs);
  return aisopod_reply(self->host, call->token, json, AISOPOD_NTS);
}

static aisopod_status AISOPOD_ABI before_tool(void *user, const aisopod_call *call) {
  const aisopod_host *host = ((aisopod_plugin *)user)->host;
  if (strstr(call->params->json, "\"rm\"")) /* a real guard parses it */
    return aisopod_reply(host, call->token, "{\"action\":\"block\",\"reason\":\"no rm\"}",
                         AISOPOD_NTS);
  return aisopod_reply(host, call->token, NULL, 0); /* no opinion */
}

/* --- an event, a timer ----------------------------------------------------------------------- */

static void AISOPOD_ABI on_job(void *user, const aisopod_event *event) {
  aisopod_plugin *self = (aisopod_plugin *)user;
  self->jobs += 1 + (unsigned)event->dropped;
  if (event->dropped > 0) aisopod_log(self->host, AISOPOD_LOG_WARN, "jobs were lost");
}

static void AISOPOD_ABI beat(void *user, const aisopod_task *task) {
  aisopod_plugin *self = (aisopod_plugin *)user;
  char json[32];
  snprintf(json, sizeof json, "{\"beat\":%u}", ++self->beats);
  (void)aisopod_publish(self->host, task->token, "pulse.beat", json, AISOPOD_NTS);
  (void)aisopod_post_task(self->host, 0, BEAT_MS, beat, self, NULL);
}

/* --- the life of an instance ----------------------------------------------------------------- */

static aisopod_status AISOPOD_ABI create(const aisopod_host *host, aisopod_plugin **out,
                                         aisopod_error *err) {
  *out = (aisopod_plugin *)calloc(1, sizeof **out);
  if (!*out) return aisopod_set_error(err, AISOPOD_E_NOMEM, "no memory for an instance");
  (*out)->host = host;
  return AISOPOD_OK;
}

static aisopod_status AISOPOD_ABI on_register(aisopod_plugin *self, const aisopod_api *api,
                                              aisopod_error *err) {
  aisopod_status status = aisopod_register_tool(
      api, "remember", "{\"description\":\"Keep a value\"}", 0, remember, self, err);
  if (status == AISOPOD_OK)
    status = aisopod_register_command(api, "pulse", "{\"description\":\"Show the pulse\"}", 0, show,
                                      self, err);
  if (status == AISOPOD_OK)
    status = aisopod_register_hook(api, "BeforeToolExecute", NULL, AISOPOD_F_INLINE, before_tool,
                                   self, err);
  if (status == AISOPOD_OK) status = aisopod_subscribe(api, "jobs.*", 0, on_job, self, err);
  return status;
}

static aisopod_status AISOPOD_ABI on_init(aisopod_plugin *self, aisopod_error *err) {
  if (aisopod_post_task(self->host, 0, BEAT_MS, beat, self, NULL) == AISOPOD_OK) return AISOPOD_OK;
  return aisopod_set_error(err, AISOPOD_E_FAIL, "the host took no timer");
}

static void AISOPOD_ABI destroy(aisopod_plugin *self) { free(self); }

AISOPOD_DESCRIBE(desc) {
  desc->id = "pulse";
  desc->version = "1.0.0";
  desc->create = create;
  desc->on_register = on_register;
  desc->on_init = on_init;
  desc->destroy = destroy;
}
