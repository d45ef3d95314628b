/* The parameters of `search`, checked. */
#ifndef FILE_SEARCH_OPTIONS_H
#define FILE_SEARCH_OPTIONS_H

#include <aisopod/json.h>
#include <aisopod/plugin.h>
#include <regex.h>

typedef struct search_options {
  char *root;
  char *files; /* what fnmatch() takes; NULL: all */
  regex_t pattern;
  aisopod_json exclude; /* array of names, lent by the call; at is NULL: the default */
  unsigned max_matches;
} search_options;

/* Reads the parameters of a call. On OK give *options back with options_free(); otherwise
 * err->message says what is wrong, and there is nothing to give back. */
aisopod_status options_read(const aisopod_call *call, search_options *options, aisopod_error *err);
void options_free(search_options *options);

/* Is this the name of a folder to leave out? */
int options_excludes(const search_options *options, const char *name);

#endif
