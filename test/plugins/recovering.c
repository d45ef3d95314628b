/* A plugin whose tools say in their specs that they want to be asked about failures, and that their
 * answers may be kept. */
#include "probe.h"

struct aisopod_plugin {
  const aisopod_host *host;
  int                 tried, counted;
};

/* Fails so many times ("failures"), then answers how often it was tried. Asked about a failure, it
 * answers its argument "answer". */
static aisopod_status flaky(void *user, const aisopod_request *req) {
  aisopod_plugin *self = (aisopod_plugin *)user;
  aisopod_json    arguments, answer, failed;
  int             tried;
  if (strcmp(req->method, "on_error") == 0) {
    if (!probe_get(req->params, req->params_len, "error", &failed) ||
        !probe_get(req->params, req->params_len, "arguments", &arguments) ||
        !aisopod_json_get(arguments, "answer", &answer))
      return AISOPOD_E_INVALID;
    return self->host->call_reply(self->host, req->call, answer.at, answer.len);
  }
  if (strcmp(req->method, "invoke") != 0) return AISOPOD_E_UNSUPPORTED;
  tried = ++self->tried;
  if (tried <= probe_number(req->params, req->params_len, "failures", 0))
    return self->host->call_fail(self->host, req->call, AISOPOD_E_AGAIN, "not yet", NULL, 0);
  self->tried = 0;
  return probe_reply(self->host, req->call, "%d", tried);
}

static aisopod_status count(void *user, const aisopod_request *req) {
  aisopod_plugin *self = (aisopod_plugin *)user;
  return probe_reply(self->host, req->call, "%d", ++self->counted);
}

static aisopod_status create(const aisopod_host *host, aisopod_plugin **out, aisopod_error *err) {
  (void)err;
  return probe_create(host, out, sizeof **out);
}

static aisopod_status on_register(aisopod_plugin *self, const aisopod_api *api,
                                  aisopod_error *err) {
  aisopod_status status = aisopod_register_tool(
      api, "flaky", "{\"description\":\"For tests\",\"on_error\":true}", 0, flaky, self, err);
  if (status == AISOPOD_OK)
    status = aisopod_register_tool(api, "count",
                                   "{\"description\":\"For tests\",\"cache_ttl_ms\":3600000,"
                                   "\"hints\":{\"idempotent\":true}}",
                                   0, count, self, err);
  return status;
}

static void destroy(aisopod_plugin *self) { free(self); }

PROBE_PLUGIN(.on_init = NULL)
