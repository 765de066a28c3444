#include <config.h>

#include "model/history.h"

#include <glib.h>
#include <math.h>

enum { NOWHERE = 0 }; /* column 0 holds the marks */

struct history {
    enum kind kind;
    size_t width;         /* floats per frame */
    size_t capacity;      /* frames in memory */
    uint64_t first, last; /* ticks held, both included; 0 = none */
    float *frames;        /* tick t stands at t % capacity */
    uint8_t column[];     /* within a frame, by metric - metric_begin(kind); or NOWHERE */
};

struct history *history_new(enum kind kind, unsigned classes)
{
    size_t count = (size_t)(metric_end(kind) - metric_begin(kind));
    struct history *h = g_malloc0(sizeof(*h) + count);

    G_STATIC_ASSERT(METRIC_COUNT < UINT8_MAX);
    h->kind = kind;
    h->width = 1;
    for (enum metric m = metric_begin(kind); m < metric_end(kind); m++)
        if (metric_is_number(m) && metric_info(m)->classes & classes)
            h->column[m - metric_begin(kind)] = (uint8_t)h->width++;
    return h;
}

size_t history_frame_size(const struct history *h)
{
    return h->width * sizeof(float);
}

size_t history_size(const struct history *h)
{
    return h->capacity * history_frame_size(h);
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

void history_add(struct history *h, uint64_t tick, const double *numbers, int mark, size_t depth)
{
    fit(h, depth);
    if (h->last && tick - h->last > h->capacity)
        h->first = h->last = 0; /* everything held is too old */
    for (uint64_t t = h->last ? h->last + 1 : tick; t < tick; t++) {
        float *skipped = open_frame(h, t);
        for (size_t i = 0; i < h->width; i++)
            skipped[i] = NAN;
    }
    float *out = open_frame(h, tick);
    *out++ = (float)mark;
    for (enum metric m = metric_begin(h->kind); m < metric_end(h->kind); m++)
        if (h->column[m - metric_begin(h->kind)] != NOWHERE)
            *out++ = (float)numbers[m - metric_begin(h->kind)];
}

static bool holds(const struct history *h, uint64_t tick)
{
    return h && h->last && tick >= h->first && tick <= h->last;
}

double history_at(const struct history *h, enum metric m, uint64_t tick)
{
    if (!holds(h, tick) || metric_info(m)->kind != h->kind)
        return NAN;
    uint8_t column = h->column[m - metric_begin(h->kind)];
    return column == NOWHERE ? (double)NAN : (double)frame(h, tick)[column];
}

int history_mark_at(const struct history *h, uint64_t tick)
{
    if (!holds(h, tick) || isnan(frame(h, tick)[0]))
        return HISTORY_NO_MARK;
    return (int)frame(h, tick)[0];
}

void history_series(const struct history *h, enum metric m, uint64_t last, size_t count,
                    double out[])
{
    for (size_t i = 0; i < count; i++) {
        uint64_t back = count - 1 - i;
        out[i] = back < last ? history_at(h, m, last - back) : (double)NAN;
    }
}

uint64_t history_oldest(const struct history *h)
{
    return h ? h->first : 0;
}

uint64_t history_newest(const struct history *h)
{
    return h ? h->last : 0;
}
