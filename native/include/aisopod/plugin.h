/* aisopod/plugin.h - the aisopod native plugin ABI, major version 1.       SPDX: MIT
 *
 * One header, C99, no link-time dependency: a plugin is a shared library that exports exactly
 * one function (AISOPOD_ENTRY, see the end) and reaches the host only through the table it is
 * handed. Everything below obeys seven rules; a comment on a member only adds to them.
 *
 *  1. GROWTH    Within major 1 nothing is reordered, resized, retyped or removed. Structs grow
 *               at the end. struct_size is what the *writer* compiled; a reader looks at a
 *               member only after AISOPOD_HAS() (members marked "@since 1.0" are always there,
 *               and a function the host fills in is never NULL). A struct is zeroed before it is
 *               filled (AISOPOD_INIT), so a member its author never heard of reads as 0. A
 *               struct_size below the 1.0 size or above 65536 is AISOPOD_E_INVALID. Unknown flag
 *               bits are AISOPOD_E_UNSUPPORTED. aisopod_buf alone has no struct_size; it is closed.
 *               A member added in 1.n stands inside #if AISOPOD_TARGET_MINOR >= n, so that sizeof
 *               never claims what the author did not ask for (a host targets the newest).
 *  2. BORROW    A pointer argument is lent for the duration of the call. Keep it: copy it.
 *               No side ever frees the other side's memory. The single owned thing the host
 *               hands out is aisopod_buf, given back with buf_release(). A function that takes
 *               (fn, user, release) owns `user` once it answers OK, and then calls release(user)
 *               exactly once, when fn neither runs nor will run again. If it answers an error it
 *               has taken nothing: release is not called, `user` is still yours. NULL is allowed for
 *               err, for out of add(), subscribe() and request(), for message, note and details, for
 *               release, and for JSON whose len is 0; nowhere else.
 *  3. TEXT      Text is UTF-8. Names are NUL-terminated. Payloads are JSON as (ptr,len); those
 *               from the host are NUL-terminated as well (len excludes it). Towards the host,
 *               len may be AISOPOD_NTS. JSON must be one complete value.
 *  4. TOKENS    aisopod_call and aisopod_reg are numbers, never pointers, never reused. A stale
 *               one is harmless: the function answers AISOPOD_E_GONE.
 *  5. THREADS   Every function carries one tag:
 *               [query]    any thread, before create(); pure: no I/O, no threads, < 10 ms.
 *               [control]  the instance's control thread: one at a time, but beside [worker]; never the
 *                          JS thread.
 *               [worker]   a host worker thread; one at a time per instance, or concurrently if
 *                          the registration says AISOPOD_F_PARALLEL. May block (mind the deadline).
 *               [reply]    the instance's reply thread: one at a time, beside [control] and
 *                          [worker], so that those may wait for what it brings. Must not block.
 *               [inline]   the host's event loop (in process: the JavaScript thread), beside all
 *                          of the above. Must return within 1 ms and never block.
 *               [any]      any thread, concurrently, also from inside callbacks; never waits for
 *                          JavaScript, takes no lock that is held while plugin code runs.
 *               [waits]    like [any], but waits: AISOPOD_E_THREAD on [reply] and [inline].
 *               A host without threads (wasm) runs all of them on one; there [waits] may answer
 *               AISOPOD_E_UNSUPPORTED.
 *  6. NO UNWIND C++ exceptions, panics, longjmp and pthread_exit never cross this boundary. A plugin
 *               leaves the process alone: no output on stdout (it belongs to the host's answers), no
 *               exit(), no changed locale, umask, working directory or signal handlers.
 *  7. INSTANCES create() may run more than once in a process (tenants, reload, several hosts), and
 *               instances live side by side: keep state in the instance, not in globals. Phases:
 *               create, on_register, [restore_state], on_init, serving, [save_state], on_shutdown,
 *               every release(), destroy. request, emit, post: from on_init on, until on_shutdown
 *               has returned; then AISOPOD_E_STATE. After destroy the instance uses no host
 *               function on any thread. A function that overstays its limit is given up: the host
 *               goes on without the instance. Should it return after all, what it did is undone on
 *               the control thread: on_shutdown() after a late on_init(), then every release() and
 *               destroy().
 */
#ifndef AISOPOD_PLUGIN_H
#define AISOPOD_PLUGIN_H

#include <stddef.h>
#include <stdint.h>

#define AISOPOD_ABI_MAJOR     1
#define AISOPOD_ABI_MINOR_MAX 0 /* newest minor this header knows */

/* The minor a plugin is written against. Defaults to the oldest, so that rebuilding with a newer
 * SDK never silently raises what the plugin demands; ask for more: -DAISOPOD_TARGET_MINOR=n. */
#ifndef AISOPOD_TARGET_MINOR
#  define AISOPOD_TARGET_MINOR 0
#endif
#if AISOPOD_TARGET_MINOR > AISOPOD_ABI_MINOR_MAX
#  error "AISOPOD_TARGET_MINOR is newer than this header"
#endif

#if defined(__wasm__)
#  define AISOPOD_ABI
#  define AISOPOD_EXPORT __attribute__((export_name("aisopod_plugin_v1")))
#elif defined(_WIN32)
#  define AISOPOD_ABI   __cdecl
#  define AISOPOD_EXPORT __declspec(dllexport)
#else
#  define AISOPOD_ABI
#  define AISOPOD_EXPORT __attribute__((visibility("default"), used))
#endif

#define AISOPOD_NTS ((size_t)-1) /* "length: up to the NUL" */

/* Is member m of *p present? (The writer's struct may be older and shorter than ours.) */
#define AISOPOD_HAS(T, p, m) \
  ((size_t)(p)->struct_size >= offsetof(T, m) + sizeof((p)->m))

/* A zeroed T with its size set: aisopod_registration r = AISOPOD_INIT(aisopod_registration); */
#ifdef __cplusplus
#  define AISOPOD_INIT(T) aisopod_init_<T>()
template <class T> static inline T aisopod_init_() {
  T t = T();
  t.struct_size = static_cast<uint32_t>(sizeof(T));
  return t;
}
#else
#  define AISOPOD_INIT(T) { .struct_size = (uint32_t)sizeof(T) }
#endif

#ifdef __cplusplus
extern "C" {
#endif

/* ---------------------------------------------------------------- scalars and small structs */

typedef int32_t aisopod_status; /* >= 0 success; never an enum type: its size is not portable */
enum {
  AISOPOD_OK            = 0,
  AISOPOD_E_FAIL        = -1,  /* unspecified; say more in the message                        */
  AISOPOD_E_INVALID     = -2,  /* bad argument, bad JSON, schema violation                    */
  AISOPOD_E_UNSUPPORTED = -3,  /* this host (or plugin) does not know that kind/method/flag    */
  AISOPOD_E_EXISTS      = -4,  /* name already taken                                          */
  AISOPOD_E_NOT_FOUND   = -5,
  AISOPOD_E_DENIED      = -6,  /* permission not granted in the manifest or by the user       */
  AISOPOD_E_GONE        = -7,  /* stale token: finished, unregistered, or the host is closing */
  AISOPOD_E_CANCELLED   = -8,
  AISOPOD_E_DEADLINE    = -9,
  AISOPOD_E_AGAIN       = -10, /* queue full; retry later, or drop                            */
  AISOPOD_E_NOMEM       = -11,
  AISOPOD_E_STATE       = -12, /* not legal now (wrong lifecycle phase)                       */
  AISOPOD_E_THREAD      = -13, /* not legal on this thread                                    */
  AISOPOD_E_TOO_LARGE   = -14, /* over a limit of the host (payload: 16 MiB unless configured) */
  AISOPOD_E_BUSY        = -15  /* the plugin is stuck in an earlier call, or being reloaded    */
};                             /* unknown negative codes read as AISOPOD_E_FAIL               */

typedef uint64_t aisopod_call; /* one request being answered; 0 is never valid */
typedef uint64_t aisopod_reg;  /* one registration or subscription; for logs now, and for what a
                                  later minor offers to do with one              */

typedef int32_t aisopod_level;
enum {
  AISOPOD_LOG_TRACE = 0, AISOPOD_LOG_DEBUG = 1, AISOPOD_LOG_INFO = 2,
  AISOPOD_LOG_WARN  = 3, AISOPOD_LOG_ERROR = 4,
  AISOPOD_LOG_HOST_MISBEHAVING = 5 /* the host broke a rule of this header */
};

/* Caller-owned error record: no allocation, nothing to free, no thread-local "last error". Whoever
 * owns the memory sets struct_size (AISOPOD_INIT); the other side fills code and message. */
typedef struct aisopod_error {
  uint32_t struct_size;
  int32_t  code;         /* AISOPOD_E_*                          */
  char     message[504]; /* NUL-terminated UTF-8, for a human    */
} aisopod_error;         /* 512 bytes */

/* Bytes owned by the host. Zero-initialise; release exactly once on success. */
typedef struct aisopod_buf {
  const char *data;  /* NUL-terminated at data[len] */
  size_t      len;
  void       *owner; /* host private */
} aisopod_buf;

/* Where a plugin writes bytes it produces (state, ...). Short writes do not happen. */
typedef struct aisopod_writer {
  uint32_t struct_size;
  uint32_t reserved0;
  void    *ctx;
  aisopod_status (AISOPOD_ABI *write)(const struct aisopod_writer *w, const void *p, size_t n);
} aisopod_writer;

/* ------------------------------------------------------------- requests, registrations */

/* What a handler is asked. The pointer and everything under it is lent until the handler
 * returns; the token stays good until the call is finished. */
typedef struct aisopod_request {
  uint32_t    struct_size;
  uint32_t    flags;
  aisopod_call call;
  const char *method;      /* "invoke" for tools/commands/hooks/prompts/context; else per kind  */
  const char *name;        /* the registration's own name                                       */
  const char *params;      /* JSON                                                              */
  size_t      params_len;
  const char *meta;        /* JSON: session, user, trace id, permissions in force               */
  size_t      meta_len;
  int64_t     timeout_ms;  /* time left when the request was made; -1 none                      */
} aisopod_request;

/* Answer now or later, here or on another thread: exactly one call_reply or call_fail per call.
 * Returning a negative status answers it too (as call_fail with that code); returning >= 0
 * without having answered means "pending". An answer the host refuses (broken JSON or UTF-8, too
 * large) finishes the call all the same, with that error.   [worker], or [inline] with F_INLINE */
typedef aisopod_status (AISOPOD_ABI *aisopod_handler)(void *user, const aisopod_request *req);

/* Last use of `user` is over; nothing is in flight. See rule 2. Registrations and subscriptions
 * are released after on_shutdown() and before destroy(), newest first; also when the batch was
 * refused as a whole.                                                    [control] or [reply] */
typedef void (AISOPOD_ABI *aisopod_release)(void *user);

enum {
  AISOPOD_F_PARALLEL = 1u << 0, /* handler may run concurrently with itself and its siblings    */
  AISOPOD_F_INLINE   = 1u << 1  /* runs [inline], beside whatever else of the plugin runs        */
};

/* Kinds are data, not vtable slots: an older host answers AISOPOD_E_UNSUPPORTED to a kind it
 * does not know, and the plugin carries on without it. */
#define AISOPOD_KIND_TOOL     "tool"     /* invoke                                              */
#define AISOPOD_KIND_COMMAND  "command"  /* invoke                                              */
#define AISOPOD_KIND_HOOK     "hook"     /* invoke; name is the hook point, spec has "priority" */
#define AISOPOD_KIND_PROMPT   "prompt"   /* invoke                                              */
#define AISOPOD_KIND_CONTEXT  "context"  /* invoke                                              */
#define AISOPOD_KIND_CHANNEL  "channel"  /* open, send, close; inbound: request channel.message */
#define AISOPOD_KIND_PROVIDER "provider" /* models, chat (streams), embed, is_available         */
#define AISOPOD_KIND_SERVER   "server"   /* start, is_running, stop: a long-lived daemon        */
#define AISOPOD_KIND_MIDDLEWARE "middleware" /* invoke; spec has the chain and "order"          */
#define AISOPOD_KIND_MESSAGE  "message"  /* invoke: {from, message}; at most one a plugin       */

typedef struct aisopod_registration {
  uint32_t        struct_size;
  uint32_t        flags;    /* AISOPOD_F_*                                                       */
  const char     *kind;     /* AISOPOD_KIND_*                                                    */
  const char     *name;     /* [A-Za-z0-9][A-Za-z0-9_-]{0,63}, unique per kind and plugin whatever
                               the case; for hooks the hook point, and there it may repeat       */
  const char     *spec;     /* JSON: description, input/output JSON Schema, kind-specific keys   */
  size_t          spec_len;
  aisopod_handler handler;
  void           *user;
  aisopod_release release;  /* may be NULL                                                       */
} aisopod_registration;

typedef struct aisopod_event {
  uint32_t    struct_size;
  uint32_t    flags;
  uint64_t    dropped;     /* events this subscription lost since the last one                  */
  const char *topic, *source; /* source: id of the plugin that published, or "host"             */
  const char *json;
  size_t      len;
} aisopod_event;
typedef void (AISOPOD_ABI *aisopod_event_fn)(void *user, const aisopod_event *ev);  /* [worker] */

typedef struct aisopod_subscription {
  uint32_t         struct_size;
  uint32_t         flags;  /* AISOPOD_F_PARALLEL                                                */
  const char      *topic_glob;
  aisopod_event_fn fn;
  void            *user;
  aisopod_release  release;
} aisopod_subscription;

/* One answer to a request(). Without AISOPOD_RESP_MORE it is the last one. */
enum { AISOPOD_RESP_MORE = 1u << 0 };
typedef struct aisopod_response {
  uint32_t       struct_size;
  uint32_t       flags;
  uint64_t       ask;      /* the token request() gave out                                      */
  aisopod_status status;
  uint32_t       reserved0;
  const char    *json;
  size_t         len;
  const char    *message;  /* on failure, for a human; else NULL                                */
  const char    *details;  /* on failure, JSON or NULL                                          */
} aisopod_response;
typedef void (AISOPOD_ABI *aisopod_response_fn)(void *user, const aisopod_response *r); /*[reply]*/

enum { AISOPOD_ASK_STREAM = 1u << 0 }; /* wants MORE answers, as they come                      */
typedef struct aisopod_ask {
  uint32_t            struct_size;
  uint32_t            flags;
  aisopod_call        parent;     /* on whose behalf: user, tenant, permissions, trace, deadline
                                     and cancellation follow it; 0: the plugin's own            */
  int64_t             timeout_ms; /* -1: the parent's, or the host's default                    */
  const char         *method;
  const char         *params;     /* JSON                                                       */
  size_t              params_len;
  aisopod_response_fn fn;
  void               *user;
  aisopod_release     release;
} aisopod_ask;

typedef void (AISOPOD_ABI *aisopod_task_fn)(void *user);                         /* [control] */
/* why: AISOPOD_E_CANCELLED, AISOPOD_E_DEADLINE or AISOPOD_E_STATE (shutting down).  [reply]    */
typedef void (AISOPOD_ABI *aisopod_cancel_fn)(void *user, aisopod_call call, aisopod_status why);

/* ---------------------------------------------------------------------------- host table */

/* One per instance. The table and the api table are never freed, so a late call answers an error
 * instead of crashing; impl is valid until destroy() returns. Pass `host` back first. */
typedef struct aisopod_host aisopod_host;
struct aisopod_host {
  uint32_t    struct_size;
  uint16_t    abi_major, abi_minor;
  void       *impl;         /* host private */
  const char *host_name, *host_version;
  const char *plugin_dir;   /* read-only: where the manifest lies                     */
  const char *data_dir;     /* writable, private to this plugin (made 0700 before
                               create()), survives an upgrade                         */

  /* @since 1.0 ------------------------------------------------------ identity and misc */
  void (AISOPOD_ABI *log)(const aisopod_host *host, aisopod_level level,
                           const char *msg, size_t len);                               /* [any] */
  /* A versioned optional interface ("aisopod.metrics/1") or NULL; the host owns it.      [any] */
  const void *(AISOPOD_ABI *get_interface)(const aisopod_host *host, const char *id);
  void (AISOPOD_ABI *buf_release)(const aisopod_host *host, aisopod_buf *buf);        /* [any] */
  /* The plugin's validated configuration as it is now.                                          */
  aisopod_status (AISOPOD_ABI *config)(const aisopod_host *host, aisopod_buf *out);   /* [any] */

  /* ------------------------------------------------------------------- answering a call */
  aisopod_status (AISOPOD_ABI *call_reply)(const aisopod_host *host, aisopod_call call,
                                            const char *json, size_t len);             /* [any] */
  aisopod_status (AISOPOD_ABI *call_fail)(const aisopod_host *host, aisopod_call call,
                                           aisopod_status code, const char *msg,
                                           const char *details_json, size_t len);      /* [any] */
  /* Stream a partial result, in order per call. While the reader is behind: waits up to wait_ms
   * (-1: until the deadline) for room, then AGAIN. CANCELLED, DEADLINE, GONE: stop.
   *                                                  [any] if wait_ms is 0, otherwise [waits] */
  aisopod_status (AISOPOD_ABI *call_chunk)(const aisopod_host *host, aisopod_call call,
                                            const char *json, size_t len, int64_t wait_ms);
  /* fraction 0..1, or -1 for unknown; anything else is INVALID. Only the newest is kept.       */
  aisopod_status (AISOPOD_ABI *call_progress)(const aisopod_host *host, aisopod_call call,
                                               double fraction, const char *note);     /* [any] */
  /* OK: go on. CANCELLED / DEADLINE: the caller has been told already; stop soon, and answer: the
   * answer is dropped with GONE, harmlessly, and the plugin is free again. An atomic read.      */
  aisopod_status (AISOPOD_ABI *call_check)(const aisopod_host *host, aisopod_call call); /*[any]*/
  /* -1: no deadline; 0: passed, or stale token.                                                */
  int64_t (AISOPOD_ABI *call_remaining_ms)(const aisopod_host *host, aisopod_call call); /*[any]*/
  /* At most one observer per call (EXISTS). Already cancelled: answers CANCELLED or DEADLINE and
   * takes nothing. fn may run beside an answer given elsewhere; it may answer the call itself.  */
  aisopod_status (AISOPOD_ABI *call_on_cancel)(const aisopod_host *host, aisopod_call call,
                                                aisopod_cancel_fn fn, void *user,
                                                aisopod_release release);              /* [any] */

  /* ------------------------------------------------------------------ events and requests */
  /* Publishes an event; never waits. A topic is segments between dots, 256 bytes at most, without
   * '*', '>', blanks and control characters: else INVALID. Below "host." publishes the host only:
   * DENIED. More than the host can read: AGAIN.                                                */
  aisopod_status (AISOPOD_ABI *emit)(const aisopod_host *host, const char *topic,
                                      const char *json, size_t len);                   /* [any] */
  /* Ask the host for something ("model.chat", "tool.call", "user.ask"). If it answers OK, fn gets
   * exactly one last response: at the latest, with GONE, between on_shutdown() and destroy().  */
  aisopod_status (AISOPOD_ABI *request)(const aisopod_host *host, const aisopod_ask *ask,
                                         uint64_t *out);                               /* [any] */
  /* The same, waiting for the last response; ask->fn must be NULL.                   [waits] */
  aisopod_status (AISOPOD_ABI *request_wait)(const aisopod_host *host, const aisopod_ask *ask,
                                              aisopod_buf *out, aisopod_error *err);
  /* fn still gets its last response.                                                           */
  aisopod_status (AISOPOD_ABI *request_cancel)(const aisopod_host *host, uint64_t ask); /*[any]*/
  /* Run fn on the control thread after at least delay_ms. What has not begun when on_shutdown()
   * is called is released without being run.                                                   */
  aisopod_status (AISOPOD_ABI *post)(const aisopod_host *host, aisopod_task_fn fn, void *user,
                                      aisopod_release release, int64_t delay_ms);      /* [any] */
  /* ^ end of 1.0. New members go below, each with its own "@since 1.n" and size assertion. */
};

/* ------------------------------------------------------------------------------- builder */

/* Handed to on_register(); after it returned every member answers AISOPOD_E_STATE. add() checks
 * what needs no other plugin: kind, name, JSON, size, limits, duplicates within this plugin. The
 * rest (schemas, clashes) is judged when on_register() has returned: what is wrong fails the
 * plugin, nothing of it becomes visible. A short name that another plugin holds is no failure: the
 * item keeps its full name, `plugin-id:name`. */
typedef struct aisopod_api aisopod_api;
struct aisopod_api {
  uint32_t struct_size;
  uint32_t reserved0;
  void    *impl;            /* host private */

  /* @since 1.0. Everything in *def is copied before it returns.                       [control] */
  aisopod_status (AISOPOD_ABI *add)(const aisopod_api *api, const aisopod_registration *def,
                                     aisopod_reg *out, aisopod_error *err);
  /* Events whose topic matches the glob, from on_init() on; not those of the plugin itself. In the
   * glob a segment may be '*', any one, and the last '**', any number of them, also none. fn gets
   * them in the order in which each source published them (with F_PARALLEL they overtake each
   * other), after on_init() has returned and until on_shutdown() begins. What waits for fn beyond a
   * limit of the host is dropped, the oldest first, and counted.                      [control] */
  aisopod_status (AISOPOD_ABI *subscribe)(const aisopod_api *api,
                                           const aisopod_subscription *def, aisopod_reg *out,
                                           aisopod_error *err);
  /* ^ end of 1.0 */
};

/* ------------------------------------------------------------------------- plugin table */

typedef struct aisopod_plugin aisopod_plugin; /* the plugin's own instance; opaque to the host */

enum { AISOPOD_PLUGIN_SINGLE = 1u << 0 }; /* at most one instance alive in a process            */

/* create, on_register and destroy are required; every other function may be NULL. */
typedef struct aisopod_plugin_desc {
  uint32_t    struct_size;
  uint16_t    abi_major, abi_minor; /* what the plugin was compiled against                      */
  uint16_t    abi_minor_min;        /* the oldest host minor it can live with                    */
  uint16_t    reserved0;
  uint32_t    flags;                /* AISOPOD_PLUGIN_*                                          */
  const char *id, *version;         /* must equal the manifest's                                 */
  const char *build;                /* free text: toolchain, commit                              */

  /* Make the instance. On failure fill *err, leave *out NULL and keep nothing.       [control] */
  aisopod_status (AISOPOD_ABI *create)(const aisopod_host *host, aisopod_plugin **out,
                                        aisopod_error *err);
  /* Say what the plugin provides. No threads, sockets or files yet.                   [control] */
  aisopod_status (AISOPOD_ABI *on_register)(aisopod_plugin *self, const aisopod_api *api,
                                             aisopod_error *err);
  /* Open threads and sockets here; requests begin after it.                           [control] */
  aisopod_status (AISOPOD_ABI *on_init)(aisopod_plugin *self, aisopod_error *err);
  /* No new request comes. Finish or fail the pending ones; stop your threads, or park them so
   * that none uses the host or this instance once it returned; host functions still work. Not
   * called when the process ends without close().                                     [control] */
  void (AISOPOD_ABI *on_shutdown)(aisopod_plugin *self);
  /* Last of all: after on_shutdown(), or directly after a failed on_register(), restore_state()
   * or on_init() (which then leaves no thread behind).                                [control] */
  void (AISOPOD_ABI *destroy)(aisopod_plugin *self);

  /* A new validated configuration is proposed, while calls go on. host->config() gives the old one
   * until this answers OK, however late; an error keeps it in force and is shown to the user. NULL:
   * the new one is in force at once, for whoever asks.                                [control] */
  aisopod_status (AISOPOD_ABI *on_config_changed)(aisopod_plugin *self, const char *json,
                                                   size_t len, aisopod_error *err);
  /* Hot reload, both or neither. save_state: calls are drained and held back, the instance is
   * alive and must stay able to serve, since it goes on serving if the new one fails.
   * restore_state: in the new instance, after on_register() and before on_init(); `version` is
   * the one that saved. The old one gets on_shutdown() after the swap: what only one can hold
   * (a port) is taken on the first call or with a retry. At most 64 MiB.              [control] */
  aisopod_status (AISOPOD_ABI *save_state)(aisopod_plugin *self, const aisopod_writer *w,
                                      aisopod_error *err);
  aisopod_status (AISOPOD_ABI *restore_state)(aisopod_plugin *self, const char *version,
                                         const void *data, size_t len, aisopod_error *err);
  /* Optional interfaces of the plugin, by id; may be NULL.                                [any] */
  const void *(AISOPOD_ABI *get_interface)(aisopod_plugin *self, const char *id);
} aisopod_plugin_desc;

/* The one exported symbol. Its name carries the major version, so a wrong major is a clean "no
 * entry point" and one binary can serve two majors. Returns static storage.             [query] */
#define AISOPOD_ENTRY        aisopod_plugin_v1
#define AISOPOD_ENTRY_STRING "aisopod_plugin_v1"
AISOPOD_EXPORT const aisopod_plugin_desc *AISOPOD_ABI AISOPOD_ENTRY(void);
typedef const aisopod_plugin_desc *(AISOPOD_ABI *aisopod_entry_fn)(void);

/* -------------------------------------------------------------------- source conveniences */

#define AISOPOD_DESC_HEAD(min_minor) \
  sizeof(aisopod_plugin_desc), AISOPOD_ABI_MAJOR, AISOPOD_TARGET_MINOR, (min_minor), 0, 0

static inline aisopod_status aisopod_add(const aisopod_api *api, const char *kind,
                                         const char *name, const char *spec, uint32_t flags,
                                         aisopod_handler fn, void *user, aisopod_error *err) {
  aisopod_registration r = AISOPOD_INIT(aisopod_registration);
  aisopod_reg ignored = 0;
  r.flags = flags; r.kind = kind; r.name = name;
  r.spec = spec; r.spec_len = AISOPOD_NTS; r.handler = fn; r.user = user;
  return api->add(api, &r, &ignored, err);
}
#define aisopod_register_tool(a, n, s, f, fn, u, e) \
  aisopod_add(a, AISOPOD_KIND_TOOL, n, s, f, fn, u, e)
#define aisopod_register_command(a, n, s, f, fn, u, e) \
  aisopod_add(a, AISOPOD_KIND_COMMAND, n, s, f, fn, u, e)
#define aisopod_register_hook(a, n, s, f, fn, u, e) \
  aisopod_add(a, AISOPOD_KIND_HOOK, n, s, f, fn, u, e)
#define aisopod_register_prompt(a, n, s, f, fn, u, e) \
  aisopod_add(a, AISOPOD_KIND_PROMPT, n, s, f, fn, u, e)
#define aisopod_register_context(a, n, s, f, fn, u, e) \
  aisopod_add(a, AISOPOD_KIND_CONTEXT, n, s, f, fn, u, e)
#define aisopod_register_channel(a, n, s, f, fn, u, e) \
  aisopod_add(a, AISOPOD_KIND_CHANNEL, n, s, f, fn, u, e)
#define aisopod_register_provider(a, n, s, f, fn, u, e) \
  aisopod_add(a, AISOPOD_KIND_PROVIDER, n, s, f, fn, u, e)
#define aisopod_register_server(a, n, s, f, fn, u, e) \
  aisopod_add(a, AISOPOD_KIND_SERVER, n, s, f, fn, u, e)
#define aisopod_register_middleware(a, n, s, f, fn, u, e) \
  aisopod_add(a, AISOPOD_KIND_MIDDLEWARE, n, s, f, fn, u, e)
#define aisopod_register_message(a, n, s, f, fn, u, e) \
  aisopod_add(a, AISOPOD_KIND_MESSAGE, n, s, f, fn, u, e)

#ifdef __cplusplus
}
#endif

/* Frozen layout: 64-bit, then 32-bit (also wasm32). Changing a number here is an ABI break. */
#if UINTPTR_MAX == 0xFFFFFFFFFFFFFFFFu
#  define AISOPOD_FROZEN_(n, e, w64, w32) typedef char aisopod_frozen_##n[(e) == (w64) ? 1 : -1]
#else
#  define AISOPOD_FROZEN_(n, e, w64, w32) typedef char aisopod_frozen_##n[(e) == (w32) ? 1 : -1]
#endif
AISOPOD_FROZEN_(error_size,   sizeof(aisopod_error), 512, 512);
AISOPOD_FROZEN_(buf_size,     sizeof(aisopod_buf), 24, 12);
AISOPOD_FROZEN_(writer_size,  sizeof(aisopod_writer), 24, 16);
AISOPOD_FROZEN_(req_end_1_0,  offsetof(aisopod_request, timeout_ms), 64, 40);
AISOPOD_FROZEN_(reg_end_1_0,  offsetof(aisopod_registration, release), 56, 32);
AISOPOD_FROZEN_(ev_end_1_0,   offsetof(aisopod_event, len), 40, 28);
AISOPOD_FROZEN_(sub_end_1_0,  offsetof(aisopod_subscription, release), 32, 20);
AISOPOD_FROZEN_(resp_end_1_0, offsetof(aisopod_response, details), 48, 36);
AISOPOD_FROZEN_(ask_end_1_0,  offsetof(aisopod_ask, release), 64, 44);
AISOPOD_FROZEN_(host_end_1_0, offsetof(aisopod_host, post), 168, 88);
AISOPOD_FROZEN_(api_end_1_0,  offsetof(aisopod_api, subscribe), 24, 16);
AISOPOD_FROZEN_(desc_end_1_0, offsetof(aisopod_plugin_desc, get_interface), 104, 60);
#endif /* AISOPOD_PLUGIN_H */
