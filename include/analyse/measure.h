/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: the vtop authors */
/* measure.h: statistics of one metric of one entity over a window of history.
 *
 * The window ends at a moment, live or past, and begins WINDOW_NS before its newest tick. Where
 * ticks reach back to its beginning, the statistics are exact: those of every recorded value.
 * Further back there are summaries of minutes. Then mean, extremes, variance and counts are still
 * exact, within the 24 bits of precision of history; median and 95th percentile are estimates from
 * a sketch (sketch.h), and `estimated` says so.
 *
 *     struct measurer *by = measurer_new();          once
 *     struct measure m = measure(by, at, guest, M_CPU, 600 * CLOCK_NS_PER_S);
 *     if (measure_is_enough(&m))
 *         printf("%g, over %.0f %% of 10 minutes", m.of.mean, 100 * m.covered);
 *     measurer_free(by);
 *
 * A measurer is memory to work in: no call of measure() allocates once it has grown to the longest
 * window. Nothing that measure() returns refers to it. It may be used with any roster. Times are
 * monotonic nanoseconds. Main thread only.
 */
#ifndef VTOP_ANALYSE_MEASURE_H
#define VTOP_ANALYSE_MEASURE_H

#include "analyse/statistics.h"
#include "model/moment.h"

struct measure {
    struct statistics of; /* missing: ticks at which the value was absent, or was not finite */
    bool estimated;       /* the median and the 95th percentile are estimates */
    double covered;       /* share of the window for which the entity was recorded, 0 to 1 */
};

struct measurer;

struct measurer *measurer_new(void);
void measurer_free(struct measurer *by);

/* M is a metric of the entity's own kind. One that is not recorded has no values. */
struct measure measure(struct measurer *by, const struct moment *at, const struct entity *e,
                       enum metric m, int64_t window_ns);

/* Two values or more. A statistic of fewer is not one, and is shown as "not enough data". */
bool measure_is_enough(const struct measure *m);

/* The share of values that are absent, 0 to 1; NAN when there is nothing in the window. */
double measure_missing(const struct measure *m);

#endif
