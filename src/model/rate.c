#include <config.h>

#include "model/rate.h"

#include <string.h>

static size_t slots(enum facet f)
{
    return (size_t)(facet_end(f) - facet_begin(f));
}

/* What is said of a reading: in one byte, for there are many. */
struct note {
    uint8_t reason : 7; /* enum reason: of the value */
    uint8_t based : 1;  /* there is a baseline */
};
G_STATIC_ASSERT(sizeof(struct note) == 1 && REASON_COUNT <= 128);

/* Of each counter, by counter_index(). A float tells one rate from the next as far as anybody
 * looks, and as far as history does. */
static float *rates_of(const struct track *t)
{
    return (float *)(t->raw + slots(t->facet));
}

static struct note *notes_of(const struct track *t)
{
    return (struct note *)(rates_of(t) + facet_counters(t->facet));
}

static void set_reason(struct note *n, unsigned why)
{
    n->reason = why & 127;
}

struct track *track_new(enum facet facet)
{
    size_t n = slots(facet), rates = facet_counters(facet) * sizeof(float);
    struct track *t = g_malloc0(sizeof(*t) + n * (sizeof(t->raw[0]) + sizeof(struct note)) + rates);

    t->facet = (uint8_t)facet;
    for (size_t i = 0; i < n; i++)
        set_reason(&notes_of(t)[i], REASON_NOT_READ);
    return t;
}

void track_free(struct track *t)
{
    if (!t)
        return;
    ident_unref(t->ident);
    g_free(t);
}

struct track *track_shed(struct track *t)
{
    t = g_realloc(t, sizeof(*t));
    t->shed = true;
    return t;
}

void track_break(struct track *t, enum reason why)
{
    enum reading first = facet_begin(t->facet);
    struct note *notes = notes_of(t);

    for (size_t i = 0; i < slots(t->facet); i++) {
        if (reading_type(first + (enum reading)i) == READING_GAUGE || !notes[i].based)
            continue;
        notes[i].based = false;
        set_reason(&notes[i], why);
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
    uint64_t *base = &t->raw[i];
    struct note *note = &notes_of(t)[i];
    uint64_t step = now - *base;
    bool reset = note->based && now < *base &&
                 (type != READING_COUNTER32 || !wrapped(*base, now, w->dt, &step));

    if (reset)
        note->reason = REASON_RESET;
    else if (note->based && w->gap)
        note->reason = REASON_GAP;
    else if (note->based && !w->wait) {
        rates_of(t)[counter_index(facet_begin(t->facet) + (enum reading)i)] =
            (float)((double)step * 1e9 / (double)w->dt);
        note->reason = REASON_OK;
    } else if (!note->based && note->reason != REASON_RESET && note->reason != REASON_GAP) {
        note->reason = type == READING_TICKS ? REASON_WINDOW : REASON_NO_BASELINE;
    }
    /* All baselines of a track are taken together, so that one time is right for all of them. */
    if (!w->wait)
        *base = now;
    note->based = !w->wait || (note->based && !reset);
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
    struct note *notes = notes_of(t);
    uint64_t values[RECORD_MAX];
    uint8_t reasons[RECORD_MAX];

    record_read(r, values, reasons);
    for (size_t i = 0; i < slots(t->facet); i++) {
        enum reading_type type = reading_type(first + (enum reading)i);
        if (reasons[i] != REASON_OK) {
            set_reason(&notes[i], reasons[i]);
            notes[i].based = false;
        } else if (type == READING_GAUGE) {
            t->raw[i] = values[i];
            notes[i].reason = REASON_OK;
        } else {
            feed_counter(t, i, type, values[i], type == READING_TICKS ? &ticks : &counters);
        }
    }
    if (!counters.wait)
        t->base_ns = r->read_ns;
    if (!ticks.wait)
        t->ticks_ns = r->read_ns;
    t->read_ns = r->read_ns;
    t->interval_ns = interval_ns;
}

bool track_is_stale(const struct track *t, int64_t now_ns)
{
    return t->read_ns && now_ns - t->read_ns > 5 * t->interval_ns / 2;
}

struct value track_value(const struct track *t, enum reading reading)
{
    size_t i = (size_t)(reading - facet_begin(t->facet));

    if (t->shed)
        return (struct value){.reason = REASON_GONE, .facet = FACET_NONE};
    return (struct value){.number = reading_type(reading) == READING_GAUGE
                                        ? (double)t->raw[i]
                                        : (double)rates_of(t)[counter_index(reading)],
                          .reason = notes_of(t)[i].reason,
                          .facet = t->facet};
}

struct value track_total(const struct track *t, enum reading reading)
{
    size_t i = (size_t)(reading - facet_begin(t->facet));

    if (t->shed)
        return (struct value){.reason = REASON_GONE, .facet = FACET_NONE};
    return (struct value){.number = (double)t->raw[i],
                          .reason = notes_of(t)[i].based ? REASON_OK : notes_of(t)[i].reason,
                          .facet = t->facet};
}
