/* Finding secrets in text, in time that grows with its length. */
#ifndef REDACT_SECRETS_H
#define REDACT_SECRETS_H

#include "rules.h"

/* Where a secret is, in bytes. */
typedef struct secret {
  size_t from, to;
} secret;

/* Finds the first secret of text[at..len). Returns 1 and fills *found, or 0. */
int secrets_next(const rules *wanted, const char *text, size_t len, size_t at, secret *found);

#endif /* REDACT_SECRETS_H */
