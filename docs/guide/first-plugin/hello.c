#include <aisopod/json.h>
#include <aisopod/plugin.h>

struct aisopod_plugin { const aisopod_host *host; }; /* one instance; no globals */

static aisopod_status greet(void *user, const aisopod_call *call) {
  const aisopod_host *host = ((aisopod_plugin *)user)->host;
  aisopod_json_out out = {NULL, 0, 0, 0};
  aisopod_json args, member;
  char name[200];
  size_t len = AISOPOD_JSON_NONE;
  if (aisopod_json_read(call->params->json, call->params->len, &args) &&
      aisopod_json_get(args, "name", &member))
    len = aisopod_json_text(member, name, sizeof name);
  if (len == AISOPOD_JSON_NONE)
    return aisopod_fail(host, call->token, AISOPOD_E_INVALID, "name: at most 199 bytes");
  aisopod_json_add(&out, "\"Hello, ");
  aisopod_json_add_escaped(&out, name, len);
  aisopod_json_add(&out, "!\"");
  aisopod_status status = out.failed ? AISOPOD_E_NOMEM
                                     : aisopod_reply(host, call->token, out.data, out.len);
  aisopod_json_free(&out);
  return status;
}

static aisopod_status create(const aisopod_host *host, aisopod_plugin **out, aisopod_error *err) {
  (void)err;
  if (!(*out = malloc(sizeof **out))) return AISOPOD_E_NOMEM;
  (*out)->host = host;
  return AISOPOD_OK;
}

static aisopod_status on_register(aisopod_plugin *self, const aisopod_api *api,
                                  aisopod_error *err) {
  return aisopod_register_tool(api, "greet",
    "{\"description\":\"Greet someone by name\",\"parameters\":{\"type\":\"object\","
    "\"properties\":{\"name\":{\"type\":\"string\"}},\"required\":[\"name\"]}}",
    AISOPOD_F_INLINE, greet, self, err);
}

static void destroy(aisopod_plugin *self) { free(self); }

AISOPOD_DESCRIBE(desc) {
  desc->id = "hello";
  desc->version = "1.0.0";
  desc->create = create;
  desc->on_register = on_register;
  desc->destroy = destroy;
}
