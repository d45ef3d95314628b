#include "job.h"

static void job_free(job *self) {
  aisopod_json_free(&self->out);
  aisopod_json_free(&self->in);
  free(self);
}

job *job_new(const aisopod_host *host, aisopod_call call) {
  job *self = (job *)calloc(1, sizeof *self);
  if (!self) return NULL;
  self->host = host;
  self->call = call;
  return self;
}

void job_fail(job *self, aisopod_status status, const char *message) {
  (void)self->host->call_fail(self->host, self->call, status, message, NULL, 0);
  job_free(self);
}

void job_reply(job *self, aisopod_json_out *json) {
  if (json->failed) {
    aisopod_json_free(json);
    job_fail(self, AISOPOD_E_NOMEM, "there is no memory for the answer");
    return;
  }
  (void)self->host->call_reply(self->host, self->call, json->data, json->len);
  aisopod_json_free(json);
  job_free(self);
}

static void on_answer(void *user, const aisopod_response *answer) {
  job *self = (job *)user;
  if (answer->status == AISOPOD_OK || answer->status == AISOPOD_E_AGAIN) self->step(self, answer);
  else job_fail(self, answer->status, answer->message);
}

void job_ask(job *self, const char *method, aisopod_json_out *params, job_step step) {
  aisopod_ask ask = AISOPOD_INIT(aisopod_ask);
  aisopod_status status = AISOPOD_E_NOMEM;
  ask.parent = self->call;
  ask.timeout_ms = -1;
  ask.method = method;
  ask.params = params->data;
  ask.params_len = params->len;
  ask.fn = on_answer;
  ask.user = self;
  self->step = step;
  /* Once this has answered OK the job may have ended already, on the reply thread. */
  if (!params->failed) status = self->host->request(self->host, &ask, NULL);
  aisopod_json_free(params);
  if (status != AISOPOD_OK) job_fail(self, status, "the host took no question");
}
