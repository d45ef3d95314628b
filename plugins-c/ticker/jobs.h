/* The calls of `tick` that are not answered yet, and the thread that answers them. */
#ifndef TICKER_JOBS_H
#define TICKER_JOBS_H

#include <aisopod/plugin.h>
#include <pthread.h>

typedef struct job {
  struct job *next;
  aisopod_token call;
  unsigned count, done;
  int64_t interval_ms;
  int64_t due;            /* of the next tick, on clock_now()                        */
  aisopod_status stopped; /* why its caller gave up; OK: it did not. Under the mutex */
} job;

typedef struct jobs {
  const aisopod_host *host;
  pthread_t thread;
  pthread_mutex_t mutex;
  pthread_cond_t changed; /* a job came, one was stopped, or all shall */
  job *first;             /* others only add, in front; the thread takes out */
  int64_t interval_ms;    /* for calls that don't say one */
  int stopping;
} jobs;

/* Make an empty list, without a thread. Returns 1, or 0: no resources, and nothing to undo. */
int jobs_create(jobs *list, const aisopod_host *host);
void jobs_destroy(jobs *list);

/* Start the thread; 1 or 0. */
int jobs_start(jobs *list);

/* Fail what is left, and end the thread. */
void jobs_stop(jobs *list);

/* How far apart ticks are when a call doesn't say; jobs that are there keep theirs. */
void jobs_set_interval(jobs *list, int64_t interval_ms);
int64_t jobs_interval(jobs *list);

/* Answers `call` from the thread: `count` ticks, `interval_ms` apart. Returns PENDING: the thread
 * will do it, or has done so; or NOMEM. */
aisopod_status jobs_add(jobs *list, aisopod_token call, unsigned count, int64_t interval_ms);

#endif
