/* aisopod/json_number.h - numbers as JSON text, whatever the locale. See json.h.  SPDX: MIT */
#ifndef AISOPOD_JSON_NUMBER_H
#define AISOPOD_JSON_NUMBER_H

#include <math.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* What strtod() and printf() take for the decimal point: the locale may belong to the program that
 * embeds the host. */
static inline const char *aisopod_json_point_(char probe[16]) {
  const int len = snprintf(probe, 16, "%.1f", 0.5); /* "0", the point, "5" */
  probe[len > 2 && len < 16 ? len - 1 : 1] = '\0';
  return probe + 1;
}

/* Read `len` bytes of a plain decimal number ("12", "0.5", ".5", "1e-3"; the caller has checked
 * its characters) as the nearest double; over the range it is infinite. Answers 1, or 0: no memory
 * for a number of more than 100 digits. */
static inline int aisopod_json_decimal(const char *text, size_t len, double *out) {
  char probe[16], small[128], *copy = small;
  const char *mark = (const char *)memchr(text, '.', len), *point;
  size_t head = mark ? (size_t)(mark - text) : len, wide, i;
  uint64_t whole = 0;
  for (i = 0; i < len && len <= 15 && text[i] >= '0' && text[i] <= '9'; i++)
    whole = whole * 10 + (uint64_t)(text[i] - '0');
  if (i == len) {
    *out = (double)whole; /* a short whole number: exact, and much the most frequent */
    return 1;
  }
  point = aisopod_json_point_(probe);
  wide = mark ? strlen(point) : 0;
  if (len + wide + 1 > sizeof small && !(copy = (char *)malloc(len + wide + 1))) return 0;
  memcpy(copy, text, head);
  if (mark) {
    memcpy(copy + head, point, wide);
    memcpy(copy + head + wide, mark + 1, len - head - 1);
    len += wide - 1;
  }
  copy[len] = '\0';
  *out = strtod(copy, NULL);
  if (copy != small) free(copy);
  return 1;
}

/* Write a finite number with the fewest digits that read back as the same double, NUL-terminated.
 * Answers 1, or 0 for what JSON has no number for: infinite, or not a number. */
static inline int aisopod_json_format(double number, char out[40]) {
  char probe[16], *mark;
  const char *point;
  double back = 0;
  int precision;
  if (!isfinite(number)) return 0;
  if (number > -1e15 && number < 1e15 && number == (double)(int64_t)number) {
    snprintf(out, 40, "%.0f", number);
    return 1;
  }
  for (precision = 1; precision <= 17; precision++) {
    snprintf(out, 40, "%.*g", precision, number);
    back = strtod(out, NULL);
    if (back == number) break;
  }
  point = aisopod_json_point_(probe);
  mark = strstr(out, point);
  if (mark) {
    memmove(mark + 1, mark + strlen(point), strlen(mark + strlen(point)) + 1);
    *mark = '.';
  }
  return 1;
}

#endif /* AISOPOD_JSON_NUMBER_H */
