#include "job.h"

static void job_free(job *self) {
  aisopod_json_free(&self->out);
  aisopod_json_free(&self->in);
  free(self);
}

job *job_new(const aisopod_host *host, aisopod_token call) {
  job *self = (job *)calloc(1, sizeof *self);
  if (!self) return NULL;
  self->host = host;
  self->call = call;
  return self;
}

void job_fail(job *self, aisopod_status status, const char *message) {
  (void)aisopod_fail(self->host, self->call, status, message);
  job_free(self);
}

void job_reply(job *self, aisopod_json_out *json) {
  if (json->failed) {
    aisopod_json_free(json);
    job_fail(self, AISOPOD_E_NOMEM, "there is no memory for the answer");
    return;
  }
  (void)aisopod_reply(self->host, self->call, json->data, json->len);
  aisopod_json_free(json);
  job_free(self);
}

static void on_response(void *user, const aisopod_response *response) {
  job *self = (job *)user;
  if (response->status == AISOPOD_OK || response->status == AISOPOD_E_AGAIN) {
    self->step(self, response);
    return;
  }
  (void)aisopod_forward(self->host, self->call, response);
  job_free(self);
}

void job_request(job *self, const char *method, aisopod_json_out *params, job_step step) {
  aisopod_status status = AISOPOD_E_NOMEM;
  self->step = step;
  /* Once this has returned OK the job may have ended already, on the reply thread. */
  if (!params->failed)
    status = aisopod_send(self->host, self->call, method, params->data, params->len, on_response,
                          self, NULL);
  aisopod_json_free(params);
  if (status != AISOPOD_OK) job_fail(self, status, "the host did not take a request");
}
