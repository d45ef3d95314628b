/* ticker: the tools `tick` and `slow`. What they answer stands in README.md. */
#include "clock.h"
#include "jobs.h"

#include <aisopod/json.h>
#include <aisopod/plugin.h>

#ifndef AISOPOD_PLUGIN_ID /* aisopod_add_plugin() takes both from the manifest */
#  define AISOPOD_PLUGIN_ID      "ticker"
#  define AISOPOD_PLUGIN_VERSION "1.0.0"
#endif

#define MOST_MS 60000
#define STEP_MS 20 /* how late `slow` may notice that it is to stop */

struct aisopod_plugin {
  const aisopod_host *host;
  jobs jobs;
};

static const char tick_spec[] =
    "{\"description\":\"Tick a number of times, streaming each tick\","
    "\"parameters\":{\"type\":\"object\",\"properties\":{"
    "\"count\":{\"type\":\"integer\",\"minimum\":1,\"maximum\":1000},"
    "\"interval_ms\":{\"type\":\"integer\",\"minimum\":0,\"maximum\":60000,"
    "\"description\":\"Else as the plugin is configured\"}},"
    "\"required\":[\"count\"],\"additionalProperties\":false},"
    "\"output\":{\"type\":\"object\",\"properties\":{\"ticks\":{\"type\":\"integer\"}},"
    "\"required\":[\"ticks\"]},"
    "\"hints\":{\"readOnly\":true,\"destructive\":false,\"idempotent\":true}}";

static const char slow_spec[] =
    "{\"description\":\"Answer after a number of milliseconds\","
    "\"parameters\":{\"type\":\"object\",\"properties\":{"
    "\"ms\":{\"type\":\"integer\",\"minimum\":0,\"maximum\":600000}},"
    "\"required\":[\"ms\"],\"additionalProperties\":false},"
    "\"output\":{\"type\":\"object\",\"properties\":{\"slept_ms\":{\"type\":\"integer\"}},"
    "\"required\":[\"slept_ms\"]},"
    "\"hints\":{\"readOnly\":true,\"destructive\":false,\"idempotent\":true}}";

/* A member that is a whole number from low to high; *number stays as it is if there is none.
 * Returns 1, or 0: it is something else. */
static int read_whole(const aisopod_payload *payload, const char *key, int64_t low, int64_t high,
                      int64_t *number) {
  aisopod_json args, member;
  double value;
  if (!aisopod_json_read(payload->json, payload->len, &args)) return 0;
  if (aisopod_json_get(args, key, &member)) {
    if (!aisopod_json_number(member, &value)) return 0;
    if (value < (double)low || value > (double)high) return 0;
    *number = (int64_t)value;
    if ((double)*number != value) return 0;
  }
  return *number >= low;
}

static aisopod_status invalid(const aisopod_host *host, aisopod_token call, const char *message) {
  return aisopod_fail(host, call, AISOPOD_E_INVALID, message);
}

static aisopod_status tick(void *user, const aisopod_call *call) {
  aisopod_plugin *self = (aisopod_plugin *)user;
  int64_t count = -1, interval_ms = jobs_interval(&self->jobs);
  if (!read_whole(call->params, "count", 1, 1000, &count))
    return invalid(self->host, call->token, "count: it must be a whole number from 1 to 1000");
  if (!read_whole(call->params, "interval_ms", 0, MOST_MS, &interval_ms))
    return invalid(self->host, call->token,
                   "interval_ms: it must be a whole number from 0 to 60000");
  return jobs_add(&self->jobs, call->token, (unsigned)count, interval_ms);
}

static aisopod_status slow(void *user, const aisopod_call *call) {
  const aisopod_host *host = ((const aisopod_plugin *)user)->host;
  char json[48];
  int64_t ms = -1, until, left;
  aisopod_status status;
  if (!read_whole(call->params, "ms", 0, 600000, &ms))
    return invalid(host, call->token, "ms: it must be a whole number from 0 to 600000");
  until = clock_now() + ms;
  while ((left = until - clock_now()) > 0) {
    status = host->call_check(host, call->token);
    if (status != AISOPOD_OK) return status;
    (void)aisopod_report_progress(host, call->token, (double)(ms - left) / (double)ms, NULL);
    clock_sleep(left < STEP_MS ? left : STEP_MS);
  }
  snprintf(json, sizeof json, "{\"slept_ms\":%lld}", (long long)ms);
  return aisopod_reply(host, call->token, json, AISOPOD_NTS);
}

/* A configuration, the first one or another. The host has held it against the schema of the
 * manifest; what only the plugin can judge, it judges here. */
static aisopod_status configure(aisopod_plugin *self, const aisopod_payload *config,
                                aisopod_error *err) {
  int64_t interval_ms = -1;
  if (!read_whole(config, "interval_ms", 0, MOST_MS, &interval_ms))
    return aisopod_set_error(err, AISOPOD_E_INVALID, "interval_ms: it must be 0 to 60000");
  jobs_set_interval(&self->jobs, interval_ms);
  return AISOPOD_OK;
}

static aisopod_status create(const aisopod_host *host, aisopod_plugin **out, aisopod_error *err) {
  aisopod_plugin *self = (aisopod_plugin *)malloc(sizeof *self);
  (void)err;
  if (!self) return AISOPOD_E_NOMEM;
  self->host = host;
  if (!jobs_create(&self->jobs, host)) {
    free(self);
    return AISOPOD_E_NOMEM;
  }
  *out = self;
  return AISOPOD_OK;
}

static aisopod_status on_register(aisopod_plugin *self, const aisopod_api *api,
                                  aisopod_error *err) {
  /* tick never waits: as parallel it isn't held up by a slow one */
  aisopod_status status =
      aisopod_register_tool(api, "tick", tick_spec, AISOPOD_F_PARALLEL, tick, self, err);
  if (status != AISOPOD_OK) return status;
  return aisopod_register_tool(api, "slow", slow_spec, 0, slow, self, err);
}

static aisopod_status on_init(aisopod_plugin *self, aisopod_error *err) {
  const aisopod_payload *config = NULL;
  aisopod_status status = self->host->get_config(self->host, &config);
  if (status == AISOPOD_OK) status = configure(self, config, err);
  self->host->payload_release(self->host, config);
  if (status != AISOPOD_OK) return status;
  if (jobs_start(&self->jobs)) return AISOPOD_OK;
  return aisopod_set_error(err, AISOPOD_E_FAIL, "the system gave no thread to tick on");
}

/* Whatever the reason: the thread ends. The host has failed the calls that were left. */
static void on_shutdown(aisopod_plugin *self, const aisopod_shutdown *shutdown) {
  (void)shutdown;
  jobs_stop(&self->jobs);
}

static void destroy(aisopod_plugin *self) {
  jobs_destroy(&self->jobs);
  free(self);
}

AISOPOD_DESCRIBE(desc) {
  desc->id = AISOPOD_PLUGIN_ID;
  desc->version = AISOPOD_PLUGIN_VERSION;
  desc->create = create;
  desc->on_register = on_register;
  desc->on_init = on_init;
  desc->on_shutdown = on_shutdown;
  desc->destroy = destroy;
  desc->on_config_changed = configure;
}
