/* Answers as no plugin should: twice, late, never, from ten threads, under a stale token, and with
 * statuses that say something else. */
#include "rude.h"

#include <stdatomic.h>
#include <stdbool.h>

enum { THREADS = 10 };

typedef struct late {
  const aisopod_host *host;
  aisopod_token call;
} late;

typedef struct crowd {
  const aisopod_host *host;
  aisopod_token call;
  pthread_barrier_t start;
  atomic_int ok, gone;
} crowd;

static aisopod_status twice(void *user, const aisopod_call *call) {
  const aisopod_host *host = rude_host(user);
  const aisopod_status first = probe_reply(host, call->token, "\"first\"");
  probe_report(host, "twice", "reply", first);
  probe_report(host, "twice", "again", probe_reply(host, call->token, "\"second\""));
  probe_report(host, "twice", "fail", aisopod_fail(host, call->token, AISOPOD_E_FAIL, "third"));
  return AISOPOD_E_FAIL; /* and a fourth time */
}

static void *answer_late(void *user) {
  late *self = (late *)user;
  const aisopod_host *host = self->host;
  while (host->call_check(host, self->call) == AISOPOD_OK) probe_nap();
  probe_report(host, "late", "reply", probe_reply(host, self->call, "\"late\""));
  free(self);
  return NULL;
}

static aisopod_status reply_late(void *user, const aisopod_call *call) {
  late *self = (late *)malloc(sizeof *self);
  if (!self) return AISOPOD_E_NOMEM;
  self->host = rude_host(user);
  self->call = call->token;
  rude_thread(answer_late, self);
  return AISOPOD_PENDING;
}

static aisopod_status never(void *user, const aisopod_call *call) {
  (void)user;
  (void)call;
  return AISOPOD_PENDING;
}

/* Says that it has answered, and has not. */
static aisopod_status silent(void *user, const aisopod_call *call) {
  (void)user;
  (void)call;
  return AISOPOD_OK;
}

/* What many a C function returns for success. */
static aisopod_status one(void *user, const aisopod_call *call) {
  (void)user;
  (void)call;
  return 1;
}

static aisopod_status truth(void *user, const aisopod_call *call) {
  (void)user;
  (void)call;
  return true;
}

/* A reserved status where an answer was given already. */
static aisopod_status answered_one(void *user, const aisopod_call *call) {
  (void)probe_reply(rude_host(user), call->token, "\"answered\"");
  return 1;
}

static void *answer_at_once(void *user) {
  crowd *self = (crowd *)user;
  aisopod_status status;
  pthread_barrier_wait(&self->start);
  status = probe_reply(self->host, self->call, "\"one of ten\"");
  if (status == AISOPOD_OK) atomic_fetch_add(&self->ok, 1);
  if (status == AISOPOD_E_GONE) atomic_fetch_add(&self->gone, 1);
  return NULL;
}

static aisopod_status ten_threads(void *user, const aisopod_call *call) {
  pthread_t threads[THREADS];
  crowd self;
  int i;
  self.host = rude_host(user);
  self.call = call->token;
  atomic_init(&self.ok, 0);
  atomic_init(&self.gone, 0);
  pthread_barrier_init(&self.start, NULL, THREADS);
  for (i = 0; i < THREADS; i++) {
    if (pthread_create(&threads[i], NULL, answer_at_once, &self) != 0) abort();
  }
  for (i = 0; i < THREADS; i++) pthread_join(threads[i], NULL);
  pthread_barrier_destroy(&self.start);
  probe_report(self.host, "ten", "ok", atomic_load(&self.ok));
  probe_report(self.host, "ten", "gone", atomic_load(&self.gone));
  return AISOPOD_OK;
}

static void never_called(void *user, const aisopod_cancellation *why) {
  (void)user;
  (void)why;
  abort();
}
static void never_run(void *user, const aisopod_task *task) {
  (void)user;
  (void)task;
  abort();
}
static void never_released(void *user) {
  (void)user;
  abort();
}

static aisopod_status observe(const aisopod_host *host, aisopod_token call) {
  aisopod_observer observer = AISOPOD_INIT(aisopod_observer);
  observer.fn = never_called;
  observer.release = never_released;
  return host->call_on_cancel(host, call, &observer);
}

static aisopod_status post_for(const aisopod_host *host, aisopod_token parent) {
  aisopod_post post = AISOPOD_INIT(aisopod_post);
  post.parent = parent;
  post.fn = never_run;
  post.release = never_released;
  return host->post(host, &post, NULL);
}

/* Everything that takes the token of a call, a request or a post: how many did not return GONE? */
static int not_gone(const aisopod_host *host, aisopod_token token) {
  const aisopod_response *response = NULL;
  int wrong = 0;
  wrong += aisopod_reply(host, token, "1", 1) != AISOPOD_E_GONE;
  wrong += aisopod_fail(host, token, AISOPOD_E_FAIL, "x") != AISOPOD_E_GONE;
  wrong += aisopod_chunk(host, token, "1", 1, 0) != AISOPOD_E_GONE;
  wrong += aisopod_chunk(host, token, "1", 1, -1) != AISOPOD_E_GONE;
  wrong += aisopod_report_progress(host, token, 0.5, NULL) != AISOPOD_E_GONE;
  wrong += host->call_check(host, token) != AISOPOD_E_GONE;
  wrong += host->call_remaining_ms(host, token) != 0;
  wrong += observe(host, token) != AISOPOD_E_GONE;
  wrong += host->request_wait(host, token, 0, &response) != AISOPOD_E_GONE;
  wrong += host->request_wait(host, token, -1, &response) != AISOPOD_E_GONE;
  wrong += host->cancel(host, token) != AISOPOD_E_GONE;
  return wrong;
}

/* Everything that takes a parent, with a token that is not 0. */
static int parent_not_gone(const aisopod_host *host, aisopod_token parent) {
  int wrong = 0;
  wrong += aisopod_publish(host, parent, "stale", NULL, 0) != AISOPOD_E_GONE;
  wrong += aisopod_send(host, parent, "stale", NULL, 0, NULL, NULL, NULL) != AISOPOD_E_GONE;
  wrong += post_for(host, parent) != AISOPOD_E_GONE;
  return wrong;
}

/* The token of a call that was answered, of one that never was, and what was never a token. */
static aisopod_status stale(void *user, const aisopod_call *call) {
  static _Atomic aisopod_token before;
  const aisopod_host *host = rude_host(user);
  const aisopod_token old = atomic_exchange(&before, call->token);
  int wrong = 0;
  if (old == 0) return probe_reply(host, call->token, "null");
  wrong += not_gone(host, old) + parent_not_gone(host, old);
  wrong += not_gone(host, 0);
  wrong += not_gone(host, call->token + 1000000) + parent_not_gone(host, call->token + 1000000);
  wrong += not_gone(host, UINT64_MAX) + parent_not_gone(host, UINT64_MAX);
  return probe_reply(host, call->token, "%d", wrong);
}

/* The token of this call where the token of a request or a post is due. */
static aisopod_status foreign(void *user, const aisopod_call *call) {
  const aisopod_host *host = rude_host(user);
  const aisopod_response *response = NULL;
  const aisopod_status cancelled = host->cancel(host, call->token);
  return probe_reply(host, call->token, "[%d,%d]", (int)cancelled,
                     (int)host->request_wait(host, call->token, -1, &response));
}

static const rude_tool TOOLS[] = {RUDE_TOOL(twice),
                                  {"late", 0, reply_late},
                                  RUDE_TOOL(never),
                                  RUDE_TOOL(silent),
                                  {"silent-inline", AISOPOD_F_INLINE, silent},
                                  RUDE_TOOL(one),
                                  {"one-inline", AISOPOD_F_INLINE, one},
                                  RUDE_TOOL(truth),
                                  {"answered-one", 0, answered_one},
                                  {"ten", 0, ten_threads},
                                  RUDE_TOOL(stale),
                                  RUDE_TOOL(foreign)};
RUDE_PLUGIN(TOOLS)
