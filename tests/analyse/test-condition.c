/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: the vtop authors */
/* Hold, hysteresis and relapse of a condition, second by second. */
#include <config.h>

#include "analyse/condition.h"

#include "base/clock.h"

#include <glib.h>
#include <math.h>

#define S CLOCK_NS_PER_S

static const struct condition_terms TERMS = {.warn = 10,
                                             .crit = 20,
                                             .clear = 0.8,
                                             .hold_ns = 60 * S,
                                             .clear_ns = 30 * S,
                                             .growth = 1.5,
                                             .clear_max_ns = 3600 * S};

struct run {
    struct condition condition;
    int64_t now_s;
    int opened, closed;         /* how often */
    int64_t opened_s, closed_s; /* when last */
};

static void run(struct run *r, double number, int seconds)
{
    for (int i = 0; i < seconds; i++) {
        r->now_s++;
        switch (condition_step(&r->condition, &TERMS, number, r->now_s * S, S)) {
        case CHANGE_OPENED:
            r->opened++;
            r->opened_s = r->now_s;
            break;
        case CHANGE_CLOSED:
            r->closed++;
            r->closed_s = r->now_s;
            break;
        case CHANGE_NONE:
            break;
        }
    }
}

static void test_hold(void)
{
    struct run r = {0};

    run(&r, 15, 60);
    g_assert_cmpint(r.opened, ==, 0);
    g_assert_cmpint(r.condition.phase, ==, PHASE_PENDING);
    run(&r, 15, 1);
    g_assert_cmpint(r.opened, ==, 1);
    g_assert_cmpint(r.condition.began_ns, ==, 1 * S);
    g_assert_false(r.condition.critical);
}

/* A short peak is no condition, however high it is. */
static void test_peak(void)
{
    struct run r = {0};

    run(&r, 1000, 10);
    run(&r, 0, 200);
    g_assert_cmpint(r.opened, ==, 0);
    g_assert_cmpint(r.condition.phase, ==, PHASE_OVER);
}

/* Single low values do not end it; the mean counts. */
static void test_dips(void)
{
    struct run r = {0};

    for (int i = 0; i < 7; i++) {
        run(&r, 15, 9);
        run(&r, 0, 1);
    }
    g_assert_cmpint(r.opened, ==, 1);
    g_assert_cmpfloat_with_epsilon(r.condition.level, 13.5, 1);
}

/* Half of the time at 15 is a mean of 7.5. */
static void test_mean_too_low(void)
{
    struct run r = {0};

    for (int i = 0; i < 100; i++) {
        run(&r, 15, 5);
        run(&r, 0, 5);
    }
    g_assert_cmpint(r.opened, ==, 0);
}

static void test_clears_below_a_lower_limit(void)
{
    struct run r = {0};

    run(&r, 15, 61);
    run(&r, 9, 1000);
    g_assert_cmpint(r.closed, ==, 0);
    run(&r, 0, 300);
    g_assert_cmpint(r.closed, ==, 1);
    g_assert_cmpint(r.closed_s - 1061, >=, 30);
    g_assert_cmpint(r.closed_s - 1061, <=, 60);
}

static void relapse(struct run *r)
{
    run(r, 15, 61);
    run(r, 0, 200);
}

/* 30 s, then 45 s, then 67.5 s. */
static void test_relapses_clear_later(void)
{
    struct run r = {0};

    relapse(&r);
    g_assert_cmpint(r.condition.clear_ns, ==, 30 * S);
    relapse(&r);
    g_assert_cmpint(r.condition.clear_ns, ==, 45 * S);
    relapse(&r);
    g_assert_cmpint(r.condition.clear_ns, ==, 135 * S / 2);
    for (int i = 0; i < 30; i++) {
        run(&r, 15, 61);
        run(&r, 0, 4000 - i);
        if (r.condition.phase == PHASE_OVER)
            break;
    }
    g_assert_cmpint(r.opened, ==, r.closed);
}

static void test_growth_ends(void)
{
    struct run r = {0};

    for (int i = 0; i < 20; i++) {
        run(&r, 15, 61);
        while (r.opened > r.closed)
            run(&r, 0, 1);
    }
    g_assert_cmpint(r.condition.clear_ns, ==, 3600 * S);
    run(&r, 0, 3600);
    g_assert_cmpint(r.condition.phase, ==, PHASE_OVER);
    run(&r, 15, 61);
    g_assert_cmpint(r.condition.clear_ns, ==, 30 * S);
}

static void test_critical(void)
{
    struct run r = {0};

    run(&r, 30, 61);
    g_assert_true(r.condition.critical);
    run(&r, 17, 600);
    g_assert_true(r.condition.critical);
    run(&r, 12, 600);
    g_assert_false(r.condition.critical);
    g_assert_cmpint(r.closed, ==, 0);
}

/* Absent numbers neither open nor close it, until nothing was known for long. */
static void test_absent(void)
{
    struct run r = {0};

    run(&r, (double)NAN, 100);
    g_assert_cmpint(r.condition.phase, ==, PHASE_OVER);
    run(&r, 15, 61);
    run(&r, (double)NAN, 29);
    g_assert_cmpint(r.closed, ==, 0);
    run(&r, 15, 1);
    run(&r, (double)NAN, 29);
    g_assert_cmpint(r.closed, ==, 0);
    run(&r, (double)NAN, 1);
    g_assert_cmpint(r.closed, ==, 1);
}

static void test_absent_while_pending(void)
{
    struct run r = {0};

    run(&r, 15, 30);
    run(&r, (double)NAN, 20);
    g_assert_cmpint(r.condition.phase, ==, PHASE_OVER);
}

static void test_without_a_hold(void)
{
    struct condition_terms at_once = TERMS;
    struct condition c = {0};

    at_once.hold_ns = 0;
    g_assert_cmpint(condition_step(&c, &at_once, 10, S, S), ==, CHANGE_OPENED);
    g_assert_cmpint(condition_step(&c, &at_once, 0, 2 * S, S), ==, CHANGE_NONE);
    g_assert_cmpint(condition_step(&c, &at_once, 0, 32 * S, 30 * S), ==, CHANGE_CLOSED);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/condition/hold", test_hold);
    g_test_add_func("/condition/peak", test_peak);
    g_test_add_func("/condition/dips", test_dips);
    g_test_add_func("/condition/mean-too-low", test_mean_too_low);
    g_test_add_func("/condition/clears-below-a-lower-limit", test_clears_below_a_lower_limit);
    g_test_add_func("/condition/relapses-clear-later", test_relapses_clear_later);
    g_test_add_func("/condition/growth-ends", test_growth_ends);
    g_test_add_func("/condition/critical", test_critical);
    g_test_add_func("/condition/absent", test_absent);
    g_test_add_func("/condition/absent-while-pending", test_absent_while_pending);
    g_test_add_func("/condition/without-a-hold", test_without_a_hold);
    return g_test_run();
}
