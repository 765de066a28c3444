/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: the vtop authors */
#include <config.h>

#include "model/rate.h"

#include "model/pack.h"

#include <string.h>

static size_t slots(enum facet f)
{
    return (size_t)(facet_end(f) - facet_begin(f));
}

/* ---- the values of a track ----
 * Two packs: the rates of its counters, by counter_index(), and the raw values of all readings:
 * gauges, and the baselines of counters. A counter without a baseline has no raw value. */

/* Both packs, unpacked. Rates are floats, as in history: 24 bits are more than a screen shows. */
struct bench {
    uint64_t rates[RECORD_MAX], raw[RECORD_MAX]; /* a rate has the bits of a float */
    uint8_t rate_reasons[RECORD_MAX], raw_reasons[RECORD_MAX];
};

static enum reason get_raw(const struct track *t, enum reading reading, uint64_t *raw)
{
    enum reading first = facet_begin(t->facet);

    return pack_get(t->packs + t->raw, slots(t->facet), (size_t)(reading - first), raw);
}

static enum reason get_rate(const struct track *t, enum reading reading, uint64_t *rate)
{
    return pack_get(t->packs, facet_counters(t->facet), counter_index(reading), rate);
}

static double rate_in(uint64_t rate)
{
    uint32_t bits = (uint32_t)rate;
    float f;

    memcpy(&f, &bits, sizeof(f));
    return (double)f;
}

static struct pack_cursor begin_raw(const struct track *t)
{
    return pack_begin(t->packs + t->raw, slots(t->facet));
}

/* RAW_OF: the record from which all raw values are taken; NULL: from B. The room of a track never
 * shrinks, because a rate that is 0 now may take four bytes at the next tick. */
static struct track *pack(struct track *t, const struct bench *b, const struct record *raw_of)
{
    uint8_t packs[2 * PACK_ROOM(RECORD_MAX)];
    size_t raw = pack_write(packs, b->rates, b->rate_reasons, facet_counters(t->facet)), size = raw;

    if (raw_of)
        size += record_pack(raw_of, packs + raw);
    else
        size += pack_write(packs + raw, b->raw, b->raw_reasons, slots(t->facet));
    if (size > t->room) {
        t = g_realloc(t, sizeof(*t) + size);
        t->room = (uint16_t)size;
    }
    memcpy(t->packs, packs, size);
    t->raw = (uint16_t)raw;
    return t;
}

struct track *track_new(enum facet facet)
{
    struct track *t = g_new0(struct track, 1);
    struct bench b;

    t->facet = (uint8_t)facet;
    memset(b.rate_reasons, REASON_NOT_READ, sizeof(b.rate_reasons));
    memset(b.raw_reasons, REASON_NOT_READ, sizeof(b.raw_reasons));
    return pack(t, &b, NULL);
}

struct track *track_restart(struct track *t)
{
    struct track *fresh = track_new(t->facet);
    size_t size = sizeof(*fresh) + fresh->room;

    t = g_realloc(t, size);
    memcpy(t->packs, fresh->packs, fresh->room);
    t->room = fresh->room;
    t->raw = fresh->raw;
    t->base_ns = t->ticks_ns = t->read_ns = 0;
    g_free(fresh);
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
    struct pack_cursor raw = begin_raw(t);
    struct bench b;

    for (size_t i = 0; i < slots(t->facet); i++) {
        enum reading r = first + (enum reading)i;
        size_t c = counter_index(r);
        b.raw_reasons[i] = (uint8_t)pack_next(&raw, &b.raw[i]);
        if (reading_type(r) == READING_GAUGE)
            continue;
        if (b.raw_reasons[i] == REASON_OK)
            b.raw_reasons[i] = b.rate_reasons[c] = (uint8_t)why;
        else
            b.rate_reasons[c] = (uint8_t)get_rate(t, r, &b.rates[c]);
    }
    pack(t, &b, NULL); /* in place, because it needs less memory than before */
    t->base_ns = t->ticks_ns = 0;
}

/* The kernel keeps the milliseconds of requests in 32 bits, which wrap after 50 days with one
 * request in flight. A step that would need more requests in flight than any device supports is a
 * reset, not a wrap. */
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

/* A counter: its baseline, which may be missing, and the rate that it had. */
struct counter {
    uint64_t *base, *rate;
    uint8_t *base_reason, *rate_reason;
};

static uint64_t rate_of(uint64_t step, int64_t dt)
{
    float rate = (float)((double)step * 1e9 / (double)dt);
    uint32_t bits;

    memcpy(&bits, &rate, sizeof(bits));
    return bits;
}

static void feed_counter(const struct counter *c, enum reading_type type, uint64_t now,
                         const struct window *w)
{
    bool based = *c->base_reason == REASON_OK;
    uint64_t step = based ? now - *c->base : 0;
    bool reset = based && now < *c->base &&
                 (type != READING_COUNTER32 || !wrapped(*c->base, now, w->dt, &step));

    if (reset) {
        *c->rate_reason = REASON_RESET;
    } else if (based && w->gap) {
        *c->rate_reason = REASON_GAP;
    } else if (based && !w->wait) {
        *c->rate = rate_of(step, w->dt);
        *c->rate_reason = REASON_OK;
    } else if (!based && *c->rate_reason != REASON_RESET && *c->rate_reason != REASON_GAP) {
        *c->rate_reason = type == READING_TICKS ? REASON_WINDOW : REASON_NO_BASELINE;
    }
    /* All baselines of a track are taken together, so that one time is right for all of them. */
    if (!w->wait)
        *c->base = now;
    *c->base_reason = !w->wait || (based && !reset) ? REASON_OK : REASON_NO_BASELINE;
}

/* Merge the record into the unpacked values of the track. True when any baseline stays. */
static bool feed_readings(const struct track *t, struct bench *b, const struct record *r,
                          const struct window *counters, const struct window *ticks)
{
    bool waits = false;
    uint64_t values[RECORD_MAX];
    uint8_t reasons[RECORD_MAX];
    enum reading reading = facet_begin(r->facet), end = facet_end(r->facet);
    struct pack_cursor raw = begin_raw(t);

    record_read(r, values, reasons);
    for (size_t i = 0; reading < end; i++, reading++) {
        enum reading_type type = reading_type(reading);
        size_t c = counter_index(reading);
        b->raw_reasons[i] = (uint8_t)pack_next(&raw, &b->raw[i]);
        if (type == READING_GAUGE) {
            b->raw[i] = values[i];
            b->raw_reasons[i] = reasons[i];
        } else if (reasons[i] != REASON_OK) {
            b->raw_reasons[i] = b->rate_reasons[c] = reasons[i];
        } else {
            struct counter counter = {&b->raw[i], &b->rates[c], &b->raw_reasons[i],
                                      &b->rate_reasons[c]};
            const struct window *w = type == READING_TICKS ? ticks : counters;
            if (w->wait || *counter.base_reason != REASON_OK)
                *counter.rate_reason = (uint8_t)get_rate(t, reading, counter.rate);
            feed_counter(&counter, type, values[i], w);
            waits |= w->wait;
        }
    }
    return waits;
}

struct track *track_feed(struct track *t, const struct record *r, int64_t interval_ns)
{
    if (t->read_ns && r->read_ns <= t->read_ns)
        return t;
    int64_t expected = MAX(interval_ns, t->interval_ns);
    bool gap = t->read_ns && r->read_ns - t->read_ns > 3 * expected;
    struct window counters = window_of(t->base_ns, RATE_MIN_NS, r, gap);
    struct window ticks = window_of(t->ticks_ns, RATE_TICKS_NS, r, gap);
    struct bench b;

    bool waits = feed_readings(t, &b, r, &counters, &ticks);
    t = pack(t, &b, waits ? NULL : r);
    if (!counters.wait)
        t->base_ns = r->read_ns;
    if (!ticks.wait)
        t->ticks_ns = r->read_ns;
    t->read_ns = r->read_ns;
    t->interval_ns = interval_ns;
    return t;
}

bool track_is_stale(const struct track *t, int64_t now_ns)
{
    return t->read_ns && now_ns - t->read_ns > 5 * t->interval_ns / 2;
}

static struct value gone(void)
{
    return (struct value){.reason = REASON_GONE, .facet = FACET_NONE};
}

struct value track_value(const struct track *t, enum reading reading)
{
    bool gauge = reading_type(reading) == READING_GAUGE;
    uint64_t number = 0;

    if (t->shed)
        return gone();
    enum reason why = gauge ? get_raw(t, reading, &number) : get_rate(t, reading, &number);
    return (struct value){
        .number = gauge ? (double)number : rate_in(number), .reason = why, .facet = t->facet};
}

void track_values(const struct track *t, double *numbers, uint8_t *reasons)
{
    enum reading r = facet_begin(t->facet), end = facet_end(t->facet);
    struct pack_cursor raw = begin_raw(t);
    struct pack_cursor rates = pack_begin(t->packs, facet_counters(t->facet));

    for (; r < end; r++) {
        bool gauge = reading_type(r) == READING_GAUGE;
        uint64_t number = 0;
        *reasons++ = (uint8_t)pack_next(gauge ? &raw : &rates, &number);
        *numbers++ = gauge ? (double)number : rate_in(number);
        if (!gauge)
            pack_skip(&raw);
    }
}

struct value track_total(const struct track *t, enum reading reading)
{
    uint64_t total = 0, rate;

    if (t->shed)
        return gone();
    enum reason why = get_raw(t, reading, &total);
    /* The reason of the rate says why there is no baseline. */
    if (why != REASON_OK && reading_type(reading) != READING_GAUGE)
        why = get_rate(t, reading, &rate);
    return (struct value){.number = (double)total, .reason = why, .facet = t->facet};
}
