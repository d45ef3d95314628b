/* Hands in what is not JSON, not UTF-8, too large or not there at all, wherever the host takes
 * JSON. The arguments say {"where": ..., "what": ...}; the plugin reports the status. */
#include "rude.h"

enum { HUGE = 64 << 20, DEPTH = 512 };

static void response(void *user, const aisopod_response *r) {
  (void)user;
  (void)r;
}

static aisopod_status hand_in(void *user, const aisopod_call *call, const char *where,
                              const char *json, size_t len) {
  const aisopod_host *host = rude_host(user);
  if (strcmp(where, "reply") == 0) return aisopod_reply(host, call->token, json, len);
  if (strcmp(where, "details") == 0)
    return aisopod_fail_with(host, call->token, AISOPOD_E_FAIL, "with details", json, len);
  if (strcmp(where, "chunk") == 0) return aisopod_chunk(host, call->token, json, len, -1);
  if (strcmp(where, "publish") == 0) return aisopod_publish(host, 0, "payload", json, len);
  return aisopod_send(host, 0, "anything", json, len, response, NULL, NULL);
}

/* An array in an array in an array: one level more than the host takes. */
static const char *too_deep(void) {
  static char json[2 * DEPTH + 3];
  memset(json, '[', DEPTH + 1);
  memset(json + DEPTH + 1, ']', DEPTH + 1);
  return json;
}

static const char *text_of(const char *what) {
  static const struct {
    const char *what, *json;
  } TEXTS[] = {
      {"invalid UTF-8", "\"\xff\xfe\""},
      {"half a character", "\"\xe2\x82\""},
      {"broken", "{\"a\":"},
      {"two values", "1 2"},
      {"a byte order mark",
       "\xef\xbb\xbf"
       "1"},
      {"an integer that a double cannot hold", "9007199254740993"},
      {"a number beyond the range of a double", "1e400"},
      {"equal keys", "{\"a\":1,\"\\u0061\":2}"},
      {"half of a surrogate pair", "\"\\ud83d\""},
  };
  size_t i;
  for (i = 0; i < sizeof TEXTS / sizeof *TEXTS; i++) {
    if (strcmp(TEXTS[i].what, what) == 0) return TEXTS[i].json;
  }
  return strcmp(what, "513 levels") == 0 ? too_deep() : NULL;
}

static aisopod_status give(void *user, const aisopod_call *call) {
  const aisopod_host *host = rude_host(user);
  char where[PROBE_TEXT], what[PROBE_TEXT];
  const char *json;
  char *huge = NULL;
  size_t len = AISOPOD_NTS;
  aisopod_status status;
  probe_arg_text(call, "where", where);
  json = text_of(probe_arg_text(call, "what", what));
  if (strcmp(what, "null") == 0) {
    len = 1;
  } else if (strcmp(what, "64 MB") == 0) {
    json = huge = (char *)malloc(HUGE);
    len = HUGE;
    if (!huge) return AISOPOD_E_NOMEM;
    memset(huge, 'x', HUGE);
    huge[0] = huge[HUGE - 1] = '"';
  } else if (!json) {
    abort();
  }
  status = hand_in(user, call, where, json, len);
  free(huge);
  probe_report(host, "given", where, status);
  (void)probe_reply(host, call->token, "%d", (int)status); /* GONE where that was the answer */
  return AISOPOD_OK;
}

static aisopod_status log_text(const aisopod_host *host, const char *message, size_t len) {
  aisopod_log_record record = AISOPOD_INIT(aisopod_log_record);
  record.level = AISOPOD_LOG_WARN;
  record.message = message;
  record.message_len = len;
  return host->log(host, &record);
}

static aisopod_status text(void *user, const aisopod_call *call) {
  const aisopod_host *host = rude_host(user);
  (void)log_text(host, "line \xff bad", AISOPOD_NTS);
  probe_report(host, "logged", "empty", log_text(host, "", 0));
  probe_report(host, "logged", "null", log_text(host, NULL, 1));
  (void)aisopod_report_progress(host, call->token, 0.5, "note \xff bad");
  return aisopod_fail(host, call->token, AISOPOD_E_DENIED, "good \xff bad");
}

static const rude_tool TOOLS[] = {RUDE_TOOL(give), RUDE_TOOL(text)};
RUDE_PLUGIN(TOOLS)
