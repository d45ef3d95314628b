/* A plugin whose lifecycle functions do what its configuration says, and leave a line each.
 *
 * Configuration: create, on_register, on_init, on_shutdown = what happens there: "fail" (with a
 * message), "bare" (without one), "null" (create only), "wait" (for the file `gate`), "request"
 * (on_init only: sends `method`, or "greeting", with `params`, and waits for the response); marks =
 * the file for the lines, else `marks` in the data directory; tool = name of its tool, tool_file =
 * a file that holds it; add = registrations, see below. */
#include "probe.h"

struct aisopod_plugin {
  const aisopod_host *host;
  const aisopod_payload *config;
  char marks[PROBE_TEXT];
};

static const char *setting(const aisopod_plugin *self, const char *key, char out[PROBE_TEXT]) {
  return probe_text(self->config->json, self->config->len, key, out);
}

static aisopod_status lifecycle_call(aisopod_plugin *self, const char *name, aisopod_error *err) {
  char what[PROBE_TEXT], gate[PROBE_TEXT], message[64];
  setting(self, name, what);
  probe_mark(self->marks, "%s %s", PLUGIN_ID, name);
  if (strcmp(what, "wait") == 0) {
    probe_wait(setting(self, "gate", gate));
    probe_mark(self->marks, "%s %s returns", PLUGIN_ID, name);
  }
  if (strcmp(what, "fail") == 0) {
    snprintf(message, sizeof message, "%s fails on purpose", name);
    return aisopod_set_error(err, AISOPOD_E_DENIED, message);
  }
  return strcmp(what, "bare") == 0 ? AISOPOD_E_NOMEM : AISOPOD_OK;
}

static aisopod_status create(const aisopod_host *host, aisopod_plugin **out, aisopod_error *err) {
  char what[PROBE_TEXT];
  aisopod_status status = probe_create(host, out, sizeof **out);
  aisopod_plugin *self = *out;
  if (status != AISOPOD_OK) return status;
  status = host->get_config(host, &self->config);
  if (status == AISOPOD_OK) {
    setting(self, "marks", self->marks);
    if (!self->marks[0]) snprintf(self->marks, sizeof self->marks, "%s/marks", host->data_dir);
    status = lifecycle_call(self, "create", err);
  }
  if (status == AISOPOD_OK && strcmp(setting(self, "create", what), "null") != 0) return AISOPOD_OK;
  host->payload_release(host, self->config);
  free(self);
  *out = NULL;
  return status;
}

static aisopod_status ping(void *user, const aisopod_call *call) {
  const aisopod_host *host = ((const aisopod_plugin *)user)->host;
  return probe_reply(host, call->token, "\"%s\"", PLUGIN_ID);
}

/* What the host says about itself and the plugin. */
static aisopod_status about(void *user, const aisopod_call *call) {
  const aisopod_plugin *self = (const aisopod_plugin *)user;
  const aisopod_host *host = self->host;
  return probe_reply(host, call->token,
                     "{\"config\":%s,\"host\":\"%s "
                     "%s\",\"pluginId\":\"%s\",\"pluginDir\":\"%s\",\"dataDir\":\"%s\"}",
                     self->config->json, host->host_name, host->host_version, host->plugin_id,
                     host->plugin_dir, host->data_dir);
}

/* One of `add`: {kind, name, spec, flags, bare: true for no handler}. A spec that is a text is
 * given as it stands. The results are logged and otherwise ignored. */
static void add(aisopod_plugin *self, const aisopod_api *api, aisopod_json item) {
  aisopod_registration def = AISOPOD_INIT(aisopod_registration);
  aisopod_error err = AISOPOD_INIT(aisopod_error);
  aisopod_payload spec = aisopod_payload_of(PROBE_SPEC, AISOPOD_NTS);
  char kind[PROBE_TEXT], name[PROBE_TEXT], text[PROBE_TEXT], line[700];
  aisopod_json given;
  aisopod_status status;
  if (aisopod_json_get(item, "spec", &given)) {
    spec = aisopod_payload_of(given.at, given.len);
    if (given.at[0] == '"')
      spec = aisopod_payload_of(text, aisopod_json_text(given, text, sizeof text));
  }
  def.kind = probe_text(item.at, item.len, "kind", kind);
  if (!kind[0]) def.kind = AISOPOD_KIND_TOOL;
  def.name = probe_text(item.at, item.len, "name", name);
  def.flags = (uint32_t)probe_number(item.at, item.len, "flags", 0);
  def.spec = &spec;
  def.fn = probe_flag(item.at, item.len, "bare") ? NULL : ping;
  def.user = self;
  status = api->add(api, &def, NULL, &err);
  snprintf(line, sizeof line, "add %.64s %.64s: %d %s", def.kind, name, (int)status, err.message);
  aisopod_log(self->host, AISOPOD_LOG_INFO, line);
}

static void tool_name(const aisopod_plugin *self, char name[PROBE_TEXT]) {
  char path[PROBE_TEXT];
  FILE *file = fopen(setting(self, "tool_file", path), "r");
  setting(self, "tool", name);
  if (!file) return;
  if (fscanf(file, "%64s", name) != 1) abort();
  (void)fclose(file);
}

static aisopod_status on_register(aisopod_plugin *self, const aisopod_api *api,
                                  aisopod_error *err) {
  char name[PROBE_TEXT];
  aisopod_json list, item = {NULL, 0};
  aisopod_status status = lifecycle_call(self, "on_register", err);
  if (status != AISOPOD_OK) return status;
  tool_name(self, name);
  status = aisopod_register_tool(api, name[0] ? name : "ping", PROBE_SPEC, 0, ping, self, err);
  if (status != AISOPOD_OK) return status;
  status = aisopod_register_tool(api, "about", PROBE_SPEC, 0, about, self, err);
  if (status == AISOPOD_OK && probe_get(self->config->json, self->config->len, "add", &list))
    while (aisopod_json_next(list, NULL, &item)) add(self, api, item);
  return status;
}

static void request(aisopod_plugin *self) {
  const aisopod_response *response = NULL;
  char method[PROBE_TEXT];
  aisopod_json params = {NULL, 0};
  aisopod_status status;
  (void)probe_get(self->config->json, self->config->len, "params", &params);
  if (!setting(self, "method", method)[0]) snprintf(method, sizeof method, "greeting");
  status = aisopod_send_and_wait(self->host, 0, method, params.at, params.len, &response);
  probe_mark(self->marks, "%s receives %d %s", PLUGIN_ID, (int)status,
             response ? response->payload->json : "nothing");
  self->host->response_release(self->host, response);
}

static aisopod_status on_init(aisopod_plugin *self, aisopod_error *err) {
  char what[PROBE_TEXT];
  if (strcmp(setting(self, "on_init", what), "request") == 0) request(self);
  return lifecycle_call(self, "on_init", err);
}

static void on_shutdown(aisopod_plugin *self, const aisopod_shutdown *shutdown) {
  (void)shutdown;
  (void)lifecycle_call(self, "on_shutdown", NULL);
}

static void destroy(aisopod_plugin *self) {
  probe_mark(self->marks, "%s destroy", PLUGIN_ID);
  self->host->payload_release(self->host, self->config);
  free(self);
}

PROBE_PLUGIN(desc->on_init = on_init; desc->on_shutdown = on_shutdown)
