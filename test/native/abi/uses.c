/* Everything of plugin.h that a plugin can use, so that the compile matrix sees each macro and
 * inline function expanded and not only defined. Valid C99 and C++11. */
#include "aisopod/plugin.h"

#ifdef __cplusplus
#  define HOST(user) (*static_cast<const aisopod_host *const *>(user))
#  define NONE       nullptr
#else
#  define HOST(user) (*(const aisopod_host *const *)(user))
#  define NONE       NULL
#endif

static const aisopod_host *the_host;

static void AISOPOD_ABI on_response(void *user, const aisopod_response *r) {
  (void)aisopod_forward(HOST(user), r->token, r);
}

static void AISOPOD_ABI on_cancelled(void *user, const aisopod_cancellation *why) {
  (void)aisopod_fail(HOST(user), why->token, why->status, "stopped");
}

static void AISOPOD_ABI on_event(void *user, const aisopod_event *event) {
  aisopod_log_record record = AISOPOD_INIT(aisopod_log_record);
  record.level = event->dropped ? AISOPOD_LOG_WARN : AISOPOD_LOG_TRACE;
  record.parent = event->token;
  record.message = event->topic;
  record.message_len = AISOPOD_NTS;
  record.fields = event->meta;
  record.fields_len = event->meta_len;
  (void)HOST(user)->log(HOST(user), &record);
}

static void AISOPOD_ABI on_task(void *user, const aisopod_task *task) {
  (void)aisopod_publish(HOST(user), task->token, "a.b", "1", 1);
}

static aisopod_status AISOPOD_ABI handle(void *user, const aisopod_call *call) {
  const aisopod_host *host = HOST(user);
  const aisopod_response *response = NONE;
  const aisopod_payload *config = NONE;
  aisopod_token token = 0;
  aisopod_status status;
  if (!AISOPOD_HAS(aisopod_call, call, meta_len)) return AISOPOD_E_INVALID;
  if (!AISOPOD_HAS(aisopod_host, host, cancel)) return AISOPOD_E_UNSUPPORTED;
  if (host->get_interface(host, "clock/1") == NONE) return AISOPOD_E_UNSUPPORTED;
  if (host->call_check(host, call->token) != AISOPOD_OK) return AISOPOD_E_CANCELLED;
  status = aisopod_on_cancel(host, call->token, on_cancelled, user);
  if (status == AISOPOD_OK) status = aisopod_report_progress(host, call->token, -1, "begun");
  if (status == AISOPOD_OK) status = aisopod_chunk(host, call->token, "{}", AISOPOD_NTS, 0);
  /* a status and a constant in one conditional: no warning about enumerators in C++ */
  status = call->flags & AISOPOD_CALL_CHUNKS ? status : AISOPOD_E_AGAIN;
  switch (status) {
    case AISOPOD_OK:
    case AISOPOD_E_AGAIN: break;
    default: return status;
  }
  status = host->get_config(host, &config);
  if (status == AISOPOD_OK && config->len > 2) aisopod_log(host, AISOPOD_LOG_DEBUG, config->json);
  host->payload_release(host, config);
  status = aisopod_send_and_wait(host, call->token, "storage.get", "{}", 2, &response);
  if (status == AISOPOD_OK)
    status = aisopod_reply(host, call->token, response->payload->json, response->payload->len);
  else status = aisopod_fail_with(host, call->token, status, NONE, "{\"at\":1}", AISOPOD_NTS);
  host->response_release(host, response);
  if (status != AISOPOD_OK) return status;
  status = aisopod_send(host, 0, "model.chat", NONE, 0, on_response, user, &token);
  if (status != AISOPOD_OK) return status;
  (void)host->cancel(host, token);
  status = aisopod_post_task(host, AISOPOD_F_PARALLEL, 5, on_task, user, &token);
  if (status != AISOPOD_OK) return status;
  return host->call_remaining_ms(host, call->token) == 0 ? AISOPOD_E_DEADLINE : AISOPOD_PENDING;
}

static aisopod_status AISOPOD_ABI create(const aisopod_host *host, aisopod_plugin **out,
                                         aisopod_error *err) {
  the_host = host;
  *out = NONE;
  return aisopod_set_error(err, AISOPOD_E_FAIL, "no instance today");
}

static aisopod_status AISOPOD_ABI on_register(aisopod_plugin *self, const aisopod_api *api,
                                              aisopod_error *err) {
  const uint32_t flags = AISOPOD_F_PARALLEL | AISOPOD_F_INLINE;
  (void)self;
  if (aisopod_subscribe(api, "a.*", AISOPOD_F_PARALLEL, on_event, &the_host, err) < 0)
    return AISOPOD_E_FAIL;
  if (aisopod_register_tool(api, "t", "{}", flags, handle, &the_host, err) < 0 ||
      aisopod_register_command(api, "t", NONE, 0, handle, &the_host, err) < 0 ||
      aisopod_register_hook(api, "OnError", NONE, 0, handle, &the_host, err) < 0 ||
      aisopod_register_prompt(api, "t", NONE, 0, handle, &the_host, err) < 0 ||
      aisopod_register_context(api, "t", NONE, 0, handle, &the_host, err) < 0 ||
      aisopod_register_channel(api, "t", NONE, 0, handle, &the_host, err) < 0 ||
      aisopod_register_provider(api, "t", NONE, 0, handle, &the_host, err) < 0 ||
      aisopod_register_server(api, "t", NONE, 0, handle, &the_host, err) < 0 ||
      aisopod_register_middleware(api, "t", NONE, 0, handle, &the_host, err) < 0)
    return AISOPOD_E_FAIL;
  return aisopod_register_message(api, "t", NONE, 0, handle, &the_host, err);
}

static void AISOPOD_ABI on_shutdown(aisopod_plugin *self, const aisopod_shutdown *why) {
  (void)self;
  if (why->reason != AISOPOD_SHUTDOWN_RELOAD && why->timeout_ms != 0)
    aisopod_log(the_host, AISOPOD_LOG_INFO, "bye");
}

static void AISOPOD_ABI destroy(aisopod_plugin *self) { (void)self; }

static aisopod_status AISOPOD_ABI on_config_changed(aisopod_plugin *self,
                                                    const aisopod_payload *config,
                                                    aisopod_error *err) {
  (void)self;
  return config->len > 0 ? AISOPOD_OK : aisopod_set_error(err, AISOPOD_E_INVALID, NONE);
}

static aisopod_status AISOPOD_ABI save_state(aisopod_plugin *self, const aisopod_writer *writer,
                                             aisopod_error *err) {
  (void)self;
  (void)err;
  return writer->write(writer, "state", 5);
}

static aisopod_status AISOPOD_ABI restore_state(aisopod_plugin *self, const aisopod_state *state,
                                                aisopod_error *err) {
  (void)self;
  (void)err;
  return state->format == 1 && state->len == 5 ? AISOPOD_OK : AISOPOD_E_UNSUPPORTED;
}

AISOPOD_DESCRIBE(desc) {
  desc->id = "uses";
  desc->version = "1.0.0";
  desc->build = "matrix";
  desc->flags = AISOPOD_PLUGIN_SINGLE;
  desc->state_format = 1;
  desc->create = create;
  desc->on_register = on_register;
  desc->on_shutdown = on_shutdown;
  desc->destroy = destroy;
  desc->on_config_changed = on_config_changed;
  desc->save_state = save_state;
  desc->restore_state = restore_state;
}
