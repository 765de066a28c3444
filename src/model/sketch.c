#include <config.h>

#include "model/sketch.h"

#include <glib.h>
#include <math.h>

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
    struct sketch *s = g_new0(struct sketch, 1);

    s->min = INFINITY;
    s->max = -INFINITY;
    return s;
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

void sketch_add(struct sketch *s, double value)
{
    if (isnan(value))
        return;
    s->counts[bucket_of(value)]++;
    s->min = MIN(s->min, value);
    s->max = MAX(s->max, value);
    s->n++;
}

void sketch_add_summary(struct sketch *s, const struct summary *summary)
{
    double n = summary->n;

    if (!summary->n)
        return;
    for (uint32_t i = 0; i < summary->n; i++) {
        double place = ((double)i + 0.5) / n * 2; /* 0 to 1 below the median, 1 to 2 above it */
        double low = summary->median - summary->min, high = summary->max - summary->median;
        sketch_add(s,
                   place < 1 ? summary->min + place * low : summary->median + (place - 1) * high);
    }
    s->min = MIN(s->min, summary->min);
    s->max = MAX(s->max, summary->max);
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
