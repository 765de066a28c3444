/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: the vtop authors */
/* summary.h: count, extremes, mean, median, 95th percentile and variance of values of one number.
 *
 * Summaries merge: that of two sets follows from those of each, by Chan's formula for the mean and
 * the squared deviations. Mean and variance of an hour follow from those of its minutes.
 *
 *     struct summary minute[60], hour = SUMMARY_NONE;
 *     for (int i = 0; i < 60; i++)
 *         summary_merge(&hour, &minute[i]);
 *     double sd = sqrt(summary_variance(&hour));
 *
 * The median and the 95th percentile do not merge: those of a merged summary are the means of those
 * of its parts, weighted by the numbers of values. Where that is not enough, take the median of the
 * medians, as the statistics of trends do, or a sketch (sketch.h). Pure functions; any thread.
 */
#ifndef VTOP_MODEL_SUMMARY_H
#define VTOP_MODEL_SUMMARY_H

#include <stddef.h>
#include <stdint.h>

struct summary {
    uint32_t n;                    /* values that were known */
    uint32_t missing;              /* values that were absent */
    double min, mean, max;         /* NAN when N is 0 */
    double median, p95;            /* likewise; between the two nearest ranks */
    double m2;                     /* sum of squared deviations from the mean */
};

#define SUMMARY_NONE                                                                               \
    ((struct summary){.min = (double)NAN,                                                          \
                      .mean = (double)NAN,                                                         \
                      .max = (double)NAN,                                                          \
                      .median = (double)NAN,                                                       \
                      .p95 = (double)NAN})

/* The summary of N values, none of them NAN. Their order is changed. */
struct summary summary_of(double *values, size_t n);

void summary_merge(struct summary *to, const struct summary *from);

/* The sample variance, m2 / (n - 1); NAN for fewer than two values. */
double summary_variance(const struct summary *s);

/* The quantile Q, 0 to 1, of N values, none of them NAN: linear between the neighbours of rank
 * Q x (N - 1), which is type 7 of Hyndman and Fan. NAN when N is 0. They are put into another
 * order. */
double summary_quantile(double *values, size_t n, double q);

/* The same for one half: the mean of the middle two when N is even. */
double summary_median(double *values, size_t n);

#endif
