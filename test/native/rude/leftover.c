/* Leaves threads behind that go on using the host, long after destroy(). */
#include "rude.h"

static void on_response(void *user, const aisopod_response *r) {
  (void)user;
  (void)r;
}
static void on_task(void *user, const aisopod_task *task) {
  (void)user;
  (void)task;
}

static void *for_ever(void *user) {
  const aisopod_host *host = (const aisopod_host *)user;
  for (;;) {
    const aisopod_payload *config = NULL;
    const aisopod_response *response = NULL;
    aisopod_log(host, AISOPOD_LOG_INFO, "still here");
    (void)aisopod_publish(host, 0, "still", "1", 1);
    (void)aisopod_post_task(host, 0, 0, on_task, NULL, NULL);
    (void)aisopod_reply(host, 1, "1", 1);
    (void)host->call_check(host, 1);
    (void)host->get_config(host, &config);
    host->payload_release(host, config);
    (void)aisopod_send_and_wait(host, 0, "anything", NULL, 0, &response);
    host->response_release(host, response);
    (void)aisopod_send(host, 0, "anything", NULL, 0, on_response, NULL, NULL);
  }
  return NULL;
}

static aisopod_status start(void *user, const aisopod_call *call) {
  int i;
  for (i = 0; i < 2; i++) rude_thread(for_ever, (void *)rude_host(user));
  return probe_reply(rude_host(user), call->token, "null");
}

static const rude_tool TOOLS[] = {RUDE_TOOL(start)};
RUDE_PLUGIN(TOOLS)
