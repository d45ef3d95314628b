#define _POSIX_C_SOURCE 200809L
#include "jobs.h"

#include "clock.h"

#include <stdio.h>
#include <stdlib.h>

#define RETRY_MS 10 /* before a tick that found no room is tried again */

int jobs_create(jobs *list, const aisopod_host *host) {
  list->host = host;
  list->first = NULL;
  list->stopping = 0;
  if (pthread_mutex_init(&list->mutex, NULL) != 0) return 0;
  if (clock_condition(&list->changed)) return 1;
  pthread_mutex_destroy(&list->mutex);
  return 0;
}

void jobs_destroy(jobs *list) {
  pthread_cond_destroy(&list->changed);
  pthread_mutex_destroy(&list->mutex);
}

static void finish(const aisopod_host *host, const job *j, aisopod_status status) {
  char json[48];
  if (status == AISOPOD_OK) {
    snprintf(json, sizeof json, "{\"ticks\":%u}", j->done);
    (void)aisopod_reply(host, j->call, json, AISOPOD_NTS);
  } else {
    (void)aisopod_fail(host, j->call, status, NULL);
  }
}

/* One tick. Returns whether the job goes on; if not, its call is answered. */
static int tick(const aisopod_host *host, job *j) {
  char json[64];
  aisopod_status status;
  snprintf(json, sizeof json, "{\"tick\":%u,\"of\":%u}", j->done + 1, j->count);
  status = aisopod_chunk(host, j->call, json, AISOPOD_NTS, 0);
  if (status == AISOPOD_E_AGAIN) { /* waiting here would hold the other jobs up */
    j->due = clock_now() + RETRY_MS;
    return 1;
  }
  if (status == AISOPOD_OK) {
    j->done++;
    j->due += j->interval_ms;
    (void)aisopod_report_progress(host, j->call, (double)j->done / j->count, NULL);
    if (j->done < j->count) return 1;
  }
  finish(host, j, status);
  return 0;
}

/* When the thread has to look at a job. */
static int64_t due_of(const job *j) { return j->stopped == AISOPOD_OK ? j->due : 0; }

static job *earliest(job *first) {
  job *found = first, *j;
  for (j = first; j; j = j->next)
    if (due_of(j) < due_of(found)) found = j;
  return found;
}

static void take_out(jobs *list, job *j) {
  job **at = &list->first;
  while (*at != j) at = &(*at)->next;
  *at = j->next;
  free(j);
}

/* Look at a job that is due. Host functions take no lock that is held while plugin code runs, but
 * others need the mutex meanwhile. Only this thread takes *j out. */
static void serve(jobs *list, job *j) {
  const aisopod_status stopped = j->stopped;
  int more = 0;
  pthread_mutex_unlock(&list->mutex);
  if (stopped == AISOPOD_OK) more = tick(list->host, j);
  else finish(list->host, j, stopped);
  pthread_mutex_lock(&list->mutex);
  if (!more) take_out(list, j);
}

static void *run(void *argument) {
  jobs *list = (jobs *)argument;
  job *j;
  pthread_mutex_lock(&list->mutex);
  while (!list->stopping) {
    j = earliest(list->first);
    if (!j) pthread_cond_wait(&list->changed, &list->mutex);
    else if (due_of(j) > clock_now()) clock_wait(&list->changed, &list->mutex, j->due);
    else serve(list, j);
  }
  while (list->first) {
    finish(list->host, list->first, AISOPOD_E_STATE);
    take_out(list, list->first);
  }
  pthread_mutex_unlock(&list->mutex);
  return NULL;
}

int jobs_start(jobs *list) { return pthread_create(&list->thread, NULL, run, list) == 0; }

void jobs_stop(jobs *list) {
  pthread_mutex_lock(&list->mutex);
  list->stopping = 1;
  pthread_cond_signal(&list->changed);
  pthread_mutex_unlock(&list->mutex);
  pthread_join(list->thread, NULL);
}

void jobs_set_interval(jobs *list, int64_t interval_ms) {
  pthread_mutex_lock(&list->mutex);
  list->interval_ms = interval_ms;
  pthread_mutex_unlock(&list->mutex);
}

int64_t jobs_interval(jobs *list) {
  int64_t interval_ms;
  pthread_mutex_lock(&list->mutex);
  interval_ms = list->interval_ms;
  pthread_mutex_unlock(&list->mutex);
  return interval_ms;
}

/* The call may be answered, and its job gone, by now: so it is looked up by its token. */
static void stop_call(jobs *list, aisopod_token call, aisopod_status why) {
  job *j;
  pthread_mutex_lock(&list->mutex);
  for (j = list->first; j; j = j->next)
    if (j->call == call) j->stopped = why;
  pthread_cond_signal(&list->changed);
  pthread_mutex_unlock(&list->mutex);
}

static void on_cancel(void *user, const aisopod_cancellation *why) {
  stop_call((jobs *)user, why->token, why->status);
}

aisopod_status jobs_add(jobs *list, aisopod_token call, unsigned count, int64_t interval_ms) {
  aisopod_status status;
  job *j = (job *)malloc(sizeof *j);
  if (!j) return AISOPOD_E_NOMEM;
  j->call = call;
  j->count = count;
  j->done = 0;
  j->interval_ms = interval_ms;
  j->due = clock_now() + interval_ms;
  j->stopped = AISOPOD_OK;
  pthread_mutex_lock(&list->mutex);
  j->next = list->first;
  list->first = j;
  pthread_cond_signal(&list->changed);
  pthread_mutex_unlock(&list->mutex);
  status = aisopod_on_cancel(list->host, call, on_cancel, list);
  if (status == AISOPOD_E_CANCELLED || status == AISOPOD_E_DEADLINE || status == AISOPOD_E_STATE)
    stop_call(list, call, status); /* its caller is gone already */
  return AISOPOD_PENDING;
}
