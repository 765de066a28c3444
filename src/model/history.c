#include "model/history.h"

#include <glib.h>
#include <math.h>

struct history {
    enum kind kind;
    size_t width;         /* floats per frame */
    size_t capacity;      /* frames in memory */
    uint64_t first, last; /* ticks held, both included; 0 = none */
    float *frames;        /* tick t stands at t % capacity */
};

/* Column of a metric within a frame, or -1. */
static int column_of(enum metric m)
{
    int column = 0;

    if (!(metric_info(m)->sets & SET_REC))
        return -1;
    for (enum metric i = metric_begin(metric_info(m)->kind); i < m; i++)
        column += (metric_info(i)->sets & SET_REC) != 0;
    return column;
}

size_t history_frame_size(enum kind kind)
{
    size_t size = 0;

    for (enum metric m = metric_begin(kind); m < metric_end(kind); m++)
        if (metric_info(m)->sets & SET_REC)
            size += sizeof(float);
    return size;
}

struct history *history_new(enum kind kind)
{
    struct history *h = g_new0(struct history, 1);

    h->kind = kind;
    h->width = history_frame_size(kind) / sizeof(float);
    return h;
}

void history_free(struct history *h)
{
    if (!h)
        return;
    g_free(h->frames);
    g_free(h);
}

static float *frame(const struct history *h, uint64_t tick)
{
    return h->frames + (tick % h->capacity) * h->width;
}

/* Move the newest frames that fit into a ring of another size. */
static void resize(struct history *h, size_t capacity)
{
    struct history larger = *h;

    larger.capacity = capacity;
    larger.frames = g_new(float, capacity * h->width);
    if (h->last && h->last - h->first >= capacity)
        larger.first = h->last - capacity + 1;
    for (uint64_t t = larger.first; t && t <= h->last; t++)
        for (size_t i = 0; i < h->width; i++)
            frame(&larger, t)[i] = frame(h, t)[i];
    g_free(h->frames);
    *h = larger;
}

static void fit(struct history *h, size_t depth)
{
    enum { FIRST = 16 };
    size_t held = h->last ? (size_t)(h->last - h->first + 1) : 0;

    if (h->capacity > depth)
        resize(h, depth);
    else if (held == h->capacity && h->capacity < depth)
        resize(h, CLAMP(h->capacity * 2, MIN((size_t)FIRST, depth), depth));
}

static float *open_frame(struct history *h, uint64_t tick)
{
    if (h->first && tick - h->first >= h->capacity)
        h->first = tick - h->capacity + 1;
    if (!h->first)
        h->first = tick;
    h->last = tick;
    return frame(h, tick);
}

void history_add(struct history *h, uint64_t tick, const double *numbers, size_t depth)
{
    float *out;

    fit(h, depth);
    if (h->last && tick - h->last > h->capacity)
        h->first = h->last = 0; /* everything held is too old */
    for (uint64_t t = h->last ? h->last + 1 : tick; t < tick; t++) {
        out = open_frame(h, t);
        for (size_t i = 0; i < h->width; i++)
            out[i] = NAN;
    }
    out = open_frame(h, tick);
    for (enum metric m = metric_begin(h->kind); m < metric_end(h->kind); m++)
        if (metric_info(m)->sets & SET_REC)
            *out++ = (float)numbers[m - metric_begin(h->kind)];
}

static double value_at(const struct history *h, int column, uint64_t tick)
{
    if (column < 0 || !h->last || tick < h->first || tick > h->last)
        return NAN;
    return (double)frame(h, tick)[column];
}

double history_at(const struct history *h, enum metric m, uint64_t tick)
{
    return value_at(h, h ? column_of(m) : -1, tick);
}

void history_series(const struct history *h, enum metric m, uint64_t last, size_t count,
                    double out[])
{
    int column = h ? column_of(m) : -1;

    for (size_t i = 0; i < count; i++) {
        uint64_t back = count - 1 - i;
        out[i] = back < last ? value_at(h, column, last - back) : (double)NAN;
    }
}

uint64_t history_oldest(const struct history *h)
{
    return h ? h->first : 0;
}
