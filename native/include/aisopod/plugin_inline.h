/* aisopod/plugin_inline.h - inline functions for authors of plugins.               SPDX: MIT
 *
 * plugin.h includes this file; -DAISOPOD_NO_INLINE leaves it out. It only fills the structs of
 * plugin.h and calls their functions, so it is compiled into the plugin, is not part of the ABI,
 * and may change with every release of the SDK. Texts are NUL-terminated here, or NULL for none.
 * The length of JSON may be AISOPOD_NTS.
 */
#ifndef AISOPOD_PLUGIN_INLINE_H
#define AISOPOD_PLUGIN_INLINE_H

#ifdef __cplusplus
#  define AISOPOD_NULL_ nullptr
#else
#  define AISOPOD_NULL_ NULL
#endif

/* --------------------------------------------------------------------------- the entry point */

/* Defines the entry function, in C and in C++ (there at global scope):
 *
 *     AISOPOD_DESCRIBE(desc) {
 *       desc->id = "hello";
 *       desc->version = "1.0.0";
 *       desc->create = create;
 *       desc->on_register = on_register;
 *       desc->destroy = destroy;
 *     }
 *
 * A plugin that looks at the query, or answers to several ids, writes AISOPOD_ENTRY by hand. */
#define AISOPOD_DESCRIBE(desc)                                                                  \
  static void aisopod_describe_(aisopod_plugin_desc *desc);                                     \
  AISOPOD_EXPORT const aisopod_plugin_desc *AISOPOD_ABI AISOPOD_ENTRY(const aisopod_query *q) { \
    static aisopod_plugin_desc described; /* rule 5: never called twice at a time */            \
    (void)q;                                                                                    \
    if (described.struct_size == 0) {                                                           \
      aisopod_plugin_desc fresh = AISOPOD_INIT(aisopod_plugin_desc);                            \
      fresh.abi_major = AISOPOD_ABI_MAJOR;                                                      \
      fresh.abi_minor = AISOPOD_TARGET_MINOR;                                                   \
      aisopod_describe_(&fresh);                                                                \
      described = fresh;                                                                        \
    }                                                                                           \
    return &described;                                                                          \
  }                                                                                             \
  static void aisopod_describe_(aisopod_plugin_desc *desc)

/* ------------------------------------------------------------------------------ registering */

static inline aisopod_payload aisopod_payload_of(const char *json, size_t len) {
  aisopod_payload p = AISOPOD_INIT(aisopod_payload);
  p.json = json;
  p.len = len;
  return p;
}

/* Registers anything; below, the same for each kind: aisopod_register_tool(api, name, ...). */
static inline aisopod_status aisopod_add(const aisopod_api *api, const char *kind, const char *name,
                                         const char *spec, uint32_t flags, aisopod_handler_fn fn,
                                         void *user, aisopod_error *err) {
  const aisopod_payload p = aisopod_payload_of(spec, spec ? AISOPOD_NTS : 0);
  aisopod_registration r = AISOPOD_INIT(aisopod_registration);
  r.flags = flags;
  r.kind = kind;
  r.name = name;
  r.spec = &p;
  r.fn = fn;
  r.user = user;
  return api->add(api, &r, AISOPOD_NULL_, err);
}

#define AISOPOD_REGISTER_(word, kind)                                             \
  static inline aisopod_status aisopod_register_##word(                           \
      const aisopod_api *api, const char *name, const char *spec, uint32_t flags, \
      aisopod_handler_fn fn, void *user, aisopod_error *err) {                    \
    return aisopod_add(api, kind, name, spec, flags, fn, user, err);              \
  }
AISOPOD_REGISTER_(tool, AISOPOD_KIND_TOOL)
AISOPOD_REGISTER_(command, AISOPOD_KIND_COMMAND)
AISOPOD_REGISTER_(hook, AISOPOD_KIND_HOOK)
AISOPOD_REGISTER_(prompt, AISOPOD_KIND_PROMPT)
AISOPOD_REGISTER_(context, AISOPOD_KIND_CONTEXT)
AISOPOD_REGISTER_(channel, AISOPOD_KIND_CHANNEL)
AISOPOD_REGISTER_(provider, AISOPOD_KIND_PROVIDER)
AISOPOD_REGISTER_(server, AISOPOD_KIND_SERVER)
AISOPOD_REGISTER_(middleware, AISOPOD_KIND_MIDDLEWARE)
AISOPOD_REGISTER_(message, AISOPOD_KIND_MESSAGE)
#undef AISOPOD_REGISTER_

static inline aisopod_status aisopod_subscribe(const aisopod_api *api, const char *pattern,
                                               uint32_t flags, aisopod_event_fn fn, void *user,
                                               aisopod_error *err) {
  aisopod_subscription s = AISOPOD_INIT(aisopod_subscription);
  s.flags = flags;
  s.pattern = pattern;
  s.fn = fn;
  s.user = user;
  return api->subscribe(api, &s, AISOPOD_NULL_, err);
}

/* -------------------------------------------------------------------------- answering calls */

static inline aisopod_status aisopod_reply(const aisopod_host *host, aisopod_token call,
                                           const char *json, size_t len) {
  const aisopod_payload p = aisopod_payload_of(json, len);
  return host->call_reply(host, call, &p);
}

/* details: JSON, or NULL and 0. */
static inline aisopod_status aisopod_fail_with(const aisopod_host *host, aisopod_token call,
                                               aisopod_status status, const char *message,
                                               const char *details, size_t details_len) {
  aisopod_failure f = AISOPOD_INIT(aisopod_failure);
  f.status = status;
  f.message = message;
  f.message_len = message ? AISOPOD_NTS : 0;
  f.details = details;
  f.details_len = details_len;
  return host->call_fail(host, call, &f);
}

static inline aisopod_status aisopod_fail(const aisopod_host *host, aisopod_token call,
                                          aisopod_status status, const char *message) {
  return aisopod_fail_with(host, call, status, message, AISOPOD_NULL_, 0);
}

/* Answers a call with the last response to a request. */
static inline aisopod_status aisopod_forward(const aisopod_host *host, aisopod_token call,
                                             const aisopod_response *response) {
  return response->failure ? host->call_fail(host, call, response->failure)
                           : host->call_reply(host, call, response->payload);
}

static inline aisopod_status aisopod_chunk(const aisopod_host *host, aisopod_token call,
                                           const char *json, size_t len, int64_t wait_ms) {
  const aisopod_payload p = aisopod_payload_of(json, len);
  return host->call_chunk(host, call, &p, wait_ms);
}

static inline aisopod_status aisopod_report_progress(const aisopod_host *host, aisopod_token call,
                                                     double fraction, const char *note) {
  aisopod_progress p = AISOPOD_INIT(aisopod_progress);
  p.fraction = fraction;
  p.note = note;
  p.note_len = note ? AISOPOD_NTS : 0;
  return host->call_progress(host, call, &p);
}

static inline aisopod_status aisopod_on_cancel(const aisopod_host *host, aisopod_token call,
                                               aisopod_cancel_fn fn, void *user) {
  aisopod_observer o = AISOPOD_INIT(aisopod_observer);
  o.fn = fn;
  o.user = user;
  return host->call_on_cancel(host, call, &o);
}

/* ----------------------------------------------------------- requests, events, posts, the log */

/* Sends a request; the response goes to fn, on the reply thread. */
static inline aisopod_status aisopod_send(const aisopod_host *host, aisopod_token parent,
                                          const char *method, const char *json, size_t len,
                                          aisopod_response_fn fn, void *user, aisopod_token *out) {
  const aisopod_payload params = aisopod_payload_of(json, len);
  aisopod_request r = AISOPOD_INIT(aisopod_request);
  r.parent = parent;
  r.method = method;
  r.params = &params;
  r.fn = fn;
  r.user = user;
  return host->request(host, &r, out);
}

/* Sends a request without fn and waits for its response. Returns the status of the response, or why
 * there is none; then *out is NULL. In both cases, give *out to response_release(). */
static inline aisopod_status aisopod_request_and_wait(const aisopod_host *host,
                                                      const aisopod_request *request,
                                                      const aisopod_response **out) {
  aisopod_token token = 0;
  aisopod_status status = host->request(host, request, &token);
  *out = AISOPOD_NULL_;
  if (status == AISOPOD_OK) {
    status = host->request_wait(host, token, -1, out);
    if (status != AISOPOD_OK) (void)host->cancel(host, token); /* else it would stay open */
  }
  return status == AISOPOD_OK ? (*out)->status : status;
}

/* The same, without a struct. */
static inline aisopod_status aisopod_send_and_wait(const aisopod_host *host, aisopod_token parent,
                                                   const char *method, const char *json, size_t len,
                                                   const aisopod_response **out) {
  const aisopod_payload params = aisopod_payload_of(json, len);
  aisopod_request r = AISOPOD_INIT(aisopod_request);
  r.parent = parent;
  r.method = method;
  r.params = &params;
  return aisopod_request_and_wait(host, &r, out);
}

static inline aisopod_status aisopod_publish(const aisopod_host *host, aisopod_token parent,
                                             const char *topic, const char *json, size_t len) {
  const aisopod_payload payload = aisopod_payload_of(json, len);
  aisopod_publication p = AISOPOD_INIT(aisopod_publication);
  p.parent = parent;
  p.topic = topic;
  p.payload = &payload;
  return host->publish(host, &p);
}

static inline aisopod_status aisopod_post_task(const aisopod_host *host, uint32_t flags,
                                               int64_t delay_ms, aisopod_task_fn fn, void *user,
                                               aisopod_token *out) {
  aisopod_post p = AISOPOD_INIT(aisopod_post);
  p.flags = flags;
  p.delay_ms = delay_ms;
  p.fn = fn;
  p.user = user;
  return host->post(host, &p, out);
}

static inline void aisopod_log(const aisopod_host *host, aisopod_level level, const char *message) {
  aisopod_log_record r = AISOPOD_INIT(aisopod_log_record);
  r.level = level;
  r.message = message;
  r.message_len = AISOPOD_NTS;
  (void)host->log(host, &r);
}

/* ----------------------------------------------------------------------------------- errors */

/* Fills *err, if there is one, and returns the status:
 *     return aisopod_set_error(err, AISOPOD_E_INVALID, "city is missing");
 * A message that is too long is cut, never inside a character. */
static inline aisopod_status aisopod_set_error(aisopod_error *err, aisopod_status status,
                                               const char *message) {
  size_t i = 0;
  if (!err) return status;
  err->status = status;
  for (; message && message[i] != '\0' && i < sizeof err->message - 1; i++)
    err->message[i] = message[i];
  if (message && message[i] != '\0') /* cut: not behind the first byte of a longer character */
    while (i > 0 && (message[i] & 0xC0) == 0x80) i--;
  err->message[i] = '\0';
  return status;
}

#undef AISOPOD_NULL_
#endif /* AISOPOD_PLUGIN_INLINE_H */
