/* The walk through a tree, and what it found. */
#ifndef FILE_SEARCH_SEARCH_H
#define FILE_SEARCH_SEARCH_H

#include "options.h"

typedef struct search_counts {
  unsigned files;   /* searched */
  unsigned matches; /* found, and sent as chunks if the caller reads them */
  unsigned skipped; /* not readable, binary, or too deep */
  int truncated;    /* there are more matches than options->max_matches */
} search_counts;

/* Searches, and sends every match as a chunk of the call. Returns OK; what call_check() says if the
 * call is to stop; NOT_FOUND, DENIED or INVALID with err->message if the root cannot be opened;
 * NOMEM. [worker]: it blocks. */
aisopod_status search_run(const aisopod_host *host, const aisopod_call *call,
                          const search_options *options, search_counts *counts, aisopod_error *err);

#endif
