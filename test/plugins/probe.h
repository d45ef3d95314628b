/* What the plugins of the tests share: an instance that knows its host, gates that a test opens,
 * marks that it reads, and short ways to arguments and answers. */
#ifndef PROBE_H
#define PROBE_H

#include <aisopod/json.h>
#include <aisopod/plugin.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#ifndef PLUGIN_FLAGS
#  define PLUGIN_FLAGS 0
#endif

#define PROBE_TEXT 4096

/* A tool whose schema takes any object. */
#define PROBE_SPEC "{\"description\":\"For tests\",\"parameters\":{\"type\":\"object\"}}"

static inline int probe_get(const char *json, size_t len, const char *key, aisopod_json *out) {
  aisopod_json root;
  return aisopod_json_read(json, len, &root) && aisopod_json_get(root, key, out);
}

/* A text of an object, or "" */
static inline const char *probe_text(const char *json, size_t len, const char *key,
                                     char out[PROBE_TEXT]) {
  aisopod_json member;
  out[0] = '\0';
  if (probe_get(json, len, key, &member)) (void)aisopod_json_text(member, out, PROBE_TEXT);
  return out;
}

static inline double probe_number(const char *json, size_t len, const char *key, double fallback) {
  aisopod_json member;
  double value;
  return probe_get(json, len, key, &member) && aisopod_json_number(member, &value) ? value
                                                                                   : fallback;
}

static inline int probe_flag(const char *json, size_t len, const char *key) {
  aisopod_json member;
  int value;
  return probe_get(json, len, key, &member) && aisopod_json_bool(member, &value) && value;
}

/* The same for the arguments of a call. */
static inline int probe_arg(const aisopod_call *call, const char *key, aisopod_json *out) {
  return probe_get(call->params->json, call->params->len, key, out);
}

static inline const char *probe_arg_text(const aisopod_call *call, const char *key,
                                         char out[PROBE_TEXT]) {
  return probe_text(call->params->json, call->params->len, key, out);
}

static inline double probe_arg_number(const aisopod_call *call, const char *key, double fallback) {
  return probe_number(call->params->json, call->params->len, key, fallback);
}

static inline int probe_arg_flag(const aisopod_call *call, const char *key) {
  return probe_flag(call->params->json, call->params->len, key);
}

static inline void probe_nap(void) {
  const struct timespec millisecond = {0, 1000000};
  nanosleep(&millisecond, NULL);
}

/* Adds a line to a file in one write. */
static inline void probe_mark(const char *path, const char *format, ...) {
  char line[512];
  const int file = open(path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0600);
  va_list args;
  int n;
  va_start(args, format);
  n = vsnprintf(line, sizeof line - 1, format, args);
  va_end(args);
  if (n > 0 && n < (int)sizeof line - 1) line[n++] = '\n';
  if (file < 0 || write(file, line, (size_t)n) != n) abort();
  close(file);
}

/* A gate is a file; it is open when the file is there. */
static inline int probe_is_open(const char *gate) { return access(gate, F_OK) == 0; }

static inline void probe_wait(const char *gate) {
  while (!probe_is_open(gate)) probe_nap();
}

/* Publishes {"name":..., "status":...}: how a plugin reports to the test where it is. Without a
 * parent, since a call may have ended by then. */
static inline void probe_report(const aisopod_host *host, const char *topic, const char *name,
                                aisopod_status status) {
  char json[256];
  snprintf(json, sizeof json, "{\"name\":\"%s\",\"status\":%d}", name, (int)status);
  (void)aisopod_publish(host, 0, topic, json, AISOPOD_NTS);
}

static inline aisopod_status probe_reply(const aisopod_host *host, aisopod_token call,
                                         const char *format, ...) {
  char json[PROBE_TEXT];
  va_list args;
  va_start(args, format);
  vsnprintf(json, sizeof json, format, args);
  va_end(args);
  return aisopod_reply(host, call, json, AISOPOD_NTS);
}

static inline aisopod_status probe_create(const aisopod_host *host, aisopod_plugin **out,
                                          size_t size) {
  *out = (aisopod_plugin *)calloc(1, size);
  if (!*out) return AISOPOD_E_NOMEM;
  memcpy(*out, &host, sizeof host); /* every struct aisopod_plugin here begins with its host */
  return AISOPOD_OK;
}

/* The entry point; what follows sets other members of the descriptor `desc`. */
#define PROBE_PLUGIN(...)            \
  AISOPOD_DESCRIBE(desc) {           \
    desc->flags = PLUGIN_FLAGS;      \
    desc->id = PLUGIN_ID;            \
    desc->version = PLUGIN_VERSION;  \
    desc->create = create;           \
    desc->on_register = on_register; \
    desc->destroy = destroy;         \
    __VA_ARGS__;                     \
  }

#endif
