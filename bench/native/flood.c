/* Threads that log and publish as fast as they can: how much of the event loop is left? */
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>

#include "aisopod/plugin.h"

#define THREADS 4

struct aisopod_plugin {
  const aisopod_host *host;
  pthread_t threads[THREADS];
  int running;
  atomic_int stop;
  atomic_llong said;
};

static void *flood(void *user) {
  aisopod_plugin *const self = user;
  const aisopod_host *const host = self->host;
  long long said = 0;
  while (!atomic_load_explicit(&self->stop, memory_order_relaxed)) {
    aisopod_log(host, AISOPOD_LOG_INFO, "still here, and still talking");
    (void)aisopod_publish(host, 0, "bench/flood", "{\"still\":\"here\"}", AISOPOD_NTS);
    said += 2;
  }
  atomic_fetch_add(&self->said, said);
  return NULL;
}

static void stop(aisopod_plugin *self) {
  atomic_store(&self->stop, 1);
  while (self->running > 0) pthread_join(self->threads[--self->running], NULL);
}

static aisopod_status begin(void *user, const aisopod_call *call) {
  aisopod_plugin *const self = user;
  stop(self);
  atomic_store(&self->stop, 0);
  while (self->running < THREADS) {
    if (pthread_create(&self->threads[self->running], NULL, flood, self) != 0) break;
    ++self->running;
  }
  if (self->running < THREADS) return AISOPOD_E_NOMEM;
  return aisopod_reply(self->host, call->token, "null", 4);
}

/* Ends the flood and answers how much the threads have said. */
static aisopod_status dry(void *user, const aisopod_call *call) {
  aisopod_plugin *const self = user;
  char said[32];
  stop(self);
  snprintf(said, sizeof said, "%lld", atomic_load(&self->said));
  return aisopod_reply(self->host, call->token, said, AISOPOD_NTS);
}

static aisopod_status create(const aisopod_host *host, aisopod_plugin **out, aisopod_error *err) {
  (void)err;
  *out = calloc(1, sizeof **out);
  if (*out == NULL) return AISOPOD_E_NOMEM;
  (*out)->host = host;
  return AISOPOD_OK;
}

static aisopod_status on_register(aisopod_plugin *self, const aisopod_api *api,
                                  aisopod_error *err) {
  static const char spec[] =
      "{\"description\":\"For the benchmark\","
      "\"parameters\":{\"type\":\"object\"}}";
  aisopod_status status = aisopod_register_tool(api, "flood", spec, 0, begin, self, err);
  if (status != AISOPOD_OK) return status;
  return aisopod_register_tool(api, "dry", spec, 0, dry, self, err);
}

static void on_shutdown(aisopod_plugin *self, const aisopod_shutdown *shutdown) {
  (void)shutdown;
  stop(self);
}

static void destroy(aisopod_plugin *self) { free(self); }

AISOPOD_DESCRIBE(desc) {
  desc->id = AISOPOD_PLUGIN_ID;
  desc->version = AISOPOD_PLUGIN_VERSION;
  desc->create = create;
  desc->on_register = on_register;
  desc->on_shutdown = on_shutdown;
  desc->destroy = destroy;
}
