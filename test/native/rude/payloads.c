/* Hands in what is no JSON, no UTF-8, too large or not there at all, wherever JSON is taken.
 * The arguments say {"where": ..., "what": ...}; the status that the host answered is told. */
#include "rude.h"

enum { HUGE = 64 << 20 };

static void response(void *user, const aisopod_response *r) {
  (void)user;
  (void)r;
}

static aisopod_status hand_in(void *user, const aisopod_request *req, const char *where,
                              const char *json, size_t len) {
  const aisopod_host *host = rude_host(user);
  aisopod_ask ask = AISOPOD_INIT(aisopod_ask);
  if (strcmp(where, "reply") == 0) return host->call_reply(host, req->call, json, len);
  if (strcmp(where, "details") == 0)
    return host->call_fail(host, req->call, AISOPOD_E_FAIL, "with details", json, len);
  if (strcmp(where, "chunk") == 0) return host->call_chunk(host, req->call, json, len, -1);
  if (strcmp(where, "emit") == 0) return host->emit(host, "payload", json, len);
  ask.method = "anything";
  ask.params = json;
  ask.params_len = len;
  ask.timeout_ms = -1;
  ask.fn = response;
  return host->request(host, &ask, NULL);
}

static aisopod_status give(void *user, const aisopod_request *req) {
  const aisopod_host *host = rude_host(user);
  char where[PROBE_TEXT], what[PROBE_TEXT];
  const char *json = "\"\xff\xfe\"";
  char *huge = NULL;
  size_t len = 4;
  aisopod_status status;
  probe_text(req->params, req->params_len, "where", where);
  probe_text(req->params, req->params_len, "what", what);
  if (strcmp(what, "broken") == 0) {
    json = "{\"a\":";
    len = AISOPOD_NTS;
  } else if (strcmp(what, "half a character") == 0) {
    json = "\"\xe2\x82\"";
    len = 4;
  } else if (strcmp(what, "two values") == 0) {
    json = "1 2";
    len = 3;
  } else if (strcmp(what, "null") == 0) {
    json = NULL;
    len = 1;
  } else if (strcmp(what, "64 MB") == 0) {
    json = huge = (char *)malloc(HUGE);
    len = HUGE;
    if (!huge) return AISOPOD_E_NOMEM;
    memset(huge, 'x', HUGE);
    huge[0] = huge[HUGE - 1] = '"';
  }
  status = hand_in(user, req, where, json, len);
  free(huge);
  probe_tell(host, "given", where, status);
  (void)probe_reply(host, req->call, "%d", (int)status); /* GONE where that was the answer */
  return AISOPOD_OK;
}

static aisopod_status text(void *user, const aisopod_request *req) {
  const aisopod_host *host = rude_host(user);
  host->log(host, AISOPOD_LOG_WARN, "\xff\xfe", 2);
  host->log(host, AISOPOD_LOG_WARN, NULL, 1);
  (void)host->call_progress(host, req->call, 0.5, "\xff\xfe");
  return host->call_fail(host, req->call, AISOPOD_E_DENIED, "good \xff bad", NULL, 0);
}

static const rude_tool TOOLS[] = {RUDE_TOOL(give), RUDE_TOOL(text)};
RUDE_PLUGIN(TOOLS)
