/* A plugin that lives with its configuration, and can't keep a secret.
 *
 * Configuration: on_change = what on_config_changed does: "fail" (with the secret in its message),
 * "wait" (for the file `gate`); chatty = on_init logs, emits and tells the secret; broken = on_init
 * fails with it. Tools: `config` answers what the host says is in force, `seen` what was last
 * agreed to, `leak` fails with the secret in message and details after a note of progress with it.
 */
#include "probe.h"

#include <pthread.h>

struct aisopod_plugin {
  const aisopod_host* host;
  pthread_mutex_t mutex;
  char secret[PROBE_TEXT];
  char seen[4096];
};

static void take(aisopod_plugin* self, const char* json, size_t len) {
  pthread_mutex_lock(&self->mutex);
  probe_text(json, len, "secret", self->secret);
  snprintf(self->seen, sizeof self->seen, "%.*s", (int)len, json);
  pthread_mutex_unlock(&self->mutex);
}

static aisopod_status create(const aisopod_host* host, aisopod_plugin** out, aisopod_error* err) {
  aisopod_buf config = {NULL, 0, NULL};
  aisopod_status status = probe_create(host, out, sizeof **out);
  (void)err;
  if (status != AISOPOD_OK) return status;
  pthread_mutex_init(&(*out)->mutex, NULL);
  status = host->config(host, &config);
  take(*out, config.data, config.len);
  host->buf_release(host, &config);
  return status;
}

static aisopod_status config(void* user, const aisopod_request* req) {
  const aisopod_host* host = ((const aisopod_plugin*)user)->host;
  aisopod_buf now = {NULL, 0, NULL};
  aisopod_status status = host->config(host, &now);
  if (status == AISOPOD_OK) status = host->call_reply(host, req->call, now.data, now.len);
  host->buf_release(host, &now);
  return status;
}

static aisopod_status seen(void* user, const aisopod_request* req) {
  aisopod_plugin* self = (aisopod_plugin*)user;
  char copy[sizeof self->seen];
  pthread_mutex_lock(&self->mutex);
  memcpy(copy, self->seen, sizeof copy);
  pthread_mutex_unlock(&self->mutex);
  return self->host->call_reply(self->host, req->call, copy, AISOPOD_NTS);
}

static aisopod_status leak(void* user, const aisopod_request* req) {
  const aisopod_plugin* self = (const aisopod_plugin*)user;
  char details[2 * PROBE_TEXT], message[2 * PROBE_TEXT];
  snprintf(message, sizeof message, "the key %s is wrong", self->secret);
  snprintf(details, sizeof details, "{\"tried\":[\"%s\"]}", self->secret);
  (void)self->host->call_progress(self->host, req->call, 0.5, message);
  return self->host->call_fail(self->host, req->call, AISOPOD_E_DENIED, message, details,
                               AISOPOD_NTS);
}

static aisopod_status on_register(aisopod_plugin* self, const aisopod_api* api,
                                  aisopod_error* err) {
  aisopod_status status = aisopod_register_tool(api, "config", PROBE_SPEC, 0, config, self, err);
  if (status == AISOPOD_OK)
    status = aisopod_register_tool(api, "seen", PROBE_SPEC, 0, seen, self, err);
  if (status == AISOPOD_OK)
    status = aisopod_register_tool(api, "leak", PROBE_SPEC, 0, leak, self, err);
  return status;
}

static aisopod_status say(aisopod_plugin* self, aisopod_error* err) {
  err->code = AISOPOD_E_DENIED;
  snprintf(err->message, sizeof err->message, "no entry with %.200s", self->secret);
  return AISOPOD_E_DENIED;
}

static aisopod_status on_init(aisopod_plugin* self, aisopod_error* err) {
  const aisopod_host* host = self->host;
  char json[3 * PROBE_TEXT];
  if (probe_flag(self->seen, strlen(self->seen), "chatty")) {
    host->log(host, AISOPOD_LOG_INFO, self->seen, AISOPOD_NTS);
    host->log(host, AISOPOD_LOG_ERROR, self->secret, AISOPOD_NTS);
    snprintf(json, sizeof json, "{\"%s\":[\"with %s\"]}", self->secret, self->secret);
    (void)host->emit(host, self->secret, json, AISOPOD_NTS);
  }
  return probe_flag(self->seen, strlen(self->seen), "broken") ? say(self, err) : AISOPOD_OK;
}

static aisopod_status on_config_changed(aisopod_plugin* self, const char* json, size_t len,
                                        aisopod_error* err) {
  char what[PROBE_TEXT], gate[PROBE_TEXT];
  probe_text(json, len, "on_change", what);
  if (strcmp(what, "wait") == 0) probe_wait(probe_text(json, len, "gate", gate));
  if (strcmp(what, "fail") == 0) {
    probe_text(json, len, "secret", self->secret);
    return say(self, err);
  }
  take(self, json, len);
  return AISOPOD_OK;
}

static void destroy(aisopod_plugin* self) {
  pthread_mutex_destroy(&self->mutex);
  free(self);
}

PROBE_PLUGIN(.on_init = on_init, .on_config_changed = on_config_changed)
