/* aisopod/plugin.h - the aisopod plugin ABI, major version 1.                     SPDX: MIT
 *
 * One header for C99 and C++11, without a link-time dependency. A plugin is a shared library that
 * exports one function, AISOPOD_ENTRY, and reaches the host only through the table that create()
 * receives. A *call* comes in: the host asks the plugin. A *request* goes out: the plugin asks
 * the host. Eight rules hold for everything below; a comment on a member only adds to them.
 *
 *  1. GROWTH    Within major 1 nothing is reordered, resized, retyped or removed. Structs grow at
 *               the end. struct_size is the size that the writer of a struct compiled;
 *               AISOPOD_INIT() sets it and zeroes the rest, and 0 is the default of every member.
 *               Read a member of a later minor only after AISOPOD_HAS(). The host refuses with
 *               AISOPOD_E_INVALID: a struct_size below that of 1.0 or above 65536, and a reserved
 *               member that is not 0. It refuses with AISOPOD_E_UNSUPPORTED: an unknown flag bit,
 *               and a byte that is not 0 behind the members that it knows. So an older host never
 *               ignores what a newer plugin sets; only in the descriptor it does, where
 *               abi_minor_min decides. A plugin ignores flag bits that it does not know. Members of
 *               1.n stand inside #if AISOPOD_TARGET_MINOR >= n. They come in multiples of 8 bytes
 *               on 32-bit and 64-bit targets, with named padding; tables grow by whole functions.
 *  2. BORROW    An argument is lent for the duration of the call: copy what you keep. Neither side
 *               frees memory of the other. The host gives away two kinds of objects, the response
 *               of request_wait() and the payload of get_config(): return each with its release
 *               function. A struct with the members fn, user and release hands `user` over. Once
 *               the function has returned AISOPOD_OK, the host owns `user` and calls release(user)
 *               exactly once, when fn neither runs nor will run again. After an error it has taken
 *               nothing, and `user` is still yours. NULL is legal for release, for err, for `out`
 *               of a token, and where a comment says "or NULL".
 *  3. TEXT      Text is UTF-8. Names (ids, kinds, methods, topics) are NUL-terminated. Other text
 *               comes with a length; towards the host it may be AISOPOD_NTS. A NUL follows all text
 *               from the host, and its length does not count it. JSON is one complete value of RFC
 *               8259, without a byte order mark, at most 512 levels deep in both directions.
 *               Numbers are IEEE doubles: an integer that no double holds (the first is 2^53 + 1)
 *               and a number beyond their range (1e400) are refused, never changed; write them as
 *               strings. Equal keys in one object and half of a surrogate pair are refused too.
 *               "\u0000" is legal, so use the lengths. NULL with length 0 stands for null. The host
 *               may find a fault after it returned AISOPOD_OK: then the call or request fails.
 *  4. TOKENS    An aisopod_token is a number below 2^53, unique in its instance and never reused;
 *               0 is none. Calls, registrations, requests, posts and events share one space. A
 *               stale token is harmless: the function returns AISOPOD_E_GONE.
 *  5. THREADS   Every function has one tag:
 *               [query]    the opening thread of the host, before create(); one at a time in a
 *                          process. Pure: no I/O, no threads, < 10 ms.
 *               [control]  the control thread of the instance: one function at a time, concurrently
 *                          with [worker] and [reply]. Never the thread of the event loop.
 *               [worker]   a worker thread of the host. Handlers, event functions and tasks without
 *                          AISOPOD_F_PARALLEL run one at a time per instance, so they need no lock
 *                          among themselves. May block (mind the deadline).
 *               [reply]    the reply thread of the instance: one function at a time, concurrently
 *                          with [control] and [worker], which may wait for it. Never blocks.
 *               [inline]   the event loop of the host (in process: the JavaScript thread),
 *                          concurrently with all of these. Returns within 1 ms, never blocks.
 *               [any]      any thread, concurrently, also in callbacks. Never waits for JavaScript.
 *               [waits]    like [any], but may wait: AISOPOD_E_THREAD on [reply] and [inline].
 *               No host function runs plugin code on the thread that calls it, and the host holds
 *               no lock while plugin code runs. Provisional, until a host does it: a host without
 *               threads (wasm) runs everything on one, and [waits] may return
 *               AISOPOD_E_UNSUPPORTED there; the child of a fork() uses no host function.
 *  6. NO UNWIND C++ exceptions, panics, longjmp and pthread_exit never cross this boundary. A
 *               plugin leaves the process alone: no stdout (the host's), no exit(), setenv() or
 *               bare fork(), no change of locale, umask, working directory or signal handlers.
 *  7. INSTANCES create() may run several times in a process (tenants, reload, several hosts), and
 *               instances live side by side: keep state in the instance, not in globals. Order:
 *               create, on_register, [restore_state], on_init, serving, [save_state], on_shutdown,
 *               every release(), destroy. request() and publish() are legal from on_init() until
 *               on_shutdown() has returned, post() until it begins, the rest of the host table from
 *               create() until destroy() has returned; otherwise they return AISOPOD_E_STATE. When
 *               the shutdown begins, just before on_shutdown(), a [waits] function returns
 *               AISOPOD_E_STATE, at once and from then on, on every thread but the control thread:
 *               so on_shutdown() can join the plugin's own threads. After destroy() no thread uses
 *               a host function. If a function exceeds its limit, the host goes on without the
 *               instance. If that function returns later, the host undoes it on the control thread:
 *               on_shutdown() (after a late on_init()), every release(), destroy().
 *  8. RESULTS   AISOPOD_OK is 0, errors are negative, an unknown error reads as AISOPOD_E_FAIL.
 *               Positive statuses are reserved; the only one is AISOPOD_PENDING, for handlers. A
 *               plugin function that returns another one has failed. Host functions return
 *               AISOPOD_OK or an error, never a positive status. Each may return INVALID,
 *               UNSUPPORTED, STATE and NOMEM; its comment lists the others. When the host refuses
 *               an argument, it also logs the reason (rate limited).
 */
#ifndef AISOPOD_PLUGIN_H
#define AISOPOD_PLUGIN_H

#include <stddef.h>
#include <stdint.h>

#define AISOPOD_ABI_MAJOR     1
#define AISOPOD_ABI_MINOR_MAX 0 /* the newest minor that this header knows */

/* The minor that a plugin is written against. The default is the oldest: rebuilding with a newer
 * SDK never raises what the plugin demands. For more, compile with -DAISOPOD_TARGET_MINOR=n. */
#ifndef AISOPOD_TARGET_MINOR
#  define AISOPOD_TARGET_MINOR 0
#endif
#if AISOPOD_TARGET_MINOR > AISOPOD_ABI_MINOR_MAX
#  error "AISOPOD_TARGET_MINOR is newer than this header"
#endif

#if defined(_WIN32) /* Windows and wasm: provisional until a host runs them */
#  define AISOPOD_ABI    __cdecl
#  define AISOPOD_EXPORT __declspec(dllexport)
#elif defined(__wasm__)
#  define AISOPOD_ABI
#  define AISOPOD_EXPORT __attribute__((export_name("aisopod_plugin_v1")))
#elif defined(__GNUC__)
#  define AISOPOD_ABI
#  define AISOPOD_EXPORT __attribute__((visibility("default"), used))
#else
#  define AISOPOD_ABI
#  define AISOPOD_EXPORT
#endif

#define AISOPOD_NTS SIZE_MAX /* as a length: up to the NUL */

/* Is member m of *p present? (The writer's struct may be older and shorter than ours.) */
#define AISOPOD_HAS(T, p, m) ((p)->struct_size >= offsetof(T, m) + sizeof((p)->m))

/* A zeroed T with its size set: aisopod_request r = AISOPOD_INIT(aisopod_request); */
#ifdef __cplusplus
#  define AISOPOD_INIT(T) aisopod_init_<T>()
extern "C++" { /* for an author who includes this header inside extern "C" */
template <class T> static inline T aisopod_init_() {
  T t = T();
  t.struct_size = static_cast<uint32_t>(sizeof(T));
  return t;
}
}
extern "C" {
#else
#  define AISOPOD_INIT(T) { .struct_size = (uint32_t)sizeof(T) }
#endif

/* ------------------------------------------------------------------------------ scalars */

/* Never an enum: its size is not portable, and C++ warns where an enumerator meets an integer. */
typedef int32_t aisopod_status;
#define AISOPOD_OK            0
#define AISOPOD_PENDING       100   /* from a handler: the answer comes from elsewhere */
#define AISOPOD_E_FAIL        (-1)  /* unspecified; say more in the message */
#define AISOPOD_E_INVALID     (-2)  /* bad argument, bad JSON, schema violation */
#define AISOPOD_E_UNSUPPORTED (-3)  /* unknown kind, method, flag or member */
#define AISOPOD_E_EXISTS      (-4)  /* the name, or the place, is taken */
#define AISOPOD_E_NOT_FOUND   (-5)
#define AISOPOD_E_DENIED      (-6)  /* the permission is not granted */
#define AISOPOD_E_GONE        (-7)  /* stale token: finished, cancelled, or never valid */
#define AISOPOD_E_CANCELLED   (-8)
#define AISOPOD_E_DEADLINE    (-9)
#define AISOPOD_E_AGAIN       (-10) /* no room now, or a conflict: retry later, or drop */
#define AISOPOD_E_NOMEM       (-11)
#define AISOPOD_E_STATE       (-12) /* not legal in this phase of the instance */
#define AISOPOD_E_THREAD      (-13) /* not legal on this thread */
#define AISOPOD_E_TOO_LARGE   (-14) /* over a limit of the host (payload: 16 MiB by default) */
#define AISOPOD_E_BUSY        (-15) /* the plugin is stuck in an earlier call, or reloading */

typedef int32_t aisopod_level; /* 0 reads as INFO, another unknown one as the next lower one */
#define AISOPOD_LOG_TRACE            10
#define AISOPOD_LOG_DEBUG            20
#define AISOPOD_LOG_INFO             30
#define AISOPOD_LOG_WARN             40
#define AISOPOD_LOG_ERROR            50
#define AISOPOD_LOG_HOST_MISBEHAVING 60 /* the host broke a rule of this header */

typedef uint64_t aisopod_token; /* rule 4 */

/* Where a function runs: flags of registrations, subscriptions and posts. 0: the serial worker. */
#define AISOPOD_F_PARALLEL 0x1u /* [worker], concurrently with itself and all others */
#define AISOPOD_F_INLINE   0x2u /* [inline]; registrations only. A slow one moves to the worker */
#define AISOPOD_F_CONTROL  0x4u /* [control]; posts only */

/* The last use of `user` is over (rule 2). Registrations and subscriptions are released between
 * on_shutdown() and destroy(), newest first; also if the host refuses the plugin afterwards.
 *                               [control], [worker] or [reply], never inside a host function */
typedef void (AISOPOD_ABI *aisopod_release_fn)(void *user);

/* ------------------------------------------------------------------ values and failures */

/* A JSON value on its way. A later minor appends bytes (images, audio, vectors). A function that
 * takes a payload takes NULL for the value null. */
typedef struct aisopod_payload {
  uint32_t    struct_size;
  uint32_t    flags; /* 0 */
  const char *json;
  size_t      len;
} aisopod_payload;

/* Why a call or a request failed. */
typedef struct aisopod_failure {
  uint32_t       struct_size;
  aisopod_status status;      /* negative; anything else reads as AISOPOD_E_FAIL */
  const char    *message;     /* for people; the host cuts it after 4096 bytes */
  size_t         message_len;
  const char    *details;     /* JSON, for programs; length 0: none */
  size_t         details_len;
} aisopod_failure;

/* The caller sets struct_size, the callee fills in the rest. What counts is the status that the
 * function returns; the host shows the message with it. A plugin never receives NULL as err. */
typedef struct aisopod_error {
  uint32_t       struct_size;
  aisopod_status status;
  char           message[504]; /* NUL-terminated, for people */
} aisopod_error;

/* -------------------------------------------------------------------------------- calls */

#define AISOPOD_CALL_CHUNKS   0x1u /* the caller reads chunks; if not, call_chunk() drops them */
#define AISOPOD_CALL_PROGRESS 0x2u /* the caller reads progress */

/* What a handler receives, lent until it returns. The token is good until the call is answered; as
 * `parent` it passes on user, session, tenant, trace, role, permissions, deadline, cancellation. */
typedef struct aisopod_call {
  uint32_t               struct_size;
  uint32_t               flags;       /* AISOPOD_CALL_* */
  aisopod_token          token;
  int64_t                timeout_ms;  /* time left when the handler began; -1: no deadline */
  const char            *kind, *name; /* of the registration */
  const char            *method;      /* "invoke", or another one of the kind: docs/reference/kinds.
                                         If it is unknown, return AISOPOD_E_UNSUPPORTED */
  const aisopod_payload *params;      /* never NULL */
  const char            *meta;        /* JSON object: traceId, user, session, tenant, role, ... */
  size_t                 meta_len;
} aisopod_call;

/* Answers a call exactly once, with call_reply() or call_fail(), and returns
 *   AISOPOD_OK       the call is answered. If it is not, the host fails it at once;
 *   AISOPOD_PENDING  the call is answered elsewhere, later or already. Return it whenever the token
 *                    went to another thread, a request or a task;
 *   an error         the host fails the call with it. After an answer, the answer counts.
 * If the host refuses the answer (bad JSON, too large), the call fails with that error. If the
 * caller is gone (CANCELLED, DEADLINE), answer all the same: that ends the call for the plugin.
 *                                                  [worker], or [inline] with AISOPOD_F_INLINE */
typedef aisopod_status (AISOPOD_ABI *aisopod_handler_fn)(void *user, const aisopod_call *call);

typedef struct aisopod_progress {
  uint32_t    struct_size;
  uint32_t    flags;    /* 0 */
  double      fraction; /* 0 to 1, or -1: unknown; anything else is AISOPOD_E_INVALID */
  const char *note;     /* for people; length 0: none */
  size_t      note_len;
} aisopod_progress;

/* A call has ended for its caller before it was answered. */
typedef struct aisopod_cancellation {
  uint32_t       struct_size;
  aisopod_status status; /* AISOPOD_E_CANCELLED, _DEADLINE, or _STATE: the shutdown begins */
  aisopod_token  token;  /* of the call */
} aisopod_cancellation;

/* May answer the call itself. An answer may be given elsewhere at the same time.        [reply] */
typedef void (AISOPOD_ABI *aisopod_cancel_fn)(void *user, const aisopod_cancellation *why);

typedef struct aisopod_observer {
  uint32_t           struct_size;
  uint32_t           flags; /* 0 */
  aisopod_cancel_fn  fn;
  void              *user;
  aisopod_release_fn release;
  const void        *reserved0; /* NULL */
} aisopod_observer;

/* -------------------------------------------------------------------- registrations, events */

/* Kinds are data, not members of a table: a host that does not serve a kind returns
 * AISOPOD_E_UNSUPPORTED, and the plugin may go on without it. Their JSON: docs/reference/kinds. */
#define AISOPOD_KIND_TOOL       "tool"
#define AISOPOD_KIND_COMMAND    "command"
#define AISOPOD_KIND_HOOK       "hook"
#define AISOPOD_KIND_PROMPT     "prompt"
#define AISOPOD_KIND_CONTEXT    "context"
#define AISOPOD_KIND_CHANNEL    "channel"
#define AISOPOD_KIND_PROVIDER   "provider"
#define AISOPOD_KIND_SERVER     "server"
#define AISOPOD_KIND_MIDDLEWARE "middleware"
#define AISOPOD_KIND_MESSAGE    "message"

typedef struct aisopod_registration {
  uint32_t               struct_size;
  uint32_t               flags; /* AISOPOD_F_PARALLEL, AISOPOD_F_INLINE */
  const char            *kind;
  const char            *name;  /* [A-Za-z0-9][A-Za-z0-9_-]{0,63}, unique per kind and plugin
                                   whatever the case; a hook's is the hook point, and may repeat */
  const aisopod_payload *spec;  /* description, schemas, keys of the kind; or NULL */
  aisopod_handler_fn     fn;
  void                  *user;
  aisopod_release_fn     release;
} aisopod_registration;

/* What an event function receives, lent until it returns; so is the token. As `parent` it passes on
 * user, session, tenant and trace of the publisher's parent, but not role and permissions. */
typedef struct aisopod_event {
  uint32_t               struct_size;
  uint32_t               flags;   /* 0 */
  aisopod_token          token;
  uint64_t               dropped; /* events that this subscription lost since the last one */
  const char            *pattern; /* of the subscription */
  const char            *topic;
  const char            *source;  /* id of the plugin that published it, or "host" */
  const aisopod_payload *payload; /* never NULL */
  const char            *meta;    /* JSON object: traceId, user, session, tenant */
  size_t                 meta_len;
} aisopod_event;

/* Takes an event. After a limit (5 s by default) the plugin is stuck until it returns. [worker] */
typedef void (AISOPOD_ABI *aisopod_event_fn)(void *user, const aisopod_event *event);

typedef struct aisopod_subscription {
  uint32_t           struct_size;
  uint32_t           flags;   /* AISOPOD_F_PARALLEL: events may overtake each other */
  const char        *pattern; /* a topic. A segment '*' is any one segment; '**' at the end is any
                                 number of them, also none */
  aisopod_event_fn   fn;
  void              *user;
  aisopod_release_fn release;
} aisopod_subscription;

typedef struct aisopod_publication {
  uint32_t               struct_size;
  uint32_t               flags;   /* 0 */
  aisopod_token          parent;  /* on whose behalf: a call, event or task; 0: the plugin's own */
  const char            *topic;   /* segments between dots, 256 bytes at most, without '*', '>',
                                     blanks and control characters; "host." is for the host only */
  const aisopod_payload *payload; /* or NULL */
} aisopod_publication;

/* --------------------------------------------------------------------- requests, posts, log */

#define AISOPOD_RESPONSE_MORE 0x1u /* partial: another response follows */

/* What a request brings. call_reply() and call_fail() take its payload and failure as they are. */
typedef struct aisopod_response {
  uint32_t               struct_size;
  uint32_t               flags;   /* AISOPOD_RESPONSE_* */
  aisopod_token          token;   /* of the request */
  aisopod_status         status;
  uint32_t               reserved0;
  const aisopod_payload *payload; /* never NULL; the value null if the status is an error */
  const aisopod_failure *failure; /* NULL if the status is AISOPOD_OK; has the same status */
} aisopod_response;

/* Takes a response, lent until it returns. The last one of a request comes exactly once. [reply] */
typedef void (AISOPOD_ABI *aisopod_response_fn)(void *user, const aisopod_response *response);

#define AISOPOD_REQUEST_STREAM 0x1u /* partial responses are wanted too */

typedef struct aisopod_request {
  uint32_t               struct_size;
  uint32_t               flags;      /* AISOPOD_REQUEST_* */
  aisopod_token          parent;     /* on whose behalf: a call, event or task; 0: the plugin's own.
                                        If a call is cancelled, so are its requests */
  int64_t                timeout_ms; /* 0: what the parent has left, else the default of the host;
                                        -1: no limit but the parent's; else the shorter of both */
  const char            *method;     /* "tool.call", ...: docs/reference/requests.md */
  const aisopod_payload *params;     /* or NULL */
  aisopod_response_fn    fn;         /* or NULL: request_wait() collects the responses */
  void                  *user;
  aisopod_release_fn     release;
  const void            *reserved0;  /* NULL */
} aisopod_request;

/* A posted function that runs now. Its token is good until it returns; as `parent` it passes on
 * user, session, tenant and trace of the post's parent, but not role and permissions. */
typedef struct aisopod_task {
  uint32_t      struct_size;
  uint32_t      flags; /* 0 */
  aisopod_token token; /* the one that post() gave out */
} aisopod_task;

/* Runs what was posted.    [worker], limited like an event function; [control] with F_CONTROL */
typedef void (AISOPOD_ABI *aisopod_task_fn)(void *user, const aisopod_task *task);

typedef struct aisopod_post {
  uint32_t           struct_size;
  uint32_t           flags;    /* AISOPOD_F_PARALLEL or AISOPOD_F_CONTROL; 0: serial worker */
  aisopod_token      parent;   /* on whose behalf, as above. The post outlives its parent */
  int64_t            delay_ms; /* at least this long; 0: at once, in the order of post() */
  const char        *name;     /* for logs and reports, or NULL */
  aisopod_task_fn    fn;
  void              *user;
  aisopod_release_fn release;
} aisopod_post;

typedef struct aisopod_log_record {
  uint32_t      struct_size;
  aisopod_level level;
  aisopod_token parent;      /* the call, event or task that the line belongs to; 0: the one that
                                this thread runs, if any. A stale one is not an error */
  const char   *message;     /* not empty; the host cuts it after 16 KiB */
  size_t        message_len;
  const char   *fields;      /* JSON object; length 0: none. The host drops more than 16 KiB */
  size_t        fields_len;
} aisopod_log_record;

/* --------------------------------------------------------------------------- host table */

/* One per instance. It is never freed, so a late call returns an error instead of crashing. Pass it
 * as the first argument of its functions. Every function of 1.0 is there. */
typedef struct aisopod_host aisopod_host;
struct aisopod_host {
  uint32_t    struct_size;
  uint16_t    abi_major, abi_minor;
  void       *impl; /* private to the host */
  const char *host_name, *host_version;
  const char *plugin_id;
  const char *plugin_dir; /* read-only: the folder of the manifest */
  const char *data_dir;   /* writable, mode 0700, for this plugin only; survives an upgrade */

  /* @since 1.0 ------------------------------------------------------------- surroundings */
  /* Returns an optional interface of the host, or NULL. An id is "name/revision"; "draft.name/1"
   * may still change. The host owns it; it is valid until destroy() has returned.      [any] */
  const void *(AISOPOD_ABI *get_interface)(const aisopod_host *host, const char *id);
  /* Gives out the validated configuration in force. Return it with payload_release().  [any] */
  aisopod_status (AISOPOD_ABI *get_config)(const aisopod_host *host, const aisopod_payload **out);
  /* Takes back a payload of get_config(), or NULL.                                     [any] */
  void (AISOPOD_ABI *payload_release)(const aisopod_host *host, const aisopod_payload *payload);
  /* Writes a line to the log of the plugin. AGAIN: the host has not read the last 1,024 lines (by
   * default) of this instance; it drops this one and logs later how many it dropped.   [any] */
  aisopod_status (AISOPOD_ABI *log)(const aisopod_host *host, const aisopod_log_record *record);

  /* -------------------------------------------------------------------- answering a call */
  /* Answers a call with a value. GONE: it is answered, or its caller is gone. INVALID, TOO_LARGE:
   * the host refuses the value, and the call has failed with that. After UNSUPPORTED (rule 1) the
   * call is still open.                                                                [any] */
  aisopod_status (AISOPOD_ABI *call_reply)(const aisopod_host *host, aisopod_token call,
                                           const aisopod_payload *payload);
  /* Answers a call with a failure. Results: as call_reply().                           [any] */
  aisopod_status (AISOPOD_ABI *call_fail)(const aisopod_host *host, aisopod_token call,
                                          const aisopod_failure *failure);
  /* Sends a partial result; those of a call arrive in order. While the reader is behind, waits up
   * to wait_ms (-1: until the deadline), then returns AGAIN. INVALID, TOO_LARGE: nothing is sent,
   * and the call goes on. CANCELLED, DEADLINE, GONE: stop.
   *                                                   [any] if wait_ms is 0, otherwise [waits] */
  aisopod_status (AISOPOD_ABI *call_chunk)(const aisopod_host *host, aisopod_token call,
                                           const aisopod_payload *payload, int64_t wait_ms);
  /* Reports progress; the host keeps the newest only. CANCELLED, DEADLINE, GONE: stop. [any] */
  aisopod_status (AISOPOD_ABI *call_progress)(const aisopod_host *host, aisopod_token call,
                                              const aisopod_progress *progress);
  /* AISOPOD_OK: go on. CANCELLED, DEADLINE, STATE: the caller is gone; stop soon, and answer all
   * the same. GONE: the call is answered. Costs well below a microsecond.              [any] */
  aisopod_status (AISOPOD_ABI *call_check)(const aisopod_host *host, aisopod_token call);
  /* Returns the milliseconds until the deadline. -1: no deadline; 0: passed, or stale. [any] */
  int64_t (AISOPOD_ABI *call_remaining_ms)(const aisopod_host *host, aisopod_token call);
  /* Sets the observer of a call. EXISTS: it has one. CANCELLED, DEADLINE, STATE: the caller is gone
   * already. GONE: the call is answered.                                               [any] */
  aisopod_status (AISOPOD_ABI *call_on_cancel)(const aisopod_host *host, aisopod_token call,
                                               const aisopod_observer *observer);

  /* -------------------------------------------------------------- requests, events, posts */
  /* Sends a request to the host; *out is set before it can end. After AISOPOD_OK its last response
   * comes exactly once: through fn, at the latest with GONE between on_shutdown() and destroy(), or
   * through request_wait(). If the parent is gone: CANCELLED, DEADLINE, GONE. TOO_LARGE: the params
   * are over the limit. AGAIN: 1,024 requests (by default) are open. A method that nothing serves
   * is a response UNSUPPORTED.                                                         [any] */
  aisopod_status (AISOPOD_ABI *request)(const aisopod_host *host, const aisopod_request *request,
                                        aisopod_token *out);
  /* Collects the next response of a request without fn: waits for it up to wait_ms (-1: until it
   * comes). AISOPOD_OK: *out is the response, whatever its status; return it with
   * response_release(). Otherwise *out is NULL. AGAIN: none has come. GONE: the last one is
   * collected, or the request was cancelled. STATE: the shutdown has begun.
   *                                                   [any] if wait_ms is 0, otherwise [waits] */
  aisopod_status (AISOPOD_ABI *request_wait)(const aisopod_host *host, aisopod_token request,
                                             int64_t wait_ms, const aisopod_response **out);
  /* Takes back a response of request_wait(), or NULL.                                  [any] */
  void (AISOPOD_ABI *response_release)(const aisopod_host *host, const aisopod_response *response);
  /* Publishes an event; never waits. DENIED: the topic is for the host only. AGAIN: the host has
   * not read the last 1,024 events (by default). TOO_LARGE, gone parents: as request(). [any] */
  aisopod_status (AISOPOD_ABI *publish)(const aisopod_host *host,
                                        const aisopod_publication *publication);
  /* Runs a function once, later; to repeat it, post it again from itself. It begins after on_init()
   * has returned and before on_shutdown() begins; what has not begun by then is released without
   * being run. If the parent is gone: as request(). AGAIN: 1,024 posts wait (by default). [any] */
  aisopod_status (AISOPOD_ABI *post)(const aisopod_host *host, const aisopod_post *post,
                                     aisopod_token *out);
  /* Takes back a request or a post. A request with fn still gets its last response, CANCELLED; a
   * request without fn is over, and a thread that waits for it collects CANCELLED. A post is
   * released without being run. GONE: it has ended, or the task has begun. UNSUPPORTED: the token
   * is that of something else.                                                         [any] */
  aisopod_status (AISOPOD_ABI *cancel)(const aisopod_host *host, aisopod_token token);
  /* New members go below, each with its own "@since 1.n" and size assertion. */
};

/* ------------------------------------------------------------------------------- builder */

/* For on_register() only: after it has returned, every function returns AISOPOD_E_STATE. The host
 * checks at once what needs no other plugin, and judges the rest (schemas, clashes) afterwards. A
 * fault fails the plugin, even if the plugin ignores the status, and none of its registrations
 * becomes visible; only UNSUPPORTED, for a kind, may be ignored. A short name that another plugin
 * holds is not a fault: `plugin-id:name` always works. */
typedef struct aisopod_api aisopod_api;
struct aisopod_api {
  uint32_t struct_size;
  uint32_t reserved0;
  void    *impl; /* private to the host */

  /* @since 1.0 */
  /* Registers something; copies *def. EXISTS: the name is taken. TOO_LARGE: too many registrations,
   * or too long a spec.                                                            [control] */
  aisopod_status (AISOPOD_ABI *add)(const aisopod_api *api, const aisopod_registration *def,
                                    aisopod_token *out, aisopod_error *err);
  /* Subscribes to events, except the plugin's own; copies *def. fn receives what is published from
   * on_init() until on_shutdown() begins, after on_init() has returned, per source in order. If too
   * many wait, the host drops the oldest and counts them.                          [control] */
  aisopod_status (AISOPOD_ABI *subscribe)(const aisopod_api *api, const aisopod_subscription *def,
                                          aisopod_token *out, aisopod_error *err);
};

/* -------------------------------------------------------------------------- plugin table */

typedef struct aisopod_plugin aisopod_plugin; /* an instance; the host never looks inside */

#define AISOPOD_SHUTDOWN_CLOSE  0 /* the host closes */
#define AISOPOD_SHUTDOWN_UNLOAD 1 /* the plugin is unloaded, disabled or removed */
#define AISOPOD_SHUTDOWN_RELOAD 2 /* a newer instance serves or follows: leave shared files to it */
#define AISOPOD_SHUTDOWN_UNDO   3 /* on_init() was late, or the start failed after it */

typedef struct aisopod_shutdown {
  uint32_t struct_size;
  int32_t  reason;     /* AISOPOD_SHUTDOWN_*; an unknown one reads as CLOSE */
  int64_t  timeout_ms; /* then the host goes on without the instance; -1: no limit */
} aisopod_shutdown;

/* Where save_state() writes, until it returns; then STATE. TOO_LARGE: over the limit of the host,
 * 64 MiB by default. THREAD: not that of save_state(), which fails after any error. [control] */
typedef struct aisopod_writer {
  uint32_t struct_size;
  uint32_t reserved0;
  void    *impl; /* private to the host */
  aisopod_status (AISOPOD_ABI *write)(const struct aisopod_writer *writer, const void *data,
                                      size_t len);
} aisopod_writer;

/* What save_state() wrote, lent until restore_state() returns. */
typedef struct aisopod_state {
  uint32_t    struct_size;
  uint32_t    format; /* state_format of the descriptor that saved it */
  const char *version, *build; /* of the plugin that saved it; "" if it has no build */
  const void *data;
  size_t      len;
} aisopod_state;

/* At most one instance of this id in a process, whatever hosts and tenants share it, and in a host,
 * whatever the isolation. A reload destroys the old instance before it creates the new one. */
#define AISOPOD_PLUGIN_SINGLE 0x1u

/* In static storage; it does not change after the entry function has returned it. */
typedef struct aisopod_plugin_desc {
  uint32_t    struct_size;
  uint16_t    abi_major, abi_minor; /* AISOPOD_ABI_MAJOR, AISOPOD_TARGET_MINOR */
  uint16_t    abi_minor_min;        /* the oldest minor of a host that the plugin works with */
  uint16_t    reserved0;
  uint32_t    flags;                /* AISOPOD_PLUGIN_* */
  uint32_t    state_format;         /* raise it when older code can't read a new state */
  uint32_t    reserved1;
  const char *id, *version;         /* as in the manifest */
  const char *build;                /* free text (toolchain, commit), or NULL */

  /* Required. Makes the instance. On an error it leaves *out NULL and keeps nothing.  [control] */
  aisopod_status (AISOPOD_ABI *create)(const aisopod_host *host, aisopod_plugin **out,
                                       aisopod_error *err);
  /* Required. Registers what the plugin provides. No threads, sockets or files yet.   [control] */
  aisopod_status (AISOPOD_ABI *on_register)(aisopod_plugin *self, const aisopod_api *api,
                                            aisopod_error *err);
  /* Or NULL. Starts threads, opens what the plugin needs; calls begin after it. In a reload the old
   * instance is still alive: take what only one can hold (a port, a lock) at the first use, or in
   * `start` of a server and `open` of a channel.                                      [control] */
  aisopod_status (AISOPOD_ABI *on_init)(aisopod_plugin *self, aisopod_error *err);
  /* Or NULL. No new call comes. Answers the pending calls and stops the plugin's threads, or parks
   * them so that none uses the host or this instance again. Host functions still work. Not called
   * if the process ends without close().                                              [control] */
  void (AISOPOD_ABI *on_shutdown)(aisopod_plugin *self, const aisopod_shutdown *shutdown);
  /* Required. Frees the instance, last of all: after on_shutdown(), or directly after a failed
   * on_register(), restore_state() or on_init(), which leave no thread behind.        [control] */
  void (AISOPOD_ABI *destroy)(aisopod_plugin *self);

  /* Or NULL: a new configuration is in force at once. Judges a validated one while calls go on.
   * get_config() gives out the old one until this returns AISOPOD_OK, however late. After an error
   * the old one stays in force, and the host shows the message.                       [control] */
  aisopod_status (AISOPOD_ABI *on_config_changed)(aisopod_plugin *self,
                                                  const aisopod_payload *config,
                                                  aisopod_error *err);
  /* For reload: both, or both NULL. save_state() writes the state of an instance whose calls have
   * ended; the host holds back new calls, events and tasks. It changes nothing: if the reload fails
   * later, this instance goes on with what was held back. If it succeeds, the new one gets the
   * calls and events. An error, or exceeding its limit, ends the reload alone.        [control] */
  aisopod_status (AISOPOD_ABI *save_state)(aisopod_plugin *self, const aisopod_writer *writer,
                                           aisopod_error *err);
  /* Takes a state into a new instance, between on_register() and on_init(). The old instance gets
   * on_shutdown() after the new one serves. An error ends the reload, and the old one goes on; to
   * begin without a state that can't be read, return AISOPOD_OK.                      [control] */
  aisopod_status (AISOPOD_ABI *restore_state)(aisopod_plugin *self, const aisopod_state *state,
                                              aisopod_error *err);
} aisopod_plugin_desc;

/* What the host says before create(), lent until the entry function returns. */
typedef struct aisopod_query {
  uint32_t    struct_size;
  uint16_t    abi_major, abi_minor; /* of the host */
  const char *host_name, *host_version;
  const char *plugin_id;            /* of the manifest: one library may serve several */
  const char *plugin_dir;
} aisopod_query;

/* The one exported symbol. Returns a descriptor, or NULL: this library does not serve the query.
 * The name carries the major: another major is a clean "no entry point", and one binary can export
 * several majors, each from a translation unit of its own.                            [query] */
#define AISOPOD_ENTRY        aisopod_plugin_v1
#define AISOPOD_ENTRY_STRING "aisopod_plugin_v1"
AISOPOD_EXPORT const aisopod_plugin_desc *AISOPOD_ABI AISOPOD_ENTRY(const aisopod_query *query);
typedef const aisopod_plugin_desc *(AISOPOD_ABI *aisopod_entry_fn)(const aisopod_query *query);

/* The end of 1.0 in each struct, on 64-bit and 32-bit targets. Changing a number breaks the ABI. */
#ifdef __cplusplus
} /* extern "C" */
#  define AISOPOD_END_(T, m) (offsetof(T, m) + sizeof(T::m))
#else
#  define AISOPOD_END_(T, m) (offsetof(T, m) + sizeof(((T *)0)->m))
#endif
#if UINTPTR_MAX > 0xFFFFFFFFu
#  define AISOPOD_FROZEN_(T, m, w64, w32) \
    typedef char T##_frozen_[AISOPOD_END_(T, m) == (w64) ? 1 : -1]
#else
#  define AISOPOD_FROZEN_(T, m, w64, w32) \
    typedef char T##_frozen_[AISOPOD_END_(T, m) == (w32) ? 1 : -1]
#endif
AISOPOD_FROZEN_(aisopod_payload, len, 24, 16);
AISOPOD_FROZEN_(aisopod_failure, details_len, 40, 24);
AISOPOD_FROZEN_(aisopod_error, message, 512, 512);
AISOPOD_FROZEN_(aisopod_call, meta_len, 72, 48);
AISOPOD_FROZEN_(aisopod_progress, note_len, 32, 24);
AISOPOD_FROZEN_(aisopod_cancellation, token, 16, 16);
AISOPOD_FROZEN_(aisopod_observer, reserved0, 40, 24);
AISOPOD_FROZEN_(aisopod_registration, release, 56, 32);
AISOPOD_FROZEN_(aisopod_event, meta_len, 72, 48);
AISOPOD_FROZEN_(aisopod_subscription, release, 40, 24);
AISOPOD_FROZEN_(aisopod_publication, payload, 32, 24);
AISOPOD_FROZEN_(aisopod_response, failure, 40, 32);
AISOPOD_FROZEN_(aisopod_request, reserved0, 72, 48);
AISOPOD_FROZEN_(aisopod_task, token, 16, 16);
AISOPOD_FROZEN_(aisopod_post, release, 56, 40);
AISOPOD_FROZEN_(aisopod_log_record, fields_len, 48, 32);
AISOPOD_FROZEN_(aisopod_host, cancel, 192, 100);
AISOPOD_FROZEN_(aisopod_api, subscribe, 32, 20);
AISOPOD_FROZEN_(aisopod_shutdown, timeout_ms, 16, 16);
AISOPOD_FROZEN_(aisopod_writer, write, 24, 16);
AISOPOD_FROZEN_(aisopod_state, len, 40, 24);
AISOPOD_FROZEN_(aisopod_plugin_desc, restore_state, 112, 68);
AISOPOD_FROZEN_(aisopod_query, plugin_dir, 40, 24);

#ifndef AISOPOD_NO_INLINE
#  include "plugin_inline.h" /* aisopod_reply() and the like: not part of the ABI */
#endif
#endif /* AISOPOD_PLUGIN_H */
