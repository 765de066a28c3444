/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: the vtop authors */
/* Values that come one by one: exact statistics, those of a folded tally, few and bad values. */
#include "analyse/tally.h"

#include <glib.h>
#include <math.h>

#define NEARLY 1e-6

static void add_all(struct tally *t, const double *values, size_t n)
{
    for (size_t i = 0; i < n; i++)
        tally_add(t, values[i]);
}

static void check_golden(struct tally *t, size_t missing)
{
    struct statistics s = tally_statistics(t);

    g_assert_cmpuint(s.n, ==, 8);
    g_assert_cmpuint(s.missing, ==, missing);
    g_assert_cmpfloat(s.min, ==, 2);
    g_assert_cmpfloat(s.mean, ==, 5);
    g_assert_cmpfloat(s.max, ==, 9);
    g_assert_cmpfloat_with_epsilon(s.variance, 4.571428, NEARLY);
    g_assert_cmpfloat_with_epsilon(s.stddev, 2.138090, NEARLY);
}

static void test_exact(void)
{
    const double first[] = {9, 4, (double)NAN, 2, 7}, rest[] = {5, INFINITY, 4, 5, 4};
    struct tally t = {0};

    add_all(&t, first, 5);
    struct statistics half = tally_statistics(&t);
    g_assert_cmpuint(half.n, ==, 4);
    g_assert_cmpfloat(half.median, ==, 5.5);
    add_all(&t, rest, 5); /* after statistics, which may have sorted the values */
    check_golden(&t, 2);
    struct statistics s = tally_statistics(&t);
    g_assert_cmpfloat(s.median, ==, 4.5);
    g_assert_cmpfloat_with_epsilon(s.p95, 8.3, NEARLY);
    g_assert_false(tally_is_folded(&t));
    tally_clear(&t);
    g_assert_cmpuint(tally_size(&t), ==, 0);
}

/* Folded before, in the middle, and after: mean and variance are the same, quantiles are near. */
static void test_folded(void)
{
    const double values[] = {9, 4, 2, 7, 5, 4, 5, 4};

    for (size_t at = 0; at <= 8; at++) {
        struct tally t = {0};
        add_all(&t, values, at);
        tally_fold(&t);
        add_all(&t, values + at, 8 - at);
        tally_fold(&t); /* for a second time: nothing happens */
        g_assert_true(tally_is_folded(&t));
        check_golden(&t, 0);
        g_assert_cmpfloat_with_epsilon(tally_statistics(&t).median, 4, 0.025 * 4); /* rank 4 */
        g_assert_cmpfloat(tally_statistics(&t).p95, ==, 9);
        tally_clear(&t);
    }
}

static void test_large(void)
{
    const double values[] = {1e9 + 4, 1e9 + 7, 1e9 + 13, 1e9 + 16};
    struct tally t = {0};

    tally_fold(&t);
    add_all(&t, values, 4);
    g_assert_cmpfloat(tally_statistics(&t).mean, ==, 1e9 + 10);
    g_assert_cmpfloat_with_epsilon(tally_statistics(&t).variance, 30, NEARLY);
    tally_clear(&t);
}

static void test_few(void)
{
    struct tally t = {0};

    for (int folded = 0; folded < 2; folded++) {
        struct statistics s = tally_statistics(&t);
        g_assert_cmpuint(s.n, ==, 0);
        g_assert_true(isnan(s.min) && isnan(s.mean) && isnan(s.median) && isnan(s.p95));
        g_assert_true(isnan(s.max) && isnan(s.variance) && isnan(s.stddev));
        tally_add(&t, 7);
        s = tally_statistics(&t);
        g_assert_cmpfloat(s.median, ==, 7);
        g_assert_cmpfloat(s.p95, ==, 7);
        g_assert_true(isnan(s.variance) && isnan(s.stddev));
        tally_clear(&t);
        tally_fold(&t);
    }
    tally_clear(&t);
}

/* Its size is what its values take, and no more than a sketch once it is folded. */
static void test_size(void)
{
    struct tally t = {0};

    for (int i = 0; i < 10000; i++)
        tally_add(&t, i);
    g_assert_cmpuint(tally_size(&t), >=, 10000 * sizeof(double));
    g_assert_cmpuint(tally_size(&t), <, 20000 * sizeof(double));
    tally_fold(&t);
    for (int i = 0; i < 10000; i++)
        tally_add(&t, i);
    g_assert_cmpuint(tally_size(&t), ==, TALLY_FOLDED_SIZE);
    g_assert_cmpuint(tally_statistics(&t).n, ==, 20000);
    g_assert_cmpfloat_with_epsilon(tally_statistics(&t).p95, 9500, 0.026 * 9500);
    tally_clear(&t);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/tally/exact", test_exact);
    g_test_add_func("/tally/folded", test_folded);
    g_test_add_func("/tally/large", test_large);
    g_test_add_func("/tally/few", test_few);
    g_test_add_func("/tally/size", test_size);
    return g_test_run();
}
