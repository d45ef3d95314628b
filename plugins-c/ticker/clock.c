#if defined(__APPLE__)
#  define _DARWIN_C_SOURCE /* pthread_cond_timedwait_relative_np() */
#else
#  define _POSIX_C_SOURCE 200809L
#endif
#include "clock.h"

#include <time.h>

static struct timespec timespec_of(int64_t ms) {
  struct timespec t;
  t.tv_sec = (time_t)(ms / 1000);
  t.tv_nsec = (long)(ms % 1000) * 1000000L;
  return t;
}

int64_t clock_now(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

void clock_sleep(int64_t ms) {
  const struct timespec t = timespec_of(ms);
  nanosleep(&t, NULL);
}

#if defined(__APPLE__) /* has no pthread_condattr_setclock() */

int clock_condition(pthread_cond_t *condition) { return pthread_cond_init(condition, NULL) == 0; }

void clock_wait(pthread_cond_t *condition, pthread_mutex_t *mutex, int64_t until) {
  const int64_t left = until - clock_now();
  const struct timespec t = timespec_of(left > 0 ? left : 0);
  pthread_cond_timedwait_relative_np(condition, mutex, &t);
}

#else

int clock_condition(pthread_cond_t *condition) {
  pthread_condattr_t attributes;
  int good;
  if (pthread_condattr_init(&attributes) != 0) return 0;
  good = pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC) == 0 &&
         pthread_cond_init(condition, &attributes) == 0;
  pthread_condattr_destroy(&attributes);
  return good;
}

void clock_wait(pthread_cond_t *condition, pthread_mutex_t *mutex, int64_t until) {
  const struct timespec t = timespec_of(until);
  pthread_cond_timedwait(condition, mutex, &t);
}

#endif
