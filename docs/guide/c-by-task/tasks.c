/* One tool for each task of docs/guide/plugins-in-c.md, which shows these functions. */
#include <aisopod/json.h>
#include <aisopod/plugin.h>

struct aisopod_plugin {
  const aisopod_host *host;
};

/* ---------------------------------------------------------------- read arguments, and reply */

static aisopod_status add(void *user, const aisopod_call *call) {
  const aisopod_host *host = ((aisopod_plugin *)user)->host;
  aisopod_json args, a, b;
  aisopod_json_out out = {NULL, 0, 0, 0};
  aisopod_status status;
  double x, y;
  if (!aisopod_json_read(call->params->json, call->params->len, &args) ||
      !aisopod_json_get(args, "a", &a) || !aisopod_json_number(a, &x) ||
      !aisopod_json_get(args, "b", &b) || !aisopod_json_number(b, &y))
    return aisopod_fail(host, call->token, AISOPOD_E_INVALID, "a and b must be numbers");
  aisopod_json_add(&out, "{\"sum\":");
  aisopod_json_add_number(&out, x + y);
  aisopod_json_add(&out, "}");
  status = out.failed ? AISOPOD_E_NOMEM : aisopod_reply(host, call->token, out.data, out.len);
  aisopod_json_free(&out);
  return status;
}

/* ------------------------------------------------------------------------------- stream */

static aisopod_status count(void *user, const aisopod_call *call) {
  const aisopod_host *host = ((aisopod_plugin *)user)->host;
  char line[32];
  int i;
  for (i = 1; i <= 5; i++) {
    aisopod_status status;
    const int len = snprintf(line, sizeof line, "\"line %d\"", i);
    /* -1: waits while the caller is behind, until the deadline of the call. */
    status = aisopod_chunk(host, call->token, line, (size_t)len, -1);
    if (status != AISOPOD_OK) break; /* the caller is gone */
    (void)aisopod_report_progress(host, call->token, i / 5.0, "counting");
  }
  return aisopod_reply(host, call->token, "{\"lines\":5}", AISOPOD_NTS);
}

/* ------------------------------------------------------------------------------- cancel */

static aisopod_status wait_for_cancel(void *user, const aisopod_call *call) {
  const aisopod_host *host = ((aisopod_plugin *)user)->host;
  unsigned long work = 0;
  /* Long work asks from time to time whether the caller still waits. */
  while (host->call_check(host, call->token) == AISOPOD_OK) work++;
  return aisopod_fail(host, call->token, AISOPOD_E_CANCELLED, "the caller left");
}

/* ------------------------------------------------------------- answer later, with a request */

/* What the reply thread needs; freed by finish(), which runs exactly once. */
typedef struct pending {
  const aisopod_host *host;
  aisopod_token call;
} pending;

static void finish(void *user, const aisopod_response *response) {
  pending *p = (pending *)user;
  (void)aisopod_forward(p->host, p->call, response);
  free(p);
}

static aisopod_status sum_by_tool(void *user, const aisopod_call *call) {
  static const char params[] = "{\"name\":\"tasks:add\",\"arguments\":{\"a\":40,\"b\":2}}";
  const aisopod_host *host = ((aisopod_plugin *)user)->host;
  aisopod_status status;
  pending *p = (pending *)malloc(sizeof *p);
  if (!p) return AISOPOD_E_NOMEM;
  p->host = host;
  p->call = call->token;
  /* call->token as parent: the request ends with the call, and carries its user and session. */
  status = aisopod_send(host, call->token, "tool.call", params, sizeof params - 1, finish, p, NULL);
  if (status != AISOPOD_OK) {
    free(p); /* finish() will not run */
    return status;
  }
  return AISOPOD_PENDING;
}

/* -------------------------------------------------------------------------------- store */

static aisopod_status remember(void *user, const aisopod_call *call) {
  static const char set[] = "{\"key\":\"last\",\"value\":{\"seen\":true}}";
  static const char get[] = "{\"key\":\"last\"}";
  const aisopod_host *host = ((aisopod_plugin *)user)->host;
  const aisopod_response *response = NULL;
  aisopod_status status;
  /* On a worker a handler may wait. Both responses are given back, also after an error. */
  status = aisopod_send_and_wait(host, call->token, "storage.set", set, sizeof set - 1, &response);
  host->response_release(host, response);
  if (status != AISOPOD_OK) return status;
  status = aisopod_send_and_wait(host, call->token, "storage.get", get, sizeof get - 1, &response);
  if (status == AISOPOD_OK) status = aisopod_forward(host, call->token, response);
  host->response_release(host, response);
  return status;
}

/* ------------------------------------------------------------- log, and read the configuration */

static aisopod_status speak(void *user, const aisopod_call *call) {
  const aisopod_host *host = ((aisopod_plugin *)user)->host;
  const aisopod_payload *config = NULL;
  aisopod_json root, greeting;
  aisopod_status status = host->get_config(host, &config);
  if (status != AISOPOD_OK) return status;
  aisopod_log(host, AISOPOD_LOG_INFO, "about to speak");
  status = aisopod_json_read(config->json, config->len, &root) &&
                   aisopod_json_get(root, "greeting", &greeting)
               ? aisopod_reply(host, call->token, greeting.at, greeting.len)
               : aisopod_fail(host, call->token, AISOPOD_E_INVALID, "greeting is missing");
  host->payload_release(host, config);
  return status;
}

/* ------------------------------------------------------------------------------ the plugin */

static aisopod_status create(const aisopod_host *host, aisopod_plugin **out, aisopod_error *err) {
  (void)err;
  *out = (aisopod_plugin *)malloc(sizeof **out);
  if (!*out) return AISOPOD_E_NOMEM;
  (*out)->host = host;
  return AISOPOD_OK;
}

static aisopod_status on_register(aisopod_plugin *self, const aisopod_api *api,
                                  aisopod_error *err) {
  static const struct {
    const char *name, *spec;
    uint32_t flags;
    aisopod_handler_fn fn;
  } tools[] = {
      {"add",
       "{\"description\":\"Add two numbers\",\"parameters\":{\"type\":\"object\",\"properties\":{"
       "\"a\":{\"type\":\"number\"},\"b\":{\"type\":\"number\"}},\"required\":[\"a\",\"b\"]}}",
       AISOPOD_F_INLINE, add},
      {"count", "{\"description\":\"Stream five lines\"}", AISOPOD_F_PARALLEL, count},
      {"wait", "{\"description\":\"Work until the caller leaves\"}", AISOPOD_F_PARALLEL,
       wait_for_cancel},
      {"sum", "{\"description\":\"Add by another tool\"}", 0, sum_by_tool},
      {"remember", "{\"description\":\"Store a value and read it\"}", AISOPOD_F_PARALLEL, remember},
      {"speak", "{\"description\":\"Log, and say what is configured\"}", AISOPOD_F_INLINE, speak},
  };
  size_t i;
  for (i = 0; i < sizeof tools / sizeof tools[0]; i++) {
    const aisopod_status status = aisopod_register_tool(api, tools[i].name, tools[i].spec,
                                                        tools[i].flags, tools[i].fn, self, err);
    if (status != AISOPOD_OK) return status;
  }
  return AISOPOD_OK;
}

static void destroy(aisopod_plugin *self) { free(self); }

AISOPOD_DESCRIBE(desc) {
  desc->id = "tasks";
  desc->version = "1.0.0";
  desc->create = create;
  desc->on_register = on_register;
  desc->destroy = destroy;
}
