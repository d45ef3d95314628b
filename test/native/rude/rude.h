/* What the rude plugins share: an instance that knows its host and configuration, and tools by
 * table. A tool reports what the host returns for a fault as an event, or replies it. */
#ifndef RUDE_H
#define RUDE_H

#include "../../plugins/probe.h"

#define RUDE_TOOL(name) \
  { #name, 0, name }

typedef struct rude_tool {
  const char *name;
  uint32_t flags;
  aisopod_handler_fn fn;
} rude_tool;

struct aisopod_plugin {
  const aisopod_host *host;
  const aisopod_payload *config;
};

static inline const aisopod_host *rude_host(void *user) {
  return ((const aisopod_plugin *)user)->host;
}

/* A text of the configuration, or "" */
static inline const char *rude_setting(const aisopod_plugin *self, const char *key,
                                       char out[PROBE_TEXT]) {
  return probe_text(self->config->json, self->config->len, key, out);
}

static inline int rude_setting_is(const aisopod_plugin *self, const char *key, const char *value) {
  char text[PROBE_TEXT];
  return strcmp(rude_setting(self, key, text), value) == 0;
}

static inline aisopod_status rude_create(const aisopod_host *host, aisopod_plugin **out) {
  const aisopod_status status = probe_create(host, out, sizeof **out);
  return status == AISOPOD_OK ? host->get_config(host, &(*out)->config) : status;
}

static inline aisopod_status rude_register(aisopod_plugin *self, const aisopod_api *api,
                                           const rude_tool *tools, size_t count,
                                           aisopod_error *err) {
  aisopod_status status = AISOPOD_OK;
  size_t i;
  for (i = 0; i < count && status == AISOPOD_OK; i++) {
    status = aisopod_register_tool(api, tools[i].name, PROBE_SPEC, tools[i].flags, tools[i].fn,
                                   self, err);
  }
  return status;
}

static inline void rude_destroy(aisopod_plugin *self) {
  self->host->payload_release(self->host, self->config);
  free(self);
}

/* A thread that is never joined. */
static inline void rude_thread(void *(*run)(void *), void *user) {
  pthread_t thread;
  if (pthread_create(&thread, NULL, run, user) != 0) abort();
  pthread_detach(thread);
}

/* create, on_register with the tools of `table`, and destroy; what follows as in PROBE_PLUGIN. */
#define RUDE_PLUGIN(table, ...)                                                   \
  static aisopod_status create(const aisopod_host *host, aisopod_plugin **out,    \
                               aisopod_error *err) {                              \
    (void)err;                                                                    \
    return rude_create(host, out);                                                \
  }                                                                               \
  static aisopod_status on_register(aisopod_plugin *self, const aisopod_api *api, \
                                    aisopod_error *err) {                         \
    return rude_register(self, api, table, sizeof(table) / sizeof *(table), err); \
  }                                                                               \
  static void destroy(aisopod_plugin *self) { rude_destroy(self); }               \
  PROBE_PLUGIN(__VA_ARGS__)

#endif
