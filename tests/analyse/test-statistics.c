/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: the vtop authors */
/* Statistics, with numbers computed by hand or given in the literature: of few and of many values,
 * without spread, with values that are not finite. */
#include "analyse/statistics.h"

#include <glib.h>
#include <math.h>
#include <string.h>

#define NEARLY 1e-6
#define LEN(array) G_N_ELEMENTS(array)

static struct statistics of(const double *values, size_t n, size_t missing)
{
    double *copy = g_memdup2(values, n * sizeof(*values));
    struct statistics s = statistics_of(copy, n, missing);

    g_free(copy);
    return s;
}

static double quantile(const double *values, size_t n, double q)
{
    double *copy = g_memdup2(values, n * sizeof(*values)), result = statistics_quantile(copy, n, q);

    g_free(copy);
    return result;
}

/* ---- one set ---- */

static void test_of(void)
{
    const double values[] = {9, 4, 2, 7, 5, 4, 5, 4};
    struct statistics s = of(values, 8, 3);

    g_assert_cmpuint(s.n, ==, 8);
    g_assert_cmpuint(s.missing, ==, 3);
    g_assert_cmpfloat(s.min, ==, 2);
    g_assert_cmpfloat(s.mean, ==, 5);
    g_assert_cmpfloat(s.median, ==, 4.5);
    g_assert_cmpfloat_with_epsilon(s.p95, 8.3, NEARLY); /* 7 + 0.65 x 2: rank 6.65 */
    g_assert_cmpfloat(s.max, ==, 9);
    g_assert_cmpfloat_with_epsilon(s.variance, 4.571428, NEARLY);
    g_assert_cmpfloat_with_epsilon(s.stddev, 2.138090, NEARLY);
}

static void test_of_large(void)
{
    const double values[] = {1e9 + 4, 1e9 + 7, 1e9 + 13, 1e9 + 16}; /* sum of squares: -170 */
    const double huge[] = {1.7e308, 1.6e308, 1.5e308};
    struct statistics s = of(values, 4, 0), none = of(huge, 3, 0);

    g_assert_cmpfloat(s.mean, ==, 1e9 + 10);
    g_assert_cmpfloat(s.variance, ==, 30);
    g_assert_cmpfloat(s.median, ==, 1e9 + 10);
    g_assert_cmpfloat(none.median, ==, 1.6e308);
    g_assert_cmpfloat(none.max, ==, 1.7e308);
    g_assert_true(isnan(none.mean) && isnan(none.variance)); /* the sum overflows */
}

static void test_of_few(void)
{
    const double values[] = {7, 7, 7};
    struct statistics none = of(values, 0, 5), one = of(values, 1, 0), same = of(values, 3, 0);

    g_assert_cmpuint(none.n, ==, 0);
    g_assert_cmpuint(none.missing, ==, 5);
    g_assert_true(isnan(none.min) && isnan(none.mean) && isnan(none.median) && isnan(none.p95));
    g_assert_true(isnan(none.max) && isnan(none.variance) && isnan(none.stddev));
    g_assert_cmpfloat(one.mean, ==, 7);
    g_assert_cmpfloat(one.median, ==, 7);
    g_assert_cmpfloat(one.p95, ==, 7);
    g_assert_true(isnan(one.variance) && isnan(one.stddev));
    g_assert_cmpfloat(same.variance, ==, 0);
    g_assert_cmpfloat(same.stddev, ==, 0);
}

static void test_of_not_finite(void)
{
    const double values[] = {INFINITY, 1, (double)NAN, 3, -INFINITY, 2};
    const double infinite[] = {INFINITY, -INFINITY};
    struct statistics s = of(values, 6, 1), none = of(infinite, 2, 0);

    g_assert_cmpuint(s.n, ==, 3);
    g_assert_cmpuint(s.missing, ==, 4);
    g_assert_cmpfloat(s.mean, ==, 2);
    g_assert_cmpfloat(s.max, ==, 3);
    g_assert_cmpuint(none.n, ==, 0);
    g_assert_cmpuint(none.missing, ==, 2);
    g_assert_true(isnan(none.mean) && isnan(none.max));
}

static void test_quantile(void)
{
    const double values[] = {50, 15, 40, 20, 35}, pair[] = {1, 2};
    double many[101];

    /* R: quantile(c(15, 20, 35, 40, 50), c(.05, .3, .4, .5, 1), type = 7) */
    g_assert_cmpfloat_with_epsilon(quantile(values, 5, 0.05), 16, NEARLY);
    g_assert_cmpfloat_with_epsilon(quantile(values, 5, 0.3), 23, NEARLY);
    g_assert_cmpfloat_with_epsilon(quantile(values, 5, 0.4), 29, NEARLY);
    g_assert_cmpfloat(quantile(values, 5, 0.5), ==, 35);
    g_assert_cmpfloat(quantile(values, 5, 0), ==, 15);
    g_assert_cmpfloat(quantile(values, 5, 1), ==, 50);
    g_assert_cmpfloat(quantile(values, 5, 1.5), ==, 50);
    g_assert_cmpfloat_with_epsilon(quantile(pair, 2, 0.95), 1.95, NEARLY);
    g_assert_true(isnan(quantile(pair, 0, 0.5)));
    for (int i = 0; i <= 100; i++)
        many[i] = (i * 37) % 101; /* 0 to 100 in some order */
    for (int i = 0; i <= 100; i++)
        g_assert_cmpfloat_with_epsilon(quantile(many, 101, i / 100.0), i, NEARLY);
    many[50] = INFINITY;
    g_assert_true(isnan(quantile(many, 101, 0.5)));
}

/* ---- outliers ---- */

static void test_robust_z(void)
{
    const double values[] = {1, 2, 3, 4, 5, 6, 7, 100}, flat[] = {10, 10, 10, 10, 10, 10, 10, 100};
    const double same[] = {3, 3, 3}, infinite[] = {1, 2, INFINITY};

    g_assert_cmpfloat_with_epsilon(statistics_robust_z(values, 8, 100), 32.207375, NEARLY);
    g_assert_cmpfloat_with_epsilon(statistics_robust_z(values, 8, 0), -1.517625, NEARLY);
    /* MAD is 0, the mean absolute deviation 11.25: 90 / (1.2533 x 11.25) */
    g_assert_cmpfloat_with_epsilon(statistics_robust_z(flat, 8, 100), 6.383148, NEARLY);
    g_assert_cmpfloat(statistics_robust_z(flat, 8, 10), ==, 0);
    g_assert_cmpfloat(statistics_robust_z(same, 3, 3), ==, 0);
    g_assert_true(isnan(statistics_robust_z(same, 3, 4)));
    g_assert_cmpfloat(statistics_robust_z(same, 1, 3), ==, 0);
    g_assert_true(isnan(statistics_robust_z(same, 0, 3)));
    g_assert_true(isnan(statistics_robust_z(same, 3, (double)NAN)));
    g_assert_true(isnan(statistics_robust_z(same, 3, INFINITY)));
    g_assert_true(isnan(statistics_robust_z(infinite, 3, 1)));
    g_assert_cmpfloat(values[7], ==, 100); /* in the same order as before */
}

/* ---- lines and trends ---- */

enum { TEN = 10 };
static const double TIMES[TEN] = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9};
static const double RISING[TEN] = {10, 12, 14, 16, 18, 20, 22, 24, 26, 100}; /* and an outlier */

static void test_theil_sen(void)
{
    const double still[] = {5, 5, 5}, infinite[] = {1, 2, INFINITY};
    const double x[] = {0, 0, 1, 2}, y[] = {1, 3, 4, 6};
    struct statistics_line line = statistics_theil_sen(TIMES, RISING, TEN);

    g_assert_cmpfloat(line.slope, ==, 2); /* least squares: 5.93 */
    g_assert_cmpfloat(line.level, ==, 10);
    g_assert_cmpfloat((1000 - line.level - line.slope * 9) / line.slope, ==, 486);
    line = statistics_theil_sen(x, y, 4); /* slopes 3, 2.5, 1, 1.5, 2; the first pair has none */
    g_assert_cmpfloat(line.slope, ==, 2);
    g_assert_cmpfloat(line.level, ==, 2); /* of 1, 3, 2, 2 */
    line = statistics_theil_sen(still, still, 3);
    g_assert_true(isnan(line.slope) && isnan(line.level)); /* all at one time */
    g_assert_true(isnan(statistics_theil_sen(TIMES, RISING, 1).slope));
    g_assert_true(isnan(statistics_theil_sen(TIMES, RISING, 0).slope));
    g_assert_true(isnan(statistics_theil_sen(TIMES, infinite, 3).slope));
    line = statistics_theil_sen(TIMES, still, 3);
    g_assert_cmpfloat(line.slope, ==, 0);
    g_assert_cmpfloat(line.level, ==, 5);
}

static void test_mann_kendall(void)
{
    const double ties[] = {1, 2, 2, 3, 3, 3, 4, 5, 6, 7, 8};
    struct mann_kendall mk = statistics_mann_kendall(RISING, TEN, false);

    g_assert_cmpfloat(mk.s, ==, 45);
    g_assert_cmpfloat(mk.variance, ==, 125);
    g_assert_cmpfloat_with_epsilon(mk.z, 3.935480, NEARLY);
    mk = statistics_mann_kendall(ties, LEN(ties), false);
    g_assert_cmpfloat(mk.s, ==, 51);                                  /* 55 - 1 - 3 */
    g_assert_cmpfloat_with_epsilon(mk.variance, 2886.0 / 18, NEARLY); /* 2970 - 18 - 66 */
    g_assert_cmpfloat_with_epsilon(mk.z, 50 / sqrt(2886.0 / 18), NEARLY);
}

static void test_mann_kendall_few(void)
{
    const double same[12] = {0}, infinite[] = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, -INFINITY};
    struct mann_kendall mk = statistics_mann_kendall(RISING, 9, false);

    g_assert_cmpfloat(mk.s, ==, 36);
    g_assert_cmpfloat(mk.variance, ==, 92); /* 9 x 8 x 23 / 18 */
    g_assert_true(isnan(mk.z));
    mk = statistics_mann_kendall(same, LEN(same), true);
    g_assert_cmpfloat(mk.s, ==, 0);
    g_assert_cmpfloat(mk.variance, ==, 0);
    g_assert_true(isnan(mk.z));
    g_assert_true(isnan(statistics_mann_kendall(RISING, 1, true).s));
    g_assert_true(isnan(statistics_mann_kendall(RISING, 0, true).z));
    g_assert_true(isnan(statistics_mann_kendall(infinite, LEN(infinite), true).s));
    g_assert_true(isnan(statistics_mann_kendall(RISING, 2, true).z));
}

/* Around its bent line the correlation at lag 1 is -0.1: (10 x -0.1 + 3) / 5 = 0.4, with its
 * standard error 0.4 + sqrt(0.84 / 10) = 0.6898275. */
static void test_corrected(void)
{
    struct mann_kendall mk = statistics_mann_kendall(RISING, TEN, true);

    g_assert_cmpfloat(mk.s, ==, 45);
    g_assert_cmpfloat_with_epsilon(mk.variance, 125 * 1.689827535 / 0.310172465, 1e-4);
    g_assert_cmpfloat_with_epsilon(mk.z, 1.686080, NEARLY);
}

/* Waves of 20 values each around a line: they follow each other closely, which is no trend. */
static void test_waves(void)
{
    double wave[100];

    for (size_t i = 0; i < LEN(wave); i++)
        wave[i] = (double)i / 50 + sin(2 * G_PI * (double)i / 20);
    g_assert_cmpfloat(statistics_mann_kendall(wave, LEN(wave), false).z, >, 5);
    g_assert_cmpfloat(statistics_mann_kendall(wave, LEN(wave), true).z, <, 1.96);
}

/* Twelve uniform numbers: of variance 1, near enough to a normal distribution. */
static double gauss(GRand *rand)
{
    double sum = -6;

    for (int i = 0; i < 12; i++)
        sum += g_rand_double(rand);
    return sum;
}

static void fill(GRand *rand, double *values, size_t n, double phi)
{
    double x = gauss(rand) / sqrt(1 - phi * phi);

    for (size_t i = 0; i < n; i++)
        values[i] = x = phi * x + gauss(rand);
}

enum { SERIES = 1000, SERIES_LENGTH = 60 };

/* How many of SERIES stationary series seem to have a trend. */
static unsigned false_trends(double phi, bool corrected)
{
    GRand *rand = g_rand_new_with_seed(12);
    double values[SERIES_LENGTH];
    unsigned count = 0;

    for (int i = 0; i < SERIES; i++) {
        fill(rand, values, SERIES_LENGTH, phi);
        count += fabs(statistics_mann_kendall(values, SERIES_LENGTH, corrected).z) > 3.29;
    }
    g_rand_free(rand);
    return count;
}

static void test_false_trends(void)
{
    static const struct {
        double phi;
        unsigned most;
    } cases[] = {{0, 2}, {0.5, 4}, {0.8, 6}, {0.95, 12}};

    g_assert_cmpuint(false_trends(0.95, false), >, 400);
    for (size_t i = 0; i < LEN(cases); i++)
        g_assert_cmpuint(false_trends(cases[i].phi, true), <=, cases[i].most);
}

/* A leak below noise; without any, on a line and on a curve. */
static void test_true_trends(void)
{
    GRand *rand = g_rand_new_with_seed(12);
    double values[SERIES_LENGTH];

    for (int i = 0; i < 100; i++) {
        fill(rand, values, SERIES_LENGTH, 0);
        for (int k = 0; k < SERIES_LENGTH; k++)
            values[k] += k / 6.0; /* ten standard deviations */
        g_assert_cmpfloat(statistics_mann_kendall(values, SERIES_LENGTH, true).z, >, 3.29);
    }
    for (int k = 0; k < 30; k++)
        values[k] = 1e9 + 0.1 * k;
    g_assert_cmpfloat(statistics_mann_kendall(values, 30, true).z, >, 3.29);
    for (int k = 0; k < 30; k++)
        values[k] = 1e9 + 0.01 * k * k;
    g_assert_cmpfloat(statistics_mann_kendall(values, 30, true).z, >, 3.29);
    g_rand_free(rand);
}

/* ---- several sets ---- */

static void test_correlation(void)
{
    const double x[] = {1, 2, 3, 4}, y[] = {2, 4, 6, 8}, down[] = {4, 3, 2, 1};
    const double odd[] = {1, 3, 2, 4}, same[] = {5, 5, 5, 5}, infinite[] = {1, 2, 3, INFINITY};
    const double far[] = {1e9 + 1, 1e9 + 3, 1e9 + 2, 1e9 + 4};

    g_assert_cmpfloat_with_epsilon(statistics_correlation(x, y, 4), 1, NEARLY);
    g_assert_cmpfloat_with_epsilon(statistics_correlation(x, down, 4), -1, NEARLY);
    g_assert_cmpfloat_with_epsilon(statistics_correlation(x, odd, 4), 0.8, NEARLY); /* 4 / 5 */
    g_assert_cmpfloat_with_epsilon(statistics_correlation(x, far, 4), 0.8, NEARLY);
    g_assert_true(isnan(statistics_correlation(x, same, 4)));
    g_assert_true(isnan(statistics_correlation(x, infinite, 4)));
    g_assert_true(isnan(statistics_correlation(x, y, 2)));
    g_assert_true(isnan(statistics_correlation(x, y, 0)));
}

static void test_jain(void)
{
    const double even[] = {3, 3, 3, 3}, one[] = {0, 8, 0, 0}, some[] = {1, 2, 3}, none[] = {0, 0};
    const double huge[] = {1e300, 1e300}, infinite[] = {1, INFINITY};

    g_assert_cmpfloat(statistics_jain(even, 4), ==, 1);
    g_assert_cmpfloat(statistics_jain(one, 4), ==, 0.25);
    g_assert_cmpfloat_with_epsilon(statistics_jain(some, 3), 36.0 / 42, NEARLY);
    g_assert_cmpfloat(statistics_jain(huge, 2), ==, 1);
    g_assert_cmpfloat(statistics_jain(one + 1, 1), ==, 1);
    g_assert_true(isnan(statistics_jain(none, 2)));
    g_assert_true(isnan(statistics_jain(even, 0)));
    g_assert_true(isnan(statistics_jain(infinite, 2)));
}

static void test_variation(void)
{
    const double values[] = {2, 4, 4, 4, 5, 5, 7, 9}, same[] = {3, 3}, none[] = {0, 0};
    const double infinite[] = {1, INFINITY};

    g_assert_cmpfloat_with_epsilon(statistics_variation(values, 8), 0.4, NEARLY); /* 2 / 5 */
    g_assert_cmpfloat(statistics_variation(same, 2), ==, 0);
    g_assert_cmpfloat(statistics_variation(same, 1), ==, 0);
    g_assert_true(isnan(statistics_variation(none, 2)));
    g_assert_true(isnan(statistics_variation(values, 0)));
    g_assert_true(isnan(statistics_variation(infinite, 2)));
}

static void test_smooth(void)
{
    const double steps[] = {1, 1, 5, 10}; /* 17 in all: 100 (1 - exp(-1.7)) */
    double mean = 0;

    for (size_t i = 0; i < LEN(steps); i++)
        mean = statistics_smooth(mean, 100, steps[i], 10);
    g_assert_cmpfloat_with_epsilon(mean, 81.731648, NEARLY);
    g_assert_cmpfloat(statistics_smooth((double)NAN, 5, 1, 10), ==, 5);
    g_assert_cmpfloat(statistics_smooth(5, (double)NAN, 1, 10), ==, 5);
    g_assert_cmpfloat(statistics_smooth(5, INFINITY, 1, 10), ==, 5);
    g_assert_cmpfloat(statistics_smooth(5, 9, 0, 10), ==, 5);
    g_assert_cmpfloat(statistics_smooth(5, 9, 1, 0), ==, 9);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/statistics/of", test_of);
    g_test_add_func("/statistics/large", test_of_large);
    g_test_add_func("/statistics/few", test_of_few);
    g_test_add_func("/statistics/not-finite", test_of_not_finite);
    g_test_add_func("/statistics/quantile", test_quantile);
    g_test_add_func("/statistics/robust-z", test_robust_z);
    g_test_add_func("/statistics/theil-sen", test_theil_sen);
    g_test_add_func("/statistics/mann-kendall", test_mann_kendall);
    g_test_add_func("/statistics/mann-kendall/few", test_mann_kendall_few);
    g_test_add_func("/statistics/mann-kendall/corrected", test_corrected);
    g_test_add_func("/statistics/mann-kendall/waves", test_waves);
    g_test_add_func("/statistics/mann-kendall/false-trends", test_false_trends);
    g_test_add_func("/statistics/mann-kendall/true-trends", test_true_trends);
    g_test_add_func("/statistics/correlation", test_correlation);
    g_test_add_func("/statistics/jain", test_jain);
    g_test_add_func("/statistics/variation", test_variation);
    g_test_add_func("/statistics/smooth", test_smooth);
    return g_test_run();
}
