/* A plugin whose tools say in their specs that they judge their failures ("on_error"), and that
 * their results may be kept. */
#include "probe.h"

struct aisopod_plugin {
  const aisopod_host *host;
  int tried, counted;
};

/* Fails so many times ("failures"), then replies how often it was tried. Its "on_error" replies the
 * argument "answer". */
static aisopod_status flaky(void *user, const aisopod_call *call) {
  aisopod_plugin *self = (aisopod_plugin *)user;
  aisopod_json arguments, answer, failed;
  int tried;
  if (strcmp(call->method, "on_error") == 0) {
    if (!probe_arg(call, "error", &failed) || !probe_arg(call, "arguments", &arguments) ||
        !aisopod_json_get(arguments, "answer", &answer))
      return AISOPOD_E_INVALID;
    return aisopod_reply(self->host, call->token, answer.at, answer.len);
  }
  if (strcmp(call->method, "invoke") != 0) return AISOPOD_E_UNSUPPORTED;
  tried = ++self->tried;
  if (tried <= probe_arg_number(call, "failures", 0))
    return aisopod_fail(self->host, call->token, AISOPOD_E_AGAIN, "not yet");
  self->tried = 0;
  return probe_reply(self->host, call->token, "%d", tried);
}

static aisopod_status count(void *user, const aisopod_call *call) {
  aisopod_plugin *self = (aisopod_plugin *)user;
  return probe_reply(self->host, call->token, "%d", ++self->counted);
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

PROBE_PLUGIN()
