/* Floods the host with log lines, events, posts and requests. INLINE, so that nobody reads them
 * meanwhile; the same from threads that never stop until on_shutdown. */
#include "rude.h"

#include <stdatomic.h>

static atomic_int responses, posted, released, stop, threads;

static void on_response(void *user, const aisopod_response *r) {
  (void)user;
  (void)r;
  atomic_fetch_add(&responses, 1);
}
static void on_post(void *user) {
  (void)user;
  atomic_fetch_add(&posted, 1);
}
static void on_release(void *user) {
  (void)user;
  atomic_fetch_add(&released, 1);
}

static aisopod_status log_line(const aisopod_host *host) {
  host->log(host, AISOPOD_LOG_ERROR, "flood", 5);
  return AISOPOD_OK;
}
static aisopod_status emit(const aisopod_host *host) { return host->emit(host, "flood", "1", 1); }
static aisopod_status post(const aisopod_host *host) {
  return host->post(host, on_post, NULL, on_release, 0);
}
static aisopod_status request(const aisopod_host *host) {
  aisopod_ask ask = AISOPOD_INIT(aisopod_ask);
  ask.method = "flood";
  ask.timeout_ms = -1;
  ask.fn = on_response;
  ask.release = on_release;
  return host->request(host, &ask, NULL);
}

static const struct {
  const char *name;
  aisopod_status (*once)(const aisopod_host *host);
} FLOODS[] = {{"log", log_line}, {"emit", emit}, {"post", post}, {"request", request}};

static aisopod_status flood(void *user, const aisopod_request *req) {
  const aisopod_host *host = rude_host(user);
  const int count = (int)probe_number(req->params, req->params_len, "count", 0);
  char what[PROBE_TEXT];
  int ok = 0, again = 0, other = 0, i;
  size_t which = 0;
  probe_text(req->params, req->params_len, "what", what);
  while (strcmp(FLOODS[which].name, what) != 0) which++;
  for (i = 0; i < count; i++) {
    const aisopod_status status = FLOODS[which].once(host);
    ok += status == AISOPOD_OK;
    again += status == AISOPOD_E_AGAIN;
    other += status != AISOPOD_OK && status != AISOPOD_E_AGAIN;
  }
  return probe_reply(host, req->call, "{\"ok\":%d,\"again\":%d,\"other\":%d}", ok, again, other);
}

static aisopod_status counts(void *user, const aisopod_request *req) {
  return probe_reply(rude_host(user), req->call, "{\"responses\":%d,\"posted\":%d,\"released\":%d}",
                     atomic_load(&responses), atomic_load(&posted), atomic_load(&released));
}

/* Holds the control thread, so that what is posted has to wait. */
static void hold(void *user) {
  char *gate = (char *)user;
  probe_wait(gate);
}
static aisopod_status hold_control(void *user, const aisopod_request *req) {
  const aisopod_host *host = rude_host(user);
  char *gate = (char *)malloc(PROBE_TEXT);
  if (!gate) return AISOPOD_E_NOMEM;
  probe_text(req->params, req->params_len, "gate", gate);
  return probe_reply(host, req->call, "%d", (int)host->post(host, hold, gate, free, 0));
}

static void *endless(void *user) {
  const aisopod_host *host = (const aisopod_host *)user;
  while (!atomic_load(&stop)) {
    size_t i;
    for (i = 0; i < sizeof FLOODS / sizeof *FLOODS; i++) (void)FLOODS[i].once(host);
  }
  atomic_fetch_sub(&threads, 1);
  return NULL;
}

static aisopod_status start(void *user, const aisopod_request *req) {
  const aisopod_host *host = rude_host(user);
  int i;
  for (i = 0; i < 2; i++) {
    atomic_fetch_add(&threads, 1);
    rude_thread(endless, (void *)host);
  }
  return probe_reply(host, req->call, "null");
}

static void on_shutdown(aisopod_plugin *self) {
  (void)self;
  atomic_store(&stop, 1);
  while (atomic_load(&threads) != 0) probe_nap();
}

static const rude_tool TOOLS[] = {{"flood", AISOPOD_F_INLINE, flood},
                                  {"counts", AISOPOD_F_INLINE, counts},
                                  {"hold", 0, hold_control},
                                  RUDE_TOOL(start)};
RUDE_PLUGIN(TOOLS, .on_shutdown = on_shutdown)
