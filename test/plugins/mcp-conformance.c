/* The tools that the conformance suite of MCP asks a server for; scripts/mcp-conformance.mjs runs
 * it. */
#include <aisopod/json.h>
#include <aisopod/plugin.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define PNG                                                       \
  "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+" \
  "M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
#define WAV     "UklGRiQAAABXQVZFZm10IBAAAAABAAEAQB8AAEAfAAABAAgAZGF0YQAAAAA="
#define CONTENT "\"result\":\"content\"}"

struct aisopod_plugin {
  const aisopod_host *host;
};

static const aisopod_host *host_of(void *user) { return ((const aisopod_plugin *)user)->host; }

static void pause_ms(long ms) {
  struct timespec left = {0, 0};
  left.tv_nsec = ms * 1000000L;
  (void)nanosleep(&left, NULL);
}

static aisopod_status reply(void *user, const aisopod_call *call, const char *json) {
  return aisopod_reply(host_of(user), call->token, json, AISOPOD_NTS);
}

static aisopod_status simple_text(void *user, const aisopod_call *call) {
  return reply(user, call, "\"This is a simple text response for testing.\"");
}

static aisopod_status image(void *user, const aisopod_call *call) {
  return reply(user, call,
               "[{\"type\":\"image\",\"data\":\"" PNG "\",\"mimeType\":\"image/png\"}]");
}

static aisopod_status audio(void *user, const aisopod_call *call) {
  return reply(user, call,
               "[{\"type\":\"audio\",\"data\":\"" WAV "\",\"mimeType\":\"audio/wav\"}]");
}

static aisopod_status embedded_resource(void *user, const aisopod_call *call) {
  return reply(user, call,
               "[{\"type\":\"resource\",\"uri\":\"test://embedded-resource\",\"mimeType\":"
               "\"text/plain\",\"text\":\"This is an embedded resource content.\"}]");
}

static aisopod_status several_types(void *user, const aisopod_call *call) {
  return reply(user, call,
               "[{\"type\":\"text\",\"text\":\"Multiple content types test:\"},"
               "{\"type\":\"image\",\"data\":\"" PNG
               "\",\"mimeType\":\"image/png\"},"
               "{\"type\":\"resource\",\"uri\":\"test://mixed-content-resource\",\"mimeType\":"
               "\"application/json\",\"text\":\"{\\\"test\\\":\\\"data\\\",\\\"value\\\":123}\"}]");
}

static aisopod_status with_logging(void *user, const aisopod_call *call) {
  aisopod_log(host_of(user), AISOPOD_LOG_INFO, "Tool execution started");
  pause_ms(50);
  aisopod_log(host_of(user), AISOPOD_LOG_INFO, "Tool processing data");
  pause_ms(50);
  aisopod_log(host_of(user), AISOPOD_LOG_INFO, "Tool execution completed");
  return reply(user, call, "\"Three lines were logged.\"");
}

static aisopod_status with_progress(void *user, const aisopod_call *call) {
  static const double steps[] = {0, 0.5, 1};
  size_t i;
  for (i = 0; i < sizeof steps / sizeof *steps; i++) {
    (void)aisopod_report_progress(host_of(user), call->token, steps[i], NULL);
    pause_ms(50);
  }
  return reply(user, call, "\"Three steps were reported.\"");
}

static aisopod_status failing(void *user, const aisopod_call *call) {
  return aisopod_fail(host_of(user), call->token, AISOPOD_E_FAIL,
                      "This tool intentionally returns an error for testing");
}

static aisopod_status static_text(void *user, const aisopod_call *call) {
  return reply(user, call, "\"This is the content of the static text resource.\"");
}

/* The query is what stands at the place of the URI. */
static aisopod_status template_data(void *user, const aisopod_call *call) {
  char query[64], json[256];
  aisopod_json params, member;
  if (!aisopod_json_read(call->params->json, call->params->len, &params) ||
      !aisopod_json_get(params, "query", &member) ||
      aisopod_json_text(member, query, sizeof query) == AISOPOD_JSON_NONE ||
      strspn(query, "0123456789") != strlen(query))
    return AISOPOD_E_INVALID;
  snprintf(json, sizeof json,
           "\"{\\\"id\\\":\\\"%s\\\",\\\"templateTest\\\":true,"
           "\\\"data\\\":\\\"Data for ID: %s\\\"}\"",
           query, query);
  return reply(user, call, json);
}

static aisopod_status create(const aisopod_host *host, aisopod_plugin **out, aisopod_error *err) {
  (void)err;
  if (!(*out = (aisopod_plugin *)malloc(sizeof **out))) return AISOPOD_E_NOMEM;
  (*out)->host = host;
  return AISOPOD_OK;
}

static const struct {
  const char *name, *spec;
  aisopod_status (*handler)(void *user, const aisopod_call *call);
} tools[] = {
    {"test_simple_text", "{\"description\":\"Reply with a text\"}", simple_text},
    {"test_image_content", "{\"description\":\"Reply with a picture\"," CONTENT, image},
    {"test_audio_content", "{\"description\":\"Reply with a sound\"," CONTENT, audio},
    {"test_embedded_resource", "{\"description\":\"Reply with a resource\"," CONTENT,
     embedded_resource},
    {"test_multiple_content_types", "{\"description\":\"Reply with several parts\"," CONTENT,
     several_types},
    {"test_tool_with_logging", "{\"description\":\"Log while it runs\"}", with_logging},
    {"test_logging_tool", "{\"description\":\"Log while it runs\"}", with_logging},
    {"test_tool_with_progress", "{\"description\":\"Report how far it is\"}", with_progress},
    {"test_error_handling", "{\"description\":\"Fail\"}", failing},
    {"json_schema_2020_12_tool",
     "{\"description\":\"Tool with JSON Schema 2020-12 features\",\"parameters\":{"
     "\"$schema\":\"https://json-schema.org/draft/2020-12/schema\",\"type\":\"object\","
     "\"$defs\":{\"address\":{\"$anchor\":\"addressDef\",\"type\":\"object\",\"properties\":{"
     "\"street\":{\"type\":\"string\"},\"city\":{\"type\":\"string\"}}}},"
     "\"properties\":{\"name\":{\"type\":\"string\"},\"address\":{\"$ref\":\"#/$defs/address\"},"
     "\"contactMethod\":{\"type\":\"string\",\"enum\":[\"phone\",\"email\"]},"
     "\"phone\":{\"type\":\"string\"},\"email\":{\"type\":\"string\"}},"
     "\"allOf\":[{\"anyOf\":[{\"required\":[\"phone\"]},{\"required\":[\"email\"]}]}],"
     "\"if\":{\"properties\":{\"contactMethod\":{\"const\":\"phone\"}},\"required\":["
     "\"contactMethod\"]},\"then\":{\"required\":[\"phone\"]},\"else\":{\"required\":[\"email\"]},"
     "\"additionalProperties\":false}}",
     simple_text},
};

static const char simple_prompt_spec[] =
    "{\"description\":\"Without arguments\",\"template\":\"This is a simple prompt for testing.\"}";

static const char arguments_prompt_spec[] =
    "{\"description\":\"With two arguments\",\"arguments\":["
    "{\"name\":\"arg1\",\"description\":\"The first\",\"required\":true,"
    "\"complete\":[\"test-one\",\"test-two\"]},"
    "{\"name\":\"arg2\",\"description\":\"The second\",\"required\":true}],"
    "\"template\":\"Prompt with arguments: arg1='{{arg1}}', arg2='{{arg2}}'\"}";

static const char static_text_spec[] =
    "{\"description\":\"A text\",\"uriTemplate\":\"test://static-text\"}";

static const char template_spec[] =
    "{\"description\":\"Data by number\",\"uriTemplate\":\"test://template/{query}/data\","
    "\"mime\":\"application/json\"}";

static aisopod_status register_texts(aisopod_plugin *self, const aisopod_api *api,
                                     aisopod_error *err) {
  /* The host fills the templates, so the handlers are never called. */
  aisopod_status status = aisopod_register_prompt(api, "test_simple_prompt", simple_prompt_spec, 0,
                                                  simple_text, self, err);
  if (status == AISOPOD_OK)
    status = aisopod_register_prompt(api, "test_prompt_with_arguments", arguments_prompt_spec, 0,
                                     simple_text, self, err);
  if (status == AISOPOD_OK)
    status =
        aisopod_register_context(api, "static-text", static_text_spec, 0, static_text, self, err);
  if (status == AISOPOD_OK)
    status = aisopod_register_context(api, "template", template_spec, 0, template_data, self, err);
  return status;
}

static aisopod_status on_register(aisopod_plugin *self, const aisopod_api *api,
                                  aisopod_error *err) {
  size_t i;
  for (i = 0; i < sizeof tools / sizeof *tools; i++) {
    const aisopod_status status =
        aisopod_register_tool(api, tools[i].name, tools[i].spec, 0, tools[i].handler, self, err);
    if (status != AISOPOD_OK) return status;
  }
  return register_texts(self, api, err);
}

static void destroy(aisopod_plugin *self) { free(self); }

AISOPOD_DESCRIBE(desc) {
  desc->id = PLUGIN_ID;
  desc->version = PLUGIN_VERSION;
  desc->create = create;
  desc->on_register = on_register;
  desc->destroy = destroy;
}
