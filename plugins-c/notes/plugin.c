/* notes: the tools `add_note`, `list_notes` and `remove_note`. What they answer stands in
 * README.md. */
#include "job.h"

#ifndef AISOPOD_PLUGIN_ID /* aisopod_add_plugin() takes both from the manifest */
#  define AISOPOD_PLUGIN_ID      "notes"
#  define AISOPOD_PLUGIN_VERSION "1.0.0"
#endif

#define PREFIX      "notes/"
#define KEY         PREFIX "%010lld" /* so that the order of the keys is that of the numbers */
#define LAST_NUMBER 9999999999.0
#define TRIES       100 /* to be the fastest */

struct aisopod_plugin {
  const aisopod_host *host;
};

static const char add_spec[] =
    "{\"description\":\"Keep a note\","
    "\"parameters\":{\"type\":\"object\",\"properties\":{"
    "\"text\":{\"type\":\"string\",\"minLength\":1,\"maxLength\":10000}},"
    "\"required\":[\"text\"],\"additionalProperties\":false},"
    "\"output\":{\"type\":\"object\",\"properties\":{\"id\":{\"type\":\"integer\"}},"
    "\"required\":[\"id\"]},"
    "\"hints\":{\"readOnly\":false,\"destructive\":false,\"idempotent\":false}}";

static const char list_spec[] =
    "{\"description\":\"All notes that are kept\","
    "\"parameters\":{\"type\":\"object\",\"additionalProperties\":false},"
    "\"output\":{\"type\":\"array\",\"items\":{\"type\":\"object\",\"properties\":{"
    "\"id\":{\"type\":\"integer\"},\"text\":{\"type\":\"string\"}},"
    "\"required\":[\"id\",\"text\"]}},"
    "\"hints\":{\"readOnly\":true,\"destructive\":false,\"idempotent\":true}}";

static const char remove_spec[] =
    "{\"description\":\"Remove a note by its number\","
    "\"parameters\":{\"type\":\"object\",\"properties\":{"
    "\"id\":{\"type\":\"integer\",\"minimum\":1,\"maximum\":9999999999}},"
    "\"required\":[\"id\"],\"additionalProperties\":false},"
    "\"output\":{\"type\":\"object\",\"properties\":{\"removed\":{\"type\":\"boolean\"}},"
    "\"required\":[\"removed\"]},"
    "\"hints\":{\"readOnly\":false,\"destructive\":true,\"idempotent\":true}}";

/* --------------------------------------------------------------------------------- add_note */

static void request_number(job *self);

static void on_kept(job *self, const aisopod_response *response) {
  aisopod_json_out reply = {NULL, 0, 0, 0};
  if (response->status == AISOPOD_E_AGAIN) { /* another call took the number */
    if (++self->tries < TRIES) request_number(self);
    else job_fail(self, AISOPOD_E_AGAIN, "too many notes are being added at once");
    return;
  }
  aisopod_json_add(&reply, "{\"id\":");
  aisopod_json_add_number(&reply, (double)self->number);
  aisopod_json_add(&reply, "}");
  job_reply(self, &reply);
}

static void on_number(job *self, const aisopod_response *response) {
  aisopod_json all, value;
  aisopod_json_out commit = {NULL, 0, 0, 0};
  char key[32];
  double number = 1;
  int found;
  if (!aisopod_json_read(response->payload->json, response->payload->len, &all)) {
    job_fail(self, AISOPOD_E_FAIL, "the storage returned a value that is not JSON");
    return;
  }
  found = aisopod_json_get(all, "value", &value);
  if (found && (!aisopod_json_number(value, &number) || number < 1 || number > LAST_NUMBER)) {
    job_fail(self, AISOPOD_E_FAIL, "the number of the next note is damaged");
    return;
  }
  self->number = (int64_t)number;
  aisopod_json_add(&commit, "{\"operations\":[{\"op\":\"expect\",\"key\":\"next\",");
  aisopod_json_add(&commit, found ? "\"value\":" : "\"absent\":");
  if (found) aisopod_json_add_number(&commit, number);
  else aisopod_json_add(&commit, "true");
  aisopod_json_add(&commit, "},{\"op\":\"set\",\"key\":\"next\",\"value\":");
  aisopod_json_add_number(&commit, number + 1);
  snprintf(key, sizeof key, KEY, (long long)self->number);
  aisopod_json_add(&commit, "},{\"op\":\"set\",\"key\":");
  aisopod_json_add_string(&commit, key, strlen(key));
  aisopod_json_add(&commit, ",\"value\":");
  aisopod_json_add_bytes(&commit, self->in.data, self->in.len);
  aisopod_json_add(&commit, "}]}");
  job_request(self, "storage.commit", &commit, on_kept);
}

static void request_number(job *self) {
  aisopod_json_out params = {NULL, 0, 0, 0};
  aisopod_json_add(&params, "{\"key\":\"next\"}");
  job_request(self, "storage.get", &params, on_number);
}

static aisopod_status add_note(void *user, const aisopod_call *call) {
  job *self = job_new(((const aisopod_plugin *)user)->host, call->token);
  aisopod_json args, text;
  if (!self) return AISOPOD_E_NOMEM;
  if (!aisopod_json_read(call->params->json, call->params->len, &args) ||
      !aisopod_json_get(args, "text", &text)) {
    job_fail(self, AISOPOD_E_INVALID, "text is missing");
    return AISOPOD_OK;
  }
  aisopod_json_add_bytes(&self->in, text.at, text.len);
  if (self->in.failed) job_fail(self, AISOPOD_E_NOMEM, "there is no memory for the note");
  else request_number(self);
  return AISOPOD_PENDING; /* the reply thread answers, or this one has */
}

/* ------------------------------------------------------------------------------- list_notes */

static void on_page(job *self, const aisopod_response *response);

static void request_page(job *self, aisopod_json after) {
  aisopod_json_out params = {NULL, 0, 0, 0};
  aisopod_json_add(&params, "{\"prefix\":\"" PREFIX "\",\"limit\":1000,\"values\":true");
  if (after.len > 0) {
    aisopod_json_add(&params, ",\"after\":");
    aisopod_json_add_bytes(&params, after.at, after.len);
  }
  aisopod_json_add(&params, "}");
  job_request(self, "storage.list", &params, on_page);
}

static void collect(job *self, aisopod_json item) {
  aisopod_json key, value;
  char text[32];
  if (!aisopod_json_get(item, "key", &key) || !aisopod_json_get(item, "value", &value)) return;
  if (aisopod_json_text(key, text, sizeof text) == AISOPOD_JSON_NONE) return;
  aisopod_json_add(&self->out, self->out.len > 0 ? ",{\"id\":" : "[{\"id\":");
  aisopod_json_add_number(&self->out, strtod(text + sizeof PREFIX - 1, NULL));
  aisopod_json_add(&self->out, ",\"text\":");
  aisopod_json_add_bytes(&self->out, value.at, value.len);
  aisopod_json_add(&self->out, "}");
}

static void on_page(job *self, const aisopod_response *response) {
  aisopod_json all, items, next, item = {NULL, 0};
  aisopod_json_out reply;
  if (!aisopod_json_read(response->payload->json, response->payload->len, &all) ||
      !aisopod_json_get(all, "items", &items) || !aisopod_json_get(all, "next", &next)) {
    job_fail(self, AISOPOD_E_FAIL, "the storage returned a value that is not a page");
    return;
  }
  while (aisopod_json_next(items, NULL, &item)) collect(self, item);
  if (next.at[0] == '"') { /* else it is null */
    request_page(self, next);
    return;
  }
  aisopod_json_add(&self->out, self->out.len > 0 ? "]" : "[]");
  reply = self->out;
  memset(&self->out, 0, sizeof self->out);
  job_reply(self, &reply);
}

static aisopod_status list_notes(void *user, const aisopod_call *call) {
  const aisopod_json start = {NULL, 0};
  job *self = job_new(((const aisopod_plugin *)user)->host, call->token);
  if (!self) return AISOPOD_E_NOMEM;
  request_page(self, start);
  return AISOPOD_PENDING;
}

/* ------------------------------------------------------------------------------ remove_note */

static void on_removed(job *self, const aisopod_response *response) {
  aisopod_json all, deleted;
  aisopod_json_out reply = {NULL, 0, 0, 0};
  int was_there = 0;
  if (aisopod_json_read(response->payload->json, response->payload->len, &all) &&
      aisopod_json_get(all, "deleted", &deleted))
    (void)aisopod_json_bool(deleted, &was_there);
  aisopod_json_add(&reply, was_there ? "{\"removed\":true}" : "{\"removed\":false}");
  job_reply(self, &reply);
}

static aisopod_status remove_note(void *user, const aisopod_call *call) {
  job *self = job_new(((const aisopod_plugin *)user)->host, call->token);
  aisopod_json args, id;
  aisopod_json_out params = {NULL, 0, 0, 0};
  char key[32];
  double number = 0;
  if (!self) return AISOPOD_E_NOMEM;
  if (!aisopod_json_read(call->params->json, call->params->len, &args) ||
      !aisopod_json_get(args, "id", &id) || !aisopod_json_number(id, &number) || number < 1 ||
      number > LAST_NUMBER) {
    job_fail(self, AISOPOD_E_INVALID, "id: it must be the number of a note");
    return AISOPOD_OK;
  }
  snprintf(key, sizeof key, KEY, (long long)number);
  aisopod_json_add(&params, "{\"key\":");
  aisopod_json_add_string(&params, key, strlen(key));
  aisopod_json_add(&params, "}");
  job_request(self, "storage.delete", &params, on_removed);
  return AISOPOD_PENDING;
}

/* -------------------------------------------------------------------------------- lifecycle */

static aisopod_status create(const aisopod_host *host, aisopod_plugin **out, aisopod_error *err) {
  (void)err;
  *out = (aisopod_plugin *)malloc(sizeof **out);
  if (!*out) return AISOPOD_E_NOMEM;
  (*out)->host = host;
  return AISOPOD_OK;
}

static aisopod_status on_register(aisopod_plugin *self, const aisopod_api *api,
                                  aisopod_error *err) {
  aisopod_status status = aisopod_register_tool(api, "add_note", add_spec, 0, add_note, self, err);
  if (status != AISOPOD_OK) return status;
  status = aisopod_register_tool(api, "list_notes", list_spec, 0, list_notes, self, err);
  if (status != AISOPOD_OK) return status;
  return aisopod_register_tool(api, "remove_note", remove_spec, 0, remove_note, self, err);
}

static void destroy(aisopod_plugin *self) { free(self); }

AISOPOD_DESCRIBE(desc) {
  desc->id = AISOPOD_PLUGIN_ID;
  desc->version = AISOPOD_PLUGIN_VERSION;
  desc->create = create;
  desc->on_register = on_register;
  desc->destroy = destroy;
}
