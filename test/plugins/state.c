/* A plugin that counts, and keeps its count over a reload. Its configuration: bytes = it saves that
 * many instead, byte i being i % 251; save, restore = what happens there: "fail" (with a message),
 * "bare" (without one), "wait" (for the file `gate`), "ignore" (save only: write()'s error is
 * ignored). */
#include "probe.h"

#define PIECE (1 << 20)

struct aisopod_plugin {
  const aisopod_host* host;
  double count;
  size_t bytes, read;
  uint32_t format;
  char save[PROBE_TEXT], restore[PROBE_TEXT], gate[PROBE_TEXT];
  char version[64], build[64];
};

static aisopod_status create(const aisopod_host* host, aisopod_plugin** out, aisopod_error* err) {
  const aisopod_payload* config = NULL;
  aisopod_status status = probe_create(host, out, sizeof **out);
  aisopod_plugin* self = *out;
  (void)err;
  if (status == AISOPOD_OK) status = host->get_config(host, &config);
  if (status != AISOPOD_OK) return status;
  self->bytes = (size_t)probe_number(config->json, config->len, "bytes", 0);
  (void)probe_text(config->json, config->len, "save", self->save);
  (void)probe_text(config->json, config->len, "restore", self->restore);
  (void)probe_text(config->json, config->len, "gate", self->gate);
  host->payload_release(host, config);
  return AISOPOD_OK;
}

/* Adds n, and replies the sum. */
static aisopod_status add(void* user, const aisopod_call* call) {
  aisopod_plugin* self = (aisopod_plugin*)user;
  self->count += probe_arg_number(call, "n", 1);
  return probe_reply(self->host, call->token, "%g", self->count);
}

/* What was restored, and from which plugin. */
static aisopod_status restored(void* user, const aisopod_call* call) {
  const aisopod_plugin* self = (const aisopod_plugin*)user;
  return probe_reply(
      self->host, call->token,
      "{\"count\":%g,\"read\":%lu,\"format\":%u,\"version\":\"%s\",\"build\":\"%s\"}", self->count,
      (unsigned long)self->read, self->format, self->version, self->build);
}

static aisopod_status on_register(aisopod_plugin* self, const aisopod_api* api,
                                  aisopod_error* err) {
  const aisopod_status status = aisopod_register_tool(api, "add", PROBE_SPEC, 0, add, self, err);
  if (status != AISOPOD_OK) return status;
  return aisopod_register_tool(api, "restored", PROBE_SPEC, 0, restored, self, err);
}

static aisopod_status outcome(aisopod_plugin* self, const char* what, const char* name,
                              aisopod_error* err) {
  char message[64];
  if (strcmp(what, "wait") == 0) {
    probe_report(self->host, "waiting", name, 0);
    aisopod_log(self->host, AISOPOD_LOG_INFO, "waiting");
    probe_wait(self->gate);
  }
  if (strcmp(what, "fail") == 0) {
    snprintf(message, sizeof message, "%s fails on purpose", name);
    return aisopod_set_error(err, AISOPOD_E_DENIED, message);
  }
  return strcmp(what, "bare") == 0 ? AISOPOD_E_BUSY : AISOPOD_OK;
}

static aisopod_status write_bytes(aisopod_plugin* self, const aisopod_writer* writer) {
  aisopod_status status = AISOPOD_OK;
  unsigned char* const piece = (unsigned char*)malloc(PIECE);
  size_t done = 0;
  if (!piece) return AISOPOD_E_NOMEM;
  while (status == AISOPOD_OK && done < self->bytes) {
    const size_t n = self->bytes - done < PIECE ? self->bytes - done : PIECE;
    size_t i;
    for (i = 0; i < n; i++) piece[i] = (unsigned char)((done + i) % 251);
    status = writer->write(writer, piece, n);
    done += n;
  }
  free(piece);
  return status;
}

static aisopod_status save_state(aisopod_plugin* self, const aisopod_writer* writer,
                                 aisopod_error* err) {
  aisopod_status status = outcome(self, self->save, "save_state", err);
  if (status != AISOPOD_OK) return status;
  if (self->bytes == 0) return writer->write(writer, &self->count, sizeof self->count);
  status = write_bytes(self, writer);
  return strcmp(self->save, "ignore") == 0 ? AISOPOD_OK : status;
}

static aisopod_status restore_state(aisopod_plugin* self, const aisopod_state* state,
                                    aisopod_error* err) {
  const unsigned char* const bytes = (const unsigned char*)state->data;
  const aisopod_status status = outcome(self, self->restore, "restore_state", err);
  size_t i;
  if (status != AISOPOD_OK) return status;
  self->format = state->format;
  self->read = state->len;
  snprintf(self->version, sizeof self->version, "%s", state->version);
  snprintf(self->build, sizeof self->build, "%s", state->build);
  if (state->len == sizeof self->count) memcpy(&self->count, bytes, sizeof self->count);
  else
    for (i = 0; i < state->len; i++)
      if (bytes[i] != i % 251) abort();
  return AISOPOD_OK;
}

static void destroy(aisopod_plugin* self) { free(self); }

PROBE_PLUGIN(desc->build = "probe"; desc->state_format = 4; desc->save_state = save_state;
             desc->restore_state = restore_state)
