/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: the vtop authors */
#include <config.h>

#include "model/sketch.h"

#include <glib.h>
#include <math.h>
#include <stdbool.h>

enum { BUCKETS = 800 };

static const double RATIO = 1.05;

/* Bucket 0 has values up to SKETCH_LEAST, bucket K those up to RATIO^K times SKETCH_LEAST. */
struct sketch {
    uint64_t n;
    double min, max;
    uint32_t counts[BUCKETS];
};

struct sketch *sketch_new(void)
{
    struct sketch *s = g_new(struct sketch, 1);

    sketch_clear(s);
    return s;
}

void sketch_clear(struct sketch *s)
{
    *s = (struct sketch){.min = INFINITY, .max = -INFINITY};
}

void sketch_free(struct sketch *s)
{
    g_free(s);
}

static size_t bucket_of(double value)
{
    if (!(value > SKETCH_LEAST))
        return 0;
    return (size_t)CLAMP(ceil(log(value / SKETCH_LEAST) / log(RATIO)), 1, BUCKETS - 1);
}

/* The value that represents all values of a bucket: its geometric middle. */
static double middle_of(size_t bucket)
{
    return bucket ? SKETCH_LEAST * pow(RATIO, (double)bucket - 0.5) : 0;
}

static void add_many(struct sketch *s, size_t bucket, double value, uint32_t count)
{
    s->counts[bucket] += count;
    s->min = MIN(s->min, value);
    s->max = MAX(s->max, value);
    s->n += count;
}

void sketch_add(struct sketch *s, double value)
{
    if (!isnan(value))
        add_many(s, bucket_of(value), value, 1);
}

/* The value of a summary at the place Q (0 to 1) in the order of its values, where the values
 * between two known ones are evenly spread. */
static double value_at(const struct summary *summary, double q)
{
    const double places[] = {0, 0.5, 0.95, 1},
                 values[] = {summary->min, summary->median, summary->p95, summary->max};
    size_t i = q < places[1] ? 0 : q < places[2] ? 1 : 2;

    return values[i] + (values[i + 1] - values[i]) * (q - places[i]) / (places[i + 1] - places[i]);
}

/* The values of most minutes of an idle guest fall into one bucket. */
void sketch_add_summary(struct sketch *s, const struct summary *summary)
{
    size_t low = summary->n ? bucket_of(summary->min) : 0;
    bool same = summary->n && low == bucket_of(summary->max);

    for (uint32_t i = 0; i < summary->n && !same; i++)
        sketch_add(s, value_at(summary, ((double)i + 0.5) / (double)summary->n));
    if (same)
        add_many(s, low, summary->min, summary->n);
    if (summary->n) {
        s->min = MIN(s->min, summary->min);
        s->max = MAX(s->max, summary->max);
    }
}

void sketch_merge(struct sketch *to, const struct sketch *from)
{
    for (size_t i = 0; i < BUCKETS; i++)
        to->counts[i] += from->counts[i];
    to->min = MIN(to->min, from->min);
    to->max = MAX(to->max, from->max);
    to->n += from->n;
}

uint64_t sketch_count(const struct sketch *s)
{
    return s->n;
}

double sketch_quantile(const struct sketch *s, double q)
{
    uint64_t rank = (uint64_t)CLAMP(ceil(q * (double)s->n), 1, MAX((double)s->n, 1)), seen = 0;
    size_t bucket = 0;

    if (!s->n)
        return (double)NAN;
    if (rank == 1)
        return s->min;
    if (rank == s->n)
        return s->max;
    while (bucket + 1 < BUCKETS && (seen += s->counts[bucket]) < rank)
        bucket++;
    return CLAMP(middle_of(bucket), s->min, s->max);
}
