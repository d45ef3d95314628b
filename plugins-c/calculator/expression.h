/* What an arithmetic expression is worth. */
#ifndef CALCULATOR_EXPRESSION_H
#define CALCULATOR_EXPRESSION_H

#include <stddef.h>

#define EXPRESSION_MAX_DEPTH 200 /* parentheses, signs and powers within each other */

typedef struct expression_error {
  size_t position;   /* in bytes, the first is 1     */
  char message[128]; /* NUL-terminated, with position */
} expression_error;

/* Work out `text`, valid UTF-8 and NUL-terminated at text[len]. Returns 1 and fills *value (finite,
 * never -0), or 0 and fills *err. */
int expression_evaluate(const char *text, size_t len, double *value, expression_error *err);

#endif
