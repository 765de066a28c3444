/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: the vtop authors */
#include <config.h>

#include "base/clock_read.h"

#include <time.h>

static int64_t now(clockid_t id)
{
    struct timespec t;

    clock_gettime(id, &t);
    return (int64_t)t.tv_sec * CLOCK_NS_PER_S + t.tv_nsec;
}

int64_t clock_mono_ns(void)
{
    return now(CLOCK_MONOTONIC);
}

void clock_cond_init(pthread_cond_t *c)
{
    pthread_condattr_t attr;

    pthread_condattr_init(&attr);
    pthread_condattr_setclock(&attr, CLOCK_MONOTONIC);
    pthread_cond_init(c, &attr);
    pthread_condattr_destroy(&attr);
}

bool clock_cond_wait(pthread_cond_t *c, pthread_mutex_t *lock, int64_t deadline_ns)
{
    struct timespec at = {.tv_sec = (time_t)(deadline_ns / CLOCK_NS_PER_S),
                          .tv_nsec = (long)(deadline_ns % CLOCK_NS_PER_S)};

    return pthread_cond_timedwait(c, lock, &at) == 0;
}

/* The two clocks are read one after the other. If the thread is descheduled in between (for 100 ms
 * when throttled), that looks like a suspend. So the closest of a few readings is taken. */
int64_t clock_suspended_ns(void)
{
    enum { TRIES = 5, CLOSE_NS = 100000 };
    int64_t suspended = 0, closest = INT64_MAX;

    for (int i = 0; i < TRIES && closest > CLOSE_NS; i++) {
        int64_t before = now(CLOCK_MONOTONIC);
        int64_t boot = now(CLOCK_BOOTTIME);
        int64_t apart = now(CLOCK_MONOTONIC) - before;
        if (apart >= closest)
            continue;
        closest = apart;
        suspended = boot - before;
    }
    return suspended;
}

int64_t clock_wall_ns(void)
{
    return now(CLOCK_REALTIME);
}
