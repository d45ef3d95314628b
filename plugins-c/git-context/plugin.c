/* git-context: the context `git`. What it answers stands in README.md. */
#include "git.h"

#include <string.h>

#ifndef AISOPOD_PLUGIN_ID /* aisopod_add_plugin() takes both from the manifest */
#  define AISOPOD_PLUGIN_ID      "git-context"
#  define AISOPOD_PLUGIN_VERSION "1.0.0"
#endif

struct aisopod_plugin {
  const aisopod_host *host;
  git_environment *env;
};

static const char spec[] =
    "{\"title\":\"Git\",\"description\":\"Status, branches and last commits of a Git repository; "
    "the query is the path of a folder in it, or empty for the working directory\","
    "\"uriTemplate\":\"git-context:{+query}\"}";

/* A part of the answer: what git is asked. */
typedef struct question {
  const char *title;
  const char *args[GIT_MOST_ARGS];
} question;

static const question questions[] = {
    {"git status", {"status", "--short", "--branch", "--no-ahead-behind", NULL}},
    {"git branch",
     {"for-each-ref", "--count=20", "--sort=-committerdate",
      "--format=%(refname:short) %(committerdate:short)", "refs/heads", NULL}},
    {"git log",
     {"log", "--max-count=10", "--no-show-signature", "--no-color", "--format=%h %as %an: %s",
      NULL}},
};

static size_t without_line_ends(const char *text, size_t len) {
  while (len > 0 && (text[len - 1] == '\n' || text[len - 1] == '\r')) len--;
  return len;
}

/* Adds "file:///home/ada/project" in quotes. */
static void add_uri(aisopod_json_out *out, const char *path, size_t len) {
  static const char plain[] = "-._~/:@!$&'()*+,;=";
  char one[8];
  size_t i;
  aisopod_json_add(out, "\"file://");
  for (i = 0; i < len; i++) {
    const unsigned char c = (unsigned char)path[i];
    const int is_plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
                         (c >= '0' && c <= '9') || (c != 0 && strchr(plain, c) != NULL);
    snprintf(one, sizeof one, is_plain ? "%c" : "%%%02X", c);
    aisopod_json_add(out, one);
  }
  aisopod_json_add(out, "\"");
}

/* Adds {"text":...,"source":{"title":...,"uri":...}}, if git has something to say. */
static aisopod_status add_part(const aisopod_plugin *self, aisopod_token call,
                               const question *asked, const char *folder, const git_output *root,
                               aisopod_json_out *out) {
  git_output said;
  const aisopod_status status = git_run(self->host, call, self->env, folder, asked->args, 0, &said);
  const size_t len = without_line_ends(said.text.data, said.text.len);
  /* A repository without a commit has no log. */
  if (status == AISOPOD_OK && said.exit_code == 0 && len > 0) {
    if (out->data[out->len - 1] != '[') aisopod_json_add(out, ",");
    aisopod_json_add(out, "{\"text\":");
    aisopod_json_add_string(out, said.text.data, len);
    aisopod_json_add(out, ",\"source\":{\"title\":");
    aisopod_json_add_string(out, asked->title, strlen(asked->title));
    aisopod_json_add(out, ",\"uri\":");
    add_uri(out, root->text.data, without_line_ends(root->text.data, root->text.len));
    aisopod_json_add(out, "}}");
  }
  git_free(&said);
  return status;
}

/* Answers about a folder that is in the repository `root`. */
static aisopod_status answer(const aisopod_plugin *self, aisopod_token call, const char *folder,
                             const git_output *root) {
  aisopod_json_out out = {NULL, 0, 0, 0};
  aisopod_status status = AISOPOD_OK;
  size_t i;
  aisopod_json_add(&out, "{\"parts\":[");
  if (out.failed) status = AISOPOD_E_NOMEM;
  for (i = 0; status == AISOPOD_OK && i < sizeof questions / sizeof *questions; i++)
    status = add_part(self, call, &questions[i], folder, root, &out);
  aisopod_json_add(&out, "]}");
  if (status == AISOPOD_OK)
    status = out.failed ? AISOPOD_E_NOMEM : aisopod_reply(self->host, call, out.data, out.len);
  aisopod_json_free(&out);
  return status;
}

/* Fails the call with what git has said, such as that there is no repository. */
static aisopod_status fail_with(const aisopod_host *host, aisopod_token call,
                                const git_output *said) {
  char message[512];
  const size_t len = without_line_ends(said->text.data, said->text.len);
  const int shown = len < sizeof message - 1 ? (int)len : (int)sizeof message - 1;
  snprintf(message, sizeof message, "%.*s", shown, shown > 0 ? said->text.data : "");
  return aisopod_fail(host, call, AISOPOD_E_NOT_FOUND, message);
}

static aisopod_status about(const aisopod_plugin *self, aisopod_token call, const char *folder) {
  static const char *const args[] = {"rev-parse", "--show-toplevel", NULL};
  git_output root;
  aisopod_status status = git_run(self->host, call, self->env, folder, args, 1, &root);
  if (status == AISOPOD_E_UNSUPPORTED)
    status = aisopod_fail(self->host, call, status,
                          "git cannot be started; install it, or add it to PATH");
  else if (status == AISOPOD_OK && root.exit_code != 0) status = fail_with(self->host, call, &root);
  else if (status == AISOPOD_OK) status = answer(self, call, folder, &root);
  git_free(&root);
  return status;
}

static aisopod_status get(void *user, const aisopod_call *call) {
  const aisopod_plugin *self = (const aisopod_plugin *)user;
  aisopod_json params, query;
  aisopod_status status;
  char *folder;
  size_t len;
  if (!aisopod_json_read(call->params->json, call->params->len, &params) ||
      !aisopod_json_get(params, "query", &query))
    return AISOPOD_E_INVALID;
  folder = (char *)malloc(query.len + 1); /* decoded it is never longer */
  if (!folder) return AISOPOD_E_NOMEM;
  len = aisopod_json_text(query, folder, query.len + 1);
  if (len == AISOPOD_JSON_NONE || strlen(folder) != len)
    status =
        aisopod_fail(self->host, call->token, AISOPOD_E_INVALID, "no path has a NUL character");
  else status = about(self, call->token, folder);
  free(folder);
  return status;
}

static aisopod_status create(const aisopod_host *host, aisopod_plugin **out, aisopod_error *err) {
  (void)err;
  *out = (aisopod_plugin *)malloc(sizeof **out);
  if (!*out) return AISOPOD_E_NOMEM;
  (*out)->host = host;
  (*out)->env = git_read_environment();
  if ((*out)->env) return AISOPOD_OK;
  free(*out);
  *out = NULL;
  return AISOPOD_E_NOMEM;
}

static aisopod_status on_register(aisopod_plugin *self, const aisopod_api *api,
                                  aisopod_error *err) {
  return aisopod_register_context(api, "git", spec, AISOPOD_F_PARALLEL, get, self, err);
}

static void destroy(aisopod_plugin *self) {
  free(self->env);
  free(self);
}

AISOPOD_DESCRIBE(desc) {
  desc->id = AISOPOD_PLUGIN_ID;
  desc->version = AISOPOD_PLUGIN_VERSION;
  desc->create = create;
  desc->on_register = on_register;
  desc->destroy = destroy;
}
