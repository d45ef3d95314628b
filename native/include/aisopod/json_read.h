/* aisopod/json_read.h - look into JSON text without allocating. See json.h.      SPDX: MIT */
#ifndef AISOPOD_JSON_READ_H
#define AISOPOD_JSON_READ_H

#include <aisopod/json_number.h>

#define AISOPOD_JSON_DEPTH 512          /* a text nested deeper is refused */
#define AISOPOD_JSON_NONE  ((size_t)-1) /* "no text", of aisopod_json_text() */

/* One checked value inside a text: at[0] tells what it is, one of { [ " t f n - 0..9. */
typedef struct aisopod_json {
  const char *at;
  size_t len;
} aisopod_json;

/* ------------------------------------------------------------------- checking: p, or NULL */

static inline const char *aisopod_json_space_(const char *p, const char *end) {
  while (p < end && (*p == ' ' || *p == '\t' || *p == '\n' || *p == '\r')) p++;
  return p;
}

static inline const char *aisopod_json_digits_(const char *p, const char *end) {
  const char *start = p;
  while (p < end && *p >= '0' && *p <= '9') p++;
  return p > start ? p : NULL;
}

static inline int aisopod_json_hex4_(const char *p, const char *end, uint32_t *out) {
  int i;
  *out = 0;
  if (end - p < 4) return 0;
  for (i = 0; i < 4; i++) {
    const char c = p[i];
    const int digit = c >= '0' && c <= '9'   ? c - '0'
                      : c >= 'a' && c <= 'f' ? c - 'a' + 10
                      : c >= 'A' && c <= 'F' ? c - 'A' + 10
                                             : -1;
    if (digit < 0) return 0;
    *out = *out * 16 + (uint32_t)digit;
  }
  return 1;
}

static inline const char *aisopod_json_end_of_string_(const char *p, const char *end) {
  uint32_t unit;
  for (p++; p < end; p++) { /* behind the opening quote */
    if (*p == '"') return p + 1;
    if ((unsigned char)*p < 0x20) return NULL;
    if (*p != '\\') continue;
    if (++p == end) return NULL;
    if (*p == 'u') {
      if (!aisopod_json_hex4_(p + 1, end, &unit)) return NULL;
      p += 4;
    } else if (*p == '\0' || !strchr("\"\\/bfnrt", *p)) {
      return NULL;
    }
  }
  return NULL;
}

static inline const char *aisopod_json_end_of_number_(const char *p, const char *end) {
  if (p < end && *p == '-') p++;
  if (p < end && *p == '0') p++;
  else p = aisopod_json_digits_(p, end);
  if (p && p < end && *p == '.') p = aisopod_json_digits_(p + 1, end);
  if (p && p < end && (*p == 'e' || *p == 'E')) {
    p++;
    if (p < end && (*p == '+' || *p == '-')) p++;
    p = aisopod_json_digits_(p, end);
  }
  return p;
}

static inline const char *aisopod_json_end_of_scalar_(const char *p, const char *end) {
  const size_t left = (size_t)(end - p);
  if (*p == '"') return aisopod_json_end_of_string_(p, end);
  if (left >= 4 && memcmp(p, "true", 4) == 0) return p + 4;
  if (left >= 5 && memcmp(p, "false", 5) == 0) return p + 5;
  if (left >= 4 && memcmp(p, "null", 4) == 0) return p + 4;
  return aisopod_json_end_of_number_(p, end);
}

/* Behind `"key" :`. */
static inline const char *aisopod_json_end_of_key_(const char *p, const char *end) {
  p = aisopod_json_space_(p, end);
  if (p == end || *p != '"' || !(p = aisopod_json_end_of_string_(p, end))) return NULL;
  p = aisopod_json_space_(p, end);
  return p < end && *p == ':' ? p + 1 : NULL;
}

/* Behind the value that begins at p (white space before it is allowed). */
static inline const char *aisopod_json_end_of_(const char *p, const char *end) {
  char closing[AISOPOD_JSON_DEPTH]; /* of the containers that are open; no recursion */
  size_t depth = 0;
  for (;;) {
    p = aisopod_json_space_(p, end);
    if (p == end) return NULL;
    if (*p == '{' || *p == '[') {
      const char close = *p == '{' ? '}' : ']';
      if (depth == AISOPOD_JSON_DEPTH) return NULL;
      closing[depth++] = close;
      p = aisopod_json_space_(p + 1, end);
      if (p == end) return NULL;
      if (*p != close) {
        if (close == '}' && !(p = aisopod_json_end_of_key_(p, end))) return NULL;
        continue;
      }
    } else if (!(p = aisopod_json_end_of_scalar_(p, end))) {
      return NULL;
    }
    for (;;) { /* a value has ended, or an empty container is about to */
      if (depth == 0) return p;
      p = aisopod_json_space_(p, end);
      if (p == end) return NULL;
      if (*p == closing[depth - 1]) {
        p++;
        depth--;
        continue;
      }
      if (*p++ != ',') return NULL;
      if (closing[depth - 1] == '}' && !(p = aisopod_json_end_of_key_(p, end))) return NULL;
      break;
    }
  }
}

/* ---------------------------------------------------------------------------------- reading */

/* Check that `len` bytes of `text` are one complete JSON value, and nothing else.
 * Answers 1 and fills *out, or 0 and zeroes it: broken, cut short, or nested deeper than
 * AISOPOD_JSON_DEPTH. */
static inline int aisopod_json_read(const char *text, size_t len, aisopod_json *out) {
  const char *end = text + len, *start = aisopod_json_space_(text, end);
  const char *stop = aisopod_json_end_of_(start, end);
  out->at = NULL;
  out->len = 0;
  if (!stop || aisopod_json_space_(stop, end) != end) return 0;
  out->at = start;
  out->len = (size_t)(stop - start);
  return 1;
}

/* Step through an array or an object: zero *value before the first step; `key` may be NULL, and is
 * filled for objects only. Answers 1, or 0 behind the last one and for what is no container. */
static inline int aisopod_json_next(aisopod_json in, aisopod_json *key, aisopod_json *value) {
  const char *end = in.at + in.len;
  const char *p = value->at ? value->at + value->len : in.at;
  if (in.at[0] != '{' && in.at[0] != '[') return 0;
  p = aisopod_json_space_(p, end);
  if (value->at && *p != ',') return 0;
  p = aisopod_json_space_(p + 1, end); /* behind the bracket or the comma */
  if (*p == '}' || *p == ']') return 0;
  if (in.at[0] == '{') {
    if (key) {
      key->at = p;
      key->len = (size_t)(aisopod_json_end_of_string_(p, end) - p);
    }
    p = aisopod_json_space_(aisopod_json_end_of_key_(p, end), end);
  }
  value->at = p;
  value->len = (size_t)(aisopod_json_end_of_(p, end) - p);
  return 1;
}

/* The next character of a checked string, unescaped, as UTF-8 into out; how many bytes. Half of a
 * surrogate pair becomes U+FFFD. */
static inline size_t aisopod_json_char_(const char **at, const char *end, char out[4]) {
  static const char escapes[] = "\"\\/bfnrt", meant[] = "\"\\/\b\f\n\r\t";
  const char *p = *at;
  uint32_t code, low;
  if (*p != '\\') {
    out[0] = *p;
    *at = p + 1;
    return 1;
  }
  if (p[1] != 'u') {
    out[0] = meant[strchr(escapes, p[1]) - escapes];
    *at = p + 2;
    return 1;
  }
  (void)aisopod_json_hex4_(p + 2, end, &code);
  p += 6;
  if (code >= 0xD800 && code < 0xDC00 && end - p >= 6 && p[0] == '\\' && p[1] == 'u' &&
      aisopod_json_hex4_(p + 2, end, &low) && low >= 0xDC00 && low < 0xE000) {
    code = 0x10000 + ((code - 0xD800) << 10) + (low - 0xDC00);
    p += 6;
  } else if (code >= 0xD800 && code < 0xE000) {
    code = 0xFFFD;
  }
  *at = p;
  if (code < 0x80) {
    out[0] = (char)code;
    return 1;
  }
  if (code < 0x800) {
    out[0] = (char)(0xC0 | (code >> 6));
    out[1] = (char)(0x80 | (code & 0x3F));
    return 2;
  }
  if (code < 0x10000) {
    out[0] = (char)(0xE0 | (code >> 12));
    out[1] = (char)(0x80 | ((code >> 6) & 0x3F));
    out[2] = (char)(0x80 | (code & 0x3F));
    return 3;
  }
  out[0] = (char)(0xF0 | (code >> 18));
  out[1] = (char)(0x80 | ((code >> 12) & 0x3F));
  out[2] = (char)(0x80 | ((code >> 6) & 0x3F));
  out[3] = (char)(0x80 | (code & 0x3F));
  return 4;
}

/* Unescape a string into `out`, NUL-terminated. v.len bytes are always enough room.
 * Answers its length in bytes, or AISOPOD_JSON_NONE: no string, or longer than cap - 1. The text
 * may contain a NUL of its own ("\u0000"): then strlen(out) is less than the answer. */
static inline size_t aisopod_json_text(aisopod_json v, char *out, size_t cap) {
  const char *p = v.at + 1, *end = v.at + v.len - 1;
  size_t len = 0, n;
  char c[4];
  if (v.at[0] != '"') return AISOPOD_JSON_NONE;
  while (p < end) {
    n = aisopod_json_char_(&p, end, c);
    if (n >= cap - len) return AISOPOD_JSON_NONE;
    memcpy(out + len, c, n);
    len += n;
  }
  if (len >= cap) return AISOPOD_JSON_NONE;
  out[len] = '\0';
  return len;
}

/* Is the string v equal to the NUL-terminated text? 1 or 0. */
static inline int aisopod_json_equals(aisopod_json v, const char *text) {
  const char *p = v.at + 1, *end = v.at + v.len - 1;
  size_t n, left = strlen(text);
  char c[4];
  if (v.at[0] != '"') return 0;
  while (p < end) {
    n = aisopod_json_char_(&p, end, c);
    if (n > left || memcmp(text, c, n) != 0) return 0;
    text += n;
    left -= n;
  }
  return left == 0;
}

/* Find a member of an object. If a key stands there twice, the last one counts, as in JavaScript.
 * Answers 1 and fills *out, or 0 and zeroes it: not there, or `object` is no object. */
static inline int aisopod_json_get(aisopod_json object, const char *key, aisopod_json *out) {
  aisopod_json name = {NULL, 0}, value = {NULL, 0};
  out->at = NULL;
  out->len = 0;
  if (object.at[0] != '{') return 0;
  while (aisopod_json_next(object, &name, &value))
    if (aisopod_json_equals(name, key)) *out = value;
  return out->at != NULL;
}

/* The number v as a double. Answers 1, or 0: no number, or out of a double's range. */
static inline int aisopod_json_number(aisopod_json v, double *out) {
  if (v.at[0] != '-' && (v.at[0] < '0' || v.at[0] > '9')) return 0;
  return aisopod_json_decimal(v.at, v.len, out) && isfinite(*out);
}

/* The boolean v as 1 or 0 in *out. Answers 1, or 0: no boolean. */
static inline int aisopod_json_bool(aisopod_json v, int *out) {
  *out = v.at[0] == 't';
  return v.at[0] == 't' || v.at[0] == 'f';
}

#endif /* AISOPOD_JSON_READ_H */
