/* Streams as no plugin should: after the end, and as fast as it can whatever the host returns. */
#include "rude.h"

static aisopod_status after_end(void *user, const aisopod_call *call) {
  const aisopod_host *host = rude_host(user);
  (void)probe_reply(host, call->token, "\"the end\"");
  probe_report(host, "after", "chunk", aisopod_chunk(host, call->token, "1", 1, 0));
  probe_report(host, "after", "waiting", aisopod_chunk(host, call->token, "1", 1, -1));
  probe_report(host, "after", "progress", aisopod_report_progress(host, call->token, 1, NULL));
  return AISOPOD_OK;
}

/* `count` chunks that wait for room `wait_ms` each. */
static aisopod_status send(void *user, const aisopod_call *call) {
  const aisopod_host *host = rude_host(user);
  const int count = (int)probe_arg_number(call, "count", 0);
  const int64_t wait_ms = (int64_t)probe_arg_number(call, "wait_ms", 0);
  int ok = 0, again = 0, other = 0, i;
  for (i = 0; i < count; i++) {
    const aisopod_status status = aisopod_chunk(host, call->token, "1", 1, wait_ms);
    ok += status == AISOPOD_OK;
    again += status == AISOPOD_E_AGAIN;
    other += status != AISOPOD_OK && status != AISOPOD_E_AGAIN;
  }
  probe_report(host, "sent", call->name, ok);
  return probe_reply(host, call->token, "{\"ok\":%d,\"again\":%d,\"other\":%d}", ok, again, other);
}

static const rude_tool TOOLS[] = {{"after-end", 0, after_end}, RUDE_TOOL(send)};
RUDE_PLUGIN(TOOLS)
