/* Answers as nobody should: twice, late, never, from ten threads, under a stale token. */
#include "rude.h"

#include <stdatomic.h>

enum { THREADS = 10 };

typedef struct late {
  const aisopod_host *host;
  aisopod_call call;
} late;

typedef struct crowd {
  const aisopod_host *host;
  aisopod_call call;
  pthread_barrier_t start;
  atomic_int ok, gone;
} crowd;

static aisopod_status twice(void *user, const aisopod_request *req) {
  const aisopod_host *host = rude_host(user);
  const aisopod_status first = probe_reply(host, req->call, "\"first\"");
  probe_tell(host, "twice", "reply", first);
  probe_tell(host, "twice", "again", probe_reply(host, req->call, "\"second\""));
  probe_tell(host, "twice", "fail",
             host->call_fail(host, req->call, AISOPOD_E_FAIL, "third", NULL, 0));
  return AISOPOD_E_FAIL; /* and a fourth time */
}

static void *answer_late(void *user) {
  late *self = (late *)user;
  const aisopod_host *host = self->host;
  while (host->call_check(host, self->call) == AISOPOD_OK) probe_nap();
  probe_tell(host, "late", "reply", probe_reply(host, self->call, "\"late\""));
  free(self);
  return NULL;
}

static aisopod_status reply_late(void *user, const aisopod_request *req) {
  late *self = (late *)malloc(sizeof *self);
  if (!self) return AISOPOD_E_NOMEM;
  self->host = rude_host(user);
  self->call = req->call;
  rude_thread(answer_late, self);
  return AISOPOD_OK;
}

static aisopod_status never(void *user, const aisopod_request *req) {
  (void)user;
  (void)req;
  return AISOPOD_OK;
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

static aisopod_status ten_threads(void *user, const aisopod_request *req) {
  pthread_t threads[THREADS];
  crowd self;
  int i;
  self.host = rude_host(user);
  self.call = req->call;
  atomic_init(&self.ok, 0);
  atomic_init(&self.gone, 0);
  pthread_barrier_init(&self.start, NULL, THREADS);
  for (i = 0; i < THREADS; i++) {
    if (pthread_create(&threads[i], NULL, answer_at_once, &self) != 0) abort();
  }
  for (i = 0; i < THREADS; i++) pthread_join(threads[i], NULL);
  pthread_barrier_destroy(&self.start);
  probe_tell(self.host, "ten", "ok", atomic_load(&self.ok));
  probe_tell(self.host, "ten", "gone", atomic_load(&self.gone));
  return AISOPOD_OK;
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

/* Everything that takes a token, with the token `call`: which answers were not GONE? */
static int not_gone(const aisopod_host *host, aisopod_call call) {
  int wrong = 0;
  wrong += host->call_reply(host, call, "1", 1) != AISOPOD_E_GONE;
  wrong += host->call_fail(host, call, AISOPOD_E_FAIL, "x", NULL, 0) != AISOPOD_E_GONE;
  wrong += host->call_chunk(host, call, "1", 1, 0) != AISOPOD_E_GONE;
  wrong += host->call_chunk(host, call, "1", 1, -1) != AISOPOD_E_GONE;
  wrong += host->call_progress(host, call, 0.5, NULL) != AISOPOD_E_GONE;
  wrong += host->call_check(host, call) != AISOPOD_E_GONE;
  wrong += host->call_remaining_ms(host, call) != 0;
  wrong += host->call_on_cancel(host, call, never_called, NULL, never_released) != AISOPOD_E_GONE;
  wrong += host->request_cancel(host, call) != AISOPOD_E_GONE;
  return wrong;
}

/* The token of a call that was answered, of one that never was, and what was never a token. */
static aisopod_status stale(void *user, const aisopod_request *req) {
  static _Atomic aisopod_call before;
  const aisopod_host *host = rude_host(user);
  const aisopod_call old = atomic_exchange(&before, req->call);
  int wrong = 0;
  if (old == 0) return probe_reply(host, req->call, "null");
  wrong += not_gone(host, old);
  wrong += not_gone(host, 0);
  wrong += not_gone(host, req->call + 1000000);
  wrong += not_gone(host, UINT64_MAX);
  return probe_reply(host, req->call, "%d", wrong);
}

static const rude_tool TOOLS[] = {RUDE_TOOL(twice),
                                  {"late", 0, reply_late},
                                  RUDE_TOOL(never),
                                  {"ten", 0, ten_threads},
                                  RUDE_TOOL(stale)};
RUDE_PLUGIN(TOOLS)
