/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: the vtop authors */
/* trend.h: whether a number is heading for its limit, and when it will be there.
 *
 * A trend is reported only when all of this is so, now and 5, 10 and 15 minutes ago:
 *
 *   - 30 medians of minutes or more are known, of the last six hours at most. When all of them
 *     show no trend, the last 240, 120 and 60 minutes are looked at alone;
 *   - the number is past 60 % of its limit;
 *   - Mann and Kendall's Z is above 3.29 (one in a thousand), its variance corrected for the
 *     autocorrelation of what is left without a trend;
 *   - the newest part rises at least half as fast as the whole, so that what levels off is not a
 *     trend;
 *   - the limit is reached within ten times the history that there is.
 *
 * The sources of the formulas are in trend.c. Times are monotonic nanoseconds. Main thread only.
 *
 *     struct trend_scratch *scratch = trend_scratch_new();
 *     struct trend t = trend_of(scratch, at, guest, TREND_MEMORY);
 *     if (t.state == TREND_RISING)
 *         printf("full in %s", wording_duration(t.left_ns, text));
 *     trend_scratch_free(scratch);
 */
#ifndef VTOP_ANALYSE_TREND_H
#define VTOP_ANALYSE_TREND_H

#include "model/moment.h"

/* What can fill: of a container its working set against its limit, of a virtual machine what is
 * used inside it against its size (what it takes of the host grows to its size in any case), of a
 * host its memory; of a host its swap, and what holds its guests (the store that is full first). */
enum trend_subject { TREND_MEMORY, TREND_SWAP, TREND_STORE, TREND_SUBJECT_COUNT };

enum trend_state {
    TREND_TOO_LITTLE, /* not enough data: nothing else below is known but metric */
    TREND_NONE,
    TREND_RISING
};

struct trend {
    enum trend_state state;
    enum metric metric; /* of the number; M_NONE: the entity has no such subject */
    double used, limit; /* the number as of now, on its line; NAN: not known */
    double per_hour;    /* how fast it rises; NAN unless it does */
    double z;           /* Mann and Kendall's, corrected; NAN where it was not computed */
    size_t n;           /* medians */
    int64_t history_ns; /* from the first one to the last */
    int64_t left_ns;    /* until the limit is reached; -1 unless it rises */
    uint64_t part;      /* serial of the store that it is about; 0: of the entity itself */
};

/* node-mixin's conditions: less than 40 % is free and the limit is reached within 24 hours; less
 * than 20 % and 4 hours. */
enum trend_urgency { TREND_LATER, TREND_WITHIN_DAY, TREND_WITHIN_HOURS };
enum trend_urgency trend_urgency(const struct trend *t);

/* Memory to work in; it may be used with any roster. */
struct trend_scratch;
struct trend_scratch *trend_scratch_new(void);
void trend_scratch_free(struct trend_scratch *s);

/* The trend up to a moment, live or past. It costs some microseconds for most entities, and about
 * a millisecond for one that is past 60 % of its limit and seems to rise. */
struct trend trend_of(struct trend_scratch *s, const struct moment *at, const struct entity *e,
                      enum trend_subject subject);

/* The same of numbers: MEDIANS at rising MINUTES, all finite, N at most TREND_MEDIANS_MAX. */
enum { TREND_MEDIANS_MAX = 360 };
struct trend trend_of_medians(const double *minutes, const double *medians, size_t n, double limit);

#endif
