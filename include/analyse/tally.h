/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: the vtop authors */
/* tally.h: the values of one number as they come, for statistics at the end.
 *
 * A tally keeps every value, so that its statistics are exact. When memory is short, its owner
 * folds it: count, extremes, mean and variance stay exact, the values go into a sketch (sketch.h),
 * and median and 95th percentile become estimates. A folded tally takes 3 KB, whatever is added.
 *
 *     struct tally t = {0};
 *     tally_add(&t, 42);
 *     if (tally_size(&t) > limit)
 *         tally_fold(&t);
 *     struct statistics s = tally_statistics(&t);
 *     tally_clear(&t);
 *
 * One thread at a time.
 */
#ifndef VTOP_ANALYSE_TALLY_H
#define VTOP_ANALYSE_TALLY_H

#include "analyse/statistics.h"
#include "model/sketch.h"

#include <stdbool.h>

/* All zero: no values. */
struct tally {
    double *values; /* NULL: none yet, or folded */
    size_t count, room;
    size_t missing;
    struct sketch *sketch; /* NULL: not folded */
    struct summary folded; /* of all that is in the sketch; its quantiles are not used */
};

enum { TALLY_FOLDED_SIZE = 3300 }; /* bytes; folding a smaller one saves nothing */

/* A value that is not finite is missing. */
void tally_add(struct tally *t, double value);

/* Bytes that its values take. */
size_t tally_size(const struct tally *t);

void tally_fold(struct tally *t);
bool tally_is_folded(const struct tally *t);

/* Of all values so far. More may be added afterwards. */
struct statistics tally_statistics(struct tally *t);

/* Free its memory; it is as if it were new. */
void tally_clear(struct tally *t);

#endif
