/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: the vtop authors */
#include <config.h>

#include "analyse/measure.h"

#include <glib.h>
#include <math.h>

struct measurer {
    struct window *window;
    struct sketch *sketch;
    double *values;
    size_t room;
};

struct measurer *measurer_new(void)
{
    struct measurer *by = g_new0(struct measurer, 1);

    by->window = window_new(NULL);
    by->sketch = sketch_new();
    return by;
}

void measurer_free(struct measurer *by)
{
    if (!by)
        return;
    window_free(by->window);
    sketch_free(by->sketch);
    g_free(by->values);
    g_free(by);
}

/* A roster that starts again has another time line. */
static void follow(struct window *w, const struct timeline *timeline)
{
    if (w->timeline == timeline)
        return;
    w->timeline = timeline;
    w->count = 0;
}

/* ---- how much is covered ---- */

/* The times that are in the window, one after the other: of minutes, then of ticks. */
static size_t count_times(const struct window *w)
{
    return w->minutes + w->count;
}

static int64_t time_at(const struct window *w, size_t i)
{
    return i < w->minutes ? w->minute_times[i] : w->times[i - w->minutes];
}

/* A value stands for the time since the tick before; that before the first one is taken to be as
 * far away as the next one. */
static int64_t begin_of(const struct window *w, int64_t from_ns)
{
    int64_t first = time_at(w, 0);
    int64_t step = !w->minutes && w->count > 1 ? time_at(w, 1) - first : 0;

    return MAX(first - step, from_ns);
}

/* A longer step between two times is a gap, in which nothing was recorded. Minutes follow each
 * other by a minute and up to one interval. */
static int64_t longest_step(const struct window *w)
{
    int64_t shortest = INT64_MAX / 2;

    for (size_t i = 1; i < count_times(w); i++)
        shortest = MIN(shortest, time_at(w, i) - time_at(w, i - 1));
    return 2 * (count_times(w) > 1 ? MAX(shortest, TIMELINE_MINUTE_NS) : TIMELINE_MINUTE_NS);
}

static double covered(const struct window *w, int64_t from_ns, int64_t window_ns)
{
    int64_t sum = 0, longest = longest_step(w);

    if (!count_times(w))
        return 0;
    int64_t last = begin_of(w, from_ns);
    for (size_t i = 0; i < count_times(w); i++) {
        int64_t step = time_at(w, i) - last;
        sum += step > longest ? 0 : step;
        last = time_at(w, i);
    }
    return (double)sum / (double)window_ns;
}

/* ---- values ---- */

/* The known values of ticks, for a change of their order. */
static size_t take_values(struct measurer *by)
{
    const struct window *w = by->window;
    size_t n = 0;

    if (w->count > by->room) {
        by->room = w->count;
        by->values = g_renew(double, by->values, by->room);
    }
    for (size_t i = 0; i < w->count; i++)
        if (isfinite(w->numbers[i]))
            by->values[n++] = (double)w->numbers[i];
    return n;
}

/* A summary of values that were not all finite says nothing: all of them are missing. */
static struct summary usable(const struct summary *s)
{
    struct summary none = SUMMARY_NONE;

    if (isfinite(s->min) && isfinite(s->mean) && isfinite(s->median) && isfinite(s->max) &&
        isfinite(s->m2))
        return *s;
    none.missing = s->n + s->missing;
    return none;
}

/* The summary of all minutes and ticks in the window, all of whose values are in the sketch. */
static struct summary merge(struct measurer *by)
{
    struct summary all = SUMMARY_NONE;
    size_t n = take_values(by);

    sketch_clear(by->sketch);
    for (size_t i = 0; i < by->window->minutes; i++) {
        struct summary minute = usable(&by->window->summaries[i]);
        summary_merge(&all, &minute);
        sketch_add_summary(by->sketch, &minute);
    }
    for (size_t i = 0; i < n; i++)
        sketch_add(by->sketch, by->values[i]);
    struct summary ticks = summary_of(by->values, n);
    ticks.missing = (uint32_t)(by->window->count - n);
    summary_merge(&all, &ticks);
    return all;
}

static struct statistics estimate(struct measurer *by)
{
    struct summary all = merge(by);
    double variance = summary_variance(&all);

    return (struct statistics){.n = all.n,
                               .missing = all.missing,
                               .min = all.min,
                               .mean = all.mean,
                               .median = sketch_quantile(by->sketch, 0.5),
                               .p95 = sketch_quantile(by->sketch, 0.95),
                               .max = all.max,
                               .variance = variance,
                               .stddev = sqrt(variance)};
}

static struct statistics exact(struct measurer *by)
{
    size_t n = take_values(by);

    return statistics_of(by->values, n, by->window->count - n);
}

/* The values after FROM_NS, up to TO_NS; none of what is not recorded. */
static void read_window(struct window *w, const struct history *h, enum metric m, int64_t from_ns,
                        int64_t to_ns)
{
    if (h && metric_is_recorded(m)) {
        history_stretch(h, m, from_ns + 1, to_ns, w);
    } else {
        window_begin(w, 1, 0);
        window_begin_minutes(w, 1, 0);
    }
}

struct measure measure(struct measurer *by, const struct moment *at, const struct entity *e,
                       enum metric m, int64_t window_ns)
{
    struct window *w = by->window;
    int64_t to_ns = roster_tick_time(at->roster, moment_last_tick(at), NULL);
    int64_t from_ns = to_ns - window_ns;

    follow(w, roster_timeline(at->roster));
    read_window(w, e->history, m, from_ns, to_ns);
    return (struct measure){.of = w->minutes ? estimate(by) : exact(by),
                            .estimated = w->minutes > 0,
                            .covered = covered(w, from_ns, window_ns)};
}

bool measure_is_enough(const struct measure *m)
{
    return m->of.n > 1;
}

double measure_missing(const struct measure *m)
{
    return (double)m->of.missing / (double)(m->of.n + m->of.missing);
}
