/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: the vtop authors */
#include <config.h>

#include "analyse/trend.h"

#include "analyse/statistics.h"
#include "analyse/stores.h"
#include "base/clock.h"

#include <math.h>

/* Sources:
 *   Mann 1945, Kendall 1975, Hamed and Rao 1998 (trend); Theil 1950, Sen 1968 (line): statistics.c
 *   node-mixin (NodeFilesystemSpaceFillingUp): six hours of history, 40 % and 24 h, 20 % and 4 h
 * The rest is our choice, and holds what it promises in tests/analyse/test-trend: of 1,000 series
 * without a trend whose minutes correlate by 0.95, at most one has a trend. */
static const double SIGNIFICANT = 3.29;
static const double PAST = 0.6;               /* of the limit */
static const double STILL_RISING = 0.5;       /* of the slope of the whole */
static const double STILL_RISING_LAST = 0.75; /* the same, of a part of what is known */
static const double FORESIGHT = 10;           /* times the history */

enum {
    MEDIANS_MIN = 30,
    LAST_MIN = 60, /* medians that are looked at alone, and twice as many again */
    LAST_MAX = 240,
    NEWEST_MIN = 15, /* medians that have to rise still: a third of all, but */
    NEWEST_MAX = 30,
    HOLD_MINUTES = 15,
    HOLD_STEP = 5,
    OLD_MINUTES = 5
};

#define MINUTE_NS ((double)TIMELINE_MINUTE_NS)

/* ---- one look ---- */

static bool is_past(const double *medians, size_t n, double limit)
{
    return medians[n - 1] > PAST * limit;
}

static double mean_of(const double *values, size_t n)
{
    double sum = 0;

    for (size_t i = 0; i < n; i++)
        sum += values[i] / (double)n;
    return sum;
}

/* Whether it is worth a closer look: the last third is above the first one by as much as reaching
 * the limit in time takes, at least half of it. */
static bool seems_to_rise(const double *minutes, const double *medians, size_t n, double limit)
{
    size_t third = n / 3;
    double rise = mean_of(medians + n - third, third) - mean_of(medians, third);
    double slope = rise / (mean_of(minutes + n - third, third) - mean_of(minutes, third));
    double history = minutes[n - 1] - minutes[0];

    return slope > 0 && (limit - medians[n - 1]) / slope < 2 * FORESIGHT * history;
}

/* Fills in z, used, per_hour and left_ns; true: all conditions hold. */
static bool look(const double *minutes, const double *medians, size_t n, double still,
                 struct trend *t)
{
    size_t newest = CLAMP(n / 3, (size_t)NEWEST_MIN, (size_t)NEWEST_MAX), older = n - newest;

    if (!is_past(medians, n, t->limit) || !seems_to_rise(minutes, medians, n, t->limit))
        return false;
    t->z = statistics_mann_kendall(medians, n, true).z;
    if (!(t->z > SIGNIFICANT))
        return false;
    struct statistics_line all = statistics_theil_sen(minutes, medians, n);
    struct statistics_line now = statistics_theil_sen(minutes + older, medians + older, newest);
    if (!(now.slope > still * all.slope))
        return false;
    double slope = MIN(all.slope, now.slope);
    t->used = now.level + now.slope * minutes[n - 1];
    t->per_hour = slope * 60;
    double left = MAX(0, (t->limit - t->used) / slope);
    t->left_ns = (int64_t)(left * MINUTE_NS);
    return left < FORESIGHT * (minutes[n - 1] - minutes[0]);
}

/* How many medians there were some minutes before the last one. */
static size_t count_before(const double *minutes, size_t n, double ago)
{
    size_t count = n;

    while (count && minutes[count - 1] > minutes[n - 1] - ago)
        count--;
    return count;
}

/* Whether the same would have been said over the last HOLD_MINUTES. */
static bool held(const double *minutes, const double *medians, size_t n, double still,
                 const struct trend *now)
{
    for (int ago = HOLD_STEP; ago <= HOLD_MINUTES; ago += HOLD_STEP) {
        struct trend then = {.limit = now->limit};
        size_t count = count_before(minutes, n, ago);
        if (count < MEDIANS_MIN || !look(minutes, medians, count, still, &then))
            return false;
    }
    return true;
}

static struct trend nothing(enum metric m, double limit)
{
    return (struct trend){.state = TREND_TOO_LITTLE,
                          .metric = m,
                          .used = (double)NAN,
                          .limit = limit,
                          .per_hour = (double)NAN,
                          .z = (double)NAN,
                          .left_ns = -1};
}

/* Over all N. STILL: how fast the newest part has to rise, as a share of the whole. */
static struct trend trend_over(const double *minutes, const double *medians, size_t n, double limit,
                               double still)
{
    struct trend t = nothing(M_NONE, limit);

    t.n = n;
    t.history_ns = (int64_t)((minutes[n - 1] - minutes[0]) * MINUTE_NS);
    bool rises = look(minutes, medians, n, still, &t) && held(minutes, medians, n, still, &t);
    t.state = rises ? TREND_RISING : TREND_NONE;
    if (rises)
        return t;
    t.used = medians[n - 1];
    t.per_hour = (double)NAN;
    t.left_ns = -1;
    return t;
}

/* Over all of them, or over the last ones alone: what was flat and then began to rise is no line
 * with noise, so that the whole of it would pass for a series whose minutes correlate. */
struct trend trend_of_medians(const double *minutes, const double *medians, size_t n, double limit)
{
    struct trend t = nothing(M_NONE, limit);

    t.n = n;
    if (n)
        t.history_ns = (int64_t)((minutes[n - 1] - minutes[0]) * MINUTE_NS);
    if (n < MEDIANS_MIN || n > TREND_MEDIANS_MAX || !isfinite(limit) || limit <= 0)
        return t;
    t = trend_over(minutes, medians, n, limit, STILL_RISING);
    for (size_t last = LAST_MAX; last >= LAST_MIN && t.state != TREND_RISING; last /= 2) {
        size_t before = n > last ? n - last : 0;
        struct trend part = t;
        if (before)
            part = trend_over(minutes + before, medians + before, last, limit, STILL_RISING_LAST);
        if (part.state == TREND_RISING)
            t = part;
    }
    return t;
}

enum trend_urgency trend_urgency(const struct trend *t)
{
    const int64_t hour_ns = 60 * TIMELINE_MINUTE_NS;
    double free = 1 - t->used / t->limit;

    if (t->state != TREND_RISING)
        return TREND_LATER;
    if (free < 0.2 && t->left_ns < 4 * hour_ns)
        return TREND_WITHIN_HOURS;
    return free < 0.4 && t->left_ns < 24 * hour_ns ? TREND_WITHIN_DAY : TREND_LATER;
}

/* ---- from history ---- */

struct trend_scratch {
    struct window *window;
    double minutes[TREND_MEDIANS_MAX], medians[TREND_MEDIANS_MAX];
};

struct trend_scratch *trend_scratch_new(void)
{
    struct trend_scratch *s = g_new0(struct trend_scratch, 1);

    s->window = window_new(NULL);
    return s;
}

void trend_scratch_free(struct trend_scratch *s)
{
    if (!s)
        return;
    window_free(s->window);
    g_free(s);
}

struct pair {
    enum metric used, limit;
};

static struct pair pair_of(const struct entity *e, enum trend_subject subject)
{
    static const struct pair none = {M_NONE, M_NONE},
                             host[TREND_SUBJECT_COUNT] = {
                                 [TREND_MEMORY] = {M_HOST_MEM_USED, M_HOST_MEM_TOTAL},
                                 [TREND_SWAP] = {M_HOST_SWAP_USED, M_HOST_SWAP_TOTAL},
                                 [TREND_STORE] = {M_NONE, M_NONE}};

    if (e->kind == KIND_HOST)
        return host[subject];
    if (e->kind != KIND_GUEST || subject != TREND_MEMORY)
        return none;
    return (struct pair){entity_class(e) == CLASS_VM ? M_MEM_USED : M_MEM, M_MEM_LIMIT};
}

/* The last minute that was over: it has no value from after the moment. */
static uint64_t last_minute(const struct moment *at)
{
    const struct timeline *t = roster_timeline(at->roster);
    struct timeline_minute minute;
    uint64_t last = timeline_last_minute(t), tick = moment_last_tick(at);

    while (last && timeline_minute(t, last, &minute) && minute.last > tick)
        last--;
    return last;
}

/* The known medians of the last TREND_MEDIANS_MAX minutes; returns their number. */
static size_t read_medians(struct trend_scratch *s, const struct moment *at,
                           const struct history *h, enum metric m)
{
    struct window *w = s->window;
    uint64_t last = last_minute(at);
    uint64_t first = last > TREND_MEDIANS_MAX ? last - TREND_MEDIANS_MAX + 1 : 1;
    size_t n = 0;

    w->timeline = roster_timeline(at->roster);
    if (!last || !h)
        return 0;
    history_minutes(h, m, first, last, w);
    for (size_t i = 0; i < w->minutes; i++)
        if (w->summaries[i].n && isfinite(w->summaries[i].median)) {
            s->minutes[n] = (double)w->minute_times[i] / MINUTE_NS;
            s->medians[n++] = w->summaries[i].median;
        }
    return n;
}

/* Whether the last median is not about now any more. */
static bool is_old(const struct moment *at, double minute)
{
    int64_t now_ns = roster_tick_time(at->roster, moment_last_tick(at), NULL);

    return (double)now_ns / MINUTE_NS - minute > OLD_MINUTES;
}

/* LIMIT: of the number, which is known by now. */
static struct trend trend_towards(struct trend_scratch *s, const struct moment *at,
                                  const struct entity *e, struct pair p, double limit)
{
    struct trend t = nothing(p.used, limit);

    t.used = moment_number(at, e, p.used);
    if (t.used < PAST / 2 * limit) { /* far away: not worth a look at history */
        t.state = TREND_NONE;
        return t;
    }
    size_t n = isnan(t.used) ? 0 : read_medians(s, at, e->history, p.used);
    if (n && is_old(at, s->minutes[n - 1]))
        n = 0;
    t = trend_of_medians(s->minutes, s->medians, n, limit);
    t.metric = p.used;
    return t;
}

/* What is reserved for root cannot be had: used and available are all that there is. */
static double space_of(const struct moment *at, const struct entity *store)
{
    return moment_number(at, store, M_STORE_USED) + moment_number(at, store, M_STORE_FREE);
}

/* Of the stores that hold guests, the one that is full first; else any that is known. */
static struct trend trend_of_stores(struct trend_scratch *s, const struct moment *at,
                                    const struct entity *host)
{
    const struct pair space = {M_STORE_USED, M_STORE_SIZE};
    struct trend first = nothing(M_NONE, (double)NAN);

    for (struct entity *p = NULL; (p = entity_next_part(host, KIND_STORE, p));) {
        struct trend t = trend_towards(s, at, p, space, space_of(at, p));
        bool sooner = first.state != TREND_RISING || t.left_ns < first.left_ns;
        t.part = p->serial;
        if (t.state == TREND_RISING ? sooner && store_holds_guests(at, host, p)
                                    : first.state == TREND_TOO_LITTLE)
            first = t;
    }
    return first;
}

struct trend trend_of(struct trend_scratch *s, const struct moment *at, const struct entity *e,
                      enum trend_subject subject)
{
    if (e->kind == KIND_HOST && subject == TREND_STORE)
        return trend_of_stores(s, at, e);
    struct pair p = pair_of(e, subject);
    if (p.limit == M_NONE)
        return nothing(p.used, (double)NAN);
    return trend_towards(s, at, e, p, moment_number(at, e, p.limit));
}
