/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: the vtop authors */
#include <config.h>

#include "model/summary.h"

#include <glib.h>
#include <math.h>

/* Hoare's selection: moves values until the one at K is where sorting would put it, none before it
 * is larger and none behind it smaller. */
static double select_value(double *values, size_t n, size_t k)
{
    ptrdiff_t low = 0, high = (ptrdiff_t)n - 1, at = (ptrdiff_t)k;

    while (low < high) {
        double pivot = values[at];
        ptrdiff_t i = low, j = high;
        do {
            while (values[i] < pivot)
                i++;
            while (pivot < values[j])
                j--;
            if (i <= j) {
                double other = values[i];
                values[i++] = values[j];
                values[j--] = other;
            }
        } while (i <= j);
        if (j < at)
            low = i;
        if (at < i)
            high = j;
    }
    return values[k];
}

/* Hyndman, Fan: Sample quantiles in statistical packages, The American Statistician 50, 1996. */
double summary_quantile(double *values, size_t n, double q)
{
    if (!n)
        return (double)NAN;
    double rank = CLAMP(q, 0, 1) * (double)(n - 1);
    size_t below = (size_t)rank;
    double part = rank - (double)below, lower = select_value(values, n, below);
    if (!(part > 0))
        return lower;
    double upper = values[below + 1];
    for (size_t i = below + 2; i < n; i++)
        upper = MIN(upper, values[i]);
    return lower + (upper - lower) * part;
}

double summary_median(double *values, size_t n)
{
    return summary_quantile(values, n, 0.5);
}

/* The 95th percentile, between the two nearest ranks, of values that summary_median() has put into
 * order: none in the upper half is smaller than one in the lower half. */
static double percentile_95(double *values, size_t n)
{
    double rank = 0.95 * (double)(n - 1), above = INFINITY;
    size_t k = (size_t)rank, half = MIN(n / 2, k);
    double below = select_value(values + half, n - half, k - half);

    for (size_t i = k + 1; i < n; i++)
        above = MIN(above, values[i]);
    return k + 1 < n ? below + (above - below) * (rank - (double)k) : below;
}

static struct summary summary_same(double value, size_t n)
{
    return (struct summary){.n = (uint32_t)n,
                            .min = value,
                            .mean = value,
                            .max = value,
                            .median = value,
                            .p95 = value};
}

struct summary summary_of(double *values, size_t n)
{
    double min = INFINITY, max = -INFINITY, sum = 0, m2 = 0, rest = 0;

    if (!n)
        return SUMMARY_NONE;
    for (size_t i = 0; i < n; i++) {
        min = MIN(min, values[i]);
        max = MAX(max, values[i]);
        sum += values[i];
    }
    if (!(min < max))
        return summary_same(min, n);
    double mean = sum / (double)n;
    for (size_t i = 0; i < n; i++) {
        double deviation = values[i] - mean;
        m2 += deviation * deviation;
        rest += deviation;
    }
    double median = summary_median(values, n);
    return (struct summary){.n = (uint32_t)n,
                            .min = min,
                            .mean = mean,
                            .max = max,
                            .median = median,
                            .p95 = percentile_95(values, n),
                            .m2 = m2 - rest * rest / (double)n}; /* corrects rounding of mean */
}

/* Chan, Golub, LeVeque: Updating formulae and a pairwise algorithm for computing sample variances,
 * 1979. */
void summary_merge(struct summary *to, const struct summary *from)
{
    uint32_t missing = to->missing + from->missing;

    if (to->n && from->n) {
        double a = to->n, b = from->n, n = a + b, step = from->mean - to->mean;
        to->m2 += from->m2 + step * step * a * b / n;
        to->mean += step * b / n;
        to->median += (from->median - to->median) * b / n;
        to->p95 += (from->p95 - to->p95) * b / n;
        to->min = MIN(to->min, from->min);
        to->max = MAX(to->max, from->max);
        to->n += from->n;
    } else if (from->n) {
        *to = *from;
    }
    to->missing = missing;
}

double summary_variance(const struct summary *s)
{
    return s->n > 1 ? s->m2 / (double)(s->n - 1) : (double)NAN;
}
