/* Small breaches of manners: progress that is no number, a second observer, waiting where nobody
 * may wait, a call of itself through the host. */
#include "rude.h"

#include <math.h>

static aisopod_status progress(void *user, const aisopod_request *req) {
  const aisopod_host *host = rude_host(user);
  const double wrong[] = {NAN, INFINITY, -INFINITY, -0.5, 1.0001, -2};
  int refused = 0;
  size_t i;
  for (i = 0; i < sizeof wrong / sizeof *wrong; i++) {
    refused += host->call_progress(host, req->call, wrong[i], "wrong") == AISOPOD_E_INVALID;
  }
  (void)host->call_progress(host, req->call, 0.5, "right");
  return probe_reply(host, req->call, "%d", refused);
}

static void observed(void *user, aisopod_call call, aisopod_status why) {
  (void)call;
  probe_tell(rude_host(user), "observer", "cancelled", why);
}
static void observer_released(void *user) {
  probe_tell(rude_host(user), "observer", "released", 0);
}
static void never_called(void *user, aisopod_call call, aisopod_status why) {
  (void)user;
  (void)call;
  (void)why;
  abort();
}
static void never_released(void *user) {
  (void)user;
  abort();
}

static aisopod_status observe_twice(void *user, const aisopod_request *req) {
  const aisopod_host *host = rude_host(user);
  probe_tell(host, "twice", "first",
             host->call_on_cancel(host, req->call, observed, user, observer_released));
  probe_tell(host, "twice", "second",
             host->call_on_cancel(host, req->call, never_called, user, never_released));
  return AISOPOD_OK; /* pending, until it is cancelled */
}

static aisopod_status observe_late(void *user, const aisopod_request *req) {
  const aisopod_host *host = rude_host(user);
  (void)probe_reply(host, req->call, "null");
  probe_tell(host, "late", "observer",
             host->call_on_cancel(host, req->call, never_called, user, never_released));
  return AISOPOD_OK;
}

/* Both functions that wait. */
static void wait_twice(const aisopod_host *host, aisopod_call call, const char *topic) {
  aisopod_ask ask = AISOPOD_INIT(aisopod_ask);
  aisopod_buf out = {NULL, 0, NULL};
  ask.method = "anything";
  ask.timeout_ms = -1;
  probe_tell(host, topic, "request_wait", host->request_wait(host, &ask, &out, NULL));
  probe_tell(host, topic, "call_chunk", host->call_chunk(host, call, "1", 1, -1));
}

typedef struct waiting {
  const aisopod_host *host;
  aisopod_call call;
} waiting;

static void wait_in_response(void *user, const aisopod_response *r) {
  const waiting *self = (const waiting *)user;
  (void)r;
  wait_twice(self->host, self->call, "response");
  (void)probe_reply(self->host, self->call, "null");
}

static aisopod_status wait_on_reply(void *user, const aisopod_request *req) {
  waiting *self = (waiting *)malloc(sizeof *self);
  aisopod_ask ask = AISOPOD_INIT(aisopod_ask);
  if (!self) return AISOPOD_E_NOMEM;
  self->host = rude_host(user);
  self->call = req->call;
  ask.method = "anything";
  ask.timeout_ms = -1;
  ask.fn = wait_in_response;
  ask.user = self;
  ask.release = free;
  return self->host->request(self->host, &ask, NULL);
}

static void wait_in_observer(void *user, aisopod_call call, aisopod_status why) {
  (void)why;
  wait_twice(rude_host(user), call, "cancel");
}
static aisopod_status wait_on_cancel(void *user, const aisopod_request *req) {
  const aisopod_host *host = rude_host(user);
  return host->call_on_cancel(host, req->call, wait_in_observer, user, NULL);
}

static aisopod_status wait_inline(void *user, const aisopod_request *req) {
  wait_twice(rude_host(user), req->call, "inline");
  return probe_reply(rude_host(user), req->call, "null");
}

/* Asks the host to call `recurse` again: waits for it, or answers when it hears of it. */
static void heard(void *user, const aisopod_response *r) {
  const waiting *self = (const waiting *)user;
  const aisopod_host *host = self->host;
  if (r->status == AISOPOD_OK) (void)host->call_reply(host, self->call, r->json, r->len);
  else (void)host->call_fail(host, self->call, r->status, r->message, NULL, 0);
}

static aisopod_status recurse(void *user, const aisopod_request *req) {
  waiting *self = (waiting *)malloc(sizeof *self);
  aisopod_ask ask = AISOPOD_INIT(aisopod_ask);
  aisopod_status status;
  if (!self) return AISOPOD_E_NOMEM;
  self->host = rude_host(user);
  self->call = req->call;
  ask.parent = req->call;
  ask.method = "again";
  ask.params = req->params;
  ask.params_len = req->params_len;
  ask.timeout_ms = -1;
  ask.fn = heard;
  ask.user = self;
  ask.release = free;
  status = self->host->request(self->host, &ask, NULL);
  if (status != AISOPOD_OK) free(self);
  return status;
}

static aisopod_status recurse_waiting(void *user, const aisopod_request *req) {
  const aisopod_host *host = rude_host(user);
  aisopod_ask ask = AISOPOD_INIT(aisopod_ask);
  aisopod_buf out = {NULL, 0, NULL};
  aisopod_status status;
  ask.parent = req->call;
  ask.method = "again";
  ask.params = req->params;
  ask.params_len = req->params_len;
  ask.timeout_ms = -1;
  status = host->request_wait(host, &ask, &out, NULL);
  probe_tell(host, "recursed", "status", status);
  if (status != AISOPOD_OK) return status;
  status = host->call_reply(host, req->call, out.data, out.len);
  host->buf_release(host, &out);
  return status;
}

static const rude_tool TOOLS[] = {
    RUDE_TOOL(progress),
    {"observe-twice", 0, observe_twice},
    {"observe-late", 0, observe_late},
    {"wait-on-reply", 0, wait_on_reply},
    {"wait-on-cancel", 0, wait_on_cancel},
    {"wait-inline", AISOPOD_F_INLINE, wait_inline},
    RUDE_TOOL(recurse),
    {"recurse-waiting", 0, recurse_waiting},
};
RUDE_PLUGIN(TOOLS)
