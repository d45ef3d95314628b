/* Small breaches of manners: progress that is not a number, a second observer, waiting where no
 * function may wait, a call of itself through the host. */
#include "rude.h"

#include <math.h>

static aisopod_status progress(void *user, const aisopod_call *call) {
  const aisopod_host *host = rude_host(user);
  const double wrong[] = {NAN, INFINITY, -INFINITY, -0.5, 1.0001, -2};
  int refused = 0;
  size_t i;
  for (i = 0; i < sizeof wrong / sizeof *wrong; i++) {
    refused += aisopod_report_progress(host, call->token, wrong[i], "wrong") == AISOPOD_E_INVALID;
  }
  (void)aisopod_report_progress(host, call->token, 0.5, "right");
  return probe_reply(host, call->token, "%d", refused);
}

static void observed(void *user, const aisopod_cancellation *why) {
  probe_report(rude_host(user), "observer", "cancelled", why->status);
}
static void observer_released(void *user) {
  probe_report(rude_host(user), "observer", "released", 0);
}
static void never_called(void *user, const aisopod_cancellation *why) {
  (void)user;
  (void)why;
  abort();
}
static void never_released(void *user) {
  (void)user;
  abort();
}

static aisopod_status observe(const aisopod_host *host, aisopod_token call, aisopod_cancel_fn fn,
                              void *user, aisopod_release_fn release) {
  aisopod_observer observer = AISOPOD_INIT(aisopod_observer);
  observer.fn = fn;
  observer.user = user;
  observer.release = release;
  return host->call_on_cancel(host, call, &observer);
}

static aisopod_status observe_twice(void *user, const aisopod_call *call) {
  const aisopod_host *host = rude_host(user);
  probe_report(host, "twice", "first",
               observe(host, call->token, observed, user, observer_released));
  probe_report(host, "twice", "second",
               observe(host, call->token, never_called, user, never_released));
  return AISOPOD_PENDING; /* until it is cancelled */
}

static aisopod_status observe_late(void *user, const aisopod_call *call) {
  const aisopod_host *host = rude_host(user);
  (void)probe_reply(host, call->token, "null");
  probe_report(host, "late", "observer",
               observe(host, call->token, never_called, user, never_released));
  return AISOPOD_OK;
}

/* Both functions that wait, for a response and for room. */
static void wait_twice(const aisopod_host *host, aisopod_token call, const char *topic) {
  const aisopod_response *response = NULL;
  aisopod_token token = 0;
  (void)aisopod_send(host, 0, "anything", NULL, 0, NULL, NULL, &token);
  probe_report(host, topic, "request_wait", host->request_wait(host, token, -1, &response));
  host->response_release(host, response);
  (void)host->cancel(host, token);
  probe_report(host, topic, "call_chunk", aisopod_chunk(host, call, "1", 1, -1));
}

typedef struct waiting {
  const aisopod_host *host;
  aisopod_token call;
} waiting;

/* Sends a request on behalf of a call that `fn` answers. */
static aisopod_status send(const aisopod_host *host, const aisopod_call *call, const char *method,
                           aisopod_response_fn fn) {
  waiting *self = (waiting *)malloc(sizeof *self);
  aisopod_request request = AISOPOD_INIT(aisopod_request);
  aisopod_status status;
  if (!self) return AISOPOD_E_NOMEM;
  self->host = host;
  self->call = call->token;
  request.parent = call->token;
  request.method = method;
  request.params = call->params;
  request.fn = fn;
  request.user = self;
  request.release = free;
  status = host->request(host, &request, NULL);
  if (status == AISOPOD_OK) return AISOPOD_PENDING;
  free(self);
  return status;
}

static void wait_in_response(void *user, const aisopod_response *r) {
  const waiting *self = (const waiting *)user;
  (void)r;
  wait_twice(self->host, self->call, "response");
  (void)probe_reply(self->host, self->call, "null");
}

static aisopod_status wait_on_reply(void *user, const aisopod_call *call) {
  return send(rude_host(user), call, "anything", wait_in_response);
}

static void wait_in_observer(void *user, const aisopod_cancellation *why) {
  wait_twice(rude_host(user), why->token, "cancel");
}
static aisopod_status wait_on_cancel(void *user, const aisopod_call *call) {
  const aisopod_status status =
      aisopod_on_cancel(rude_host(user), call->token, wait_in_observer, user);
  return status == AISOPOD_OK ? AISOPOD_PENDING : status;
}

static aisopod_status wait_inline(void *user, const aisopod_call *call) {
  wait_twice(rude_host(user), call->token, "inline");
  return probe_reply(rude_host(user), call->token, "null");
}

/* Makes the host call `recurse` again: answers when the response comes, or waits for it. */
static void forward(void *user, const aisopod_response *r) {
  const waiting *self = (const waiting *)user;
  (void)aisopod_forward(self->host, self->call, r);
}

static aisopod_status recurse(void *user, const aisopod_call *call) {
  return send(rude_host(user), call, "again", forward);
}

static aisopod_status recurse_waiting(void *user, const aisopod_call *call) {
  const aisopod_host *host = rude_host(user);
  const aisopod_response *response = NULL;
  aisopod_request request = AISOPOD_INIT(aisopod_request);
  aisopod_status status;
  request.parent = call->token;
  request.method = "again";
  request.params = call->params;
  status = aisopod_request_and_wait(host, &request, &response);
  probe_report(host, "recursed", "status", status);
  if (response) status = aisopod_forward(host, call->token, response);
  host->response_release(host, response);
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
