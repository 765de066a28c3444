#include <config.h>

#include "model/rate.h"

#include <string.h>

static size_t slots(enum facet f)
{
    return (size_t)(facet_end(f) - facet_begin(f));
}

struct track *track_new(enum facet facet)
{
    size_t n = slots(facet);
    struct track *t = g_malloc0(sizeof(*t) + n * (sizeof(uint64_t) + sizeof(double) + 2));

    t->facet = facet;
    t->base = (uint64_t *)(t + 1);
    t->values = (double *)(t->base + n);
    t->reasons = (uint8_t *)(t->values + n);
    t->based = t->reasons + n;
    memset(t->reasons, REASON_NOT_READ, n);
    return t;
}

void track_free(struct track *t)
{
    if (!t)
        return;
    ident_unref(t->ident);
    g_free(t);
}

void track_break(struct track *t, enum reason why)
{
    enum reading first = facet_begin(t->facet);

    for (size_t i = 0; i < slots(t->facet); i++) {
        if (reading_type(first + (enum reading)i) == READING_GAUGE || !t->based[i])
            continue;
        t->based[i] = false;
        t->reasons[i] = (uint8_t)why;
    }
    t->base_ns = t->ticks_ns = 0;
}

/* Milliseconds that requests took, which the kernel keeps in 32 bits, wrap every 50 days of one
 * busy request. A step that takes more requests at a time than any device has is a reset, not a
 * wrap. */
static bool wrapped(uint64_t from, uint64_t to, int64_t dt, uint64_t *step)
{
    enum { REQUESTS_MAX = 65536, NS_PER_MS = 1000000 };

    *step = (uint32_t)(to - from);
    return from <= UINT32_MAX && to <= UINT32_MAX &&
           *step <= ((uint64_t)dt / NS_PER_MS + 1) * REQUESTS_MAX;
}

/* One clock of a track: counters and TICKS have baselines of different age. */
struct window {
    int64_t dt; /* since the baseline; 0 = there is none yet */
    bool wait;  /* too short for a rate: values and baseline stay */
    bool gap;   /* too long for one */
};

static struct window window_of(int64_t base_ns, int64_t shortest, const struct record *r, bool gap)
{
    int64_t dt = base_ns ? r->read_ns - base_ns : 0;

    return (struct window){.dt = dt, .wait = base_ns && dt < shortest && !gap, .gap = gap};
}

static void feed_counter(struct track *t, size_t i, enum reading_type type, uint64_t now,
                         const struct window *w)
{
    uint64_t step = now - t->base[i];
    bool reset = t->based[i] && now < t->base[i] &&
                 (type != READING_COUNTER32 || !wrapped(t->base[i], now, w->dt, &step));

    if (reset)
        t->reasons[i] = REASON_RESET;
    else if (t->based[i] && w->gap)
        t->reasons[i] = REASON_GAP;
    else if (t->based[i] && !w->wait) {
        t->values[i] = (double)step * 1e9 / (double)w->dt;
        t->reasons[i] = REASON_OK;
    } else if (!t->based[i] && t->reasons[i] != REASON_RESET && t->reasons[i] != REASON_GAP) {
        t->reasons[i] = type == READING_TICKS ? REASON_WINDOW : REASON_NO_BASELINE;
    }
    /* All baselines of a track are taken together, so that one time is right for all of them. */
    if (!w->wait)
        t->base[i] = now;
    t->based[i] = w->wait ? t->based[i] && !reset : true;
}

void track_feed(struct track *t, const struct record *r, int64_t interval_ns)
{
    if (t->read_ns && r->read_ns <= t->read_ns)
        return;
    int64_t expected = MAX(interval_ns, t->interval_ns);
    bool gap = t->read_ns && r->read_ns - t->read_ns > 3 * expected;
    struct window counters = window_of(t->base_ns, RATE_MIN_NS, r, gap);
    struct window ticks = window_of(t->ticks_ns, RATE_TICKS_NS, r, gap);
    enum reading first = facet_begin(t->facet);

    for (size_t i = 0; i < slots(t->facet); i++) {
        enum reading_type type = reading_type(first + (enum reading)i);
        if (r->reasons[i] != REASON_OK) {
            t->reasons[i] = r->reasons[i];
            t->based[i] = false;
        } else if (type == READING_GAUGE) {
            t->values[i] = (double)r->values[i];
            t->reasons[i] = REASON_OK;
        } else {
            feed_counter(t, i, type, r->values[i], type == READING_TICKS ? &ticks : &counters);
        }
    }
    if (!counters.wait)
        t->base_ns = r->read_ns;
    if (!ticks.wait)
        t->ticks_ns = r->read_ns;
    t->read_ns = r->read_ns;
    t->interval_ns = interval_ns;
}

struct value track_value(const struct track *t, enum reading reading)
{
    size_t i = (size_t)(reading - facet_begin(t->facet));

    return (struct value){.number = t->values[i], .reason = t->reasons[i], .facet = t->facet};
}
