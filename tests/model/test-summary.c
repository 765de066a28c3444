/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: the vtop authors */
/* Summaries and sketches, with numbers computed by hand: of values, merged, of no values. */
#include "model/sketch.h"

#include <glib.h>
#include <math.h>
#include <string.h>

#define NEARLY 1e-6

static struct summary of(const double *values, size_t n)
{
    double *copy = g_new(double, n + 1);

    memcpy(copy, values, n * sizeof(*values));
    struct summary s = summary_of(copy, n);
    g_free(copy);
    return s;
}

static void test_by_hand(void)
{
    const double values[] = {9, 4, 2, 7, 5, 4, 5, 4},
                 huge[] = {1e9 + 4, 1e9 + 7, 1e9 + 13, 1e9 + 16};
    struct summary s = of(values, 8);

    g_assert_cmpuint(s.n, ==, 8);
    g_assert_cmpuint(s.missing, ==, 0);
    g_assert_cmpfloat(s.min, ==, 2);
    g_assert_cmpfloat(s.mean, ==, 5);
    g_assert_cmpfloat(s.max, ==, 9);
    g_assert_cmpfloat(s.median, ==, 4.5);
    g_assert_cmpfloat_with_epsilon(s.p95, 8.3, NEARLY); /* 0.65 of the way from the 7th to the 8th */
    g_assert_cmpfloat(s.m2, ==, 32); /* 4 x 8: the variance of all is 4 */
    g_assert_cmpfloat_with_epsilon(summary_variance(&s), 4.571428, NEARLY);
    s = of(huge, 4); /* where a sum of squares would give -170 */
    g_assert_cmpfloat(s.mean, ==, 1e9 + 10);
    g_assert_cmpfloat(summary_variance(&s), ==, 30);
    g_assert_cmpfloat(s.median, ==, 1e9 + 10);
    g_assert_cmpfloat_with_epsilon(s.p95, 1e9 + 15.55, NEARLY);
}

static void test_few(void)
{
    const double one[] = {7}, same[] = {3, 3, 3};
    struct summary none = of(one, 0), single = of(one, 1), equal = of(same, 3);

    g_assert_cmpuint(none.n, ==, 0);
    g_assert_true(isnan(none.min) && isnan(none.mean) && isnan(none.max));
    g_assert_true(isnan(none.median) && isnan(none.p95));
    g_assert_true(isnan(summary_variance(&none)));
    g_assert_cmpfloat(single.median, ==, 7);
    g_assert_cmpfloat(single.p95, ==, 7);
    g_assert_cmpfloat(single.m2, ==, 0);
    g_assert_true(isnan(summary_variance(&single)));
    g_assert_cmpfloat(equal.mean, ==, 3);
    g_assert_cmpfloat(summary_variance(&equal), ==, 0);
}

static void test_merge(void)
{
    /* [2, 4, 4, 4] and [5, 5, 7, 9]: means 3.5 and 6.5, m2 3 and 11; 3 + 11 + 3 x 3 x 16 / 8 = 32
     */
    const double low[] = {2, 4, 4, 4}, high[] = {5, 5, 7, 9};
    struct summary all = SUMMARY_NONE, a = of(low, 4), b = of(high, 4);

    a.missing = 1;
    b.missing = 2;
    g_assert_cmpfloat(a.m2, ==, 3);
    g_assert_cmpfloat(b.m2, ==, 11);
    summary_merge(&all, &a);
    g_assert_cmpfloat(all.mean, ==, 3.5);
    summary_merge(&all, &b);
    g_assert_cmpuint(all.n, ==, 8);
    g_assert_cmpuint(all.missing, ==, 3);
    g_assert_cmpfloat(all.mean, ==, 5);
    g_assert_cmpfloat(all.m2, ==, 32);
    g_assert_cmpfloat(all.min, ==, 2);
    g_assert_cmpfloat(all.max, ==, 9);
    g_assert_cmpfloat(all.median, ==, 5); /* of 4 and 6 */
    g_assert_cmpfloat_with_epsilon(all.p95, 6.35, NEARLY); /* of 4 and 8.7 */
    struct summary nothing = SUMMARY_NONE;
    nothing.missing = 60;
    summary_merge(&all, &nothing);
    g_assert_cmpuint(all.n, ==, 8);
    g_assert_cmpuint(all.missing, ==, 63);
    g_assert_cmpfloat(all.mean, ==, 5);
}

static int compare(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;

    return (x > y) - (x < y);
}

/* A set gives the same summary however it is split and merged. Median and
 * percentile are those of sorting. */
static void test_random(void)
{
    enum { ROUNDS = 300, MAX = 200 };

    for (int round = 0; round < ROUNDS; round++) {
        size_t n = (size_t)g_test_rand_int_range(1, MAX), at = 0;
        double values[MAX], sorted[MAX], sum = 0, m2 = 0;
        for (size_t i = 0; i < n; i++) {
            values[i] =
                round % 2 ? g_test_rand_int_range(0, 5) : g_test_rand_double_range(1e6, 2e6);
            sum += values[i];
        }
        for (size_t i = 0; i < n; i++)
            m2 += (values[i] - sum / (double)n) * (values[i] - sum / (double)n);
        struct summary whole = of(values, n), pieces = SUMMARY_NONE;
        while (at < n) {
            size_t length = (size_t)g_test_rand_int_range(1, 60);
            length = MIN(length, n - at);
            struct summary piece = of(values + at, length);
            summary_merge(&pieces, &piece);
            at += length;
        }
        memcpy(sorted, values, sizeof(sorted));
        qsort(sorted, n, sizeof(sorted[0]), compare);
        g_assert_cmpfloat(whole.median, ==, (sorted[(n - 1) / 2] + sorted[n / 2]) / 2);
        size_t rank = (n - 1) * 19 / 20, next = MIN(rank + 1, n - 1);
        double part = 0.95 * (double)(n - 1) - (double)rank;
        g_assert_cmpfloat_with_epsilon(
            whole.p95, sorted[rank] + part * (sorted[next] - sorted[rank]), 1e-6);
        g_assert_cmpfloat(pieces.min, ==, sorted[0]);
        g_assert_cmpfloat(pieces.max, ==, sorted[n - 1]);
        g_assert_cmpfloat_with_epsilon(whole.mean, sum / (double)n, 1e-6);
        g_assert_cmpfloat_with_epsilon(pieces.mean, whole.mean, 1e-6);
        g_assert_cmpfloat_with_epsilon(whole.m2, m2, 1e-9 * m2 + 1e-9);
        g_assert_cmpfloat_with_epsilon(pieces.m2, m2, 1e-9 * m2 + 1e-9);
    }
}

#define SKETCH_ERROR 0.025

static void check_quantile(const struct sketch *s, double q, double expected)
{
    g_assert_cmpfloat_with_epsilon(sketch_quantile(s, q), expected, SKETCH_ERROR * expected);
}

/* 1 to 1000, in two parts and with what a sketch cannot place. */
static void test_sketch(void)
{
    struct sketch *low = sketch_new(), *high = sketch_new();

    g_assert_true(isnan(sketch_quantile(low, 0.5)));
    sketch_add(low, (double)NAN);
    g_assert_cmpuint(sketch_count(low), ==, 0);
    for (int i = 1; i <= 1000; i++)
        sketch_add(i % 3 ? low : high, i);
    sketch_merge(low, high);
    g_assert_cmpuint(sketch_count(low), ==, 1000);
    g_assert_cmpfloat(sketch_quantile(low, 0), ==, 1);
    check_quantile(low, 0.01, 10);
    check_quantile(low, 0.5, 500);
    check_quantile(low, 0.95, 950);
    check_quantile(low, 0.99, 990);
    g_assert_cmpfloat(sketch_quantile(low, 1), ==, 1000);
    for (int i = 0; i < 3000; i++)
        sketch_add(low, 0);
    g_assert_cmpfloat(sketch_quantile(low, 0.5), ==, 0);
    check_quantile(low, 0.8, 200);
    sketch_add(low, -5);
    g_assert_cmpfloat(sketch_quantile(low, 0), ==, -5);
    sketch_add(low, 1e300);
    g_assert_cmpfloat(sketch_quantile(low, 1), ==, 1e300);
    g_assert_cmpfloat(sketch_quantile(low, 0.5), ==, 0);
    sketch_free(low);
    sketch_free(high);
}

/* Of a summary: half of the values between its minimum and its median, 45 % from there to the 95th
 * percentile. */
static void test_sketch_of_summary(void)
{
    struct summary minute = {
        .n = 60, .min = 100, .mean = 160, .max = 300, .median = 140, .p95 = 230, .m2 = 1};
    struct sketch *s = sketch_new();
    struct summary none = SUMMARY_NONE;

    sketch_add_summary(s, &none);
    g_assert_cmpuint(sketch_count(s), ==, 0);
    sketch_add_summary(s, &minute);
    g_assert_cmpuint(sketch_count(s), ==, 60);
    g_assert_cmpfloat(sketch_quantile(s, 0), ==, 100);
    check_quantile(s, 0.25, 119.3); /* the 15th */
    check_quantile(s, 0.5, 140);
    check_quantile(s, 0.75, 188.3); /* the 45th of 60 */
    check_quantile(s, 0.95, 228.3); /* the 57th */
    check_quantile(s, 0.98, 265);   /* the 59th */
    g_assert_cmpfloat(sketch_quantile(s, 1), ==, 300);
    sketch_free(s);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/summary/by-hand", test_by_hand);
    g_test_add_func("/summary/few", test_few);
    g_test_add_func("/summary/merge", test_merge);
    g_test_add_func("/summary/random", test_random);
    g_test_add_func("/sketch/by-hand", test_sketch);
    g_test_add_func("/sketch/of-summary", test_sketch_of_summary);
    return g_test_run();
}
