#include "rules.h"

#define MAX_RULES 1000

static int is_text(aisopod_json value) { return value.at[0] == '"'; }

static int is_answer(aisopod_json value) {
  return aisopod_json_equals(value, "allow") || aisopod_json_equals(value, "refuse");
}

static const char *check_rule(aisopod_json rule) {
  aisopod_json key = {NULL, 0}, value = {NULL, 0}, found;
  int pair = 0;
  if (rule.at[0] != '{') return "a rule is no object";
  if (!aisopod_json_get(rule, "tool", &found)) return "a rule names no tool";
  if (!aisopod_json_get(rule, "action", &found) || !is_answer(found))
    return "a rule says neither action = \"allow\" nor action = \"refuse\"";
  while (aisopod_json_next(rule, &key, &value)) {
    pair += aisopod_json_equals(key, "argument") || aisopod_json_equals(key, "matches");
    if (!aisopod_json_equals(key, "tool") && !aisopod_json_equals(key, "action") &&
        !aisopod_json_equals(key, "user") && !aisopod_json_equals(key, "argument") &&
        !aisopod_json_equals(key, "matches") && !aisopod_json_equals(key, "reason"))
      return "a rule has a key that is not known";
    if (!is_text(value)) return "what stands in a rule is text";
  }
  return pair == 1 ? "argument and matches belong together" : NULL;
}

const char *rules_check(aisopod_json config) {
  aisopod_json rules, rule = {NULL, 0}, otherwise;
  const char *wrong = NULL;
  unsigned count = 0;
  if (config.at[0] != '{') return "it is no object";
  if (aisopod_json_get(config, "otherwise", &otherwise) && !is_answer(otherwise))
    return "otherwise is neither \"allow\" nor \"refuse\"";
  if (!aisopod_json_get(config, "rules", &rules)) return NULL;
  if (rules.at[0] != '[') return "rules is no list";
  while (!wrong && aisopod_json_next(rules, NULL, &rule))
    wrong = ++count > MAX_RULES ? "there are more than 1000 rules" : check_rule(rule);
  return wrong;
}

/* Does the text fit the pattern, where * stands for any characters? In steps of a product at most.
 */
static int matches(const char *pattern, const char *text) {
  const char *star = NULL, *from = NULL;
  while (*text) {
    if (*pattern == '*') {
      star = pattern++;
      from = text;
    } else if (*pattern == *text) {
      pattern++;
      text++;
    } else if (star) {
      pattern = star + 1;
      text = ++from;
    } else {
      return 0;
    }
  }
  while (*pattern == '*') pattern++;
  return *pattern == '\0';
}

static char *text_of(aisopod_json value) {
  char *text = (char *)malloc(value.len + 1);
  const size_t len = text ? aisopod_json_text(value, text, value.len + 1) : AISOPOD_JSON_NONE;
  if (len != AISOPOD_JSON_NONE && strlen(text) == len) return text;
  free(text);
  return NULL;
}

/* 1, 0, or -1: it can't be told. */
static int fits(aisopod_json pattern, aisopod_json value) {
  char *of = text_of(pattern), *with = text_of(value);
  const int answer = of && with ? matches(of, with) : -1;
  free(of);
  free(with);
  return answer;
}

static int equal(aisopod_json a, aisopod_json b) {
  char *text = text_of(a);
  const int answer = text ? aisopod_json_equals(b, text) : -1;
  free(text);
  return answer;
}

/* The member of an object by a name that is JSON itself. */
static int member(aisopod_json object, aisopod_json name, aisopod_json *out) {
  char *text = text_of(name);
  const int found = text ? aisopod_json_get(object, text, out) : -1;
  free(text);
  return found;
}

/* Is the rule about the call? 1, 0, or -1: it can't be told. */
static int is_about(aisopod_json rule, aisopod_json call) {
  aisopod_json wanted, found, args, context;
  int fit;
  if (!aisopod_json_get(rule, "tool", &wanted) || !aisopod_json_get(call, "tool", &found))
    return -1;
  fit = fits(wanted, found);
  if (fit == 1 && aisopod_json_get(rule, "user", &wanted)) {
    if (!aisopod_json_get(call, "call", &context)) return -1;
    fit = aisopod_json_get(context, "user", &found) ? equal(wanted, found) : 0;
  }
  if (fit == 1 && aisopod_json_get(rule, "argument", &wanted)) {
    if (!aisopod_json_get(call, "arguments", &args)) return -1;
    fit = member(args, wanted, &found);
    if (fit == 1 && !aisopod_json_get(rule, "matches", &wanted)) return -1;
    if (fit == 1) fit = fits(wanted, found);
  }
  return fit;
}

verdict rules_judge(aisopod_json config, aisopod_json call) {
  aisopod_json rules, rule = {NULL, 0}, answer;
  verdict judged = {1, {NULL, 0}, 0};
  unsigned number = 0;
  if (aisopod_json_get(config, "rules", &rules)) {
    while (aisopod_json_next(rules, NULL, &rule)) {
      int about;
      number++;
      (void)aisopod_json_get(rule, "action", &answer);
      judged.allowed = aisopod_json_equals(answer, "allow");
      about = is_about(rule, call);
      /* What can't be told is never a reason to allow, and always one to refuse. */
      if (about == 1 || (about == -1 && !judged.allowed)) {
        judged.rule = number;
        (void)aisopod_json_get(rule, "reason", &judged.reason);
        return judged;
      }
    }
  }
  judged.allowed =
      !aisopod_json_get(config, "otherwise", &answer) || aisopod_json_equals(answer, "allow");
  return judged;
}
