/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: the vtop authors */
#include <config.h>

#include "view/trace.h"

#include "base/clock.h"
#include "view/format.h"

#include <math.h>

/* The number by which values of a metric are divided for display. */
static double divisor(const struct view *v, const struct entity *e, enum metric m)
{
    return v->cpu_of_host && format_is_cpu_time(m)
               ? moment_number(&v->moment, entity_host(e), M_HOST_CPUS)
               : 1;
}

static struct window *open_window(const struct view *v)
{
    return window_new(roster_timeline(v->moment.roster));
}

/* ---- buckets ---- */

/* The sums for the columns of a graph. Column COLUMNS - 1 has the bucket NEWEST. */
struct buckets {
    int columns;
    uint64_t newest;
    double sums[TRACE_COLUMNS_MAX], weights[TRACE_COLUMNS_MAX];
};

static void open_buckets(struct buckets *b, int columns, uint64_t newest)
{
    b->columns = columns;
    b->newest = newest;
    for (int i = 0; i < columns; i++)
        b->sums[i] = b->weights[i] = 0;
}

static void put(struct buckets *b, uint64_t bucket, double value, double weight)
{
    if (isnan(value) || bucket > b->newest || b->newest - bucket >= (uint64_t)b->columns)
        return;
    size_t column = (size_t)b->columns - 1 - (size_t)(b->newest - bucket);
    b->sums[column] += value * weight;
    b->weights[column] += weight;
}

static void take_means(const struct buckets *b, double scale, double out[])
{
    for (int i = 0; i < b->columns; i++)
        out[i] = b->weights[i] > 0 ? b->sums[i] / b->weights[i] / scale : (double)NAN;
}

/* ---- series ---- */

static size_t bucket_size(size_t span, int columns)
{
    return MAX((span + (size_t)columns - 1) / (size_t)columns, 1);
}

static size_t series_bucket(const struct series *s, int columns)
{
    return bucket_size(MIN(s->span, HISTORY_DEPTH_MAX), columns);
}

size_t series_span(const struct series *s, int columns)
{
    columns = CLAMP(columns, 1, TRACE_COLUMNS_MAX);
    return series_bucket(s, columns) * (size_t)columns;
}

static void put_ticks(struct buckets *b, const struct window *w, size_t size)
{
    for (size_t i = 0; i < w->count; i++)
        put(b, (w->first + i) / size, (double)w->numbers[i], 1);
}

void series_read(const struct view *v, const struct series *s, int columns, double out[])
{
    columns = CLAMP(columns, 1, TRACE_COLUMNS_MAX);
    uint64_t last = moment_last_tick(&v->moment), size = series_bucket(s, columns);
    uint64_t newest = last / size, back = MIN(newest, (uint64_t)columns - 1);
    struct window *w = open_window(v);
    struct buckets b;

    open_buckets(&b, columns, newest);
    history_window(s->entity->history, s->metric, MAX((newest - back) * size, 1), last, w);
    put_ticks(&b, w, size);
    take_means(&b, divisor(v, s->entity, s->metric), out);
    window_free(w);
}

/* ---- traces ---- */

static void stretch(const struct view *v, const struct entity *e, enum metric m, int64_t ns,
                    struct window *w)
{
    int64_t end_ns = timeline_time(w->timeline, moment_last_tick(&v->moment), NULL);

    history_stretch(e->history, m, end_ns - ns + 1, end_ns, w);
}

/* Leave out what is absent before the first known value. */
static void skip_unknown(const struct window *w, size_t *minute, size_t *tick)
{
    for (*minute = 0; *minute < w->minutes && !w->summaries[*minute].n; ++*minute)
        ;
    for (*tick = 0; *minute == w->minutes && *tick < w->count && isnan(w->numbers[*tick]); ++*tick)
        ;
}

static void find_extremes(const struct window *w, double scale, struct trace *out)
{
    double least = INFINITY, most = -INFINITY;

    for (size_t i = 0; i < w->minutes; i++)
        if (w->summaries[i].n) {
            least = fmin(least, w->summaries[i].min);
            most = fmax(most, w->summaries[i].max);
        }
    for (size_t i = 0; i < w->count; i++) {
        least = fmin(least, (double)w->numbers[i]); /* a NAN is left out */
        most = fmax(most, (double)w->numbers[i]);
    }
    out->least = least <= most ? least / scale : (double)NAN;
    out->most = least <= most ? most / scale : (double)NAN;
}

/* Whole seconds, or tens of seconds, so that a growing graph rarely changes its scale; and at least
 * two ticks, so that each bucket has one. */
static int64_t bucket_ns(const struct view *v, int64_t span_ns, int columns)
{
    const int64_t ten_s = 10 * CLOCK_NS_PER_S, fine_until = 120 * CLOCK_NS_PER_S;
    int64_t least = MAX(span_ns / columns + 1, 2 * v->interval_ns);
    int64_t unit = least > fine_until ? ten_s : CLOCK_NS_PER_S;

    return (least + unit - 1) / unit * unit;
}

/* A minute is drawn over all buckets that it touches. */
static void put_minutes(struct buckets *b, const struct window *w, int64_t size_ns)
{
    for (size_t i = 0; i < w->minutes; i++) {
        int64_t begin = w->minute_times[i], end = begin + TIMELINE_MINUTE_NS;
        if (i + 1 < w->minutes)
            end = MIN(end, w->minute_times[i + 1]);
        else if (w->count)
            end = MIN(end, w->times[0]);
        for (int64_t at = begin / size_ns; at <= MAX(end - 1, begin) / size_ns; at++)
            put(b, (uint64_t)at, w->summaries[i].mean, w->summaries[i].n);
    }
}

static void put_by_time(const struct view *v, const struct window *w, int64_t begin_ns,
                        int64_t end_ns, int columns, struct buckets *b)
{
    int64_t size_ns = bucket_ns(v, end_ns - begin_ns + v->interval_ns, columns);

    open_buckets(b, columns, (uint64_t)(end_ns / size_ns));
    put_minutes(b, w, size_ns);
    for (size_t i = 0; i < w->count; i++)
        put(b, (uint64_t)(w->times[i] / size_ns), (double)w->numbers[i], 1);
}

static void put_by_tick(const struct window *w, size_t skipped, int columns, struct buckets *b)
{
    uint64_t last = w->first + w->count - 1;
    size_t size = bucket_size(w->count - MIN(skipped, w->count), columns);

    open_buckets(b, columns, last / size);
    put_ticks(b, w, size);
}

void trace_read(const struct view *v, const struct entity *e, enum metric m, int columns,
                struct trace *out)
{
    int64_t window_ns = view_window_ns(v), begin_ns = 0;
    struct window *w = open_window(v);
    double scale = divisor(v, e, m);
    struct buckets b;
    size_t minute, tick;

    columns = CLAMP(columns, 1, TRACE_COLUMNS_MAX);
    stretch(v, e, m, window_ns, w);
    skip_unknown(w, &minute, &tick);
    bool known = minute < w->minutes || tick < w->count;
    int64_t end_ns = timeline_time(w->timeline, moment_last_tick(&v->moment), NULL);
    if (known)
        begin_ns = minute < w->minutes ? w->minute_times[minute] : w->times[tick];
    if (w->minutes)
        put_by_time(v, w, begin_ns, end_ns, columns, &b);
    else
        put_by_tick(w, tick, columns, &b);
    take_means(&b, scale, out->values);
    find_extremes(w, scale, out);
    out->covered_ns =
        known ? MIN(end_ns - begin_ns + v->interval_ns, MAX(window_ns, v->interval_ns)) : 0;
    out->whole = out->covered_ns + v->interval_ns >= window_ns ||
                 (w->minutes && out->covered_ns + TIMELINE_MINUTE_NS >= window_ns);
    window_free(w);
}

bool trace_has(const struct view *v, const struct entity *e, enum metric m)
{
    struct window *w = open_window(v);
    size_t minute, tick;

    stretch(v, e, m, INT64_MAX / 2, w);
    skip_unknown(w, &minute, &tick);
    bool has = minute < w->minutes || tick < w->count;
    window_free(w);
    return has;
}
