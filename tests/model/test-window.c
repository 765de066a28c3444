/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: the vtop authors */
/* Ranges of history: windows of ticks equal reading cell by cell, minutes equal summaries computed
 * from the ticks; also after gaps, joins, when memory is short, and when the guest has left. */
#include "model/history.h"

#include "model/value.h"

#include <glib.h>
#include <math.h>
#include <string.h>

#define S INT64_C(1000000000)

/* A history of a container and the time line it follows. */
struct fixture {
    struct timeline *timeline;
    struct history *history;
    struct window *window;
    uint64_t tick;
    int64_t now_ns;
    double numbers[METRIC_COUNT]; /* by column, for the next tick */
    uint8_t reasons[METRIC_COUNT];
};

static void set_up(struct fixture *f, gconstpointer data)
{
    (void)data;
    *f = (struct fixture){.timeline = timeline_new(),
                          .history = history_new(KIND_GUEST, CLASS_CONTAINER, 7),
                          .now_ns = 600 * S};
    f->window = window_new(f->timeline);
}

static void tear_down(struct fixture *f, gconstpointer data)
{
    (void)data;
    window_free(f->window);
    history_free(f->history);
    timeline_free(f->timeline);
}

static size_t column_of(const struct history *h, enum metric m)
{
    return (size_t)shape_place(history_shape(h), m).column;
}

static void set(struct fixture *f, enum metric m, double number, enum reason why)
{
    f->numbers[column_of(f->history, m)] = number;
    f->reasons[column_of(f->history, m)] = (uint8_t)why;
}

/* Time goes on; nothing is recorded. */
static void pass(struct fixture *f, int64_t ns)
{
    f->now_ns += ns;
    timeline_tick(f->timeline, f->now_ns, f->now_ns + 1);
    f->tick = timeline_last_tick(f->timeline);
}

static void record_in(struct fixture *f, struct history *h)
{
    history_add(h, f->tick, timeline_last_minute(f->timeline), f->numbers, f->reasons, 1);
}

static void record(struct fixture *f, int64_t ns)
{
    pass(f, ns);
    record_in(f, f->history);
}

static struct summary minute_of(struct fixture *f, enum metric m, uint64_t minute)
{
    enum window_status status = history_minutes(f->history, m, minute, minute, f->window);

    g_assert_cmpint(status, ==, WINDOW_READY);
    g_assert_cmpuint(f->window->minutes, ==, 1);
    g_assert_cmpuint(f->window->first_minute, ==, minute);
    return f->window->summaries[0];
}

/* ---- ticks ---- */

static void check_window(struct fixture *f, enum metric m, uint64_t first, uint64_t last)
{
    const struct history *h = f->history;
    uint64_t oldest = history_oldest(h), newest = history_newest(h);
    enum window_status status = history_window(h, m, first, last, f->window);
    const struct window *w = f->window;
    uint64_t from = MAX(first, oldest), until = MIN(last, newest);
    size_t missing = 0;

    g_assert_cmpint(status, ==,
                    newest && first >= oldest && last <= newest ? WINDOW_READY : WINDOW_PARTIAL);
    g_assert_cmpuint(w->count, ==, newest && from <= until ? until - from + 1 : 0);
    for (size_t i = 0; i < w->count; i++) {
        struct value v = history_value(h, m, from + i);
        g_assert_cmpuint(w->first, ==, from);
        g_assert_cmpint(window_reason(w, i), ==, v.reason);
        g_assert_true(v.reason == REASON_OK ? (double)w->numbers[i] == v.number
                                            : isnan(w->numbers[i]));
        g_assert_cmpint(w->times[i], ==, timeline_time(f->timeline, from + i, NULL));
        missing += v.reason != REASON_OK;
    }
    g_assert_cmpuint(w->missing, ==, missing);
}

static void set_at_random(struct fixture *f)
{
    for (size_t i = 0; i < G_N_ELEMENTS(f->numbers); i++) {
        bool changes = g_test_rand_int_range(0, (int)i % 9 + 1) == 0;
        if (!changes)
            continue;
        f->numbers[i] = i % 3 ? g_test_rand_double_range(0, 1e9) : g_test_rand_int_range(-2, 9);
        f->reasons[i] =
            (uint8_t)(g_test_rand_int_range(0, 4) ? 0 : g_test_rand_int_range(1, REASON_COUNT));
    }
}

/* Metrics with a column, without one, and of no container. */
static void test_cell_by_cell(struct fixture *f, gconstpointer data)
{
    static const enum metric metrics[] = {M_CPU, M_MEM, M_PSI_IO, M_TASKS, M_CPU_TIME, M_READY};
    enum { TICKS = 900 };

    (void)data;
    check_window(f, M_CPU, 1, 5);
    for (int t = 0; t < TICKS; t++) {
        set_at_random(f);
        if (g_test_rand_int_range(0, 12))
            record(f, S);
        else
            pass(f, S); /* left out */
        if (g_test_rand_int_range(0, 90) == 0)
            history_forget(f->history, f->tick - MIN(f->tick, 300u), 0);
        if (t % 50 == 49)
            for (size_t i = 0; i < G_N_ELEMENTS(metrics); i++) {
                uint64_t first = (uint64_t)g_test_rand_int_range(1, t + 20);
                uint64_t length = (uint64_t)g_test_rand_int_range(0, 650);
                check_window(f, metrics[i], first, first + length);
            }
    }
    history_seal(f->history);
    for (size_t i = 0; i < G_N_ELEMENTS(metrics); i++)
        check_window(f, metrics[i], 1, TICKS);
}

/* ---- minutes ---- */

/* The vector of the statistics, one value every seven seconds; two ticks know nothing. */
static void test_by_hand(struct fixture *f, gconstpointer data)
{
    static const double values[] = {9, 4, 2, 7, 5, 4, 5, 4};

    (void)data;
    for (size_t i = 0; i < G_N_ELEMENTS(values); i++) {
        set(f, M_CPU, values[i], REASON_OK);
        set(f, M_MEM, 3 << 20, REASON_OK);
        set(f, M_THROTTLED, 0, REASON_NO_QUOTA);
        record(f, i ? 5 * S : 0);
    }
    set(f, M_CPU, 0, REASON_NOT_READ);
    record(f, 5 * S);
    record(f, 5 * S);
    for (int t = 0; t < HISTORY_BLOCK; t++)
        record(f, 15 * S); /* the minutes after it */
    struct summary s = minute_of(f, M_CPU, 1);
    g_assert_cmpuint(s.n, ==, 8);
    g_assert_cmpuint(s.missing, ==, 2);
    g_assert_cmpfloat(s.min, ==, 2);
    g_assert_cmpfloat(s.mean, ==, 5);
    g_assert_cmpfloat(s.max, ==, 9);
    g_assert_cmpfloat(s.median, ==, 4.5);
    g_assert_cmpfloat_with_epsilon(summary_variance(&s), 4.571428, 1e-6);
    g_assert_cmpint(f->window->minute_times[0], ==, 600 * S);
    s = minute_of(f, M_MEM, 1);
    g_assert_cmpuint(s.n, ==, 10);
    g_assert_cmpfloat(s.median, ==, 3 << 20);
    g_assert_cmpfloat(s.m2, ==, 0);
    s = minute_of(f, M_THROTTLED, 1);
    g_assert_cmpuint(s.n, ==, 0);
    g_assert_cmpuint(s.missing, ==, 10);
    g_assert_true(isnan(s.mean));
    /* recorded, but not marked SET_REC; and not recorded at all */
    g_assert_cmpint(history_minutes(f->history, M_TASKS, 1, 1, f->window), ==, WINDOW_PARTIAL);
    g_assert_cmpuint(f->window->minutes, ==, 0);
    g_assert_cmpint(history_minutes(f->history, M_CPU_TIME, 1, 1, f->window), ==, WINDOW_PARTIAL);
}

/* Every recorded metric that is read at all times has minutes, and no other. */
static void test_which(void)
{
    for (enum kind k = 0; k < KIND_COUNT; k++) {
        const struct shape *s = shape_of(k, CLASS_ANY);
        for (enum metric m = metric_begin(k); m < metric_end(k); m++)
            g_assert_true((shape_place(s, m).summary >= 0) ==
                          (metric_is_recorded(m) && metric_info(m)->sets & SET_REC));
    }
    g_assert_cmpint(shape_place(shape_of(KIND_GUEST, CLASS_VM), M_READY).summary, >=, 0);
    g_assert_cmpint(shape_place(shape_of(KIND_VCPU, CLASS_ANY), M_VCPU_READY).summary, >=, 0);
    g_assert_cmpint(shape_place(shape_of(KIND_HOST, CLASS_ANY), M_HOST_CPU).summary, >=, 0);
}

/* The guest is absent for an hour, the host for a day: each minute has only its own values. */
static void test_gaps(struct fixture *f, gconstpointer data)
{
    (void)data;
    for (int t = 0; t < 90; t++) { /* minutes 1 and half of 2 */
        set(f, M_CPU, 1, REASON_OK);
        record(f, t ? S : 0);
    }
    for (int t = 0; t < 90; t++) /* the rest of 2, and 3, without it */
        pass(f, S);
    for (int t = 0; t < 30; t++) { /* half of 4 */
        set(f, M_CPU, 2, REASON_OK);
        record(f, S);
    }
    set(f, M_CPU, 4, REASON_OK);
    record(f, 86400 * S); /* 5 begins a day later, in its middle */
    for (int t = 0; t < 59; t++)
        record(f, S);
    for (int t = 0; t < HISTORY_BLOCK; t++)
        record(f, S);
    struct summary s = minute_of(f, M_CPU, 1);
    g_assert_cmpuint(s.n, ==, 60);
    s = minute_of(f, M_CPU, 2);
    g_assert_cmpuint(s.n, ==, 30);
    g_assert_cmpuint(s.missing, ==, 30);
    s = minute_of(f, M_CPU, 3);
    g_assert_cmpuint(s.n, ==, 0);
    g_assert_cmpuint(s.missing, ==, 60);
    s = minute_of(f, M_CPU, 4);
    g_assert_cmpuint(s.n, ==, 30);
    g_assert_cmpuint(s.missing, ==, 0);
    g_assert_cmpfloat(s.mean, ==, 2);
    s = minute_of(f, M_CPU, 5);
    g_assert_cmpuint(s.n, ==, 31); /* up to the next full minute */
    g_assert_cmpfloat(s.mean, ==, 4);
    g_assert_cmpint(f->window->minute_times[0], ==, (600 + 89 + 90 + 30 + 86400) * S);
}

/* All summaries of M from ticks that are kept are what these say; those that are merged too. */
static void check_minutes(struct fixture *f, const double *then, enum metric m, double *sum)
{
    struct timeline_minute when;

    for (uint64_t q = history_oldest_minute(f->history); q <= history_newest_minute(f->history);
         q++) {
        double values[TIMELINE_TICKS];
        size_t n = 0;
        struct summary s = minute_of(f, m, q);
        if (!q || !timeline_minute(f->timeline, q, &when))
            continue;
        for (uint64_t t = when.first; t <= when.last; t++)
            if (!isnan(then[t]))
                values[n++] = then[t];
        if (s.n != n && q == timeline_last_minute(f->timeline))
            continue; /* not over */
        struct summary expected = summary_of(values, n);
        g_assert_cmpuint(s.n, ==, n);
        g_assert_cmpuint(s.missing, ==, when.last - when.first + 1 - n);
        if (!n)
            continue;
        g_assert_cmpfloat_with_epsilon(s.mean, expected.mean, 1e-6 * expected.mean);
        g_assert_cmpfloat_with_epsilon(s.m2, expected.m2, 1e-5 * expected.m2);
        g_assert_cmpfloat(s.min, ==, (double)(float)expected.min);
        g_assert_cmpfloat(s.max, ==, (double)(float)expected.max);
        *sum += 1;
    }
}

/* Random values at random intervals, with memory so short that a minute does not fit: the minutes
 * are right, but for their medians. */
static void test_random(struct fixture *f, gconstpointer data)
{
    enum { TICKS = 3000 };
    double *then = g_new(double, TICKS + 1), minutes = 0;
    bool is_short = data != NULL;

    for (int t = 1; t <= TICKS; t++) {
        bool absent = g_test_rand_int_range(0, 8) == 0, out = g_test_rand_int_range(0, 30) == 0;
        then[t] = absent || out ? (double)NAN : (double)(float)g_test_rand_double_range(5, 500);
        set(f, M_CPU, then[t], absent ? REASON_GAP : REASON_OK);
        pass(f, g_test_rand_int_range(1, 3000) * (S / 1000));
        if (!out)
            record_in(f, f->history);
        history_forget(
            f->history, f->tick - MIN(f->tick - 1, is_short ? 20u : 400u),
            timeline_last_minute(f->timeline) < 30 ? 1 : timeline_last_minute(f->timeline) - 29);
        if (t % 500 == 0)
            check_minutes(f, then, M_CPU, &minutes);
    }
    g_assert_cmpfloat(minutes, >, 100);
    g_assert_cmpuint(history_newest_minute(f->history) - history_oldest_minute(f->history), <, 30);
    g_free(then);
}

/* When a guest leaves, its last minute is summarised, and so is one that was still due. */
static void test_seal(struct fixture *f, gconstpointer data)
{
    (void)data;
    for (int t = 0; t < 63; t++) {
        set(f, M_CPU, t < 60 ? 10 : 30, REASON_OK);
        record(f, t ? S : 0);
    }
    g_assert_cmpuint(history_newest_minute(f->history), ==, 0); /* its phase is 7 */
    history_seal(f->history);
    size_t size = history_size(f->history);
    struct summary s = minute_of(f, M_CPU, 1);
    g_assert_cmpuint(s.n, ==, 60);
    g_assert_cmpfloat(s.mean, ==, 10);
    s = minute_of(f, M_CPU, 2);
    g_assert_cmpuint(s.n, ==, 3);
    g_assert_cmpfloat(s.mean, ==, 30);
    history_forget(f->history, f->tick + 1, 2);
    g_assert_cmpuint(history_newest(f->history), ==, 0);
    g_assert_cmpuint(history_oldest_minute(f->history), ==, 2);
    g_assert_cmpuint(history_size(f->history), <, size);
    g_assert_cmpfloat(minute_of(f, M_CPU, 2).mean, ==, 30);
    history_forget(f->history, f->tick + 1, 3);
    g_assert_cmpuint(history_newest_minute(f->history), ==, 0);
    g_assert_cmpuint(history_minutes_size(f->history), ==, 0);
}

/* A VM seen as a process, and later as a domain with more metrics: one history of both. */
static void test_join(struct fixture *f, gconstpointer data)
{
    struct history *other = history_new(KIND_GUEST, CLASS_ANY, 3);
    double numbers[METRIC_COUNT] = {0};
    uint8_t reasons[METRIC_COUNT];

    (void)data;
    memset(reasons, REASON_NO_FILE, sizeof(reasons));
    reasons[column_of(other, M_MEM)] = reasons[column_of(other, M_CPU)] = REASON_OK;
    numbers[column_of(other, M_MEM)] = 5;
    numbers[column_of(other, M_CPU)] = 99;
    for (int t = 0; t < 150; t++) { /* minutes 1 to 3; the other one from 2 on */
        set(f, M_CPU, 10 + t / 60, REASON_OK);
        set(f, M_MEM, 0, REASON_NOT_READ);
        record(f, t ? S : 0);
        if (t >= 60)
            history_add(other, f->tick, timeline_last_minute(f->timeline), numbers, reasons, 1);
    }
    struct history *both = history_join(f->history, other);
    history_free(f->history);
    history_free(other);
    f->history = both;
    for (int t = 150; t < 180 + HISTORY_BLOCK; t++) {
        set(f, M_MEM, 7, REASON_OK);
        set(f, M_CPU, 12, REASON_OK);
        record(f, S);
    }
    for (uint64_t q = 1; q <= 3; q++) {
        struct summary s = minute_of(f, M_CPU, q);
        g_assert_cmpuint(s.n, ==, 60);
        g_assert_cmpfloat(s.mean, ==, 9 + (double)q);
    }
    g_assert_cmpuint(minute_of(f, M_MEM, 1).n, ==, 0);
    g_assert_cmpuint(minute_of(f, M_MEM, 2).n, ==, 60);
    g_assert_cmpfloat(minute_of(f, M_MEM, 2).mean, ==, 5);
    g_assert_cmpuint(minute_of(f, M_MEM, 3).n, ==, 60);
    g_assert_cmpfloat(minute_of(f, M_MEM, 3).mean, ==, 6); /* half of it 5, half 7 */
    check_window(f, M_CPU, 1, f->tick);
    check_window(f, M_MEM, 1, f->tick);
}

/* ---- ranges ---- */

static void test_stretch(struct fixture *f, gconstpointer data)
{
    struct summary s;

    (void)data;
    for (int t = 0; t < 600; t++) { /* ten minutes: minute 1 has 1, minute 2 has 2, ... */
        set(f, M_CPU, 1 + t / 60, REASON_OK);
        record(f, t ? S : 0);
    }
    for (int t = 0; t < 30; t++)
        record(f, S);
    history_forget(f->history, 600 + 31 - 200, 0); /* 200 ticks are left */
    /* of ticks alone: the last 100 seconds */
    g_assert_cmpint(
        history_summary(f->history, M_CPU, f->now_ns - 99 * S, f->now_ns, f->window, &s), ==,
        WINDOW_READY);
    g_assert_cmpuint(f->window->minutes, ==, 0);
    g_assert_cmpuint(s.n, ==, 100);
    g_assert_cmpfloat_with_epsilon(s.mean, (10 * 9 + 90 * 10) / 100.0, 1e-9);
    /* the last eight minutes: minutes 3 to 10 and half of 11, no tick twice and none left out */
    g_assert_cmpint(
        history_summary(f->history, M_CPU, f->now_ns - 509 * S, f->now_ns, f->window, &s), ==,
        WINDOW_READY);
    g_assert_cmpuint(s.n, ==, 8 * 60 + 30);
    g_assert_cmpfloat_with_epsilon(s.mean,
                                   (60 * (3 + 4 + 5 + 6 + 7 + 8 + 9 + 10) + 30 * 10) / 510.0, 1e-9);
    g_assert_cmpfloat(s.min, ==, 3);
    g_assert_cmpuint(s.missing, ==, 0);
    /* longer than it is there */
    g_assert_cmpint(
        history_summary(f->history, M_CPU, f->now_ns - 3600 * S, f->now_ns, f->window, &s), ==,
        WINDOW_PARTIAL);
    g_assert_cmpuint(s.n, ==, 630);
    /* a past one, that ends with minute 5 */
    g_assert_cmpint(history_summary(f->history, M_CPU, 600 * S, (600 + 299) * S, f->window, &s), ==,
                    WINDOW_READY);
    g_assert_cmpuint(s.n, ==, 300);
    g_assert_cmpfloat(s.mean, ==, 3);
    /* 630 values from 1 to 10, of which 90 are 10 */
    struct sketch *sketch = sketch_new();
    history_sketch(f->history, M_CPU, 600 * S, f->now_ns, f->window, sketch);
    g_assert_cmpuint(sketch_count(sketch), ==, 630);
    g_assert_cmpfloat_with_epsilon(sketch_quantile(sketch, 0.5), 6, 6 * 0.025);
    g_assert_cmpfloat_with_epsilon(sketch_quantile(sketch, 0.1), 2, 2 * 0.025);
    g_assert_cmpfloat_with_epsilon(sketch_quantile(sketch, 0.95), 10, 10 * 0.025);
    sketch_free(sketch);
    /* a metric without minutes */
    g_assert_cmpint(
        history_summary(f->history, M_TASKS, f->now_ns - 509 * S, f->now_ns, f->window, &s), ==,
        WINDOW_PARTIAL);
    g_assert_cmpuint(s.n, ==, 200);
}

/* ---- the time line ---- */

static void test_timeline(void)
{
    struct timeline *t = timeline_new();
    struct timeline_minute m;

    g_assert_cmpuint(timeline_last_minute(t), ==, 0);
    g_assert_cmpuint(timeline_tick_since(t, 5), ==, 1);
    g_assert_false(timeline_minute(t, 1, &m));
    for (int i = 0; i < 1000; i++)
        timeline_tick(t, (30 + i) * S, (7000 + i) * S);
    g_assert_cmpuint(timeline_last_tick(t), ==, 1000);
    g_assert_cmpuint(timeline_last_minute(t), ==, 18); /* half a minute, 16 whole ones, 10 s */
    g_assert_true(timeline_minute(t, 1, &m));
    g_assert_cmpuint(m.first, ==, 1);
    g_assert_cmpuint(m.last, ==, 30);
    g_assert_true(timeline_minute(t, 2, &m));
    g_assert_cmpint(m.mono_ns, ==, 60 * S);
    g_assert_cmpint(m.wall_ns, ==, 7030 * S);
    g_assert_cmpuint(m.last, ==, 90);
    g_assert_cmpint(timeline_time(t, 400, NULL), ==, 0); /* longer ago than is remembered */
    g_assert_cmpint(timeline_time(t, 401, NULL), ==, 430 * S);
    g_assert_cmpuint(timeline_tick_since(t, 0), ==, 401);
    g_assert_cmpuint(timeline_tick_since(t, 500 * S), ==, 471);
    g_assert_cmpuint(timeline_tick_since(t, 500 * S + 1), ==, 472);
    g_assert_cmpuint(timeline_tick_since(t, 5000 * S), ==, 1001);
    g_assert_cmpuint(timeline_minute_since(t, 61 * S), ==, 3);
    g_assert_cmpuint(timeline_minute_since(t, 60 * S), ==, 2);
    /* a clock that steps back begins a minute, and nothing else happens */
    timeline_tick(t, 100 * S, 1);
    g_assert_cmpuint(timeline_last_minute(t), ==, 19);
    g_assert_cmpuint(timeline_tick_since(t, 100 * S), <=, 1002);
    timeline_free(t);
}

/* ---- sizes ---- */

static void fill_busy(double *numbers, uint8_t *reasons, size_t columns)
{
    for (size_t i = 0; i < columns; i++) {
        numbers[i] = i % 2 ? g_test_rand_double_range(100, 200) : (double)i;
        reasons[i] = i % 7 == 6 ? REASON_NO_FILE : REASON_OK;
    }
}

/* A day of ticks, ten seconds apart, of which every other number changes each time. */
static size_t day_of(enum kind kind, unsigned class, uint64_t phase)
{
    enum { TICKS = 24 * 60 * 6, PER_MINUTE = 6 };
    struct history *h = history_new(kind, class, phase);
    double numbers[METRIC_COUNT] = {0};
    uint8_t reasons[METRIC_COUNT] = {0};

    for (uint64_t t = 1; t <= TICKS; t++) {
        fill_busy(numbers, reasons, history_shape(h)->columns);
        history_add(h, t, 1 + t / PER_MINUTE, numbers, reasons, 1);
        history_forget(h, t - MIN(t - 1, (uint64_t)HISTORY_DEPTH_MAX - 1), 0);
    }
    size_t size = history_size(h);
    g_assert_cmpuint(history_newest(h) - history_oldest(h) + 1, ==, HISTORY_DEPTH_MAX);
    if (history_shape(h)->summaries)
        g_assert_cmpuint(history_newest_minute(h) - history_oldest_minute(h), >=, 24 * 60 - 2);
    history_free(h);
    return size;
}

/* 48 MB hold ten minutes of ticks and a day of minutes of a host of 32 CPUs with 25 machines of
 * four vCPUs, two disks and an interface, and 75 containers with an interface. */
static void test_day(void)
{
    enum { BUDGET = 48 << 20, VMS = 25, CONTAINERS = 75, VCPUS = 4, DISKS = 2, CPUS = 32 };
    size_t vm = day_of(KIND_GUEST, CLASS_VM, 1), vcpu = day_of(KIND_VCPU, CLASS_ANY, 2);
    size_t container = day_of(KIND_GUEST, CLASS_CONTAINER, 3), cpu = day_of(KIND_CPU, CLASS_ANY, 4);
    size_t disk = day_of(KIND_DISK, CLASS_ANY, 5), nic = day_of(KIND_NIC, CLASS_ANY, 6);
    size_t host = day_of(KIND_HOST, CLASS_ANY, 7);
    size_t all = host + CPUS * cpu + VMS * (vm + VCPUS * vcpu + DISKS * disk + nic) +
                 CONTAINERS * (container + nic);

    g_test_message(
        "KiB in a day: vm %zu, vCPU %zu, container %zu, disk %zu, nic %zu, CPU %zu, host "
        "%zu; all %zu of %d",
        vm >> 10, vcpu >> 10, container >> 10, disk >> 10, nic >> 10, cpu >> 10, host >> 10,
        all >> 10, BUDGET >> 10);
    g_assert_cmpuint(all, <, BUDGET);
}

int main(int argc, char **argv)
{
    static const bool is_short = true;

    g_test_init(&argc, &argv, NULL);
#define ADD_WITH(name, data, test)                                                                 \
    g_test_add("/window/" name, struct fixture, data, set_up, test, tear_down)
#define ADD(name, test) ADD_WITH(name, NULL, test)
    ADD("cell-by-cell", test_cell_by_cell);
    ADD("minutes/by-hand", test_by_hand);
    g_test_add_func("/window/minutes/which", test_which);
    ADD("minutes/gaps", test_gaps);
    ADD("minutes/random", test_random);
    ADD_WITH("minutes/in-pieces", &is_short, test_random);
    ADD("minutes/seal", test_seal);
    ADD("minutes/join", test_join);
    ADD("stretch", test_stretch);
    g_test_add_func("/window/timeline", test_timeline);
    g_test_add_func("/window/day", test_day);
    return g_test_run();
}
