/* A plugin that streams: chunks with and without patience, and progress. */
#include "probe.h"

struct aisopod_plugin {
  const aisopod_host *host;
};

static aisopod_status end(const aisopod_host *host, const aisopod_call *call, int accepted,
                          int again) {
  if (probe_arg_flag(call, "fail"))
    return aisopod_fail(host, call->token, AISOPOD_E_NOT_FOUND, "no more");
  return probe_reply(host, call->token, "{\"accepted\":%d,\"again\":%d}", accepted, again);
}

/* `count` chunks, the numbers from 0; each `bytes` long, if given. With `wait_ms` (default -1) it
 * waits for room; with 0 it doesn't, and goes on when there is none. Stops when it is to stop. */
static aisopod_status count(void *user, const aisopod_call *call) {
  const aisopod_host *host = ((const aisopod_plugin *)user)->host;
  const int n = (int)probe_arg_number(call, "count", 0);
  const int64_t wait_ms = (int64_t)probe_arg_number(call, "wait_ms", -1);
  const size_t bytes = (size_t)probe_arg_number(call, "bytes", 0);
  char *chunk = (char *)malloc(bytes + 16);
  int i, accepted = 0, again = 0;
  aisopod_status status = AISOPOD_OK;
  if (!chunk) return AISOPOD_E_NOMEM;
  for (i = 0; i < n; i++) {
    snprintf(chunk, 16, "%d", i);
    if (bytes > 0) {
      memset(chunk, 'x', bytes);
      chunk[0] = chunk[bytes - 1] = '"';
      chunk[bytes] = '\0';
    }
    status = aisopod_chunk(host, call->token, chunk, AISOPOD_NTS, wait_ms);
    if (status == AISOPOD_OK) accepted++;
    else if (status == AISOPOD_E_AGAIN) again++;
    else break;
  }
  free(chunk);
  if (status != AISOPOD_OK && status != AISOPOD_E_AGAIN) {
    probe_report(host, "stopped", call->name, status);
    return status;
  }
  probe_report(host, "sent", call->name, accepted);
  return end(host, call, accepted, again);
}

/* One chunk that is no JSON; answers what came of it. */
static aisopod_status broken(void *user, const aisopod_call *call) {
  const aisopod_host *host = ((const aisopod_plugin *)user)->host;
  const aisopod_status status = aisopod_chunk(host, call->token, "{", 1, 0);
  return probe_reply(host, call->token, "%d", (int)status);
}

/* `steps` times progress, as fast as it can. */
static aisopod_status progress(void *user, const aisopod_call *call) {
  const aisopod_host *host = ((const aisopod_plugin *)user)->host;
  const int steps = (int)probe_arg_number(call, "steps", 0);
  char gate[PROBE_TEXT], note[32];
  int i;
  for (i = 1; i <= steps; i++) {
    snprintf(note, sizeof note, "step %d", i);
    (void)aisopod_report_progress(host, call->token, (double)i / steps, note);
  }
  (void)probe_arg_text(call, "gate", gate);
  if (gate[0]) probe_wait(gate);
  return probe_reply(host, call->token, "%d",
                     (int)aisopod_report_progress(host, call->token, 2, NULL));
}

static aisopod_status unknown(void *user, const aisopod_call *call) {
  const aisopod_host *host = ((const aisopod_plugin *)user)->host;
  (void)aisopod_report_progress(host, call->token, -1, NULL);
  return probe_reply(host, call->token, "null");
}

static aisopod_status create(const aisopod_host *host, aisopod_plugin **out, aisopod_error *err) {
  (void)err;
  return probe_create(host, out, sizeof **out);
}

static aisopod_status on_register(aisopod_plugin *self, const aisopod_api *api,
                                  aisopod_error *err) {
  aisopod_status status = aisopod_register_tool(api, "count", PROBE_SPEC, 0, count, self, err);
  if (status == AISOPOD_OK)
    status =
        aisopod_register_tool(api, "count-inline", PROBE_SPEC, AISOPOD_F_INLINE, count, self, err);
  if (status == AISOPOD_OK)
    status = aisopod_register_tool(api, "broken", PROBE_SPEC, 0, broken, self, err);
  if (status == AISOPOD_OK)
    status = aisopod_register_tool(api, "progress", PROBE_SPEC, 0, progress, self, err);
  if (status == AISOPOD_OK)
    status = aisopod_register_tool(api, "progress-inline", PROBE_SPEC, AISOPOD_F_INLINE, progress,
                                   self, err);
  if (status == AISOPOD_OK)
    status = aisopod_register_tool(api, "unknown", PROBE_SPEC, 0, unknown, self, err);
  return status;
}

static void destroy(aisopod_plugin *self) { free(self); }

PROBE_PLUGIN()
