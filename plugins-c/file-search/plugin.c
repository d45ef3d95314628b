/* file-search: the tool `search`. What it answers stands in README.md. */
#include "search.h"

#include <stdio.h>

#ifndef AISOPOD_PLUGIN_ID /* aisopod_add_plugin() takes both from the manifest */
#  define AISOPOD_PLUGIN_ID      "file-search"
#  define AISOPOD_PLUGIN_VERSION "1.0.0"
#endif

struct aisopod_plugin {
  const aisopod_host *host;
};

static const char search_spec[] =
    "{\"description\":\"Find the lines of files under a folder that match a regular expression\","
    "\"guideline\":\"Narrow a search down with `files` and `exclude` before raising "
    "`max_matches`.\","
    "\"parameters\":{\"type\":\"object\",\"properties\":{"
    "\"root\":{\"type\":\"string\",\"minLength\":1,\"description\":\"Folder to search in\"},"
    "\"pattern\":{\"type\":\"string\",\"minLength\":1,\"maxLength\":1000,"
    "\"description\":\"POSIX extended regular expression\"},"
    "\"files\":{\"type\":\"string\",\"minLength\":1,\"description\":\"File names, as in *.c\"},"
    "\"ignore_case\":{\"type\":\"boolean\",\"default\":false},"
    "\"exclude\":{\"type\":\"array\",\"items\":{\"type\":\"string\"},"
    "\"default\":[\".git\",\"node_modules\"],\"description\":\"Names of folders to leave out\"},"
    "\"max_matches\":{\"type\":\"integer\",\"minimum\":1,\"maximum\":100000,\"default\":1000}},"
    "\"required\":[\"root\",\"pattern\"],\"additionalProperties\":false},"
    "\"output\":{\"type\":\"object\",\"properties\":{\"files\":{\"type\":\"integer\"},"
    "\"matches\":{\"type\":\"integer\"},\"truncated\":{\"type\":\"boolean\"},"
    "\"skipped\":{\"type\":\"integer\"}},"
    "\"required\":[\"files\",\"matches\",\"truncated\",\"skipped\"]},"
    "\"hints\":{\"readOnly\":true,\"destructive\":false,\"idempotent\":true}}";

static aisopod_status reply(const aisopod_host *host, aisopod_token call,
                            const search_counts *counts) {
  char json[128];
  snprintf(json, sizeof json, "{\"files\":%u,\"matches\":%u,\"truncated\":%s,\"skipped\":%u}",
           counts->files, counts->matches, counts->truncated ? "true" : "false", counts->skipped);
  return aisopod_reply(host, call, json, AISOPOD_NTS);
}

static aisopod_status search_tool(void *user, const aisopod_call *call) {
  const aisopod_host *host = ((const aisopod_plugin *)user)->host;
  search_options options;
  search_counts counts = {0, 0, 0, 0};
  aisopod_error err = AISOPOD_INIT(aisopod_error);
  aisopod_status status = options_read(call, &options, &err);
  if (status == AISOPOD_OK) {
    status = search_run(host, call, &options, &counts, &err);
    options_free(&options);
  }
  if (status == AISOPOD_OK) return reply(host, call->token, &counts);
  return aisopod_fail(host, call->token, status, err.message[0] ? err.message : NULL);
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
  return aisopod_register_tool(api, "search", search_spec, AISOPOD_F_PARALLEL, search_tool, self,
                               err);
}

static void destroy(aisopod_plugin *self) { free(self); }

AISOPOD_DESCRIBE(desc) {
  desc->id = AISOPOD_PLUGIN_ID;
  desc->version = AISOPOD_PLUGIN_VERSION;
  desc->create = create;
  desc->on_register = on_register;
  desc->destroy = destroy;
}
