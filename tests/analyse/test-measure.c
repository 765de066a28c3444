/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: the vtop authors */
/* Statistics over windows of history, with numbers worked out by hand: exact ones from ticks, and
 * estimates where only minutes are left; live and in the past; with gaps, with few values. */
#include "analyse/measure.h"

#include "base/clock.h"

#include <glib.h>
#include <math.h>
#include <string.h>

#define S CLOCK_NS_PER_S
#define MINUTE (60 * S)
#define NEARLY 1e-6

/* A roster, whose ticks are the time line, and a container whose history is written by hand. */
struct fixture {
    struct roster *roster;
    struct entity guest;
    struct measurer *by;
    struct moment now;
};

static void set_up(struct fixture *f, gconstpointer data)
{
    (void)data;
    *f = (struct fixture){.roster = roster_new(1 << 20), .by = measurer_new()};
    f->guest =
        (struct entity){.kind = KIND_GUEST, .history = history_new(KIND_GUEST, CLASS_CONTAINER, 7)};
    f->now = (struct moment){.roster = f->roster, .now_ns = 6000 * S};
}

static void tear_down(struct fixture *f, gconstpointer data)
{
    (void)data;
    measurer_free(f->by);
    history_free(f->guest.history);
    roster_free(f->roster);
}

static void pass(struct fixture *f, int64_t ns)
{
    f->now.now_ns += ns;
    roster_tick(f->roster, f->now.now_ns, f->now.now_ns);
}

/* A tick S later, at which the CPU has this value; NAN: absent. */
static void put(struct fixture *f, double cpu)
{
    double numbers[METRIC_COUNT] = {0};
    uint8_t reasons[METRIC_COUNT] = {0};
    int column = shape_place(history_shape(f->guest.history), M_CPU).column;

    numbers[column] = cpu;
    reasons[column] = isnan(cpu) ? REASON_GAP : REASON_OK;
    pass(f, S);
    history_add(f->guest.history, roster_last_tick(f->roster),
                timeline_last_minute(roster_timeline(f->roster)), numbers, reasons, 1);
}

static void put_all(struct fixture *f, const double *values, size_t n)
{
    for (size_t i = 0; i < n; i++)
        put(f, values[i]);
}

static struct measure of(struct fixture *f, int64_t window_ns)
{
    return measure(f->by, &f->now, &f->guest, M_CPU, window_ns);
}

/* ---- from ticks ---- */

static void test_exact(struct fixture *f, gconstpointer data)
{
    const double values[] = {500, 9, (double)NAN, 4, 2, 7, 5, (double)NAN, 4, 5, 4};

    (void)data;
    put_all(f, values, G_N_ELEMENTS(values));
    struct measure m = of(f, 10 * S); /* all but the first one */
    g_assert_true(measure_is_enough(&m));
    g_assert_false(m.estimated);
    g_assert_cmpfloat(m.covered, ==, 1);
    g_assert_cmpuint(m.of.n, ==, 8);
    g_assert_cmpuint(m.of.missing, ==, 2);
    g_assert_cmpfloat(measure_missing(&m), ==, 0.2);
    g_assert_cmpfloat(m.of.min, ==, 2);
    g_assert_cmpfloat(m.of.mean, ==, 5);
    g_assert_cmpfloat(m.of.median, ==, 4.5);
    g_assert_cmpfloat_with_epsilon(m.of.p95, 8.3, NEARLY);
    g_assert_cmpfloat(m.of.max, ==, 9);
    g_assert_cmpfloat_with_epsilon(m.of.variance, 32.0 / 7, NEARLY);
    g_assert_cmpfloat_with_epsilon(m.of.stddev, 2.138090, NEARLY);
    m = of(f, MINUTE);
    g_assert_cmpuint(m.of.n, ==, 9);
    g_assert_cmpfloat_with_epsilon(m.covered, 11.0 / 60, NEARLY);
}

/* A moment five ticks back does not know what came later. Between two ticks nothing changes. */
static void test_past(struct fixture *f, gconstpointer data)
{
    (void)data;
    for (int i = 1; i <= 20; i++)
        put(f, i);
    struct moment then = f->now;
    then.tick = roster_last_tick(f->roster) - 5;
    struct measure m = measure(f->by, &then, &f->guest, M_CPU, 5 * S);
    g_assert_cmpuint(m.of.n, ==, 5);
    g_assert_cmpfloat(m.of.min, ==, 11);
    g_assert_cmpfloat(m.of.median, ==, 13);
    g_assert_cmpfloat(m.of.max, ==, 15);
    f->now.now_ns += S / 2;
    m = of(f, 5 * S);
    g_assert_cmpfloat(m.of.min, ==, 16);
    g_assert_cmpfloat(m.of.variance, ==, 2.5);
    then.tick = 1;
    m = measure(f->by, &then, &f->guest, M_CPU, 5 * S);
    g_assert_cmpuint(m.of.n, ==, 1);
    g_assert_false(measure_is_enough(&m));
}

/* ---- too little ---- */

static void check_nothing(const struct measure *m, size_t missing)
{
    g_assert_false(measure_is_enough(m));
    g_assert_cmpuint(m->of.n, ==, 0);
    g_assert_cmpuint(m->of.missing, ==, missing);
    g_assert_true(isnan(m->of.min) && isnan(m->of.mean) && isnan(m->of.median));
    g_assert_true(isnan(m->of.p95) && isnan(m->of.max) && isnan(m->of.variance));
}

static void test_little(struct fixture *f, gconstpointer data)
{
    struct entity bare = {.kind = KIND_GUEST};

    (void)data;
    struct measure m = of(f, MINUTE); /* before the first tick */
    check_nothing(&m, 0);
    g_assert_true(isnan(measure_missing(&m)));
    g_assert_cmpfloat(m.covered, ==, 0);
    put(f, (double)NAN);
    m = of(f, MINUTE);
    check_nothing(&m, 1);
    g_assert_cmpfloat(measure_missing(&m), ==, 1);
    put(f, 3);
    m = of(f, MINUTE);
    g_assert_false(measure_is_enough(&m));
    g_assert_cmpuint(m.of.n, ==, 1);
    g_assert_true(isnan(m.of.variance) && isnan(m.of.stddev));
    m = measure(f->by, &f->now, &f->guest, M_CPU_GRAPH, MINUTE); /* not recorded */
    check_nothing(&m, 0);
    m = measure(f->by, &f->now, &f->guest, M_BALLOON, MINUTE); /* of machines only */
    check_nothing(&m, 2);
    m = measure(f->by, &f->now, &bare, M_CPU, MINUTE);
    check_nothing(&m, 0);
}

static void test_infinite(struct fixture *f, gconstpointer data)
{
    (void)data;
    put(f, INFINITY);
    put(f, -INFINITY);
    struct measure m = of(f, MINUTE);
    check_nothing(&m, 2);
    put(f, 4);
    put(f, 6);
    m = of(f, MINUTE);
    g_assert_cmpuint(m.of.missing, ==, 2);
    g_assert_cmpfloat(m.of.mean, ==, 5);
    g_assert_cmpfloat(m.of.max, ==, 6);
}

/* Ten minutes without a tick are no ten minutes of data. */
static void test_gap(struct fixture *f, gconstpointer data)
{
    (void)data;
    for (int i = 0; i < 30; i++)
        put(f, 1);
    pass(f, 10 * MINUTE);
    for (int i = 0; i < 30; i++)
        put(f, 3);
    struct measure m = of(f, 20 * MINUTE);
    g_assert_cmpuint(m.of.n, ==, 60);
    g_assert_cmpuint(m.of.missing, ==, 1); /* the tick that ends the gap */
    g_assert_cmpfloat(m.of.mean, ==, 2);
    g_assert_cmpfloat_with_epsilon(m.covered, (30.0 + 30) / 1200, NEARLY);
}

/* ---- from minutes ---- */

/* Ten minutes of 1 and 3 in turn, five of 7, then ticks of 9. The oldest ticks are forgotten. */
static void put_minutes(struct fixture *f)
{
    for (int i = 0; i < 600; i++)
        put(f, i % 2 ? 3 : 1);
    for (int i = 0; i < 300; i++)
        put(f, 7);
    for (int i = 0; i < 60; i++)
        put(f, i < 30 ? 9 : (double)NAN);
    history_forget(f->guest.history, roster_last_tick(f->roster) - 180, 0);
}

static void test_minutes(struct fixture *f, gconstpointer data)
{
    (void)data;
    pass(f, 59 * S); /* the first value begins a minute */
    put_minutes(f);
    struct measure m = of(f, 16 * MINUTE);
    g_assert_true(m.estimated);
    g_assert_cmpuint(m.of.n, ==, 930);
    g_assert_cmpuint(m.of.missing, ==, 30);
    g_assert_cmpfloat(m.of.min, ==, 1);
    g_assert_cmpfloat(m.of.max, ==, 9);
    /* (600 x 2 + 300 x 7 + 30 x 9) / 930; 600 x (2 - mean)^2 + 600 + 300 x (7 - mean)^2 + ... */
    double mean = 3570.0 / 930;
    double m2 = 600 * (1 + pow(2 - mean, 2)) + 300 * pow(7 - mean, 2) + 30 * pow(9 - mean, 2);
    g_assert_cmpfloat_with_epsilon(m.of.mean, mean, NEARLY);
    g_assert_cmpfloat_with_epsilon(m.of.variance, m2 / 929, NEARLY);
    g_assert_cmpfloat_with_epsilon(m.of.p95, 7, 0.025 * 7);
    g_assert_cmpfloat(m.of.median, >=, 1);
    g_assert_cmpfloat(m.of.median, <=, 3 * 1.025);
    g_assert_cmpfloat(m.covered, >, 0.99);
    g_assert_cmpfloat(m.covered, <=, 1);
    m = of(f, 2 * MINUTE); /* ticks reach back as far as that */
    g_assert_false(m.estimated);
    g_assert_cmpuint(m.of.n, ==, 90);
    g_assert_cmpfloat_with_epsilon(m.of.mean, (60 * 7 + 30 * 9) / 90.0, NEARLY);
    m = of(f, 24 * 60 * MINUTE);
    g_assert_cmpuint(m.of.n, ==, 930);
    g_assert_cmpfloat_with_epsilon(m.covered, 16.0 / (24 * 60), 1.0 / (24 * 60));
}

/* A minute with an infinite value is missing, and does not spoil the others. */
static void test_infinite_minute(struct fixture *f, gconstpointer data)
{
    (void)data;
    pass(f, 59 * S);
    put(f, INFINITY);
    for (int i = 0; i < 59; i++)
        put(f, 50);
    put_minutes(f);
    struct measure m = of(f, 17 * MINUTE);
    g_assert_true(m.estimated);
    g_assert_cmpuint(m.of.n, ==, 930);
    g_assert_cmpuint(m.of.missing, ==, 90);
    g_assert_cmpfloat(m.of.max, ==, 9);
    g_assert_cmpfloat_with_epsilon(m.of.mean, 3570.0 / 930, NEARLY);
}

/* Ticks of several seconds: minutes are a little longer than a minute. */
static void test_slow(struct fixture *f, gconstpointer data)
{
    (void)data;
    for (int i = 0; i < 200; i++) {
        pass(f, 6 * S);
        put(f, i % 4);
    }
    history_forget(f->guest.history, roster_last_tick(f->roster) - 60, 0);
    struct measure m = of(f, 20 * MINUTE);
    g_assert_true(m.estimated);
    g_assert_cmpfloat(m.covered, >, 0.9);
    g_assert_cmpfloat(m.covered, <=, 1);
}

/* Another roster has another time line, in which the same ticks have other times. */
static void test_other_roster(struct fixture *f, gconstpointer data)
{
    (void)data;
    for (int i = 0; i < 10; i++)
        put(f, i);
    g_assert_cmpuint(of(f, 5 * S).of.n, ==, 5);
    struct roster *first = f->roster;
    f->roster = roster_new(1 << 20);
    f->now.roster = f->roster;
    history_free(f->guest.history);
    f->guest.history = history_new(KIND_GUEST, CLASS_CONTAINER, 7);
    for (int i = 0; i < 10; i++)
        put(f, i);
    g_assert_cmpuint(of(f, 5 * S).of.n, ==, 5);
    g_assert_cmpfloat(of(f, 5 * S).covered, ==, 1);
    roster_free(first);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
#define ADD(name, function)                                                                        \
    g_test_add("/measure/" name, struct fixture, NULL, set_up, function, tear_down)
    ADD("exact", test_exact);
    ADD("past", test_past);
    ADD("little", test_little);
    ADD("infinite", test_infinite);
    ADD("gap", test_gap);
    ADD("minutes", test_minutes);
    ADD("infinite-minute", test_infinite_minute);
    ADD("slow", test_slow);
    ADD("other-roster", test_other_roster);
    return g_test_run();
}
