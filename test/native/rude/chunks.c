/* Streams as nobody should: after the end, and as fast as it can whatever the host answers. */
#include "rude.h"

static aisopod_status after_end(void *user, const aisopod_request *req) {
  const aisopod_host *host = rude_host(user);
  (void)probe_reply(host, req->call, "\"the end\"");
  probe_tell(host, "after", "chunk", host->call_chunk(host, req->call, "1", 1, 0));
  probe_tell(host, "after", "waiting", host->call_chunk(host, req->call, "1", 1, -1));
  probe_tell(host, "after", "progress", host->call_progress(host, req->call, 1, NULL));
  return AISOPOD_OK;
}

/* `count` chunks that wait for room `wait_ms` each. */
static aisopod_status send(void *user, const aisopod_request *req) {
  const aisopod_host *host = rude_host(user);
  const int count = (int)probe_number(req->params, req->params_len, "count", 0);
  const int64_t wait_ms = (int64_t)probe_number(req->params, req->params_len, "wait_ms", 0);
  int ok = 0, again = 0, other = 0, i;
  for (i = 0; i < count; i++) {
    const aisopod_status status = host->call_chunk(host, req->call, "1", 1, wait_ms);
    ok += status == AISOPOD_OK;
    again += status == AISOPOD_E_AGAIN;
    other += status != AISOPOD_OK && status != AISOPOD_E_AGAIN;
  }
  probe_tell(host, "sent", req->name, ok);
  return probe_reply(host, req->call, "{\"ok\":%d,\"again\":%d,\"other\":%d}", ok, again, other);
}

static const rude_tool TOOLS[] = {{"after-end", 0, after_end}, RUDE_TOOL(send)};
RUDE_PLUGIN(TOOLS)
