#include "rules.h"

#include <aisopod/json.h>

static const char *const default_names[] = {"password", "passwd",     "secret",        "token",
                                            "apikey",   "privatekey", "authorization", "cookie"};

/* Lower case, without _ and -. Returns how many bytes are left. */
static size_t fold(const char *name, size_t len, char *out, size_t cap) {
  size_t i, n = 0;
  for (i = 0; i < len && n < cap; i++) {
    const char c = name[i];
    if (c == '_' || c == '-') continue;
    out[n++] = c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
  }
  return n;
}

static const char *read_find(aisopod_json list, rules *out) {
  aisopod_json item = {NULL, 0};
  if (list.at[0] != '[') return "find: it must be a list";
  out->tokens = out->keys = out->assignments = out->emails = 0;
  while (aisopod_json_next(list, NULL, &item)) {
    if (aisopod_json_equals(item, "tokens")) out->tokens = 1;
    else if (aisopod_json_equals(item, "keys")) out->keys = 1;
    else if (aisopod_json_equals(item, "assignments")) out->assignments = 1;
    else if (aisopod_json_equals(item, "emails")) out->emails = 1;
    else return "find: there are tokens, keys, assignments and emails";
  }
  return NULL;
}

static const char *add_name(rules *out, const char *name, size_t len) {
  char *folded = out->names[out->name_count];
  if (out->name_count == RULES_MAX) return "names: more than 64";
  folded[fold(name, len, folded, NAME_LENGTH)] = '\0';
  if (folded[0] == '\0') return "names: one of them is empty";
  out->name_count++;
  return NULL;
}

static const char *read_names(aisopod_json list, rules *out) {
  aisopod_json item = {NULL, 0};
  char name[NAME_LENGTH + 1];
  const char *wrong = NULL;
  if (list.at[0] != '[') return "names: it must be a list";
  out->name_count = 0;
  while (!wrong && aisopod_json_next(list, NULL, &item)) {
    const size_t len = aisopod_json_text(item, name, sizeof name);
    wrong = len == AISOPOD_JSON_NONE ? "names: each must be a text of at most 64 bytes"
                                     : add_name(out, name, len);
  }
  return wrong;
}

static const char *read_words(aisopod_json list, rules *out) {
  aisopod_json item = {NULL, 0}, member;
  double min;
  if (list.at[0] != '[') return "words: it must be a list";
  while (aisopod_json_next(list, NULL, &item)) {
    rules_word *word = &out->words[out->word_count];
    if (out->word_count == RULES_MAX) return "words: more than 64";
    if (!aisopod_json_get(item, "prefix", &member) ||
        (word->length = aisopod_json_text(member, word->prefix, 33)) == AISOPOD_JSON_NONE ||
        word->length == 0)
      return "words: each has a prefix of 1 to 32 bytes";
    word->min = 16;
    if (aisopod_json_get(item, "min", &member)) {
      if (!aisopod_json_number(member, &min) || min < 0 || min > 1000)
        return "words: min must be a number from 0 to 1000";
      word->min = (size_t)min;
    }
    out->word_count++;
  }
  return NULL;
}

const char *rules_read(const char *config, size_t len, rules *out) {
  const char *wrong = NULL;
  aisopod_json root, member;
  size_t i;
  memset(out, 0, sizeof *out);
  memcpy(out->mask, "***", 4);
  out->tokens = out->keys = out->assignments = 1;
  for (i = 0; i < sizeof default_names / sizeof *default_names; i++)
    (void)add_name(out, default_names[i], strlen(default_names[i]));
  if (!aisopod_json_read(config, len, &root) || root.at[0] != '{') return "it is no object";
  if (aisopod_json_get(root, "mask", &member) &&
      aisopod_json_text(member, out->mask, sizeof out->mask) == AISOPOD_JSON_NONE)
    return "mask: it must be a text of at most 64 bytes";
  if (aisopod_json_get(root, "find", &member)) wrong = read_find(member, out);
  if (!wrong && aisopod_json_get(root, "names", &member)) wrong = read_names(member, out);
  if (!wrong && aisopod_json_get(root, "words", &member)) wrong = read_words(member, out);
  return wrong;
}

int rules_is_secret(const rules *self, const char *name, size_t len) {
  char folded[256];
  size_t i, n;
  if (len > sizeof folded) { /* the end is what counts */
    name += len - sizeof folded;
    len = sizeof folded;
  }
  n = fold(name, len, folded, sizeof folded);
  for (i = 0; i < self->name_count; i++) {
    const size_t wanted = strlen(self->names[i]);
    if (wanted <= n && memcmp(folded + n - wanted, self->names[i], wanted) == 0) return 1;
  }
  return 0;
}
