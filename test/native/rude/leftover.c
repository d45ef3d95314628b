/* Leaves threads behind that go on using the host, long after destroy(). */
#include "rude.h"

static void on_response(void *user, const aisopod_response *r) {
  (void)user;
  (void)r;
}
static void on_post(void *user) { (void)user; }

static void *for_ever(void *user) {
  const aisopod_host *host = (const aisopod_host *)user;
  for (;;) {
    aisopod_ask ask = AISOPOD_INIT(aisopod_ask);
    aisopod_buf buf = {NULL, 0, NULL};
    ask.method = "anything";
    ask.timeout_ms = -1;
    host->log(host, AISOPOD_LOG_INFO, "still here", AISOPOD_NTS);
    (void)host->emit(host, "still", "1", 1);
    (void)host->post(host, on_post, NULL, NULL, 0);
    (void)host->call_reply(host, 1, "1", 1);
    (void)host->call_check(host, 1);
    if (host->config(host, &buf) == AISOPOD_OK) host->buf_release(host, &buf);
    (void)host->request_wait(host, &ask, &buf, NULL);
    host->buf_release(host, &buf);
    ask.fn = on_response;
    (void)host->request(host, &ask, NULL);
  }
  return NULL;
}

static aisopod_status start(void *user, const aisopod_request *req) {
  int i;
  for (i = 0; i < 2; i++) rude_thread(for_ever, (void *)rude_host(user));
  return probe_reply(rude_host(user), req->call, "null");
}

static const rude_tool TOOLS[] = {RUDE_TOOL(start)};
RUDE_PLUGIN(TOOLS)
