/* Starts in vain: create(), on_register() and on_init() fail by turns. */
#include <stdatomic.h>
#include <stdlib.h>

#include "aisopod/plugin.h"

struct aisopod_plugin {
  int fails_at; /* 1: on_register(), 2: on_init() */
};

static atomic_int starts;

static aisopod_status create(const aisopod_host *host, aisopod_plugin **out, aisopod_error *err) {
  const int turn = atomic_fetch_add(&starts, 1) % 3;
  (void)host;
  (void)err;
  if (turn == 0) return AISOPOD_E_FAIL;
  *out = malloc(sizeof **out);
  if (*out == NULL) return AISOPOD_E_NOMEM;
  (*out)->fails_at = turn;
  return AISOPOD_OK;
}

static aisopod_status on_register(aisopod_plugin *self, const aisopod_api *api,
                                  aisopod_error *err) {
  (void)api;
  (void)err;
  return self->fails_at == 1 ? AISOPOD_E_FAIL : AISOPOD_OK;
}

static aisopod_status on_init(aisopod_plugin *self, aisopod_error *err) {
  (void)self;
  (void)err;
  return AISOPOD_E_FAIL;
}

static void destroy(aisopod_plugin *self) { free(self); }

AISOPOD_DESCRIBE(desc) {
  desc->id = AISOPOD_PLUGIN_ID;
  desc->version = AISOPOD_PLUGIN_VERSION;
  desc->create = create;
  desc->on_register = on_register;
  desc->on_init = on_init;
  desc->destroy = destroy;
}
