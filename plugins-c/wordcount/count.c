#include "count.h"

#include <string.h>

int next_line(const char **at, const char *end, text_line *line) {
  const char *start = *at;
  const char *stop = start < end ? (const char *)memchr(start, '\n', (size_t)(end - start)) : NULL;
  if (start >= end) return 0;
  line->at = start;
  line->len = (size_t)((stop ? stop : end) - start);
  *at = stop ? stop + 1 : end;
  return 1;
}

static int is_blank(char c) { return c == ' ' || (c >= '\t' && c <= '\r'); }

unsigned long words_of(text_line line) {
  unsigned long words = 0;
  int inside = 0;
  size_t i;
  for (i = 0; i < line.len; i++) {
    if (is_blank(line.at[i])) inside = 0;
    else if (!inside) {
      inside = 1;
      words++;
    }
  }
  return words;
}
