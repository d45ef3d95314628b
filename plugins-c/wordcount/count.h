/* Counting text: lines, words, bytes. */
#ifndef WORDCOUNT_COUNT_H
#define WORDCOUNT_COUNT_H

#include <stddef.h>

typedef struct text_counts {
  unsigned long lines, words, bytes;
} text_counts;

/* A line of a text, without its end. */
typedef struct text_line {
  const char *at;
  size_t len;
} text_line;

/* The line at *at, which is moved behind its end; 0: the text is over. */
int next_line(const char **at, const char *end, text_line *line);

/* How many words a line has. */
unsigned long words_of(text_line line);

#endif
