#include "counts.h"

#include <string.h>

/* The place of a topic, or `used` when it has none. */
static size_t find(const counts *self, const char *topic) {
  size_t i = 0;
  while (i < self->used && strcmp(self->topics[i].topic, topic) != 0) i++;
  return i;
}

void counts_add(counts *self, const char *topic, uint64_t dropped) {
  const size_t i = find(self, topic);
  self->lost += dropped;
  if (i == self->used) {
    if (self->used == COUNTS_TOPICS || strlen(topic) >= COUNTS_TOPIC) {
      self->others++;
      return;
    }
    memcpy(self->topics[i].topic, topic, strlen(topic) + 1);
    self->topics[i].events = 0;
    self->used++;
  }
  self->topics[i].events++;
}

uint64_t counts_all(const counts *self) {
  uint64_t sum = self->others;
  size_t i;
  for (i = 0; i < self->used; i++) sum += self->topics[i].events;
  return sum;
}

uint64_t counts_of(const counts *self, const char *topic) {
  const size_t i = find(self, topic);
  return i < self->used ? self->topics[i].events : 0;
}

void counts_write(const counts *self, aisopod_json_out *out) {
  size_t i;
  aisopod_json_add(out, "{\"topics\":{");
  for (i = 0; i < self->used; i++) {
    if (i > 0) aisopod_json_add(out, ",");
    aisopod_json_add_string(out, self->topics[i].topic, strlen(self->topics[i].topic));
    aisopod_json_add(out, ":");
    aisopod_json_add_number(out, (double)self->topics[i].events);
  }
  aisopod_json_add(out, "},\"others\":");
  aisopod_json_add_number(out, (double)self->others);
  aisopod_json_add(out, ",\"lost\":");
  aisopod_json_add_number(out, (double)self->lost);
  aisopod_json_add(out, "}");
}
