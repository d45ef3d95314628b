/* A plugin that makes its host cross the border between JavaScript and native code in every way:
 * calls, chunks, progress, cancelling, requests and events. Its texts are longer than what a
 * std::string keeps in itself. */
#include "probe.h"

#define LONG_TEXT "\"a text that is longer than a string keeps in itself\""

struct aisopod_plugin {
  const aisopod_host* host;
};

static aisopod_status echo(void* user, const aisopod_call* call) {
  const aisopod_host* host = ((const aisopod_plugin*)user)->host;
  return host->call_reply(host, call->token, call->params);
}

static aisopod_status stream(void* user, const aisopod_call* call) {
  const aisopod_host* host = ((const aisopod_plugin*)user)->host;
  int i;
  for (i = 0; i < 3; i++) {
    const aisopod_status status = aisopod_chunk(host, call->token, LONG_TEXT, AISOPOD_NTS, -1);
    if (status != AISOPOD_OK) return status;
    (void)aisopod_report_progress(host, call->token, i / 3.0, LONG_TEXT);
  }
  return aisopod_reply(host, call->token, LONG_TEXT, AISOPOD_NTS);
}

static void on_cancel(void* user, const aisopod_cancellation* why) {
  probe_report(((const aisopod_plugin*)user)->host, "cancelled", "wait", why->status);
}

/* Never answers: its caller cancels it. */
static aisopod_status wait(void* user, const aisopod_call* call) {
  const aisopod_host* host = ((const aisopod_plugin*)user)->host;
  aisopod_observer observer = AISOPOD_INIT(aisopod_observer);
  observer.fn = on_cancel;
  observer.user = user;
  if (host->call_on_cancel(host, call->token, &observer) != AISOPOD_OK) return AISOPOD_E_FAIL;
  probe_report(host, "running", call->name, AISOPOD_OK);
  return AISOPOD_PENDING;
}

/* Sends a request that JavaScript streams a response to, and replies how many partial ones came. */
static aisopod_status request(void* user, const aisopod_call* call) {
  const aisopod_host* host = ((const aisopod_plugin*)user)->host;
  aisopod_request given = AISOPOD_INIT(aisopod_request);
  aisopod_token token = 0;
  aisopod_status status;
  int parts = 0, more = 1;
  given.flags = AISOPOD_REQUEST_STREAM;
  given.parent = call->token;
  given.method = "a-method-that-is-longer-than-a-string-keeps";
  given.params = call->params;
  status = host->request(host, &given, &token);
  if (status != AISOPOD_OK) return status;
  while (more) {
    const aisopod_response* response = NULL;
    status = host->request_wait(host, token, -1, &response);
    if (!response) return status;
    status = response->status;
    more = (response->flags & AISOPOD_RESPONSE_MORE) != 0;
    parts += more;
    host->response_release(host, response);
  }
  if (status != AISOPOD_OK) return status;
  return probe_reply(host, call->token, "%d", parts);
}

/* Publishes how many events were dropped before this one, and its data. */
static void on_event(void* user, const aisopod_event* event) {
  const aisopod_host* host = ((const aisopod_plugin*)user)->host;
  char json[PROBE_TEXT];
  snprintf(json, sizeof json, "{\"dropped\":%d,\"data\":%s}", (int)event->dropped,
           event->payload->json);
  (void)aisopod_publish(host, event->token, "received", json, AISOPOD_NTS);
}

static aisopod_status create(const aisopod_host* host, aisopod_plugin** out, aisopod_error* err) {
  (void)err;
  return probe_create(host, out, sizeof **out);
}

static aisopod_status on_register(aisopod_plugin* self, const aisopod_api* api,
                                  aisopod_error* err) {
  static const struct {
    const char* name;
    aisopod_handler_fn fn;
    uint32_t flags;
  } tools[] = {{"inline", echo, AISOPOD_F_INLINE},
               {"worker", echo, 0},
               {"parallel", echo, AISOPOD_F_PARALLEL},
               {"stream", stream, 0},
               {"wait", wait, 0},
               {"request", request, 0}};
  aisopod_status status = aisopod_subscribe(api, "some.topic", 0, on_event, self, err);
  size_t i;
  for (i = 0; i < sizeof tools / sizeof *tools && status == AISOPOD_OK; i++)
    status = aisopod_register_tool(api, tools[i].name, PROBE_SPEC, tools[i].flags, tools[i].fn,
                                   self, err);
  return status;
}

static aisopod_status on_config_changed(aisopod_plugin* self, const aisopod_payload* config,
                                        aisopod_error* err) {
  (void)self;
  (void)config;
  (void)err;
  return AISOPOD_OK;
}

static const char STATE[] = "a state that is longer than a string keeps in itself";

static aisopod_status save_state(aisopod_plugin* self, const aisopod_writer* writer,
                                 aisopod_error* err) {
  (void)self;
  (void)err;
  return writer->write(writer, STATE, sizeof STATE);
}

static aisopod_status restore_state(aisopod_plugin* self, const aisopod_state* state,
                                    aisopod_error* err) {
  (void)self;
  (void)err;
  if (state->len != sizeof STATE || memcmp(state->data, STATE, sizeof STATE) != 0) abort();
  return AISOPOD_OK;
}

static void destroy(aisopod_plugin* self) { free(self); }

PROBE_PLUGIN(desc->on_config_changed = on_config_changed; desc->save_state = save_state;
             desc->restore_state = restore_state)
