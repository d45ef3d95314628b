#define _XOPEN_SOURCE 700
#include "options.h"

#include <stdio.h>
#include <string.h>

#define MAX_PATTERN      1000  /* bytes */
#define MAX_PATTERN_COST 10000 /* its length times all its repetitions: regcomp() unrolls them */
#define MAX_MATCHES      100000

static aisopod_status invalid(aisopod_error *err, const char *message) {
  return aisopod_set_error(err, AISOPOD_E_INVALID, message);
}

/* A member as a text of its own, without a NUL in it. NULL if it is none. */
static char *text_of(aisopod_json member) {
  char *text = (char *)malloc(member.len + 1);
  size_t len = text ? aisopod_json_text(member, text, member.len + 1) : AISOPOD_JSON_NONE;
  if (len != AISOPOD_JSON_NONE && len > 0 && strlen(text) == len) return text;
  free(text);
  return NULL;
}

/* Behind the bracket expression that begins at p. */
static const char *skip_bracket(const char *p) {
  p++;
  if (*p == '^') p++;
  if (*p == ']') p++;
  while (*p && *p != ']') {
    if (p[0] == '[' && (p[1] == ':' || p[1] == '.' || p[1] == '=')) {
      const char kind = p[1];
      for (p += 2; *p && !(p[0] == kind && p[1] == ']'); p++) continue;
      if (*p) p++;
    }
    if (*p) p++;
  }
  return *p ? p + 1 : p;
}

/* What would take the regular expression engine more than a moment; NULL: nothing. */
static const char *pattern_fault(const char *pattern) {
  unsigned long cost = strlen(pattern), low, high;
  const char *p = pattern;
  char *end;
  if (cost > MAX_PATTERN) return "pattern: it is longer than 1000 bytes";
  while (*p) {
    if (*p == '\\' && p[1] >= '1' && p[1] <= '9')
      return "pattern: back-references such as \\1 are not supported";
    if (*p == '[') {
      p = skip_bracket(p);
      continue;
    }
    if (*p == '{') {
      low = high = strtoul(p + 1, &end, 10);
      if (*end == ',') high = strtoul(end + 1, &end, 10);
      if (low > high) high = low;
      if (high > MAX_PATTERN_COST || (high > 1 && (cost *= high) > MAX_PATTERN_COST))
        return "pattern: its repetitions {m,n} are too many; use * or + instead";
    }
    p += *p == '\\' && p[1] ? 2 : 1;
  }
  return NULL;
}

static aisopod_status compile(search_options *options, const char *pattern, int flags,
                              aisopod_error *err) {
  const char *fault = pattern_fault(pattern);
  char message[256];
  int code, used;
  if (fault) return invalid(err, fault);
  code = regcomp(&options->pattern, pattern, flags);
  if (code == 0) return AISOPOD_OK;
  if (code == REG_ESPACE)
    return aisopod_set_error(err, AISOPOD_E_NOMEM, "pattern: it takes too much memory");
  used = snprintf(message, sizeof message, "pattern: ");
  regerror(code, &options->pattern, message + used, sizeof message - (size_t)used);
  return invalid(err, message);
}

static aisopod_status read_members(aisopod_json args, search_options *options, aisopod_error *err) {
  aisopod_json member;
  char *pattern;
  int ignore_case = 0;
  double number;
  aisopod_status status;
  if (!aisopod_json_get(args, "root", &member) || !(options->root = text_of(member)))
    return invalid(err, "root: it must be the path of a folder");
  if (aisopod_json_get(args, "files", &member) && !(options->files = text_of(member)))
    return invalid(err, "files: it must be a pattern of file names, as in *.c");
  if (aisopod_json_get(args, "exclude", &member)) {
    if (member.at[0] != '[') return invalid(err, "exclude: it must be a list of folder names");
    options->exclude = member;
  }
  if (aisopod_json_get(args, "max_matches", &member)) {
    if (!aisopod_json_number(member, &number) || number < 1 || number > MAX_MATCHES)
      return invalid(err, "max_matches: it must be a number from 1 to 100000");
    options->max_matches = (unsigned)number;
  }
  if (aisopod_json_get(args, "ignore_case", &member) && !aisopod_json_bool(member, &ignore_case))
    return invalid(err, "ignore_case: it must be true or false");
  if (!aisopod_json_get(args, "pattern", &member) || !(pattern = text_of(member)))
    return invalid(err, "pattern: it must be a regular expression");
  status = compile(options, pattern, REG_EXTENDED | (ignore_case ? REG_ICASE : 0), err);
  free(pattern);
  return status;
}

aisopod_status options_read(const aisopod_call *call, search_options *options, aisopod_error *err) {
  aisopod_json args;
  aisopod_status status;
  memset(options, 0, sizeof *options);
  options->max_matches = 1000;
  if (!aisopod_json_read(call->params->json, call->params->len, &args))
    return invalid(err, "the arguments are not JSON, or nested too deep");
  status = read_members(args, options, err);
  if (status == AISOPOD_OK) return AISOPOD_OK;
  free(options->root);
  free(options->files);
  return status;
}

void options_free(search_options *options) {
  regfree(&options->pattern);
  free(options->root);
  free(options->files);
}

int options_excludes(const search_options *options, const char *name) {
  aisopod_json item = {NULL, 0};
  if (!options->exclude.at) return strcmp(name, ".git") == 0 || strcmp(name, "node_modules") == 0;
  while (aisopod_json_next(options->exclude, NULL, &item))
    if (aisopod_json_equals(item, name)) return 1;
  return 0;
}
