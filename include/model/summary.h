/* summary.h: what is left of many values of one number: how many, their extremes, mean, median and
 * spread.
 *
 * Summaries merge: that of two sets is made from those of each, by Chan's formula for the mean and
 * the squared deviations, so that mean and variance of an hour follow from those of its minutes.
 *
 *     struct summary minute[60], hour = SUMMARY_NONE;
 *     for (int i = 0; i < 60; i++)
 *         summary_merge(&hour, &minute[i]);
 *     double sd = sqrt(summary_variance(&hour));
 *
 * The median does not merge: that of a merged summary is the mean of the medians, each weighted by
 * its values. Where the exact one is needed, take the median of the medians (statistics of trends
 * do), or a sketch (sketch.h). Pure functions; any thread.
 */
#ifndef VTOP_MODEL_SUMMARY_H
#define VTOP_MODEL_SUMMARY_H

#include <stddef.h>
#include <stdint.h>

struct summary {
    uint32_t n;                    /* values that were known */
    uint32_t missing;              /* values that were absent */
    double min, mean, max, median; /* NAN when N is 0 */
    double m2;                     /* sum of squared deviations from the mean */
};

#define SUMMARY_NONE                                                                               \
    ((struct summary){                                                                             \
        .min = (double)NAN, .mean = (double)NAN, .max = (double)NAN, .median = (double)NAN})

/* Of N values, all of them numbers. They are put into another order. */
struct summary summary_of(double *values, size_t n);

void summary_merge(struct summary *to, const struct summary *from);

/* The sample variance, m2 / (n - 1): NAN of fewer than two values. */
double summary_variance(const struct summary *s);

/* The median of N values: the mean of the middle two when N is even, NAN when it is 0. They are put
 * into another order. */
double summary_median(double *values, size_t n);

#endif
