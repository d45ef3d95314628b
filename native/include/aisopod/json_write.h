/* aisopod/json_write.h - put JSON text together in a growing buffer. See json.h.  SPDX: MIT */
#ifndef AISOPOD_JSON_WRITE_H
#define AISOPOD_JSON_WRITE_H

#include <aisopod/json_number.h>

/* Starts as all zero. Once `failed` is set (no memory), adding does nothing. data has no NUL. */
typedef struct aisopod_json_out {
  char *data;
  size_t len, cap;
  int failed;
} aisopod_json_out;

/* Add n bytes as they are. */
static inline void aisopod_json_add_bytes(aisopod_json_out *out, const char *bytes, size_t n) {
  if (!out->failed && n > out->cap - out->len) {
    const size_t cap = out->cap + n + (out->cap < n ? 64 : out->cap);
    char *data = cap > out->cap ? (char *)realloc(out->data, cap) : NULL;
    if (data) {
      out->data = data;
      out->cap = cap;
    } else {
      out->failed = 1;
    }
  }
  if (out->failed || n == 0) return;
  memcpy(out->data + out->len, bytes, n);
  out->len += n;
}

/* Add JSON text as it is: brackets, keys, commas. */
static inline void aisopod_json_add(aisopod_json_out *out, const char *json) {
  aisopod_json_add_bytes(out, json, strlen(json));
}

/* How many bytes the valid UTF-8 character at s has; 0: there is none. */
static inline size_t aisopod_json_utf8_(const unsigned char *s, size_t left) {
  const size_t n = s[0] < 0x80 ? 1 : s[0] < 0xC2 ? 0 : s[0] < 0xE0 ? 2 : s[0] < 0xF0 ? 3 : 4;
  size_t i;
  if (n == 0 || s[0] > 0xF4 || n > left) return 0;
  for (i = 1; i < n; i++)
    if ((s[i] & 0xC0) != 0x80) return 0;
  if ((s[0] == 0xE0 && s[1] < 0xA0) || (s[0] == 0xED && s[1] > 0x9F) ||
      (s[0] == 0xF0 && s[1] < 0x90) || (s[0] == 0xF4 && s[1] > 0x8F))
    return 0; /* overlong, half of a surrogate pair, beyond U+10FFFF */
  return n;
}

/* Add n bytes of text as the inside of a JSON string: escaped, the quotes are the caller's. What is
 * no valid UTF-8 becomes U+FFFD, byte for byte, so that the result is always valid. */
static inline void aisopod_json_add_escaped(aisopod_json_out *out, const char *text, size_t n) {
  char escape[8];
  size_t i = 0, plain = 0; /* text[plain..i) is to be added as it is */
  while (i < n) {
    const unsigned char c = (unsigned char)text[i];
    const size_t width = aisopod_json_utf8_((const unsigned char *)text + i, n - i);
    if (width > 0 && c >= 0x20 && c != '"' && c != '\\') {
      i += width;
      continue;
    }
    aisopod_json_add_bytes(out, text + plain, i - plain);
    if (width == 0) memcpy(escape, "\xEF\xBF\xBD", 4);
    else if (c == '"' || c == '\\') snprintf(escape, sizeof escape, "\\%c", c);
    else if (c == '\n') memcpy(escape, "\\n", 3);
    else if (c == '\t') memcpy(escape, "\\t", 3);
    else snprintf(escape, sizeof escape, "\\u%04x", c);
    aisopod_json_add(out, escape);
    plain = ++i;
  }
  aisopod_json_add_bytes(out, text + plain, n - plain);
}

/* Add n bytes of text as a whole JSON string, in quotes. */
static inline void aisopod_json_add_string(aisopod_json_out *out, const char *text, size_t n) {
  aisopod_json_add_bytes(out, "\"", 1);
  aisopod_json_add_escaped(out, text, n);
  aisopod_json_add_bytes(out, "\"", 1);
}

/* Add a number; null if it is infinite or no number, as JavaScript does. */
static inline void aisopod_json_add_number(aisopod_json_out *out, double number) {
  char digits[40];
  aisopod_json_add(out, aisopod_json_format(number, digits) ? digits : "null");
}

/* Give the buffer back; *out is as new. */
static inline void aisopod_json_free(aisopod_json_out *out) {
  free(out->data);
  memset(out, 0, sizeof *out);
}

#endif /* AISOPOD_JSON_WRITE_H */
