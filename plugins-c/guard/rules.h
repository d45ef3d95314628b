/* Which calls are refused: the configuration of the plugin, held against one call. */
#ifndef GUARD_RULES_H
#define GUARD_RULES_H

#include <aisopod/json.h>

/* What came of the question. */
typedef struct verdict {
  int allowed;
  aisopod_json reason; /* a string; at is NULL: there is none */
  unsigned rule;       /* which one decided, from 1; 0: none */
} verdict;

/* Checks a configuration, all of it. Returns NULL, or what is wrong with it, for people. */
const char *rules_check(aisopod_json config);

/* Judges a call, the payload of BeforeToolExecute, by a checked configuration. Whatever cannot be
 * read is not allowed. */
verdict rules_judge(aisopod_json config, aisopod_json call);

#endif /* GUARD_RULES_H */
