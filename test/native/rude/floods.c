/* Floods the host with log lines, events, posts and requests. INLINE, so that the host reads none
 * of them meanwhile; the same from threads that never stop until on_shutdown. */
#include "rude.h"

#include <stdatomic.h>

static atomic_int responses, posted, released, stop, threads;

static void on_response(void *user, const aisopod_response *r) {
  (void)user;
  (void)r;
  atomic_fetch_add(&responses, 1);
}
static void on_task(void *user, const aisopod_task *task) {
  (void)user;
  (void)task;
  atomic_fetch_add(&posted, 1);
}
static void on_release(void *user) {
  (void)user;
  atomic_fetch_add(&released, 1);
}

static aisopod_status log_line(const aisopod_host *host) {
  aisopod_log_record record = AISOPOD_INIT(aisopod_log_record);
  record.level = AISOPOD_LOG_ERROR;
  record.message = "flood";
  record.message_len = 5;
  return host->log(host, &record);
}
static aisopod_status publish(const aisopod_host *host) {
  return aisopod_publish(host, 0, "flood", "1", 1);
}
static aisopod_status post(const aisopod_host *host) {
  aisopod_post task = AISOPOD_INIT(aisopod_post);
  task.fn = on_task;
  task.release = on_release;
  return host->post(host, &task, NULL);
}
static aisopod_status request(const aisopod_host *host) {
  aisopod_request flood = AISOPOD_INIT(aisopod_request);
  flood.method = "flood";
  flood.fn = on_response;
  flood.release = on_release;
  return host->request(host, &flood, NULL);
}
/* A request whose response is never collected. */
static aisopod_status uncollected(const aisopod_host *host) {
  return aisopod_send(host, 0, "flood", NULL, 0, NULL, NULL, NULL);
}

static const struct {
  const char *name;
  aisopod_status (*once)(const aisopod_host *host);
} FLOODS[] = {{"log", log_line},
              {"publish", publish},
              {"post", post},
              {"request", request},
              {"uncollected", uncollected}};

static aisopod_status flood(void *user, const aisopod_call *call) {
  const aisopod_host *host = rude_host(user);
  const int count = (int)probe_arg_number(call, "count", 0);
  char what[PROBE_TEXT];
  int ok = 0, again = 0, other = 0, i;
  size_t which = 0;
  probe_arg_text(call, "what", what);
  while (strcmp(FLOODS[which].name, what) != 0) which++;
  for (i = 0; i < count; i++) {
    const aisopod_status status = FLOODS[which].once(host);
    ok += status == AISOPOD_OK;
    again += status == AISOPOD_E_AGAIN;
    other += status != AISOPOD_OK && status != AISOPOD_E_AGAIN;
  }
  return probe_reply(host, call->token, "{\"ok\":%d,\"again\":%d,\"other\":%d}", ok, again, other);
}

static aisopod_status counts(void *user, const aisopod_call *call) {
  return probe_reply(rude_host(user), call->token,
                     "{\"responses\":%d,\"posted\":%d,\"released\":%d}", atomic_load(&responses),
                     atomic_load(&posted), atomic_load(&released));
}

/* Holds the serial worker, so that what is posted has to wait. */
static void hold(void *user, const aisopod_task *task) {
  (void)task;
  probe_wait((const char *)user);
}
static aisopod_status hold_worker(void *user, const aisopod_call *call) {
  const aisopod_host *host = rude_host(user);
  aisopod_post post_hold = AISOPOD_INIT(aisopod_post);
  char *gate = (char *)malloc(PROBE_TEXT);
  aisopod_status status;
  if (!gate) return AISOPOD_E_NOMEM;
  probe_arg_text(call, "gate", gate);
  post_hold.name = "hold";
  post_hold.fn = hold;
  post_hold.user = gate;
  post_hold.release = free;
  status = host->post(host, &post_hold, NULL);
  if (status != AISOPOD_OK) free(gate);
  return probe_reply(host, call->token, "%d", (int)status);
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

static aisopod_status start(void *user, const aisopod_call *call) {
  const aisopod_host *host = rude_host(user);
  int i;
  for (i = 0; i < 2; i++) {
    atomic_fetch_add(&threads, 1);
    rude_thread(endless, (void *)host);
  }
  return probe_reply(host, call->token, "null");
}

static void on_shutdown(aisopod_plugin *self, const aisopod_shutdown *shutdown) {
  (void)self;
  (void)shutdown;
  atomic_store(&stop, 1);
  while (atomic_load(&threads) != 0) probe_nap();
}

static const rude_tool TOOLS[] = {{"flood", AISOPOD_F_INLINE, flood},
                                  {"counts", AISOPOD_F_INLINE, counts},
                                  {"hold", 0, hold_worker},
                                  RUDE_TOOL(start)};
RUDE_PLUGIN(TOOLS, desc->on_shutdown = on_shutdown)
