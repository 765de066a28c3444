/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: the vtop authors */
#include <config.h>

#include "analyse/condition.h"

#include <glib.h>
#include <math.h>

static void begin(struct condition *c, double number, int64_t now_ns, int64_t dt_ns)
{
    c->phase = PHASE_PENDING;
    c->critical = false;
    c->level = number;
    c->span_ns = dt_ns;
    c->began_ns = c->known_ns = now_ns;
    c->low_ns = 0;
}

/* The plain mean until it covers the hold time, then an exponentially weighted one. */
static void smooth(struct condition *c, const struct condition_terms *t, double number,
                   int64_t dt_ns)
{
    double weight = 1;

    c->span_ns += dt_ns;
    if (c->span_ns <= t->hold_ns)
        weight = (double)dt_ns / (double)MAX(c->span_ns, 1);
    else if (t->hold_ns > 0)
        weight = 1 - exp(-(double)dt_ns / (double)t->hold_ns);
    c->level += weight * (number - c->level);
}

static void watch_low(struct condition *c, bool low, int64_t now_ns)
{
    if (!low)
        c->low_ns = 0;
    else if (!c->low_ns)
        c->low_ns = now_ns;
}

/* A closed condition is remembered, so that the next time is a relapse. */
static void drop(struct condition *c)
{
    c->phase = c->ended_ns ? PHASE_CLOSED : PHASE_OVER;
    c->low_ns = 0;
}

static void open(struct condition *c, const struct condition_terms *t, int64_t now_ns)
{
    bool relapse = c->ended_ns && now_ns - c->ended_ns < t->clear_max_ns;
    double grown = (double)c->clear_ns * t->growth;

    c->clear_ns = relapse ? (int64_t)MIN(grown, (double)t->clear_max_ns) : t->clear_ns;
    c->phase = PHASE_OPEN;
    c->low_ns = 0;
}

static enum change step_pending(struct condition *c, const struct condition_terms *t, double number,
                                int64_t now_ns)
{
    watch_low(c, number < t->warn * t->clear, now_ns);
    if ((c->low_ns && now_ns - c->low_ns >= t->hold_ns / 4) || c->level < t->warn * t->clear) {
        drop(c);
        return CHANGE_NONE;
    }
    if (now_ns - c->began_ns < t->hold_ns || c->level < t->warn)
        return CHANGE_NONE;
    open(c, t, now_ns);
    return CHANGE_OPENED;
}

static enum change step_open(struct condition *c, const struct condition_terms *t, int64_t now_ns)
{
    watch_low(c, c->level < t->warn * t->clear, now_ns);
    if (!c->low_ns || now_ns - c->low_ns < c->clear_ns)
        return CHANGE_NONE;
    c->ended_ns = now_ns;
    drop(c);
    return CHANGE_CLOSED;
}

/* Nothing is known: it ends after as much time as closing takes. */
static enum change step_unknown(struct condition *c, const struct condition_terms *t,
                                int64_t now_ns)
{
    bool open = c->phase == PHASE_OPEN;
    int64_t patience_ns = open ? c->clear_ns : t->hold_ns / 4;

    if (now_ns - c->known_ns < patience_ns)
        return CHANGE_NONE;
    c->ended_ns = open ? now_ns : c->ended_ns;
    drop(c);
    return open ? CHANGE_CLOSED : CHANGE_NONE;
}

static void forget(struct condition *c, const struct condition_terms *t, int64_t now_ns)
{
    if (c->phase == PHASE_CLOSED && now_ns - c->ended_ns >= t->clear_max_ns)
        *c = (struct condition){.phase = PHASE_OVER};
}

enum change condition_step(struct condition *c, const struct condition_terms *t, double number,
                           int64_t now_ns, int64_t dt_ns)
{
    bool active = c->phase == PHASE_PENDING || c->phase == PHASE_OPEN;
    enum change change = CHANGE_NONE;

    if (active && isnan(number))
        return step_unknown(c, t, now_ns);
    if (active) {
        smooth(c, t, number, dt_ns);
        c->known_ns = now_ns;
    } else if (condition_begins(t, number)) {
        begin(c, number, now_ns, dt_ns);
    } else {
        forget(c, t, now_ns);
        return CHANGE_NONE;
    }
    if (c->phase == PHASE_PENDING)
        change = step_pending(c, t, number, now_ns);
    else
        change = step_open(c, t, now_ns);
    c->critical = c->level >= (c->critical ? t->crit * t->clear : t->crit);
    return change;
}
