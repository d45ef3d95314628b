/* The subject of the contract tests, which run it in every loader: test/loaders/contract/subject.ts
 * says what it does, and is the same plugin in TypeScript. */
#include "probe.h"

struct aisopod_plugin {
  const aisopod_host* host;
  char marks[PROBE_TEXT], gate[PROBE_TEXT];
  char kept[PROBE_TEXT]; /* what its tool `keep` was given last: its state */
  char from[PROBE_TEXT]; /* who saved the state that it has restored */
};

/* What each lifecycle function does first. */
static aisopod_status step(const aisopod_plugin* self, const char* name,
                           const aisopod_payload* config, aisopod_error* err) {
  char what[PROBE_TEXT], message[64];
  probe_mark(self->marks, "%s", name);
  if (strcmp(probe_text(config->json, config->len, "hang", what), name) == 0) {
    probe_wait(self->gate);
    probe_mark(self->marks, "%s returns", name);
  }
  if (strcmp(probe_text(config->json, config->len, "fail", what), name) != 0) return AISOPOD_OK;
  snprintf(message, sizeof message, "%s fails on purpose", name);
  return aisopod_set_error(err, AISOPOD_E_DENIED, message);
}

/* The same with the configuration that is in force. */
static aisopod_status step_now(const aisopod_plugin* self, const char* name, aisopod_error* err) {
  const aisopod_payload* config = NULL;
  aisopod_status status = self->host->get_config(self->host, &config);
  if (status == AISOPOD_OK) status = step(self, name, config, err);
  self->host->payload_release(self->host, config);
  return status;
}

static const aisopod_host* host_of(void* user) { return ((const aisopod_plugin*)user)->host; }

static aisopod_status echo(void* user, const aisopod_call* call) {
  const aisopod_host* host = host_of(user);
  return host->call_reply(host, call->token, call->params);
}

static aisopod_status context(void* user, const aisopod_call* call) {
  return aisopod_reply(host_of(user), call->token, call->meta, call->meta_len);
}

static aisopod_status config(void* user, const aisopod_call* call) {
  const aisopod_host* host = host_of(user);
  const aisopod_payload* now = NULL;
  aisopod_status status = host->get_config(host, &now);
  if (status == AISOPOD_OK) status = host->call_reply(host, call->token, now);
  host->payload_release(host, now);
  return status;
}

static aisopod_status keep(void* user, const aisopod_call* call) {
  aisopod_plugin* self = (aisopod_plugin*)user;
  snprintf(self->kept, sizeof self->kept, "%s", call->params->json);
  return probe_reply(self->host, call->token, "null");
}

static aisopod_status kept(void* user, const aisopod_call* call) {
  const aisopod_plugin* self = (const aisopod_plugin*)user;
  char json[2 * PROBE_TEXT + 32];
  snprintf(json, sizeof json, "{\"state\":%s,\"from\":%s}", self->kept, self->from);
  return aisopod_reply(self->host, call->token, json, AISOPOD_NTS);
}

static aisopod_status fail(void* user, const aisopod_call* call) {
  char message[PROBE_TEXT];
  aisopod_json details = {NULL, 0};
  (void)probe_arg(call, "details", &details);
  probe_arg_text(call, "message", message);
  return aisopod_fail_with(host_of(user), call->token,
                           (aisopod_status)probe_arg_number(call, "code", -1), message, details.at,
                           details.len);
}

static aisopod_status fill(void* user, const aisopod_call* call) {
  const size_t n = (size_t)probe_arg_number(call, "bytes", 2);
  char* json = (char*)malloc(n);
  if (!json) return AISOPOD_E_NOMEM;
  memset(json, 'x', n);
  json[0] = json[n - 1] = '"';
  (void)aisopod_reply(host_of(user), call->token, json, n);
  free(json);
  return AISOPOD_OK;
}

static aisopod_status wait(void* user, const aisopod_call* call) {
  const aisopod_plugin* self = (const aisopod_plugin*)user;
  const int deaf = probe_arg_flag(call, "deaf");
  aisopod_status status;
  probe_report(self->host, "running", call->name, AISOPOD_OK);
  while (!probe_is_open(self->gate)) {
    status = self->host->call_check(self->host, call->token);
    if (!deaf && status != AISOPOD_OK) {
      probe_mark(self->marks, "%s stops: %d", call->name, (int)status);
      probe_report(self->host, "stopped", call->name, status);
      return status;
    }
    probe_nap();
  }
  (void)probe_reply(self->host, call->token, "\"through\"");
  probe_report(self->host, "returns", call->name, AISOPOD_OK);
  return AISOPOD_OK;
}

static aisopod_status count(void* user, const aisopod_call* call) {
  const aisopod_host* host = host_of(user);
  const int n = (int)probe_arg_number(call, "count", 0);
  char chunk[16];
  int i;
  aisopod_status status = AISOPOD_OK;
  for (i = 0; i < n && status == AISOPOD_OK; i++) {
    snprintf(chunk, sizeof chunk, "%d", i);
    probe_report(host, "sends", chunk, AISOPOD_OK);
    status = aisopod_chunk(host, call->token, chunk, AISOPOD_NTS, -1);
  }
  if (status != AISOPOD_OK) {
    probe_report(host, "stopped", call->name, status);
    return status;
  }
  return probe_reply(host, call->token, "%d", n);
}

static aisopod_status progress(void* user, const aisopod_call* call) {
  const aisopod_plugin* self = (const aisopod_plugin*)user;
  (void)aisopod_report_progress(self->host, call->token, 0.25, "a quarter");
  probe_wait(self->gate);
  (void)aisopod_report_progress(self->host, call->token, -1, NULL);
  return probe_reply(self->host, call->token, "null");
}

/* Sends the request `method`, on behalf of this call, and replies what its response says. */
static aisopod_status request(void* user, const aisopod_call* call) {
  const aisopod_host* host = host_of(user);
  char method[PROBE_TEXT];
  const aisopod_response* response = NULL;
  aisopod_json params = {NULL, 0};
  aisopod_status status;
  (void)probe_arg(call, "params", &params);
  status = aisopod_send_and_wait(host, call->token, probe_arg_text(call, "method", method),
                                 params.at, params.len, &response);
  if (response && response->status == AISOPOD_OK)
    status = host->call_reply(host, call->token, response->payload);
  host->response_release(host, response);
  return status;
}

static void on_event(void* user, const aisopod_event* event) {
  const aisopod_plugin* self = (const aisopod_plugin*)user;
  char json[PROBE_TEXT];
  if (strcmp(event->payload->json, "\"wait\"") == 0) {
    probe_report(self->host, "waiting", event->topic, AISOPOD_OK);
    probe_wait(self->gate);
  }
  snprintf(json, sizeof json,
           "{\"topic\":\"%s\",\"source\":\"%s\",\"pattern\":\"%s\",\"data\":%s,\"dropped\":%llu}",
           event->topic, event->source, event->pattern, event->payload->json,
           (unsigned long long)event->dropped);
  (void)aisopod_publish(self->host, 0, "received", json, AISOPOD_NTS);
}

static aisopod_status create(const aisopod_host* host, aisopod_plugin** out, aisopod_error* err) {
  const aisopod_payload* given = NULL;
  aisopod_status status = probe_create(host, out, sizeof **out);
  aisopod_plugin* self = *out;
  char what[PROBE_TEXT];
  if (status != AISOPOD_OK) return status;
  snprintf(self->marks, sizeof self->marks, "%s/marks", host->data_dir);
  snprintf(self->gate, sizeof self->gate, "%s/gate", host->data_dir);
  strcpy(self->kept, "null");
  strcpy(self->from, "null");
  status = host->get_config(host, &given);
  if (status == AISOPOD_OK &&
      strcmp(probe_text(given->json, given->len, "fail", what), "create") == 0)
    status = aisopod_set_error(err, AISOPOD_E_DENIED, "create fails on purpose");
  host->payload_release(host, given);
  if (status == AISOPOD_OK) return status;
  free(self);
  *out = NULL;
  return status;
}

/* Registers what the configuration wants besides the tools: `patterns`, `unserved`, `refused`. */
static aisopod_status add_wanted(aisopod_plugin* self, const aisopod_payload* given,
                                 const aisopod_api* api, aisopod_error* err) {
  const aisopod_payload spec = aisopod_payload_of(PROBE_SPEC, AISOPOD_NTS);
  aisopod_registration server = AISOPOD_INIT(aisopod_registration);
  aisopod_json patterns, item = {NULL, 0};
  char pattern[PROBE_TEXT];
  aisopod_status status = AISOPOD_OK;
  server.kind = AISOPOD_KIND_SERVER;
  server.name = "greeting";
  server.spec = &spec;
  server.fn = echo;
  server.user = self;
  if (probe_flag(given->json, given->len, "unserved")) (void)api->add(api, &server, NULL, NULL);
  if (probe_flag(given->json, given->len, "refused"))
    (void)aisopod_register_tool(api, "broken", "{", 0, echo, self, NULL);
  if (!probe_get(given->json, given->len, "patterns", &patterns)) return status;
  while (status == AISOPOD_OK && aisopod_json_next(patterns, NULL, &item)) {
    (void)aisopod_json_text(item, pattern, sizeof pattern);
    status = aisopod_subscribe(api, pattern, 0, on_event, self, err);
  }
  return status;
}

static aisopod_status on_register(aisopod_plugin* self, const aisopod_api* api,
                                  aisopod_error* err) {
  static const struct {
    const char* name;
    aisopod_handler_fn fn;
    uint32_t flags;
  } tools[] = {
      {"echo", echo, AISOPOD_F_PARALLEL},
      {"echo-inline", echo, AISOPOD_F_INLINE},
      {"context", context, AISOPOD_F_PARALLEL},
      {"config", config, AISOPOD_F_PARALLEL},
      {"fail", fail, 0},
      {"fail-inline", fail, AISOPOD_F_INLINE},
      {"fill", fill, 0},
      {"wait", wait, 0},
      {"count", count, 0},
      {"progress", progress, 0},
      {"keep", keep, 0},
      {"kept", kept, 0},
      {"request", request, 0},
  };
  const aisopod_payload* given = NULL;
  aisopod_status status = step_now(self, "register", err);
  size_t i;
  for (i = 0; i < sizeof tools / sizeof *tools && status == AISOPOD_OK; i++)
    status = aisopod_register_tool(api, tools[i].name, PROBE_SPEC, tools[i].flags, tools[i].fn,
                                   self, err);
  if (status == AISOPOD_OK) status = self->host->get_config(self->host, &given);
  if (status == AISOPOD_OK) status = add_wanted(self, given, api, err);
  self->host->payload_release(self->host, given);
  return status;
}

static aisopod_status on_init(aisopod_plugin* self, aisopod_error* err) {
  return step_now(self, "init", err);
}

static aisopod_status on_config_changed(aisopod_plugin* self, const aisopod_payload* proposed,
                                        aisopod_error* err) {
  return step(self, "configure", proposed, err);
}

static aisopod_status save_state(aisopod_plugin* self, const aisopod_writer* writer,
                                 aisopod_error* err) {
  const aisopod_status status = step_now(self, "save", err);
  if (status != AISOPOD_OK) return status;
  return writer->write(writer, self->kept, strlen(self->kept));
}

static aisopod_status restore_state(aisopod_plugin* self, const aisopod_state* state,
                                    aisopod_error* err) {
  const aisopod_status status = step_now(self, "restore", err);
  if (status != AISOPOD_OK) return status;
  snprintf(self->kept, sizeof self->kept, "%.*s", (int)state->len, (const char*)state->data);
  snprintf(self->from, sizeof self->from, "{\"format\":%u,\"version\":\"%s\",\"build\":\"%s\"}",
           (unsigned)state->format, state->version, state->build);
  return AISOPOD_OK;
}

static void on_shutdown(aisopod_plugin* self, const aisopod_shutdown* shutdown) {
  static const char* const reasons[] = {"close", "unload", "reload", "undo"};
  probe_mark(self->marks, "for %s", reasons[shutdown->reason]);
  (void)step_now(self, "shutdown", NULL);
}

static void destroy(aisopod_plugin* self) {
  probe_mark(self->marks, "destroy");
  free(self);
}

PROBE_PLUGIN(desc->on_init = on_init; desc->on_config_changed = on_config_changed;
             desc->on_shutdown = on_shutdown; desc->state_format = 7; desc->save_state = save_state;
             desc->restore_state = restore_state)
