/* A plugin that lives with its configuration, and can't keep a secret.
 *
 * Configuration: on_change = what on_config_changed does: "fail" (with the secret in its message),
 * "wait" (for the file `gate`); chatty = on_init logs and publishes the secret; broken = on_init
 * fails with it. Tools: `config` replies what the host says is in force, `seen` what was last
 * agreed to, `leak` fails with the secret in message and details after a note of progress with it.
 */
#include "probe.h"

#include <pthread.h>

struct aisopod_plugin {
  const aisopod_host *host;
  pthread_mutex_t mutex;
  char secret[PROBE_TEXT];
  char seen[4096];
};

static void take(aisopod_plugin *self, const aisopod_payload *config) {
  pthread_mutex_lock(&self->mutex);
  probe_text(config->json, config->len, "secret", self->secret);
  snprintf(self->seen, sizeof self->seen, "%s", config->json);
  pthread_mutex_unlock(&self->mutex);
}

static aisopod_status create(const aisopod_host *host, aisopod_plugin **out, aisopod_error *err) {
  const aisopod_payload *config = NULL;
  aisopod_status status = probe_create(host, out, sizeof **out);
  (void)err;
  if (status != AISOPOD_OK) return status;
  pthread_mutex_init(&(*out)->mutex, NULL);
  status = host->get_config(host, &config);
  if (status == AISOPOD_OK) take(*out, config);
  host->payload_release(host, config);
  return status;
}

static aisopod_status config(void *user, const aisopod_call *call) {
  const aisopod_host *host = ((const aisopod_plugin *)user)->host;
  const aisopod_payload *now = NULL;
  aisopod_status status = host->get_config(host, &now);
  if (status == AISOPOD_OK) status = host->call_reply(host, call->token, now);
  host->payload_release(host, now);
  return status;
}

static aisopod_status seen(void *user, const aisopod_call *call) {
  aisopod_plugin *self = (aisopod_plugin *)user;
  char copy[sizeof self->seen];
  pthread_mutex_lock(&self->mutex);
  memcpy(copy, self->seen, sizeof copy);
  pthread_mutex_unlock(&self->mutex);
  return aisopod_reply(self->host, call->token, copy, AISOPOD_NTS);
}

static aisopod_status leak(void *user, const aisopod_call *call) {
  const aisopod_plugin *self = (const aisopod_plugin *)user;
  char details[2 * PROBE_TEXT], message[2 * PROBE_TEXT];
  snprintf(message, sizeof message, "the key %s is wrong", self->secret);
  snprintf(details, sizeof details, "{\"tried\":[\"%s\"]}", self->secret);
  (void)aisopod_report_progress(self->host, call->token, 0.5, message);
  return aisopod_fail_with(self->host, call->token, AISOPOD_E_DENIED, message, details,
                           AISOPOD_NTS);
}

static aisopod_status on_register(aisopod_plugin *self, const aisopod_api *api,
                                  aisopod_error *err) {
  aisopod_status status = aisopod_register_tool(api, "config", PROBE_SPEC, 0, config, self, err);
  if (status == AISOPOD_OK)
    status = aisopod_register_tool(api, "seen", PROBE_SPEC, 0, seen, self, err);
  if (status == AISOPOD_OK)
    status = aisopod_register_tool(api, "leak", PROBE_SPEC, 0, leak, self, err);
  return status;
}

static aisopod_status say(const aisopod_plugin *self, aisopod_error *err) {
  char message[256];
  snprintf(message, sizeof message, "no entry with %.200s", self->secret);
  return aisopod_set_error(err, AISOPOD_E_DENIED, message);
}

static aisopod_status on_init(aisopod_plugin *self, aisopod_error *err) {
  const aisopod_host *host = self->host;
  char json[3 * PROBE_TEXT];
  if (probe_flag(self->seen, strlen(self->seen), "chatty")) {
    aisopod_log(host, AISOPOD_LOG_INFO, self->seen);
    aisopod_log(host, AISOPOD_LOG_ERROR, self->secret);
    snprintf(json, sizeof json, "{\"%s\":[\"with %s\"]}", self->secret, self->secret);
    (void)aisopod_publish(host, 0, self->secret, json, AISOPOD_NTS);
  }
  return probe_flag(self->seen, strlen(self->seen), "broken") ? say(self, err) : AISOPOD_OK;
}

static aisopod_status on_config_changed(aisopod_plugin *self, const aisopod_payload *config,
                                        aisopod_error *err) {
  char what[PROBE_TEXT], gate[PROBE_TEXT];
  probe_text(config->json, config->len, "on_change", what);
  if (strcmp(what, "wait") == 0) probe_wait(probe_text(config->json, config->len, "gate", gate));
  if (strcmp(what, "fail") == 0) {
    probe_text(config->json, config->len, "secret", self->secret);
    return say(self, err);
  }
  take(self, config);
  return AISOPOD_OK;
}

static void destroy(aisopod_plugin *self) {
  pthread_mutex_destroy(&self->mutex);
  free(self);
}

PROBE_PLUGIN(desc->on_init = on_init; desc->on_config_changed = on_config_changed)
