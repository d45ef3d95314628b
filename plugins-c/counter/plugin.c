/* counter: the tool `count`, whose counter stays over a reload. What it answers stands in
 * README.md. */
#include <aisopod/json.h>
#include <aisopod/plugin.h>

#ifndef AISOPOD_PLUGIN_ID /* aisopod_add_plugin() takes both from the manifest */
#  define AISOPOD_PLUGIN_ID      "counter"
#  define AISOPOD_PLUGIN_VERSION "1.0.0"
#endif

#define STATE_FORMAT 1 /* {"count":3}; raise it when older code can't read what is written */

/* The handler runs on the serial worker, one at a time, and the state is saved when none runs: so
 * no lock. */
struct aisopod_plugin {
  const aisopod_host *host;
  double count;
};

static const char count_spec[] =
    "{\"description\":\"Add to a counter\",\"parameters\":{\"type\":\"object\",\"properties\":{"
    "\"by\":{\"type\":\"integer\",\"minimum\":-1000,\"maximum\":1000,"
    "\"description\":\"What to add; default 1\"}},\"additionalProperties\":false}}";

/* Writes {"count":3}. @return its length */
static size_t write_count(double count, char json[64]) {
  char digits[40];
  aisopod_json_format(count, digits);
  return (size_t)snprintf(json, 64, "{\"count\":%s}", digits);
}

/* [worker] */
static aisopod_status count(void *user, const aisopod_call *call) {
  aisopod_plugin *self = (aisopod_plugin *)user;
  aisopod_json args, member;
  double by = 1;
  char json[64];
  if (aisopod_json_read(call->params->json, call->params->len, &args) &&
      aisopod_json_get(args, "by", &member) && !aisopod_json_number(member, &by))
    return aisopod_fail(self->host, call->token, AISOPOD_E_INVALID, "by: it must be a number");
  self->count += by;
  return aisopod_reply(self->host, call->token, json, write_count(self->count, json));
}

/* Changes nothing: if the reload fails, this instance goes on. */
static aisopod_status save_state(aisopod_plugin *self, const aisopod_writer *writer,
                                 aisopod_error *err) {
  char json[64];
  (void)err;
  return writer->write(writer, json, write_count(self->count, json));
}

static aisopod_status restore_state(aisopod_plugin *self, const aisopod_state *state,
                                    aisopod_error *err) {
  aisopod_json root, member;
  char message[96];
  if (state->format != STATE_FORMAT) {
    snprintf(message, sizeof message, "a state of format %u cannot be read; it must be %d",
             (unsigned)state->format, STATE_FORMAT);
    return aisopod_set_error(err, AISOPOD_E_UNSUPPORTED, message);
  }
  if (!aisopod_json_read((const char *)state->data, state->len, &root) ||
      !aisopod_json_get(root, "count", &member) || !aisopod_json_number(member, &self->count))
    return aisopod_set_error(err, AISOPOD_E_INVALID, "the state has no number \"count\"");
  return AISOPOD_OK;
}

static aisopod_status create(const aisopod_host *host, aisopod_plugin **out, aisopod_error *err) {
  (void)err;
  *out = (aisopod_plugin *)calloc(1, sizeof **out);
  if (!*out) return AISOPOD_E_NOMEM;
  (*out)->host = host;
  return AISOPOD_OK;
}

static aisopod_status on_register(aisopod_plugin *self, const aisopod_api *api,
                                  aisopod_error *err) {
  return aisopod_register_tool(api, "count", count_spec, 0, count, self, err);
}

static void destroy(aisopod_plugin *self) { free(self); }

AISOPOD_DESCRIBE(desc) {
  desc->id = AISOPOD_PLUGIN_ID;
  desc->version = AISOPOD_PLUGIN_VERSION;
  desc->state_format = STATE_FORMAT;
  desc->create = create;
  desc->on_register = on_register;
  desc->destroy = destroy;
  desc->save_state = save_state;
  desc->restore_state = restore_state;
}
