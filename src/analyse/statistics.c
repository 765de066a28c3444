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
 *   Shaman, Stine: The bias of autoregressive coefficient estimators, 1988 (of what a line was
 *     taken out of)
 *   Jain, Chiu, Hawe: A quantitative measure of fairness, 1984
 */

static const double MAD_SCALE = 0.6745;     /* MAD over standard deviation, of a normal one */
static const double MEAN_AD_SCALE = 1.2533; /* standard deviation over mean deviation, likewise */
static const double SIGNIFICANT = 1.96;     /* standard errors: 5 % */

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

/* The ranks of values, in which equal ones share the mean of theirs. */
static void rank(const double *values, const double *sorted, size_t n, double *ranks)
{
    for (size_t i = 0; i < n; i++) {
        size_t low = 0, high = n;
        while (low < high) {
            size_t middle = low + (high - low) / 2;
            if (sorted[middle] < values[i])
                low = middle + 1;
            else
                high = middle;
        }
        ranks[i] = (double)low + (double)(tie_at(sorted, n, low) - 1) / 2;
    }
}

/* The autocorrelation at LAG of values whose mean is 0. */
static double autocorrelation(const double *values, size_t n, size_t lag)
{
    double product = 0, square = 0;

    for (size_t i = 0; i < n; i++)
        square += values[i] * values[i];
    for (size_t i = 0; i + lag < n; i++)
        product += values[i] * values[i + lag];
    return square > 0 ? product / square : 0;
}

/* Takes the Theil-Sen line out of VALUES, whose times are equally far apart. The rest is counted in
 * thousandths of their range, so that rounding errors are no pattern. */
static void take_trend_out(const double *values, const double *sorted, size_t n, double *rest)
{
    double *x = g_new(double, n), step = (sorted[n - 1] - sorted[0]) / 1000;

    for (size_t i = 0; i < n; i++)
        x[i] = (double)i;
    struct statistics_line line = statistics_theil_sen(x, values, n);
    for (size_t i = 0; i < n; i++)
        rest[i] = round((values[i] - line.level - line.slope * x[i]) / step);
    g_free(x);
}

/* The centred ranks of what is left of VALUES without their trend; g_free(). */
static double *detrended_ranks(const double *values, const double *sorted, size_t n)
{
    double *rest = g_new(double, n), *ranks = g_new(double, n);

    take_trend_out(values, sorted, n, rest);
    double *sorted_rest = sorted_copy(rest, n);
    rank(rest, sorted_rest, n, ranks);
    for (size_t i = 0; i < n; i++)
        ranks[i] -= (double)(n - 1) / 2;
    g_free(sorted_rest);
    g_free(rest);
    return ranks;
}

/* The highest autocorrelation at lag 1 that a measured one of R does not exclude (at 2.5 %). That
 * of few values whose trend was taken out is measured too low by (2 + 4 r) / n. */
static double highest_autocorrelation(double r, double n)
{
    return CLAMP(r + (2 + 4 * r) / n + SIGNIFICANT * sqrt((1 - r * r) / n), 0, 1);
}

/* Hamed and Rao's n / n*: by how much autocorrelation enlarges the variance of S. Theirs sums up
 * measured autocorrelations, of all significant lags. Of tens of values these are so uncertain that
 * 223 of 1,000 stationary series (n = 30, 0.95 at lag 1) have |z| > 3.29. So it is at least what
 * the highest likely autocorrelation at lag 1 gives, in a process of first order (our choice): 3 of
 * 1,000. */
static double inflation(const double *values, const double *sorted, size_t n)
{
    double *ranks = detrended_ranks(values, sorted, n), count = (double)n;
    double first = highest_autocorrelation(autocorrelation(ranks, n, 1), count), power = 1;
    double measured = 0, likely = 0;

    for (size_t lag = 1; lag + 2 < n; lag++) {
        double r = autocorrelation(ranks, n, lag), left = (double)(n - lag);
        double weight = left * (left - 1) * (left - 2);
        power *= first;
        likely += weight * power;
        if (fabs(r) > SIGNIFICANT / sqrt(count))
            measured += weight * r;
    }
    g_free(ranks);
    return 1 + 2 * MAX(likely, measured) / (count * (count - 1) * (count - 2));
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
    if (corrected && mk.variance > 0 && n > 2)
        mk.variance *= inflation(values, sorted, n);
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
