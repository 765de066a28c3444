/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: the vtop authors */
#include <config.h>

#include "analyse/statistics.h"

#include "model/summary.h"

#include <glib.h>
#include <math.h>

/* Sources:
 *   Hyndman, Fan: Sample quantiles in statistical packages, 1996 (type 7)
 *   Iglewicz, Hoaglin: How to detect and handle outliers, 1993 (robust z; its fallback to the mean
 *     absolute deviation is that of IBM SPSS)
 *   Theil 1950, Sen 1968 (line); Mann 1945, Kendall 1975 (trend, ties included)
 *   Hamed, Rao: A modified Mann-Kendall trend test for autocorrelated data, 1998 (n / n*)
 *   Bayley, Hammersley 1946: (1 + phi) / (1 - phi) of what is of first order and long
 *   Kendall 1954, Marriott and Pope 1954: bias of the autocorrelation at lag 1, here after a
 *     quadratic is taken out (about (3 + 5 phi) / n)
 *   Jain, Chiu, Hawe: A quantitative measure of fairness, 1984
 */

static const double MAD_SCALE = 0.6745;     /* MAD over standard deviation, of a normal one */
static const double MEAN_AD_SCALE = 1.2533; /* standard deviation over mean deviation, likewise */
static const double CORRELATION_MAX = 0.99;
static const double ROUNDING = 1e-12; /* of a sum of squares */

enum {
    THEIL_SEN_MAX = 1500,
    NORMAL_FROM = 10 /* values from which S is distributed normally enough (Kendall 1975) */
};

static double known(double x)
{
    return isfinite(x) ? x : (double)NAN;
}

static bool all_finite(const double *values, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (!isfinite(values[i]))
            return false;
    return true;
}

/* ---- one set of values ---- */

static size_t keep_finite(double *values, size_t n)
{
    size_t kept = 0;

    for (size_t i = 0; i < n; i++)
        if (isfinite(values[i]))
            values[kept++] = values[i];
    return kept;
}

struct statistics statistics_of(double *values, size_t n, size_t missing)
{
    size_t kept = keep_finite(values, n);
    struct summary s = summary_of(values, kept);
    double variance = summary_variance(&s);

    return (struct statistics){.n = kept,
                               .missing = missing + (n - kept),
                               .min = s.min,
                               .mean = known(s.mean),
                               .median = known(s.median),
                               .p95 = known(summary_quantile(values, kept, 0.95)),
                               .max = s.max,
                               .variance = known(variance),
                               .stddev = known(sqrt(variance))};
}

double statistics_quantile(double *values, size_t n, double q)
{
    return all_finite(values, n) ? known(summary_quantile(values, n, q)) : (double)NAN;
}

/* Replaces VALUES by their distances from CENTER. */
static void take_distances(double *values, size_t n, double center)
{
    for (size_t i = 0; i < n; i++)
        values[i] = fabs(values[i] - center);
}

static double mean_of(const double *values, size_t n)
{
    double mean = 0;

    for (size_t i = 0; i < n; i++)
        mean += (values[i] - mean) / (double)(i + 1);
    return mean;
}

/* SCRATCH has the values, and is changed. */
static double robust_z(double *scratch, size_t n, double x)
{
    double median = summary_median(scratch, n), distance = x - median;

    take_distances(scratch, n, median);
    double mad = summary_median(scratch, n), mean_ad = mean_of(scratch, n);
    if (mad > 0)
        return known(MAD_SCALE * distance / mad);
    if (mean_ad > 0)
        return known(distance / (MEAN_AD_SCALE * mean_ad));
    return distance < 0 || distance > 0 ? (double)NAN : 0;
}

static double *copy_of(const double *values, size_t n)
{
    double *copy = g_new(double, n);

    for (size_t i = 0; i < n; i++)
        copy[i] = values[i];
    return copy;
}

double statistics_robust_z(const double *values, size_t n, double x)
{
    if (!n || !isfinite(x) || !all_finite(values, n))
        return (double)NAN;
    double *scratch = copy_of(values, n), z = robust_z(scratch, n, x);
    g_free(scratch);
    return z;
}

/* ---- a line ---- */

/* The slopes of all pairs that have one; returns how many. */
static size_t pair_slopes(const double *x, const double *y, size_t n, double *slopes)
{
    size_t count = 0;

    for (size_t i = 0; i < n; i++)
        for (size_t j = i + 1; j < n; j++)
            if (x[i] < x[j] || x[i] > x[j])
                slopes[count++] = (y[j] - y[i]) / (x[j] - x[i]);
    return count;
}

struct statistics_line statistics_theil_sen(const double *x, const double *y, size_t n)
{
    struct statistics_line line = {.slope = (double)NAN, .level = (double)NAN};

    if (n < 2 || n > THEIL_SEN_MAX || !all_finite(x, n) || !all_finite(y, n))
        return line;
    double *scratch = g_new(double, n *(n - 1) / 2 + n);
    size_t pairs = pair_slopes(x, y, n, scratch);
    if (pairs) {
        line.slope = known(summary_median(scratch, pairs));
        for (size_t i = 0; i < n; i++)
            scratch[i] = y[i] - line.slope * x[i];
        line.level = statistics_quantile(scratch, n, 0.5);
    }
    g_free(scratch);
    return line;
}

/* ---- trend ---- */

static int compare(const void *a, const void *b)
{
    const double x = *(const double *)a, y = *(const double *)b;

    return (x > y) - (x < y);
}

static double *sorted_copy(const double *values, size_t n)
{
    double *copy = copy_of(values, n);

    qsort(copy, n, sizeof(copy[0]), compare);
    return copy;
}

static double kendall_s(const double *values, size_t n)
{
    int64_t s = 0;

    for (size_t i = 0; i < n; i++)
        for (size_t j = i + 1; j < n; j++)
            s += (values[j] > values[i]) - (values[j] < values[i]);
    return (double)s;
}

/* 18 times the part of the variance that N values have when they are in any order. */
static double order_variance(size_t n)
{
    double count = (double)n;

    return count * (count - 1) * (2 * count + 5);
}

/* The number of values from the one at I on that are equal. */
static size_t tie_at(const double *sorted, size_t n, size_t i)
{
    size_t end = i + 1;

    while (end < n && !(sorted[i] < sorted[end]))
        end++;
    return end - i;
}

static double kendall_variance(const double *sorted, size_t n)
{
    double variance = order_variance(n);

    for (size_t i = 0, tie; i < n; i += tie) {
        tie = tie_at(sorted, n, i);
        variance -= order_variance(tie);
    }
    return variance / 18;
}

/* The sums of a least squares fit of a quadratic to N values at equal steps, by orthogonal
 * polynomials: 1, i - centre, and (i - centre)^2 - spread. */
struct quadratic {
    double centre, spread, mean, linear, square;
    double total; /* squared deviations from the mean */
};

static struct quadratic fit_quadratic(const double *values, size_t n)
{
    struct quadratic q = {.centre = (double)(n - 1) / 2};
    double linear = 0, square = 0;

    q.spread = ((double)n * (double)n - 1) / 12;
    for (size_t i = 0; i < n; i++)
        q.mean += (values[i] - q.mean) / (double)(i + 1);
    for (size_t i = 0; i < n; i++) {
        double x = (double)i - q.centre, xx = x * x - q.spread, y = values[i] - q.mean;
        q.linear += x * y;
        q.total += y * y;
        linear += x * x;
        q.square += xx * y;
        square += xx * xx;
    }
    q.linear /= linear;
    q.square /= square;
    return q;
}

static double rest_at(const struct quadratic *q, const double *values, size_t i)
{
    double x = (double)i - q->centre;

    return values[i] - q->mean - q->linear * x - q->square * (x * x - q->spread);
}

/* The correlation of each value with the next one, 0 to CORRELATION_MAX, without trend and bend,
 * and with its standard error added. A straight line would leave the bend of a real rise as
 * correlation. What is left of a perfect curve is rounding. */
static double correlation_of(const double *values, size_t n)
{
    struct quadratic q = fit_quadratic(values, n);
    double products = 0, squares = 0, before = 0, count = (double)n;

    for (size_t i = 0; i < n; i++) {
        double rest = rest_at(&q, values, i);
        products += i ? rest * before : 0;
        squares += rest * rest;
        before = rest;
    }
    double phi = squares > ROUNDING * q.total ? products / squares : 0;
    phi = CLAMP((count * phi + 3) / (count - 5), 0, CORRELATION_MAX);
    return MIN(phi + sqrt((1 - phi * phi) / count), CORRELATION_MAX);
}

/* Hamed and Rao's n / n*: by how much autocorrelation enlarges the variance of S. Theirs sums up
 * the significant ones of all measured autocorrelations. Of tens of values these are so uncertain
 * that 223 of 1,000 stationary series (30 values, 0.95 at lag 1) have |z| > 3.29. So it is that of
 * a long series of first order with the likely correlation at lag 1 (our choice): 11 of 1,000. */
static double inflation(const double *values, size_t n)
{
    double phi = correlation_of(values, n);

    return (1 + phi) / (1 - phi);
}

/* S counts whole pairs: the correction for continuity takes one off. */
static double kendall_z(double s, double variance, size_t n)
{
    if (n < NORMAL_FROM || !(variance > 0))
        return (double)NAN;
    return (s > 0 ? s - 1 : s < 0 ? s + 1 : 0) / sqrt(variance);
}

struct mann_kendall statistics_mann_kendall(const double *values, size_t n, bool corrected)
{
    struct mann_kendall mk = {.s = (double)NAN, .variance = (double)NAN, .z = (double)NAN};

    if (n < 2 || n > THEIL_SEN_MAX || !all_finite(values, n))
        return mk;
    double *sorted = sorted_copy(values, n);
    mk.s = kendall_s(values, n);
    mk.variance = kendall_variance(sorted, n);
    if (corrected && mk.variance > 0 && n >= NORMAL_FROM)
        mk.variance *= inflation(values, n);
    g_free(sorted);
    mk.z = kendall_z(mk.s, mk.variance, n);
    return mk;
}

/* ---- several sets ---- */

double statistics_correlation(const double *x, const double *y, size_t n)
{
    double mean_x = mean_of(x, n), mean_y = mean_of(y, n), xx = 0, yy = 0, xy = 0;

    for (size_t i = 0; i < n; i++) {
        double dx = x[i] - mean_x, dy = y[i] - mean_y;
        xx += dx * dx;
        yy += dy * dy;
        xy += dx * dy;
    }
    double r = xy / (sqrt(xx) * sqrt(yy));
    return n < 3 || !isfinite(r) ? (double)NAN : CLAMP(r, -1, 1);
}

/* Scaled by the largest, so that squares do not overflow. */
double statistics_jain(const double *values, size_t n)
{
    double largest = 0, sum = 0, squares = 0;

    for (size_t i = 0; i < n; i++)
        largest = MAX(largest, values[i]);
    for (size_t i = 0; i < n; i++) {
        double share = values[i] / largest;
        sum += share;
        squares += share * share;
    }
    return known(sum * sum / ((double)n * squares));
}

double statistics_variation(const double *values, size_t n)
{
    double mean = mean_of(values, n), m2 = 0;

    for (size_t i = 0; i < n; i++)
        m2 += (values[i] - mean) * (values[i] - mean);
    return n ? known(sqrt(m2 / (double)n) / mean) : (double)NAN;
}

/* As the kernel's pressure averages: exp(-2 s / 10 s) per step of 2 s. */
double statistics_smooth(double mean, double value, double dt, double tau)
{
    if (!isfinite(value))
        return mean;
    if (!isfinite(mean))
        return value;
    if (!(dt > 0))
        return mean;
    return mean + (value - mean) * -expm1(-dt / tau);
}
