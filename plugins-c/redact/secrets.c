#include "secrets.h"

#include <string.h>

/* Tokens of services that mark them. */
static const rules_word known_words[] = {
    {"ghp_", 4, 16},         {"gho_", 4, 16},   {"ghs_", 4, 16},   {"ghu_", 4, 16},
    {"github_pat_", 11, 16}, {"glpat-", 6, 16}, {"npm_", 4, 16},   {"hf_", 3, 16},
    {"sk-", 3, 16},          {"xoxb-", 5, 10},  {"xoxp-", 5, 10},  {"xapp-", 5, 10},
    {"AKIA", 4, 16},         {"ASIA", 4, 16},   {"AIza", 4, 30},   {"sk_live_", 8, 16},
    {"rk_live_", 8, 16},     {"pypi-", 5, 16},  {"dop_v1_", 7, 16}};

#define HEAD 80 /* bytes, of the line that begins a key */

/* What is being read. */
typedef struct scan {
  const rules *rules;
  const char *text;
  size_t len;
} scan;

static int is_alnum(char c) {
  return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
}

static int is_word(char c) { return is_alnum(c) || c == '_' || c == '-'; }

/* strchr() finds the NUL too. */
static int is_one_of(char c, const char *set) { return c != '\0' && strchr(set, c) != NULL; }

static int is_token(char c) { return is_alnum(c) || is_one_of(c, "_-.~+/="); }

static int is_web_token(char c) { return is_word(c) || c == '.'; }

static size_t run(const scan *s, size_t at, int (*is)(char)) {
  while (at < s->len && is(s->text[at])) at++;
  return at;
}

static size_t skip(const scan *s, size_t at, const char *set) {
  while (at < s->len && is_one_of(s->text[at], set)) at++;
  return at;
}

/* Whatever the case, for a word in lower case. */
static int begins(const scan *s, size_t at, const char *word) {
  for (; *word; word++, at++) {
    const char c = at < s->len ? s->text[at] : '\0';
    if ((c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c) != *word) return 0;
  }
  return 1;
}

/* Where `what` begins in [at..end), or end. */
static size_t find(const scan *s, size_t at, size_t end, const char *what) {
  const size_t n = strlen(what);
  for (; at + n <= end; at++)
    if (memcmp(s->text + at, what, n) == 0) return at;
  return end;
}

/* Where the token ends that begins as one of these words does; at: none does. What is too short for
 * one is read once only, and so is what is none, since its beginning is looked at first. */
static size_t word_end(const scan *s, size_t at, const rules_word *words, size_t count) {
  size_t i, end;
  for (i = 0; i < count; i++) {
    const rules_word *word = &words[i];
    if (s->len - at < word->length || memcmp(s->text + at, word->prefix, word->length) != 0)
      continue;
    end = run(s, at, is_token);
    if (end - at >= word->length + word->min) return end;
  }
  return at;
}

/* Three parts in base64, with dots between them. */
static size_t web_token_end(const scan *s, size_t at) {
  size_t i, end, dots = 0;
  if (s->len - at < 3 || memcmp(s->text + at, "eyJ", 3) != 0) return at;
  end = run(s, at, is_web_token);
  for (i = at; i < end; i++) dots += s->text[i] == '.';
  return end - at > 20 && dots >= 2 ? end : at;
}

static size_t token_end(const scan *s, size_t at) {
  const size_t end = word_end(s, at, known_words, sizeof known_words / sizeof *known_words);
  return end > at ? end : web_token_end(s, at);
}

/* "Bearer abc" */
static int bearer(const scan *s, size_t at, secret *found) {
  if (!begins(s, at, "bearer ")) return 0;
  found->from = skip(s, at + 7, " ");
  found->to = run(s, found->from, is_token);
  return found->to - found->from >= 8;
}

/* -----BEGIN RSA PRIVATE KEY----- up to its end, or to that of the text. */
static size_t key_end(const scan *s, size_t at) {
  const size_t head = s->len - at < HEAD ? s->len : at + HEAD;
  size_t end;
  if (s->len - at < 11 || memcmp(s->text + at, "-----BEGIN ", 11) != 0) return at;
  end = find(s, at, find(s, at, head, "\n"), "PRIVATE KEY");
  if (end + 11 > head || memcmp(s->text + end, "PRIVATE KEY", 11) != 0) return at;
  end = find(s, end, s->len, "-----END ");
  if (end < s->len) end = find(s, end + 9, s->len, "-----");
  return end < s->len ? end + 5 : s->len;
}

static int ends_value(char c) { return is_one_of(c, " \t\r\n\"'`,;&)}]<>"); }

/* The value in `API_KEY=abc`, `"token": "abc"`, `Authorization: Bearer abc`. */
static int assignment(const scan *s, size_t at, size_t name_end, secret *found) {
  size_t from, to;
  char quote = '\0';
  int escaped = 0;
  if (!rules_is_secret(s->rules, s->text + at, name_end - at)) return 0;
  from = skip(s, name_end, "\\\"'` \t");
  if (from >= s->len || !is_one_of(s->text[from], ":=")) return 0;
  from = skip(s, from, ":= \t");
  if (from < s->len && s->text[from] == '\\') escaped = from++ < s->len; /* JSON within JSON */
  if (from < s->len && is_one_of(s->text[from], "\"'`")) quote = s->text[from++];
  if (!quote && begins(s, from, "bearer ")) from = skip(s, from + 7, " ");
  else if (!quote && begins(s, from, "basic ")) from = skip(s, from + 6, " ");
  for (to = from; to < s->len; to++)
    if ((quote ? s->text[to] == quote : ends_value(s->text[to])) ||
        (escaped && s->text[to] == '\\'))
      break;
  found->from = from;
  found->to = to;
  return to > from;
}

static int is_local(char c) { return is_alnum(c) || is_one_of(c, "._%+-"); }
static int is_domain(char c) { return is_alnum(c) || c == '.' || c == '-'; }

/* name@example.org */
static size_t email_end(const scan *s, size_t at) {
  const size_t local = run(s, at, is_local);
  size_t end, dot;
  if (local == at || local >= s->len || s->text[local] != '@') return at;
  end = run(s, local + 1, is_domain);
  while (end > local && (s->text[end - 1] == '.' || s->text[end - 1] == '-')) end--;
  for (dot = end - 1; dot > local && s->text[dot] != '.';) dot--;
  return dot > local + 1 && end - dot > 2 ? end : at;
}

/* What begins at `at`, where a word begins. */
static int secret_at(const scan *s, size_t at, secret *found) {
  found->from = at;
  if (s->rules->keys && (found->to = key_end(s, at)) > at) return 1;
  if (s->rules->tokens && ((found->to = token_end(s, at)) > at || bearer(s, at, found))) return 1;
  found->from = at;
  found->to = word_end(s, at, s->rules->words, s->rules->word_count);
  return found->to > at;
}

int secrets_next(const rules *wanted, const char *text, size_t len, size_t at, secret *found) {
  const scan s = {wanted, text, len};
  while (at < len) {
    const char before = at > 0 ? text[at - 1] : ' ';
    const size_t end = run(&s, at, is_word);
    if (!is_word(before) && end > at) {
      if (secret_at(&s, at, found)) return 1;
      if (wanted->assignments && assignment(&s, at, end, found)) return 1;
    }
    if (wanted->emails && !is_local(before) && (found->to = email_end(&s, at)) > at) {
      found->from = at;
      return 1;
    }
    at = end > at ? end : at + 1;
  }
  return 0;
}
