/* Time that no one can set back, and waiting for it. In milliseconds. */
#ifndef TICKER_CLOCK_H
#define TICKER_CLOCK_H

#include <pthread.h>
#include <stdint.h>

int64_t clock_now(void);
void clock_sleep(int64_t ms);

/* A condition variable that clock_wait() can wait on. Returns 1, or 0: no resources. */
int clock_condition(pthread_cond_t *condition);

/* Wait for a signal, or until clock_now() has reached `until`; it may return early. */
void clock_wait(pthread_cond_t *condition, pthread_mutex_t *mutex, int64_t until);

#endif
