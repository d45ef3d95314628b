/* The smallest host that runs the examples: one instance, a few requests at a time, no JSON check.
 * It shows that a host in C can serve the header, also on 32 bits, where the real host never runs.
 *     mini_host <library> */
#include "aisopod/plugin.h"

#include <dlfcn.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define CHECK(c) ((c) ? (void)0 : (printf("FAILED line %d: %s\n", __LINE__, #c), exit(1)))
#define MOST     8

static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t changed = PTHREAD_COND_INITIALIZER;
static int shutting_down;

static aisopod_token next_token(void) {
  static pthread_mutex_t own = PTHREAD_MUTEX_INITIALIZER;
  static aisopod_token last = 100;
  aisopod_token token;
  pthread_mutex_lock(&own);
  token = ++last;
  pthread_mutex_unlock(&own);
  return token;
}

static struct registered {
  char kind[32], name[64];
  uint32_t flags;
  aisopod_handler_fn fn;
  void *user;
} registered[MOST];
static int count;
static aisopod_subscription subscribed;

static struct open_request { /* under the mutex */
  aisopod_token token;
  uint32_t flags;
  aisopod_response_fn fn;
  void *user;
  aisopod_release_fn release;
  int chunks_left, cancelled;
  char method[64];
} open[MOST];
static aisopod_post posted;
static aisopod_token posted_token;

static aisopod_token call_token;
static int answers, chunks;
static char answer[256];

/* --- the table ------------------------------------------------------------------------------ */

static const void *get_interface(const aisopod_host *h, const char *id) {
  (void)h, (void)id;
  return NULL;
}

static aisopod_status get_config(const aisopod_host *h, const aisopod_payload **out) {
  static const aisopod_payload empty = {sizeof(aisopod_payload), 0, "{}", 2};
  (void)h;
  *out = &empty;
  return AISOPOD_OK;
}

static void payload_release(const aisopod_host *h, const aisopod_payload *p) { (void)h, (void)p; }

static aisopod_status log_line(const aisopod_host *h, const aisopod_log_record *r) {
  (void)h;
  printf("log %d: %.*s\n", (int)r->level,
         (int)(r->message_len == AISOPOD_NTS ? strlen(r->message) : r->message_len), r->message);
  return AISOPOD_OK;
}

static aisopod_status end_call(aisopod_token call, const char *text, size_t len) {
  if (call == 0 || call != call_token) return AISOPOD_E_GONE;
  call_token = 0;
  answers++;
  if (len == AISOPOD_NTS) len = strlen(text);
  snprintf(answer, sizeof answer, "%.*s", (int)len, text);
  return AISOPOD_OK;
}

static aisopod_status call_reply(const aisopod_host *h, aisopod_token call,
                                 const aisopod_payload *p) {
  (void)h;
  return p && p->json ? end_call(call, p->json, p->len) : end_call(call, "null", 4);
}

static aisopod_status call_fail(const aisopod_host *h, aisopod_token call,
                                const aisopod_failure *f) {
  (void)h;
  CHECK(f->status < 0);
  return end_call(call, f->message ? f->message : "", f->message_len);
}

static aisopod_status call_chunk(const aisopod_host *h, aisopod_token call,
                                 const aisopod_payload *p, int64_t wait_ms) {
  (void)h, (void)wait_ms;
  CHECK(call == call_token && p->json[p->len] == '\0');
  chunks++;
  return AISOPOD_OK;
}

static aisopod_status call_progress(const aisopod_host *h, aisopod_token c,
                                    const aisopod_progress *p) {
  (void)h, (void)c, (void)p;
  return AISOPOD_OK;
}

static aisopod_status call_check(const aisopod_host *h, aisopod_token c) {
  (void)h;
  return c == call_token ? AISOPOD_OK : AISOPOD_E_GONE;
}

static int64_t remaining(const aisopod_host *h, aisopod_token c) {
  (void)h, (void)c;
  return -1;
}

static aisopod_status on_cancel(const aisopod_host *h, aisopod_token c, const aisopod_observer *o) {
  (void)h, (void)c, (void)o;
  return AISOPOD_OK;
}

static struct open_request *find(aisopod_token token) { /* under the mutex; token 0: a free place */
  int i;
  for (i = 0; i < MOST; i++)
    if (open[i].token == token) return &open[i];
  return NULL;
}

static aisopod_status request(const aisopod_host *h, const aisopod_request *r, aisopod_token *out) {
  struct open_request *sent;
  (void)h;
  CHECK(r->reserved0 == NULL && r->struct_size >= sizeof *r);
  pthread_mutex_lock(&mutex);
  sent = find(0);
  CHECK(sent);
  sent->token = next_token();
  sent->flags = r->flags;
  sent->fn = r->fn;
  sent->user = r->user;
  sent->release = r->release;
  sent->chunks_left = r->flags & AISOPOD_REQUEST_STREAM ? 3 : 0;
  sent->cancelled = 0;
  snprintf(sent->method, sizeof sent->method, "%s", r->method);
  if (out) *out = sent->token;
  pthread_mutex_unlock(&mutex);
  return AISOPOD_OK;
}

static const aisopod_payload null_value = {sizeof(aisopod_payload), 0, "null", 4};
static const aisopod_payload some_text = {sizeof(aisopod_payload), 0, "\"some text\"", 11};
static const aisopod_failure stopped = {
    sizeof(aisopod_failure), AISOPOD_E_CANCELLED, "stopped", 7, NULL, 0};

/* Only "storage.get" waits: until it is cancelled, or the shutdown begins. */
static aisopod_status request_wait(const aisopod_host *h, aisopod_token token, int64_t wait_ms,
                                   const aisopod_response **out) {
  aisopod_response *r;
  struct open_request *sent;
  (void)h, (void)wait_ms;
  *out = NULL;
  pthread_mutex_lock(&mutex);
  while (!shutting_down && (sent = find(token)) != NULL && !sent->cancelled &&
         strcmp(sent->method, "storage.get") == 0)
    pthread_cond_wait(&changed, &mutex);
  sent = find(token);
  if (shutting_down || !sent) {
    const aisopod_status status = shutting_down ? AISOPOD_E_STATE : AISOPOD_E_GONE;
    pthread_mutex_unlock(&mutex);
    return status;
  }
  r = (aisopod_response *)calloc(1, sizeof *r);
  r->struct_size = sizeof *r;
  r->token = token;
  r->status = sent->cancelled ? AISOPOD_E_CANCELLED : AISOPOD_OK;
  r->payload = sent->cancelled ? &null_value : &some_text;
  r->failure = sent->cancelled ? &stopped : NULL;
  if (sent->chunks_left-- > 0) r->flags = AISOPOD_RESPONSE_MORE;
  else sent->token = 0;
  pthread_mutex_unlock(&mutex);
  *out = r;
  return AISOPOD_OK;
}

static void response_release(const aisopod_host *h, const aisopod_response *r) {
  (void)h;
  free((void *)(uintptr_t)r);
}

static aisopod_status publish(const aisopod_host *h, const aisopod_publication *p) {
  (void)h;
  printf("published %s %s\n", p->topic, p->payload->json);
  return AISOPOD_OK;
}

static aisopod_status post(const aisopod_host *h, const aisopod_post *p, aisopod_token *out) {
  (void)h;
  posted = *p;
  posted_token = next_token();
  if (out) *out = posted_token;
  return AISOPOD_OK;
}

static aisopod_status cancel(const aisopod_host *h, aisopod_token token) {
  struct open_request *sent;
  (void)h;
  pthread_mutex_lock(&mutex);
  sent = token != 0 ? find(token) : NULL;
  if (sent) sent->cancelled = 1;
  pthread_cond_broadcast(&changed);
  pthread_mutex_unlock(&mutex);
  return sent ? AISOPOD_OK : AISOPOD_E_GONE;
}

static aisopod_status add(const aisopod_api *api, const aisopod_registration *def,
                          aisopod_token *out, aisopod_error *err) {
  struct registered *r = &registered[count];
  (void)api, (void)err;
  CHECK(count < MOST && def->fn && def->struct_size >= sizeof *def);
  snprintf(r->kind, sizeof r->kind, "%s", def->kind);
  snprintf(r->name, sizeof r->name, "%s", def->name);
  r->flags = def->flags;
  r->fn = def->fn;
  r->user = def->user;
  count++;
  if (out) *out = next_token();
  return AISOPOD_OK;
}

static aisopod_status subscribe(const aisopod_api *api, const aisopod_subscription *def,
                                aisopod_token *out, aisopod_error *err) {
  (void)api, (void)out, (void)err;
  subscribed = *def;
  return AISOPOD_OK;
}

/* --- a life ----------------------------------------------------------------------------------- */

static const aisopod_host host = {
    sizeof host, 1,          0,         NULL,          "mini",           "0",
    "id",        "/",        "/",       get_interface, get_config,       payload_release,
    log_line,    call_reply, call_fail, call_chunk,    call_progress,    call_check,
    remaining,   on_cancel,  request,   request_wait,  response_release, publish,
    post,        cancel};
static const aisopod_api api = {sizeof api, 0, NULL, add, subscribe};

/* Answers what is open, as the reply thread would. */
static void deliver(void) {
  aisopod_response r = AISOPOD_INIT(aisopod_response);
  struct open_request sent;
  int i;
  for (i = 0; i < MOST; i++) {
    pthread_mutex_lock(&mutex);
    sent = open[i];
    if (sent.fn) memset(&open[i], 0, sizeof open[i]);
    pthread_mutex_unlock(&mutex);
    if (sent.token == 0 || !sent.fn) continue;
    r.token = sent.token;
    r.payload = &some_text;
    sent.fn(sent.user, &r);
    if (sent.release) sent.release(sent.user);
  }
}

static void call(const struct registered *r) {
  aisopod_payload params = aisopod_payload_of("{\"tool\":\"rm\"}", 13);
  aisopod_call c = AISOPOD_INIT(aisopod_call);
  aisopod_status status;
  c.flags = AISOPOD_CALL_CHUNKS;
  c.token = call_token = next_token();
  c.timeout_ms = -1;
  c.kind = r->kind;
  c.name = r->name;
  c.method = "invoke";
  c.params = &params;
  c.meta = "{}";
  c.meta_len = 2;
  answers = chunks = 0;
  status = r->fn(r->user, &c);
  CHECK(status <= AISOPOD_OK || status == AISOPOD_PENDING);
  if (status == AISOPOD_OK) CHECK(answers == 1); /* OK without an answer is a fault */
  if (status < 0) (void)end_call(c.token, "the handler failed", AISOPOD_NTS);
  if (status == AISOPOD_PENDING && answers == 0) deliver();
  CHECK(answers == 1);
  printf("%s %s: status %d, %d chunks, %s\n", r->kind, r->name, (int)status, chunks, answer);
}

int main(int argc, char **argv) {
  void *library = argc == 2 ? dlopen(argv[1], RTLD_NOW) : NULL;
  aisopod_query query = AISOPOD_INIT(aisopod_query);
  aisopod_error err = AISOPOD_INIT(aisopod_error);
  aisopod_shutdown why = AISOPOD_INIT(aisopod_shutdown);
  const aisopod_plugin_desc *desc;
  aisopod_entry_fn entry;
  aisopod_plugin *self = NULL;
  int i;
  if (!library) return printf("%s\n", dlerror()), 1;
  *(void **)&entry = dlsym(library, AISOPOD_ENTRY_STRING);
  CHECK(entry);
  query.abi_major = AISOPOD_ABI_MAJOR;
  desc = entry(&query);
  CHECK(desc && desc == entry(&query) && desc->struct_size == sizeof *desc);
  CHECK(desc->abi_major == 1 && desc->id && desc->version && desc->create && desc->destroy);
  printf("%s %s\n", desc->id, desc->version);
  CHECK(desc->create(&host, &self, &err) == AISOPOD_OK && self);
  CHECK(desc->on_register(self, &api, &err) == AISOPOD_OK);
  if (desc->on_init) CHECK(desc->on_init(self, &err) == AISOPOD_OK);
  for (i = 0; i < count; i++) call(&registered[i]);
  if (subscribed.fn) {
    aisopod_payload payload = aisopod_payload_of("1", 1);
    aisopod_event event = AISOPOD_INIT(aisopod_event);
    event.token = next_token();
    event.dropped = 2;
    event.pattern = subscribed.pattern;
    event.topic = "jobs.done";
    event.source = "host";
    event.payload = &payload;
    event.meta = "{}";
    event.meta_len = 2;
    subscribed.fn(subscribed.user, &event);
  }
  for (i = 0; i < 2 && posted.fn; i++) {
    aisopod_task task = AISOPOD_INIT(aisopod_task);
    task.token = posted_token;
    posted.fn(posted.user, &task);
  }
  if (subscribed.fn && count > 1) call(&registered[1]);
  pthread_mutex_lock(&mutex);
  shutting_down = 1; /* rule 7: waiting threads return now */
  pthread_cond_broadcast(&changed);
  pthread_mutex_unlock(&mutex);
  why.timeout_ms = 5000;
  if (desc->on_shutdown) desc->on_shutdown(self, &why);
  desc->destroy(self);
  printf("destroyed\n");
  return 0;
}
