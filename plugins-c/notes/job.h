/* A call that takes several requests to the host before it can be answered. */
#ifndef NOTES_JOB_H
#define NOTES_JOB_H

#include <aisopod/json.h>
#include <aisopod/plugin.h>

typedef struct job job;

/* What to do with a response: send the next request, or end the call. [reply] */
typedef void (*job_step)(job *self, const aisopod_response *response);

struct job {
  const aisopod_host *host;
  aisopod_token call;
  job_step step;        /* what takes the response */
  aisopod_json_out out; /* parts of the reply, where a step collects them */
  aisopod_json_out in;  /* what the tool received, where a step needs it again */
  int64_t number;
  int tries;
};

/* NULL: no memory. The caller ends it by job_request(), job_reply() or job_fail(), each of which
 * may be its last use. */
job *job_new(const aisopod_host *host, aisopod_token call);

/* Sends a request, and goes on with `step` when its response is OK or AGAIN. Any other response is
 * the answer of the call. Frees params. The handler of the call returns AISOPOD_PENDING after it.
 */
void job_request(job *self, const char *method, aisopod_json_out *params, job_step step);

/* Answers the call with JSON, which is freed, and ends the job. */
void job_reply(job *self, aisopod_json_out *json);

/* Fails the call, and ends the job. */
void job_fail(job *self, aisopod_status status, const char *message);

#endif
