/* A plugin whose tools answer in every way that the header allows, and in some that it doesn't. */
#include "probe.h"

struct aisopod_plugin {
  const aisopod_host *host;
  pthread_t thread; /* of the last `thread` call */
  int has_thread;
  char gate[PROBE_TEXT];
  aisopod_token call;
};

static const aisopod_host *host_of(void *user) { return ((const aisopod_plugin *)user)->host; }

static aisopod_status echo(void *user, const aisopod_call *call) {
  const aisopod_host *host = host_of(user);
  return host->call_reply(host, call->token, call->params);
}

static aisopod_status meta(void *user, const aisopod_call *call) {
  const aisopod_host *host = host_of(user);
  return aisopod_reply(host, call->token, call->meta, call->meta_len);
}

static aisopod_status called(void *user, const aisopod_call *call) {
  const aisopod_host *host = host_of(user);
  return probe_reply(host, call->token,
                     "{\"method\":\"%s\",\"name\":\"%s\",\"timed\":%s,\"left\":%s}", call->method,
                     call->name, call->timeout_ms < 0 ? "false" : "true",
                     host->call_remaining_ms(host, call->token) < 0 ? "false" : "true");
}

/* Until the file `gate` is there, or (unless `deaf`) the call has ended for its caller. */
static aisopod_status wait(void *user, const aisopod_call *call) {
  const aisopod_host *host = host_of(user);
  const int deaf = probe_arg_flag(call, "deaf");
  char gate[PROBE_TEXT];
  aisopod_status status;
  probe_arg_text(call, "gate", gate);
  probe_report(host, "running", call->name, AISOPOD_OK);
  while (!probe_is_open(gate)) {
    status = host->call_check(host, call->token);
    if (!deaf && status != AISOPOD_OK) {
      probe_report(host, "stopped", call->name, status);
      return status;
    }
    probe_nap();
  }
  status = probe_reply(host, call->token, "\"through\"");
  probe_report(host, "answered", call->name, status);
  return AISOPOD_OK;
}

static aisopod_status never(void *user, const aisopod_call *call) {
  probe_report(host_of(user), "running", call->name, AISOPOD_OK);
  return AISOPOD_PENDING;
}

/* Answers, and returns PENDING all the same: so does a handler that can't know who was faster. */
static aisopod_status ahead(void *user, const aisopod_call *call) {
  (void)probe_reply(host_of(user), call->token, "\"ahead\"");
  return AISOPOD_PENDING;
}

static void on_cancel(void *user, const aisopod_cancellation *why) {
  const aisopod_host *host = host_of(user);
  probe_report(host, "cancelled", "watched", why->status);
  probe_report(host, "answered", "watched", probe_reply(host, why->token, "\"too late\""));
}

static void on_release(void *user) { probe_report(host_of(user), "released", "watched", 0); }

static aisopod_status watched(void *user, const aisopod_call *call) {
  const aisopod_host *host = host_of(user);
  aisopod_observer observer = AISOPOD_INIT(aisopod_observer);
  aisopod_status status;
  observer.fn = on_cancel;
  observer.user = user;
  observer.release = on_release;
  status = host->call_on_cancel(host, call->token, &observer);
  if (status != AISOPOD_OK) return status;
  status = host->call_on_cancel(host, call->token, &observer);
  probe_report(host, "running", call->name, status);
  return AISOPOD_PENDING;
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

static aisopod_status thread(void *user, const aisopod_call *call) {
  aisopod_plugin *self = (aisopod_plugin *)user;
  join(self);
  probe_arg_text(call, "gate", self->gate);
  self->call = call->token;
  self->has_thread = pthread_create(&self->thread, NULL, answer_later, self) == 0;
  probe_report(self->host, "running", call->name, AISOPOD_OK);
  return self->has_thread ? AISOPOD_PENDING : AISOPOD_E_FAIL;
}

/* Answers the bytes of `text`, or (without it) bytes that are no UTF-8. */
static aisopod_status answer(void *user, const aisopod_call *call) {
  const aisopod_host *host = host_of(user);
  char text[PROBE_TEXT];
  aisopod_json member;
  aisopod_status status;
  if (probe_arg(call, "text", &member))
    status = aisopod_reply(host, call->token, text, aisopod_json_text(member, text, sizeof text));
  else status = aisopod_reply(host, call->token, "\"\xC3\x28\"", 4);
  probe_report(host, "answered", call->name, status);
  return AISOPOD_OK;
}

static aisopod_status twice(void *user, const aisopod_call *call) {
  const aisopod_host *host = host_of(user);
  (void)probe_reply(host, call->token, "1");
  probe_report(host, "answered", call->name, probe_reply(host, call->token, "2"));
  return AISOPOD_E_FAIL;
}

/* Answers a text of so many bytes. */
static aisopod_status fill(void *user, const aisopod_call *call) {
  const aisopod_host *host = host_of(user);
  const size_t n = (size_t)probe_arg_number(call, "bytes", 0);
  char *json = (char *)malloc(n + 2);
  if (!json) return AISOPOD_E_NOMEM;
  memset(json, 'x', n + 2);
  json[0] = json[n + 1] = '"';
  probe_report(host, "answered", call->name, aisopod_reply(host, call->token, json, n + 2));
  free(json);
  return AISOPOD_OK;
}

static aisopod_status fail(void *user, const aisopod_call *call) {
  const aisopod_host *host = host_of(user);
  char message[PROBE_TEXT];
  aisopod_json details = {NULL, 0};
  (void)probe_arg(call, "details", &details);
  probe_arg_text(call, "message", message);
  return aisopod_fail_with(host, call->token, (aisopod_status)probe_arg_number(call, "code", -1),
                           message, details.at, details.len);
}

static aisopod_status refuse(void *user, const aisopod_call *call) {
  (void)user;
  return (aisopod_status)probe_arg_number(call, "code", -1);
}

/* Takes longer than an INLINE handler may. Replies which thread it runs on: one that may wait? */
static aisopod_status dawdle(void *user, const aisopod_call *call) {
  const aisopod_host *host = host_of(user);
  const aisopod_response *none = NULL;
  struct timespec now, until;
  const int is_inline = host->request_wait(host, 0, -1, &none) == AISOPOD_E_THREAD;
  clock_gettime(CLOCK_MONOTONIC, &until);
  until.tv_nsec += 2000000;
  do clock_gettime(CLOCK_MONOTONIC, &now);
  while ((now.tv_sec - until.tv_sec) * 1000000000 + (now.tv_nsec - until.tv_nsec) < 0);
  return probe_reply(host, call->token, is_inline ? "\"inline\"" : "\"worker\"");
}

static aisopod_status create(const aisopod_host *host, aisopod_plugin **out, aisopod_error *err) {
  (void)err;
  return probe_create(host, out, sizeof **out);
}

static aisopod_status on_register(aisopod_plugin *self, const aisopod_api *api,
                                  aisopod_error *err) {
  static const struct {
    const char *name;
    aisopod_handler_fn fn;
    uint32_t flags;
  } tools[] = {
      {"echo", echo, 0},
      {"echo-parallel", echo, AISOPOD_F_PARALLEL},
      {"echo-inline", echo, AISOPOD_F_INLINE},
      {"called-inline", called, AISOPOD_F_INLINE},
      {"called-parallel", called, AISOPOD_F_PARALLEL},
      {"meta", meta, 0},
      {"called", called, 0},
      {"wait", wait, 0},
      {"wait-parallel", wait, AISOPOD_F_PARALLEL},
      {"never", never, 0},
      {"never-inline", never, AISOPOD_F_INLINE},
      {"ahead", ahead, 0},
      {"ahead-inline", ahead, AISOPOD_F_INLINE},
      {"watched", watched, 0},
      {"thread", thread, 0},
      {"answer", answer, 0},
      {"answer-inline", answer, AISOPOD_F_INLINE},
      {"twice", twice, 0},
      {"fill", fill, 0},
      {"fill-inline", fill, AISOPOD_F_INLINE},
      {"fail", fail, 0},
      {"fail-inline", fail, AISOPOD_F_INLINE},
      {"refuse", refuse, 0},
      {"dawdle", dawdle, AISOPOD_F_INLINE},
  };
  aisopod_status status = AISOPOD_OK;
  size_t i;
  for (i = 0; i < sizeof tools / sizeof *tools && status == AISOPOD_OK; i++)
    status = aisopod_register_tool(api, tools[i].name, PROBE_SPEC, tools[i].flags, tools[i].fn,
                                   self, err);
  return status;
}

static void on_shutdown(aisopod_plugin *self, const aisopod_shutdown *shutdown) {
  (void)shutdown;
  join(self);
}

static void destroy(aisopod_plugin *self) { free(self); }

PROBE_PLUGIN(desc->on_shutdown = on_shutdown)
