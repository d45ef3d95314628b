/* A recursive descent, one function for each level of precedence:
 *
 *   sum     = product { ("+" | "-") product }
 *   product = signed { ("*" | "/" | "%") signed }
 *   signed  = ("+" | "-") signed | power
 *   power   = primary [ "^" signed ]            so 2^3^2 is 2^9, 2^-1 is 0.5 and -2^2 is -4
 *   primary = number | "(" sum ")"
 *
 * After the first error every function returns at once, with any number. */
#include "expression.h"

#include <aisopod/json_number.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

typedef struct parser {
  const char *start, *at, *end; /* *end is NUL */
  int depth;
  int failed;
  expression_error *err;
} parser;

static double fail(parser *p, const char *at, const char *what) {
  if (p->failed) return 0;
  p->failed = 1;
  p->err->position = (size_t)(at - p->start) + 1;
  snprintf(p->err->message, sizeof p->err->message, "%s at position %zu", what, p->err->position);
  return 0;
}

/* What stands at p->at has no place there. */
static double fail_unexpected(parser *p) {
  const unsigned char c = (unsigned char)*p->at;
  char what[48];
  int bytes = 1;
  if (p->at == p->end) return fail(p, p->at, "unexpected end");
  if (c < 0x20 || c == 0x7F) {
    snprintf(what, sizeof what, "unexpected character U+%04X", c);
    return fail(p, p->at, what);
  }
  while (((unsigned char)p->at[bytes] & 0xC0) == 0x80 && bytes < 4) bytes++;
  snprintf(what, sizeof what, "unexpected '%.*s'", bytes, p->at);
  return fail(p, p->at, what);
}

static void skip_space(parser *p) {
  while (*p->at == ' ' || *p->at == '\t' || *p->at == '\n' || *p->at == '\r') p->at++;
}

/* The next character that is no white space; NUL at the end and after an error. */
static char peek(parser *p) {
  if (p->failed) return '\0';
  skip_space(p);
  return *p->at;
}

static double checked(parser *p, const char *at, double value) {
  if (isnan(value)) return fail(p, at, "the result is not a real number");
  if (isinf(value)) return fail(p, at, "the result is too large");
  return value;
}

static double sum(parser *p);
static double signed_power(parser *p);

static int is_digit(char c) { return c >= '0' && c <= '9'; }

static double number(parser *p) {
  const char *start = p->at, *mark;
  double value = 0;
  while (is_digit(*p->at)) p->at++;
  if (*p->at == '.') {
    p->at++;
    if (p->at - start == 1 && !is_digit(*p->at)) return fail_unexpected(p);
    while (is_digit(*p->at)) p->at++;
  }
  if (*p->at == 'e' || *p->at == 'E') {
    mark = p->at++;
    if (*p->at == '+' || *p->at == '-') p->at++;
    if (!is_digit(*p->at)) {
      if (p->at != p->end) p->at = mark; /* "2e" followed by something: the e is what is odd */
      return fail_unexpected(p);
    }
    while (is_digit(*p->at)) p->at++;
  }
  if (!aisopod_json_decimal(start, (size_t)(p->at - start), &value))
    return fail(p, start, "no memory for the number");
  if (isinf(value)) return fail(p, start, "the number is too large");
  return value;
}

static double primary(parser *p) {
  double value;
  const char c = peek(p);
  if (p->failed) return 0;
  if (is_digit(c) || c == '.') return number(p);
  if (c != '(') return fail_unexpected(p);
  p->at++;
  value = sum(p);
  if (peek(p) != ')') return p->failed ? 0 : fail_unexpected(p);
  p->at++;
  return value;
}

static double power(parser *p) {
  const double base = primary(p);
  const char *at;
  double exponent;
  if (peek(p) != '^') return base;
  at = p->at++;
  exponent = signed_power(p);
  if (p->failed) return 0;
  if (base == 0 && exponent < 0) return fail(p, at, "division by zero");
  return checked(p, at, pow(base, exponent));
}

static double signed_power(parser *p) { /* every way down into itself comes through here */
  double value;
  const char c = peek(p);
  if (p->depth == EXPRESSION_MAX_DEPTH) return fail(p, p->at, "nested too deep");
  p->depth++;
  if (c == '+' || c == '-') {
    p->at++;
    value = signed_power(p);
    if (c == '-') value = -value;
  } else {
    value = power(p);
  }
  p->depth--;
  return value;
}

static double product(parser *p) {
  double value = signed_power(p), right;
  const char *at;
  char sign;
  while ((sign = peek(p)) == '*' || sign == '/' || sign == '%') {
    at = p->at++;
    right = signed_power(p);
    if (p->failed) return 0;
    if (sign != '*' && right == 0) return fail(p, at, "division by zero");
    value = sign == '*' ? value * right : sign == '/' ? value / right : fmod(value, right);
    value = checked(p, at, value);
  }
  return value;
}

static double sum(parser *p) {
  double value = product(p), right;
  const char *at;
  char sign;
  while ((sign = peek(p)) == '+' || sign == '-') {
    at = p->at++;
    right = product(p);
    if (p->failed) return 0;
    value = checked(p, at, sign == '+' ? value + right : value - right);
  }
  return value;
}

int expression_evaluate(const char *text, size_t len, double *value, expression_error *err) {
  parser p = {NULL, NULL, NULL, 0, 0, NULL};
  p.start = p.at = text;
  p.end = text + len;
  p.err = err;
  *value = sum(&p);
  if (!p.failed) skip_space(&p);
  if (!p.failed && p.at != p.end) fail_unexpected(&p);
  if (*value == 0) *value = 0; /* not -0 */
  return !p.failed;
}
