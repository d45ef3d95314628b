/* A plugin whose tools answer in every way that the header allows, and in some that it doesn't. */
#include "probe.h"

struct aisopod_plugin {
  const aisopod_host *host;
  pthread_t           thread; /* of the last `thread` call */
  int                 has_thread;
  char                gate[PROBE_TEXT];
  aisopod_call        call;
};

static const aisopod_host *host_of(void *user) { return ((const aisopod_plugin *)user)->host; }

static aisopod_status echo(void *user, const aisopod_request *req) {
  const aisopod_host *host = host_of(user);
  return host->call_reply(host, req->call, req->params, req->params_len);
}

static aisopod_status meta(void *user, const aisopod_request *req) {
  const aisopod_host *host = host_of(user);
  return host->call_reply(host, req->call, req->meta, req->meta_len);
}

static aisopod_status asked(void *user, const aisopod_request *req) {
  const aisopod_host *host = host_of(user);
  return probe_reply(host, req->call,
                     "{\"method\":\"%s\",\"name\":\"%s\",\"timed\":%s,\"left\":%s}", req->method,
                     req->name, req->timeout_ms < 0 ? "false" : "true",
                     host->call_remaining_ms(host, req->call) < 0 ? "false" : "true");
}

/* Until the file `gate` is there, or (unless `deaf`) the call has ended for its caller. */
static aisopod_status wait(void *user, const aisopod_request *req) {
  const aisopod_host *host = host_of(user);
  const int           deaf = probe_flag(req->params, req->params_len, "deaf");
  char                gate[PROBE_TEXT];
  aisopod_status      status;
  probe_text(req->params, req->params_len, "gate", gate);
  probe_tell(host, "running", req->name, AISOPOD_OK);
  while (!probe_is_open(gate)) {
    status = host->call_check(host, req->call);
    if (!deaf && status != AISOPOD_OK) {
      probe_tell(host, "stopped", req->name, status);
      return status;
    }
    probe_nap();
  }
  status = probe_reply(host, req->call, "\"through\"");
  probe_tell(host, "answered", req->name, status);
  return AISOPOD_OK;
}

static aisopod_status never(void *user, const aisopod_request *req) {
  probe_tell(host_of(user), "running", req->name, AISOPOD_OK);
  return AISOPOD_OK;
}

static void on_cancel(void *user, aisopod_call call, aisopod_status why) {
  const aisopod_host *host = host_of(user);
  probe_tell(host, "cancelled", "watched", why);
  probe_tell(host, "answered", "watched", probe_reply(host, call, "\"too late\""));
}

static void on_release(void *user) { probe_tell(host_of(user), "released", "watched", 0); }

static aisopod_status watched(void *user, const aisopod_request *req) {
  const aisopod_host *host = host_of(user);
  aisopod_status      status = host->call_on_cancel(host, req->call, on_cancel, user, on_release);
  if (status != AISOPOD_OK) return status;
  status = host->call_on_cancel(host, req->call, on_cancel, user, on_release);
  probe_tell(host, "running", req->name, status);
  return AISOPOD_OK;
}

static void *answer_later(void *user) {
  aisopod_plugin *self = (aisopod_plugin *)user;
  probe_wait(self->gate);
  (void)probe_reply(self->host, self->call, "\"from a thread of its own\"");
  return NULL;
}

static void join(aisopod_plugin *self) {
  if (self->has_thread) pthread_join(self->thread, NULL);
  self->has_thread = 0;
}

static aisopod_status thread(void *user, const aisopod_request *req) {
  aisopod_plugin *self = (aisopod_plugin *)user;
  join(self);
  probe_text(req->params, req->params_len, "gate", self->gate);
  self->call = req->call;
  self->has_thread = pthread_create(&self->thread, NULL, answer_later, self) == 0;
  probe_tell(self->host, "running", req->name, AISOPOD_OK);
  return self->has_thread ? AISOPOD_OK : AISOPOD_E_FAIL;
}

/* Answers the bytes of `text`, or (without it) bytes that are no UTF-8. */
static aisopod_status answer(void *user, const aisopod_request *req) {
  const aisopod_host *host = host_of(user);
  char                text[PROBE_TEXT];
  aisopod_json        member;
  aisopod_status      status;
  if (probe_get(req->params, req->params_len, "text", &member))
    status = host->call_reply(host, req->call, text, aisopod_json_text(member, text, sizeof text));
  else status = host->call_reply(host, req->call, "\"\xC3\x28\"", 4);
  probe_tell(host, "answered", req->name, status);
  return AISOPOD_OK;
}

static aisopod_status twice(void *user, const aisopod_request *req) {
  const aisopod_host *host = host_of(user);
  (void)probe_reply(host, req->call, "1");
  probe_tell(host, "answered", req->name, probe_reply(host, req->call, "2"));
  return AISOPOD_E_FAIL;
}

/* Answers a text of so many bytes. */
static aisopod_status fill(void *user, const aisopod_request *req) {
  const aisopod_host *host = host_of(user);
  const size_t        n = (size_t)probe_number(req->params, req->params_len, "bytes", 0);
  char               *json = (char *)malloc(n + 2);
  if (!json) return AISOPOD_E_NOMEM;
  memset(json, 'x', n + 2);
  json[0] = json[n + 1] = '"';
  probe_tell(host, "answered", req->name, host->call_reply(host, req->call, json, n + 2));
  free(json);
  return AISOPOD_OK;
}

static aisopod_status fail(void *user, const aisopod_request *req) {
  const aisopod_host *host = host_of(user);
  char                message[PROBE_TEXT];
  aisopod_json        details = {NULL, 0};
  (void)probe_get(req->params, req->params_len, "details", &details);
  probe_text(req->params, req->params_len, "message", message);
  return host->call_fail(host, req->call,
                         (aisopod_status)probe_number(req->params, req->params_len, "code", -1),
                         message, details.at, details.len);
}

static aisopod_status refuse(void *user, const aisopod_request *req) {
  (void)user;
  return (aisopod_status)probe_number(req->params, req->params_len, "code", -1);
}

/* Longer than an INLINE handler may take. Tells which thread it runs on: one that may wait? */
static aisopod_status dawdle(void *user, const aisopod_request *req) {
  const aisopod_host *host = host_of(user);
  aisopod_ask         question = AISOPOD_INIT(aisopod_ask);
  aisopod_buf         ignored = {NULL, 0, NULL};
  struct timespec     now, until;
  const int refused = host->request_wait(host, &question, &ignored, NULL) == AISOPOD_E_THREAD;
  clock_gettime(CLOCK_MONOTONIC, &until);
  until.tv_nsec += 2000000;
  do clock_gettime(CLOCK_MONOTONIC, &now);
  while ((now.tv_sec - until.tv_sec) * 1000000000 + (now.tv_nsec - until.tv_nsec) < 0);
  return probe_reply(host, req->call, refused ? "\"inline\"" : "\"worker\"");
}

static aisopod_status create(const aisopod_host *host, aisopod_plugin **out, aisopod_error *err) {
  (void)err;
  return probe_create(host, out, sizeof **out);
}

static aisopod_status on_register(aisopod_plugin *self, const aisopod_api *api,
                                  aisopod_error *err) {
  static const struct {
    const char     *name;
    aisopod_handler handler;
    uint32_t        flags;
  } tools[] = {
    {"echo", echo, 0},
    {"echo-parallel", echo, AISOPOD_F_PARALLEL},
    {"echo-inline", echo, AISOPOD_F_INLINE},
    {"meta", meta, 0},
    {"asked", asked, 0},
    {"wait", wait, 0},
    {"wait-parallel", wait, AISOPOD_F_PARALLEL},
    {"never", never, 0},
    {"watched", watched, 0},
    {"thread", thread, 0},
    {"answer", answer, 0},
    {"answer-inline", answer, AISOPOD_F_INLINE},
    {"twice", twice, 0},
    {"fill", fill, 0},
    {"fail", fail, 0},
    {"fail-inline", fail, AISOPOD_F_INLINE},
    {"refuse", refuse, 0},
    {"dawdle", dawdle, AISOPOD_F_INLINE},
  };
  aisopod_status status = AISOPOD_OK;
  size_t         i;
  for (i = 0; i < sizeof tools / sizeof *tools && status == AISOPOD_OK; i++)
    status = aisopod_register_tool(api, tools[i].name, PROBE_SPEC, tools[i].flags,
                                   tools[i].handler, self, err);
  return status;
}

static void on_shutdown(aisopod_plugin *self) { join(self); }

static void destroy(aisopod_plugin *self) { free(self); }

PROBE_PLUGIN(.on_shutdown = on_shutdown)
