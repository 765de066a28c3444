/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: the vtop authors */
#include <config.h>

#include "analyse/tally.h"

#include <glib.h>
#include <math.h>

static void keep(struct tally *t, double value)
{
    if (t->count == t->room) {
        t->room = MAX(2 * t->room, 16);
        t->values = g_renew(double, t->values, t->room);
    }
    t->values[t->count++] = value;
}

static void add_folded(struct tally *t, double value)
{
    struct summary one = {
        .n = 1, .min = value, .mean = value, .max = value, .median = value, .p95 = value};

    summary_merge(&t->folded, &one); /* of one value: Welford's step */
    sketch_add(t->sketch, value);
}

void tally_add(struct tally *t, double value)
{
    if (!isfinite(value))
        t->missing++;
    else if (t->sketch)
        add_folded(t, value);
    else
        keep(t, value);
}

size_t tally_size(const struct tally *t)
{
    return t->sketch ? TALLY_FOLDED_SIZE : t->room * sizeof(t->values[0]);
}

void tally_fold(struct tally *t)
{
    if (t->sketch)
        return;
    t->sketch = sketch_new();
    for (size_t i = 0; i < t->count; i++)
        sketch_add(t->sketch, t->values[i]);
    t->folded = summary_of(t->values, t->count);
    g_clear_pointer(&t->values, g_free);
    t->count = t->room = 0;
}

bool tally_is_folded(const struct tally *t)
{
    return t->sketch != NULL;
}

/* ---- statistics ---- */

static double known(double x)
{
    return isfinite(x) ? x : (double)NAN;
}

static struct statistics estimate(const struct tally *t)
{
    double variance = known(summary_variance(&t->folded));

    return (struct statistics){.n = t->folded.n,
                               .missing = t->missing,
                               .min = t->folded.min,
                               .mean = known(t->folded.mean),
                               .median = sketch_quantile(t->sketch, 0.5),
                               .p95 = sketch_quantile(t->sketch, 0.95),
                               .max = t->folded.max,
                               .variance = variance,
                               .stddev = sqrt(variance)};
}

struct statistics tally_statistics(struct tally *t)
{
    return t->sketch ? estimate(t) : statistics_of(t->values, t->count, t->missing);
}

void tally_clear(struct tally *t)
{
    g_free(t->values);
    sketch_free(t->sketch);
    *t = (struct tally){0};
}
