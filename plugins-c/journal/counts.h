/* How many events of each topic came. */
#ifndef COUNTS_H
#define COUNTS_H

#include <aisopod/json.h>
#include <stddef.h>
#include <stdint.h>

#define COUNTS_TOPICS 64
#define COUNTS_TOPIC  257 /* a topic has 256 bytes at most */

typedef struct counts {
  struct {
    char topic[COUNTS_TOPIC];
    uint64_t events;
  } topics[COUNTS_TOPICS];
  size_t used;
  uint64_t others; /* events of topics that have no room */
  uint64_t lost;   /* events that the host dropped */
} counts;

void counts_add(counts *self, const char *topic, uint64_t dropped);

/* How many events came, of whatever topic. */
uint64_t counts_all(const counts *self);

/* How many of a topic, which need not be known. */
uint64_t counts_of(const counts *self, const char *topic);

/* {"topics": {...}, "others": n, "lost": n} */
void counts_write(const counts *self, aisopod_json_out *out);

#endif
