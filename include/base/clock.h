/* clock.h: the three clocks of vtop.
 *
 * Rates and deadlines use the monotonic clock; the wall clock is only a label (always UTC in
 * machine formats). All times are int64_t nanoseconds unless a name says otherwise. Thread-safe.
 */
#ifndef VTOP_BASE_CLOCK_H
#define VTOP_BASE_CLOCK_H

#include <pthread.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <time.h>

#define CLOCK_NS_PER_S INT64_C(1000000000)
#define CLOCK_NS_PER_MS INT64_C(1000000)

int64_t clock_mono_ns(void);

/* A condition that is waited for by this clock, with its lock held. False when DEADLINE_NS has
 * passed. */
void clock_cond_init(pthread_cond_t *c);
bool clock_cond_wait(pthread_cond_t *c, pthread_mutex_t *lock, int64_t deadline_ns);

/* How long this machine has been suspended since boot: CLOCK_BOOTTIME - CLOCK_MONOTONIC. A jump
 * means that a series must be broken, not averaged. */
int64_t clock_suspended_ns(void);

int64_t clock_wall_ns(void);

enum { CLOCK_ISO_SIZE = 25 }; /* "2026-11-21T05:31:26.123Z" and its NUL */
void clock_iso8601(int64_t wall_ns, char out[CLOCK_ISO_SIZE]);

#endif
