/* prompts-review: the prompts `review` and `commit-message`, whose templates are files. What they
 * say stands in `prompts`. */
#include <aisopod/json.h>
#include <aisopod/plugin.h>

#ifndef AISOPOD_PLUGIN_ID /* aisopod_add_plugin() takes both from the manifest */
#  define AISOPOD_PLUGIN_ID      "prompts-review"
#  define AISOPOD_PLUGIN_VERSION "1.0.0"
#endif

#define LONGEST 32 /* bytes of what is written of a language */

struct aisopod_plugin {
  const aisopod_host *host;
};

static const char review_spec[] =
    "{\"title\":\"Review\",\"description\":\"Ask for the review of a change\","
    "\"file\":\"prompts/review.md\",\"arguments\":["
    "{\"name\":\"change\",\"description\":\"The change, such as a diff\",\"required\":true},"
    "{\"name\":\"language\",\"description\":\"What it is written in\",\"complete\":true},"
    "{\"name\":\"focus\",\"description\":\"What to look at first\","
    "\"complete\":[\"correctness\",\"security\",\"speed\",\"tests\"]}]}";

static const char commit_spec[] =
    "{\"title\":\"Commit message\",\"description\":\"Ask for the message of a commit\","
    "\"file\":\"prompts/commit-message.md\",\"arguments\":["
    "{\"name\":\"change\",\"description\":\"The change, such as a diff\",\"required\":true}]}";

static const char *const languages[] = {"C",    "C++",    "Go",   "Java",      "JavaScript",
                                        "Perl", "Python", "Rust", "TypeScript"};

/* Does `name` begin with the text, whatever the case of ASCII letters? */
static int begins(const char *name, const char *text) {
  for (; *text; name++, text++) {
    const char a = *name >= 'a' && *name <= 'z' ? (char)(*name - 'a' + 'A') : *name;
    const char b = *text >= 'a' && *text <= 'z' ? (char)(*text - 'a' + 'A') : *text;
    if (a != b) return 0;
  }
  return 1;
}

/* Answers `complete`. The host fills the templates itself, so it never calls `invoke`. */
static aisopod_status complete(void *user, const aisopod_call *call) {
  const aisopod_host *host = ((const aisopod_plugin *)user)->host;
  aisopod_json params, value;
  aisopod_json_out out = {NULL, 0, 0, 0};
  aisopod_status status = AISOPOD_E_NOMEM;
  char written[LONGEST];
  size_t i, found = 0;
  if (strcmp(call->method, "complete") != 0) return AISOPOD_E_UNSUPPORTED;
  if (!aisopod_json_read(call->params->json, call->params->len, &params) ||
      !aisopod_json_get(params, "value", &value))
    return AISOPOD_E_INVALID;
  aisopod_json_add(&out, "[");
  /* No language is as long as what does not fit. */
  if (aisopod_json_text(value, written, sizeof written) != AISOPOD_JSON_NONE) {
    for (i = 0; i < sizeof languages / sizeof *languages; i++) {
      if (!begins(languages[i], written)) continue;
      if (found++) aisopod_json_add(&out, ",");
      aisopod_json_add_string(&out, languages[i], strlen(languages[i]));
    }
  }
  aisopod_json_add(&out, "]");
  if (!out.failed) status = aisopod_reply(host, call->token, out.data, out.len);
  aisopod_json_free(&out);
  return status;
}

static aisopod_status create(const aisopod_host *host, aisopod_plugin **out, aisopod_error *err) {
  (void)err;
  *out = (aisopod_plugin *)malloc(sizeof **out);
  if (!*out) return AISOPOD_E_NOMEM;
  (*out)->host = host;
  return AISOPOD_OK;
}

static aisopod_status on_register(aisopod_plugin *self, const aisopod_api *api,
                                  aisopod_error *err) {
  const aisopod_status status =
      aisopod_register_prompt(api, "review", review_spec, AISOPOD_F_INLINE, complete, self, err);
  if (status != AISOPOD_OK) return status;
  return aisopod_register_prompt(api, "commit-message", commit_spec, AISOPOD_F_INLINE, complete,
                                 self, err);
}

static void destroy(aisopod_plugin *self) { free(self); }

AISOPOD_DESCRIBE(desc) {
  desc->id = AISOPOD_PLUGIN_ID;
  desc->version = AISOPOD_PLUGIN_VERSION;
  desc->create = create;
  desc->on_register = on_register;
  desc->destroy = destroy;
}
