/* A plugin that logs, publishes and sends requests on behalf of the calls, events and tasks that it
 * gets. Each leaves a line "logged", the topic "published" and the request "requested". */
#include "probe.h"

struct aisopod_plugin {
  const aisopod_host *host;
};

static const aisopod_host *host_of(void *user) { return ((const aisopod_plugin *)user)->host; }

static void on_response(void *user, const aisopod_response *response) {
  (void)user;
  (void)response;
}

/* What a plugin may do for `parent`. `from` is a JSON text that names it. */
static void act(const aisopod_host *host, aisopod_token parent, const char *from) {
  aisopod_log(host, AISOPOD_LOG_WARN, from); /* the origin is the one that this thread runs */
  (void)aisopod_publish(host, parent, "published", from, AISOPOD_NTS);
  (void)aisopod_send(host, parent, "requested", from, AISOPOD_NTS, on_response, NULL, NULL);
}

static aisopod_status on_call(void *user, const aisopod_call *call) {
  act(host_of(user), call->token, "\"call\"");
  return probe_reply(host_of(user), call->token, "null");
}

/* The same with nothing to refer to: neither a parent nor a call that this thread runs. */
static void *on_thread(void *user) {
  act(host_of(user), 0, "\"thread\"");
  return NULL;
}

static aisopod_status in_thread(void *user, const aisopod_call *call) {
  pthread_t thread;
  if (pthread_create(&thread, NULL, on_thread, user) != 0) return AISOPOD_E_NOMEM;
  pthread_join(thread, NULL);
  return probe_reply(host_of(user), call->token, "null");
}

static void on_task(void *user, const aisopod_task *task) {
  act(host_of(user), task->token, "\"task\"");
}

static aisopod_status post(void *user, const aisopod_call *call) {
  const aisopod_host *host = host_of(user);
  aisopod_post task = AISOPOD_INIT(aisopod_post);
  aisopod_status status;
  task.parent = call->token;
  task.fn = on_task;
  task.user = user;
  status = host->post(host, &task, NULL);
  return status == AISOPOD_OK ? probe_reply(host, call->token, "null") : status;
}

static void on_event(void *user, const aisopod_event *event) {
  act(host_of(user), event->token, "\"event\"");
}

static aisopod_status create(const aisopod_host *host, aisopod_plugin **out, aisopod_error *err) {
  (void)err;
  return probe_create(host, out, sizeof **out);
}

static aisopod_status on_register(aisopod_plugin *self, const aisopod_api *api,
                                  aisopod_error *err) {
  aisopod_status status = aisopod_register_tool(api, "call", PROBE_SPEC, 0, on_call, self, err);
  if (status == AISOPOD_OK)
    status = aisopod_register_tool(api, "thread", PROBE_SPEC, 0, in_thread, self, err);
  if (status == AISOPOD_OK)
    status = aisopod_register_tool(api, "post", PROBE_SPEC, 0, post, self, err);
  if (status == AISOPOD_OK)
    status = aisopod_subscribe(api, "given.**", 0, on_event, self, err);
  return status;
}

static void destroy(aisopod_plugin *self) { free(self); }

PROBE_PLUGIN()
