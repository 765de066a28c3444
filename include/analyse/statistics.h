/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: the vtop authors */
/* statistics.h: statistics of numbers in arrays.
 *
 * Pure functions of values that are known and finite: callers leave out what is absent, and count
 * it. Where a result cannot be had (too few values, no spread, a value that is not finite, a result
 * beyond the range of a double) it is NAN, never a made-up number. Functions that reorder their
 * input say so. Those that take a const array of values work on a copy. Sources of the formulas are
 * named in statistics.c and in vtop-analysis(7). Any thread.
 *
 *     struct statistics s = statistics_of(values, n, missing);
 *     struct mann_kendall mk = statistics_mann_kendall(medians, count, true);
 *     if (fabs(mk.z) > 3.29)
 *         line = statistics_theil_sen(minutes, medians, count);
 */
#ifndef VTOP_ANALYSE_STATISTICS_H
#define VTOP_ANALYSE_STATISTICS_H

#include <stdbool.h>
#include <stddef.h>

struct statistics {
    size_t n, missing;                  /* values known and absent */
    double min, mean, median, p95, max; /* NAN when n is 0 */
    double variance, stddev;            /* of a sample (n - 1); NAN below two values */
};

/* VALUES are put into another order. Those that are not finite count as missing. */
struct statistics statistics_of(double *values, size_t n, size_t missing);

/* Type 7 of Hyndman and Fan: linear between the neighbours of rank q x (n - 1). VALUES are put into
 * another order. */
double statistics_quantile(double *values, size_t n, double q);

/* How far X is from the median of VALUES, in units of their median absolute deviation (of the mean
 * one where that is 0); 0 when VALUES have no spread and X is equal to them, NAN when it is not. */
double statistics_robust_z(const double *values, size_t n, double x);

/* A straight line: Y at X is level + slope x X. */
struct statistics_line {
    double slope, level;
};

/* The median of the slopes of all pairs, and the median of what remains. N is at most 1,500: the
 * time and memory it takes grow with its square. */
struct statistics_line statistics_theil_sen(const double *x, const double *y, size_t n);

struct mann_kendall {
    double s, variance, z;
};

/* The rank test for a trend, of 2 to 1,500 values that are equally far apart in time. S and its
 * variance, ties included; z is NAN below ten values. CORRECTED: the variance takes account of
 * autocorrelation (Hamed and Rao 1998), of that around a bent line. Of 1,000 stationary series of
 * 30 values, whose correlation at lag 1 is 0.95, 424 have |z| > 3.29, and 11 of them corrected. The
 * price: a series that wanders around a rise has no significant trend until it is long. */
struct mann_kendall statistics_mann_kendall(const double *values, size_t n, bool corrected);

/* Pearson's r; of three pairs or more. */
double statistics_correlation(const double *x, const double *y, size_t n);

/* Evenness of amounts: 1 when all are equal, 1/n when one has everything; NAN when all are 0. */
double statistics_jain(const double *values, size_t n);

/* The standard deviation (of a population) over the mean. */
double statistics_variation(const double *values, size_t n);

/* One step of an exponentially weighted mean with time constant TAU, over DT since the last one.
 * MEAN is NAN before the first value; a VALUE that is NAN, and a DT of 0, leave it as it is. */
double statistics_smooth(double mean, double value, double dt, double tau);

#endif
