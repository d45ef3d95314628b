/* What counts as a secret: the configuration of the plugin, read. */
#ifndef REDACT_RULES_H
#define REDACT_RULES_H

#include <stddef.h>

#define RULES_MAX   64 /* names, and words */
#define NAME_LENGTH 64 /* bytes, of names and of the mask */

typedef struct rules_word {
  char prefix[NAME_LENGTH + 1];
  size_t length, min;
} rules_word;

typedef struct rules {
  char mask[NAME_LENGTH + 1];
  int tokens, keys, assignments, emails;
  char names[RULES_MAX][NAME_LENGTH + 1]; /* folded */
  rules_word words[RULES_MAX];
  size_t name_count, word_count;
} rules;

/* Reads a configuration; what it leaves out stays as the manifest has it. Returns NULL, or what is
 * wrong with it, for people. */
const char *rules_read(const char *config, size_t len, rules *out);

/* Does a name of so many bytes end with one whose value is secret? 1 or 0. */
int rules_is_secret(const rules *self, const char *name, size_t len);

#endif /* REDACT_RULES_H */
