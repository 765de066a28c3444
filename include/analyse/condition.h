/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: the vtop authors */
/* condition.h: whether a number has been beyond a limit for long enough.
 *
 * A condition begins when its number reaches the limit. It opens when it has held for its hold
 * time: when the mean of the number since then is at least the limit, and the number was not below
 * the clear limit for longer than a quarter of that time. It closes when the mean, weighted
 * exponentially over the hold time, has been below the clear limit for the clear time. That time
 * grows with each relapse. Absent numbers (NAN) count neither for nor against it; if the number
 * stays absent for as long as closing takes, the condition ends.
 *
 * Pure functions of times that the caller passes in (nanoseconds). Any thread.
 *
 *     struct condition c = {0};
 *     ... every tick:
 *     switch (condition_step(&c, &terms, number, now_ns, now_ns - before_ns)) ...
 */
#ifndef VTOP_ANALYSE_CONDITION_H
#define VTOP_ANALYSE_CONDITION_H

#include <stdbool.h>
#include <stdint.h>

struct condition_terms {
    double warn, crit;         /* crit INFINITY: there is none */
    double clear;              /* share of a limit below which it clears */
    int64_t hold_ns, clear_ns; /* clear_ns: of the first time */
    double growth;             /* of the clear time, with each relapse */
    int64_t clear_max_ns;      /* at most; a condition that was closed for so long is over */
};

enum phase { PHASE_OVER, PHASE_PENDING, PHASE_OPEN, PHASE_CLOSED };

struct condition {
    enum phase phase;
    bool critical;    /* the mean is beyond the critical limit; it clears like the condition */
    double level;     /* the mean */
    int64_t span_ns;  /* that the mean covers, up to the hold time */
    int64_t began_ns; /* when the number reached the limit */
    int64_t known_ns; /* when it was known last */
    int64_t low_ns;   /* since when it is below the clear limit; 0: it is not */
    int64_t clear_ns; /* the clear time, after relapses */
    int64_t ended_ns; /* when it closed last */
};

enum change { CHANGE_NONE, CHANGE_OPENED, CHANGE_CLOSED };

/* Whether a number would begin a condition. */
static inline bool condition_begins(const struct condition_terms *t, double number)
{
    return number >= t->warn; /* not for NAN */
}

/* DT_NS: since the tick before. A condition that is over (PHASE_OVER) has nothing to remember. */
enum change condition_step(struct condition *c, const struct condition_terms *t, double number,
                           int64_t now_ns, int64_t dt_ns);

#endif
