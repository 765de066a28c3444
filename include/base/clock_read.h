/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: the vtop authors */
/* clock_read.h: the three clocks of vtop.
 *
 * Rates and deadlines use the monotonic clock; the wall clock is only a label. Only code that
 * collects, feeds or waits may read a clock. For model, analyse, view, output and drawing "now" is
 * the time of the feed (feed/feed.h), so that a recording shows what the live screen showed.
 * tests/check-layers rejects this header elsewhere. Thread-safe.
 */
#ifndef VTOP_BASE_CLOCK_READ_H
#define VTOP_BASE_CLOCK_READ_H

#include "base/clock.h"

#include <pthread.h>
#include <stdbool.h>

int64_t clock_mono_ns(void);
int64_t clock_wall_ns(void);

/* How long this machine has been suspended since boot: CLOCK_BOOTTIME - CLOCK_MONOTONIC. A jump
 * means that a series must be broken, not averaged. */
int64_t clock_suspended_ns(void);

/* A condition variable that uses the monotonic clock. clock_cond_wait() is called with the lock
 * held; false when DEADLINE_NS has passed. */
void clock_cond_init(pthread_cond_t *c);
bool clock_cond_wait(pthread_cond_t *c, pthread_mutex_t *lock, int64_t deadline_ns);

#endif
