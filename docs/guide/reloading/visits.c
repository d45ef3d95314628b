/* visits: counts the visits of a page, and goes on counting after a reload. */
#include <aisopod/json.h>
#include <aisopod/plugin.h>
#include <stdlib.h>

struct aisopod_plugin {
  const aisopod_host* host;
  unsigned long long visits;
};

static aisopod_status visit(void* user, const aisopod_call* call) {
  aisopod_plugin* self = (aisopod_plugin*)user;
  char json[64];
  snprintf(json, sizeof json, "{\"visits\":%llu}", ++self->visits);
  return aisopod_reply(self->host, call->token, json, AISOPOD_NTS);
}

#define FORMAT 1 /* a decimal number as text */

static aisopod_status save_state(aisopod_plugin* self, const aisopod_writer* writer,
                                 aisopod_error* err) {
  char text[32];
  (void)err;
  return writer->write(writer, text, (size_t)snprintf(text, sizeof text, "%llu", self->visits));
}

static aisopod_status restore_state(aisopod_plugin* self, const aisopod_state* state,
                                    aisopod_error* err) {
  char text[32];
  if (state->format != FORMAT || state->len >= sizeof text)
    return aisopod_set_error(err, AISOPOD_E_UNSUPPORTED, "the state has an unknown form");
  memcpy(text, state->data, state->len); /* lent until this function returns */
  text[state->len] = '\0';
  self->visits = strtoull(text, NULL, 10);
  return AISOPOD_OK;
}

static aisopod_status create(const aisopod_host* host, aisopod_plugin** out, aisopod_error* err) {
  (void)err;
  *out = (aisopod_plugin*)calloc(1, sizeof **out);
  if (!*out) return AISOPOD_E_NOMEM;
  (*out)->host = host;
  return AISOPOD_OK;
}

static aisopod_status on_register(aisopod_plugin* self, const aisopod_api* api,
                                  aisopod_error* err) {
  return aisopod_register_tool(api, "visit", "{\"description\":\"Count a visit\"}", 0, visit, self,
                               err);
}

static void destroy(aisopod_plugin* self) { free(self); }

AISOPOD_DESCRIBE(desc) {
  desc->id = "visits";
  desc->version = "1.0.0";
  desc->state_format = FORMAT;
  desc->create = create;
  desc->on_register = on_register;
  desc->destroy = destroy;
  desc->save_state = save_state;
  desc->restore_state = restore_state;
}
