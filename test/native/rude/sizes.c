/* Structs that lie: about their size, about what stands behind the members of 1.0, in their flags,
 * in a reserved member. The tool `give` takes the lie as arguments, registrations take it from the
 * configuration: {"of": "post", "size": 3 or "extra": -4, "behind": 1, "flags": 8, "reserved":
 * true}. */
#include "rude.h"

#include <stdatomic.h>

enum { GUARD = 64, ROOM = 1 << 17, LIES = 64 };

typedef struct lie {
  char of[PROBE_TEXT];
  double size; /* what struct_size says; negative: the true size and `extra` */
  double extra;
  char behind; /* the last byte of what struct_size claims beyond the true size */
  uint32_t flags;
  const void *reserved;
  char *room;          /* the struct, and zeros */
  atomic_int *refused; /* did the host refuse it? The `user` of what takes one */
} lie;

static lie read_lie(const char *json, size_t len, char *room) {
  static atomic_int refused[LIES], next;
  const int slot = atomic_fetch_add(&next, 1);
  lie self;
  if (slot >= LIES) abort();
  self.refused = &refused[slot];
  probe_text(json, len, "of", self.of);
  self.size = probe_number(json, len, "size", -1);
  self.extra = probe_number(json, len, "extra", 0);
  self.behind = (char)probe_number(json, len, "behind", 0);
  self.flags = (uint32_t)probe_number(json, len, "flags", 0);
  self.reserved = probe_flag(json, len, "reserved") ? room : NULL;
  self.room = room;
  return self;
}

/* A copy of a struct of `size` bytes whose struct_size is wrong. */
static void *lying_copy(const lie *self, const void *truth, size_t size) {
  const double claimed = self->size < 0 ? (double)size + self->extra : self->size;
  const uint32_t struct_size = (uint32_t)claimed;
  memcpy(self->room, truth, size);
  memcpy(self->room, &struct_size, sizeof struct_size); /* the first member of each */
  if (struct_size > size && struct_size <= ROOM) self->room[struct_size - 1] = self->behind;
  return self->room;
}

/* Of what was refused, the host takes nothing. */
static void check_taken(void *user) {
  if (atomic_load((atomic_int *)user)) abort();
}
static void on_event(void *user, const aisopod_event *event) {
  (void)event;
  check_taken(user);
}
static void on_response(void *user, const aisopod_response *r) {
  (void)r;
  check_taken(user);
}
static void on_task(void *user, const aisopod_task *task) {
  (void)task;
  check_taken(user);
}
static void on_cancel(void *user, const aisopod_cancellation *why) {
  (void)why;
  check_taken(user);
}
static void on_release(void *user) { check_taken(user); }

static aisopod_status give_payload(const aisopod_host *host, const lie *self) {
  aisopod_payload lying = aisopod_payload_of("1", 1);
  aisopod_publication publication = AISOPOD_INIT(aisopod_publication);
  lying.flags = self->flags;
  publication.topic = "payload";
  publication.payload = (const aisopod_payload *)lying_copy(self, &lying, sizeof lying);
  return host->publish(host, &publication);
}

static aisopod_status give_publication(const aisopod_host *host, const lie *self) {
  aisopod_publication publication = AISOPOD_INIT(aisopod_publication);
  publication.flags = self->flags;
  publication.topic = "publication";
  return host->publish(
      host, (const aisopod_publication *)lying_copy(self, &publication, sizeof publication));
}

static aisopod_status give_log_record(const aisopod_host *host, const lie *self) {
  aisopod_log_record record = AISOPOD_INIT(aisopod_log_record);
  record.message = "given";
  record.message_len = 5;
  return host->log(host, (const aisopod_log_record *)lying_copy(self, &record, sizeof record));
}

static aisopod_status give_failure(const aisopod_host *host, const lie *self, aisopod_token call) {
  aisopod_failure failure = AISOPOD_INIT(aisopod_failure);
  failure.status = AISOPOD_E_DENIED;
  return host->call_fail(host, call,
                         (const aisopod_failure *)lying_copy(self, &failure, sizeof failure));
}

static aisopod_status give_progress(const aisopod_host *host, const lie *self, aisopod_token call) {
  aisopod_progress progress = AISOPOD_INIT(aisopod_progress);
  progress.flags = self->flags;
  progress.fraction = 0.5;
  return host->call_progress(
      host, call, (const aisopod_progress *)lying_copy(self, &progress, sizeof progress));
}

static aisopod_status give_observer(const aisopod_host *host, const lie *self, aisopod_token call) {
  aisopod_observer observer = AISOPOD_INIT(aisopod_observer);
  observer.flags = self->flags;
  observer.fn = on_cancel;
  observer.user = self->refused;
  observer.release = on_release;
  observer.reserved0 = self->reserved;
  return host->call_on_cancel(
      host, call, (const aisopod_observer *)lying_copy(self, &observer, sizeof observer));
}

static aisopod_status give_request(const aisopod_host *host, const lie *self, aisopod_token *out) {
  aisopod_request request = AISOPOD_INIT(aisopod_request);
  request.flags = self->flags;
  request.method = "anything";
  request.fn = on_response;
  request.user = self->refused;
  request.release = on_release;
  request.reserved0 = self->reserved;
  return host->request(host, (const aisopod_request *)lying_copy(self, &request, sizeof request),
                       out);
}

static aisopod_status give_post(const aisopod_host *host, const lie *self, aisopod_token *out) {
  aisopod_post post = AISOPOD_INIT(aisopod_post);
  post.flags = self->flags;
  post.fn = on_task;
  post.user = self->refused;
  post.release = on_release;
  return host->post(host, (const aisopod_post *)lying_copy(self, &post, sizeof post), out);
}

static aisopod_status give_one(const aisopod_host *host, const lie *self, aisopod_token call,
                               aisopod_token *out) {
  if (strcmp(self->of, "payload") == 0) return give_payload(host, self);
  if (strcmp(self->of, "publication") == 0) return give_publication(host, self);
  if (strcmp(self->of, "log_record") == 0) return give_log_record(host, self);
  if (strcmp(self->of, "failure") == 0) return give_failure(host, self, call);
  if (strcmp(self->of, "progress") == 0) return give_progress(host, self, call);
  if (strcmp(self->of, "observer") == 0) return give_observer(host, self, call);
  if (strcmp(self->of, "request") == 0) return give_request(host, self, out);
  if (strcmp(self->of, "post") == 0) return give_post(host, self, out);
  abort();
}

/* Reports the status of the host; it can't be the reply where that was the lie. */
static aisopod_status give(void *user, const aisopod_call *call) {
  const aisopod_host *host = rude_host(user);
  char *room = (char *)calloc(1, ROOM);
  aisopod_token token = 42;
  aisopod_status status;
  lie lying;
  if (!room) return AISOPOD_E_NOMEM;
  lying = read_lie(call->params->json, call->params->len, room);
  status = give_one(host, &lying, call->token, &token);
  if (status != AISOPOD_OK) atomic_store(lying.refused, 1);
  free(room);
  probe_report(host, "given", lying.of, status);
  probe_report(host, "given", "untouched", token == 42);
  (void)probe_reply(host, call->token, "null");
  return AISOPOD_OK;
}

static aisopod_status here(void *user, const aisopod_call *call) {
  return probe_reply(rude_host(user), call->token, "null");
}

/* The tool of the registration that lies; no test calls it. */
static aisopod_status never_called(void *user, const aisopod_call *call) {
  (void)user;
  (void)call;
  abort();
}

static aisopod_status add(const aisopod_api *api, const lie *self, aisopod_token *out,
                          aisopod_error *err) {
  const aisopod_payload spec = aisopod_payload_of(PROBE_SPEC, AISOPOD_NTS);
  aisopod_registration def = AISOPOD_INIT(aisopod_registration);
  def.flags = self->flags;
  def.kind = AISOPOD_KIND_TOOL;
  def.name = "lie";
  def.spec = &spec;
  def.fn = never_called;
  def.user = self->refused;
  def.release = on_release;
  return api->add(api, (const aisopod_registration *)lying_copy(self, &def, sizeof def), out, err);
}

static aisopod_status subscribe(const aisopod_api *api, const lie *self, aisopod_token *out,
                                aisopod_error *err) {
  aisopod_subscription def = AISOPOD_INIT(aisopod_subscription);
  def.flags = self->flags;
  def.pattern = "*";
  def.fn = on_event;
  def.user = self->refused;
  def.release = on_release;
  return api->subscribe(api, (const aisopod_subscription *)lying_copy(self, &def, sizeof def), out,
                        err);
}

/* An error record between bytes that the host must not touch. */
typedef struct guarded_error {
  char before[GUARD];
  aisopod_error err;
  char after[GUARD];
} guarded_error;

static aisopod_status add_with_error(const aisopod_api *api, const lie *self, int *untouched) {
  guarded_error given, old;
  aisopod_status status;
  memset(&given, 0x5a, sizeof given);
  given.err.struct_size = (uint32_t)self->size;
  memcpy(&old, &given, sizeof given);
  status = aisopod_add(api, "no such kind", "x", PROBE_SPEC, 0, here, NULL, &given.err);
  *untouched = memcmp(&old, &given, sizeof given) == 0;
  return status;
}

static aisopod_status create(const aisopod_host *host, aisopod_plugin **out, aisopod_error *err) {
  (void)err;
  return rude_create(host, out);
}

static aisopod_status on_register(aisopod_plugin *self, const aisopod_api *api,
                                  aisopod_error *err) {
  static const rude_tool TOOLS[] = {RUDE_TOOL(here), RUDE_TOOL(give)};
  char *room = (char *)calloc(1, ROOM);
  aisopod_token token = 42;
  aisopod_status status = AISOPOD_OK;
  char line[64];
  int untouched = 0;
  lie lying;
  if (!room) return AISOPOD_E_NOMEM;
  lying = read_lie(self->config->json, self->config->len, room);
  if (strcmp(lying.of, "registration") == 0) status = add(api, &lying, &token, err);
  if (strcmp(lying.of, "subscription") == 0) status = subscribe(api, &lying, &token, err);
  if (strcmp(lying.of, "error of add") == 0) status = add_with_error(api, &lying, &untouched);
  if (status != AISOPOD_OK) atomic_store(lying.refused, 1);
  free(room);
  if (strcmp(lying.of, "error of add") != 0) untouched = token == 42;
  snprintf(line, sizeof line, "given %d %s", (int)status, untouched ? "untouched" : "touched");
  aisopod_log(self->host, AISOPOD_LOG_INFO, line);
  return rude_register(self, api, TOOLS, sizeof TOOLS / sizeof *TOOLS, err);
}

/* The record is the host's: it must not believe a size that the plugin wrote. */
static aisopod_status on_init(aisopod_plugin *self, aisopod_error *err) {
  if (!rude_setting_is(self, "of", "error of on_init")) return AISOPOD_OK;
  err->struct_size = (uint32_t)probe_number(self->config->json, self->config->len, "size", 0);
  memset(err->message, 'x', sizeof err->message); /* without a NUL */
  return AISOPOD_E_DENIED;
}

static void destroy(aisopod_plugin *self) { rude_destroy(self); }
PROBE_PLUGIN(desc->on_init = on_init)
