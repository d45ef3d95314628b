/* A call that takes several questions to the host before it can be answered. */
#ifndef NOTES_JOB_H
#define NOTES_JOB_H

#include <aisopod/json.h>
#include <aisopod/plugin.h>

typedef struct job job;

/* What to do with an answer: ask on, or end the call. On the reply thread.                       */
typedef void (*job_step)(job *self, const aisopod_response *answer);

struct job {
  const aisopod_host *host;
  aisopod_call call;
  job_step step;        /* what the answer that is waited for goes to                             */
  aisopod_json_out out; /* parts of the reply, where a step collects them                         */
  aisopod_json_out in;  /* what the tool was given, where a step needs it again                   */
  int64_t number;
  int tries;
};

/* NULL: no memory. The caller ends it by job_ask(), job_reply() or job_fail(), each of which may
 * be its last use. */
job *job_new(const aisopod_host *host, aisopod_call call);

/* Asks the host, and goes on with `step` when it has answered OK. Any other answer fails the call
 * with its status and message, but AGAIN, which goes to `step` as well. Frees params. */
void job_ask(job *self, const char *method, aisopod_json_out *params, job_step step);

/* Answers the call with JSON, which is freed, and ends the job. */
void job_reply(job *self, aisopod_json_out *json);

/* Fails the call, and ends the job. */
void job_fail(job *self, aisopod_status status, const char *message);

#endif
