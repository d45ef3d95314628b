/* wordcount: the command `wordcount`. What it writes stands in README.md. */
#include "count.h"

#include <aisopod/json.h>
#include <aisopod/plugin.h>

#ifndef AISOPOD_PLUGIN_ID /* aisopod_add_plugin() takes both from the manifest */
#  define AISOPOD_PLUGIN_ID      "wordcount"
#  define AISOPOD_PLUGIN_VERSION "1.0.0"
#endif

#define USAGE_EXIT 2

struct aisopod_plugin {
  const aisopod_host *host;
};

static const char spec[] =
    "{\"description\":\"Count the lines, words and bytes of standard input\","
    "\"usage\":\"[--each]\",\"stdin\":true,\"requireAuth\":false,\"aliases\":[\"wc\"],"
    "\"args\":[{\"name\":\"--each\",\"required\":false,"
    "\"description\":\"write each line with its number and its words\"}],"
    "\"examples\":[{\"line\":\"wordcount < README.md\",\"description\":\"count a file\"},"
    "{\"line\":\"wordcount --each --json < README.md\",\"description\":\"for a program\"}]}";

/* Reads the arguments; *each: --each was given. Returns 0, or 1: it has written what is wrong. */
static int read_args(const aisopod_host *host, const aisopod_call *call, aisopod_json args,
                     int *each) {
  aisopod_json key = {NULL, 0}, value = {NULL, 0};
  while (aisopod_json_next(args, &key, &value)) {
    if (!aisopod_json_equals(value, "--each")) {
      aisopod_json_out out = {NULL, 0, 0, 0};
      aisopod_json_add(&out, "{\"stderr\":\"wordcount: only --each is known, not ");
      aisopod_json_add_bytes(&out, value.at + 1, value.len - 2); /* escaped as it is */
      aisopod_json_add(&out, "\\n\"}");
      if (!out.failed) (void)aisopod_chunk(host, call->token, out.data, out.len, -1);
      aisopod_json_free(&out);
      return 1;
    }
    *each = 1;
  }
  return 0;
}

/* Writes one line of the text, as soon as there is room for it. */
static aisopod_status write_line(const aisopod_host *host, aisopod_token call, unsigned long number,
                                 text_line line) {
  aisopod_json_out out = {NULL, 0, 0, 0};
  char head[64];
  aisopod_status status = AISOPOD_E_NOMEM;
  snprintf(head, sizeof head, "\"%lu\\t%lu\\t", number, words_of(line));
  aisopod_json_add(&out, head);
  aisopod_json_add_escaped(&out, line.at, line.len);
  aisopod_json_add(&out, "\\n\"");
  if (!out.failed) status = aisopod_chunk(host, call, out.data, out.len, -1);
  aisopod_json_free(&out);
  return status;
}

static aisopod_status count(const aisopod_host *host, aisopod_token call, const char *text,
                            size_t len, int each) {
  text_counts counts = {0, 0, 0};
  text_line line;
  const char *at = text;
  char json[256];
  aisopod_status status = AISOPOD_OK;
  while (status == AISOPOD_OK && next_line(&at, text + len, &line)) {
    counts.lines++;
    counts.words += words_of(line);
    /* Cancelled or out of time: either says so. */
    status = each ? write_line(host, call, counts.lines, line) : host->call_check(host, call);
  }
  if (status != AISOPOD_OK) return status;
  counts.bytes = (unsigned long)len;
  snprintf(json, sizeof json,
           "{\"output\":\"%lu lines, %lu words, %lu bytes\","
           "\"data\":{\"lines\":%lu,\"words\":%lu,\"bytes\":%lu}}",
           counts.lines, counts.words, counts.bytes, counts.lines, counts.words, counts.bytes);
  return aisopod_reply(host, call, json, AISOPOD_NTS);
}

static aisopod_status wordcount(void *user, const aisopod_call *call) {
  const aisopod_host *host = ((const aisopod_plugin *)user)->host;
  aisopod_json params, args, member;
  char *text = NULL, reply[32];
  size_t len = 0;
  int each = 0;
  aisopod_status status;
  if (!aisopod_json_read(call->params->json, call->params->len, &params) ||
      !aisopod_json_get(params, "args", &args))
    return AISOPOD_E_INVALID;
  if (read_args(host, call, args, &each)) {
    snprintf(reply, sizeof reply, "{\"exitCode\":%d}", USAGE_EXIT);
    return aisopod_reply(host, call->token, reply, AISOPOD_NTS);
  }
  if (aisopod_json_get(params, "stdin", &member)) {
    text = (char *)malloc(member.len + 1); /* decoded it is never longer */
    if (!text) return AISOPOD_E_NOMEM;
    len = aisopod_json_text(member, text, member.len + 1);
    if (len == AISOPOD_JSON_NONE) len = 0;
  }
  status = count(host, call->token, text, len, each);
  free(text);
  return status;
}

static aisopod_status create(const aisopod_host *host, aisopod_plugin **out, aisopod_error *err) {
  (void)err;
  *out = (aisopod_plugin *)malloc(sizeof **out);
  if (!*out) return AISOPOD_E_NOMEM;
  (*out)->host = host;
  return AISOPOD_OK;
}

static aisopod_status on_register(aisopod_plugin *self, const aisopod_api *api,
                                  aisopod_error *err) {
  return aisopod_register_command(api, "wordcount", spec, AISOPOD_F_PARALLEL, wordcount, self, err);
}

static void destroy(aisopod_plugin *self) { free(self); }

AISOPOD_DESCRIBE(desc) {
  desc->id = AISOPOD_PLUGIN_ID;
  desc->version = AISOPOD_PLUGIN_VERSION;
  desc->create = create;
  desc->on_register = on_register;
  desc->destroy = destroy;
}
