/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: the vtop authors */
#include <config.h>

#include "analyse/size.h"

#include <math.h>

/* Sources: margin of 15 %, and the peak of memory, as in the Kubernetes Vertical Pod Autoscaler,
 * whose answer to an OOM kill is 20 % or 100 MiB more, too; the 95th percentile of CPU time as ITRS
 * and AWS Compute Optimizer offer it. An hour, a day, one half at most, a quarter at least, the
 * limits of flat and cached: our choice. 5 % of ready time are worth a look by VMware's practice.
 */
static const double MARGIN = 1.15;
static const double STEP = 0.5;   /* the smallest share that is left in one step */
static const double STEP_UP = 2;  /* of a quota: the time it took cannot be told exactly */
static const double WORTH = 0.75; /* shrink only to this share or less */
static const double READY = 5;    /* percent */
static const double FLAT = 0.05;  /* of the peak, between the lowest value and the peak */
static const double CACHED = 0.2; /* of the peak */
static const double KILLED_SHARE = 1.2;
#define MIB (1024.0 * 1024)
static const double KILLED_BYTES = 100 * MIB;
#define HOUR_NS (INT64_C(3600) * 1000000000)
#define DAY_NS (24 * HOUR_NS)

static struct size begin(double now, double need, int64_t history_ns, int64_t least_ns)
{
    struct size s = {.state = SIZE_RIGHT,
                     .now = now,
                     .to = (double)NAN,
                     .need = need,
                     .maximum = (double)NAN,
                     .ready = (double)NAN,
                     .history_ns = history_ns};

    if (!isfinite(now) || now <= 0)
        s.state = SIZE_UNKNOWN;
    else if (history_ns < (least_ns ? least_ns : HOUR_NS))
        s.state = SIZE_COLLECTING;
    else if (!isfinite(need) || need < 0)
        s.state = SIZE_UNKNOWN;
    return s;
}

/* The smaller of both that are known. */
static double smaller(double a, double b)
{
    return isnan(a) || b < a ? b : a;
}

static void grow(struct size *s, double to, double maximum)
{
    s->maximum = maximum;
    if (to > maximum) {
        s->marks |= SIZE_AT_MAXIMUM;
        to = maximum;
    }
    if (!(to > s->now))
        return;
    s->state = SIZE_GROW;
    s->to = to;
}

/* LEAST: of a step, rounded up. */
static void shrink(struct size *s, double to, double least)
{
    if (to > WORTH * s->now)
        return;
    if (s->history_ns <= DAY_NS) {
        s->marks |= SIZE_YOUNG;
        return;
    }
    if (s->marks & (SIZE_KILLED | SIZE_FLAT))
        return;
    if (to < least) {
        s->marks |= SIZE_HALVED;
        to = least;
    }
    if (!(to < s->now))
        return;
    s->state = SIZE_SHRINK;
    s->to = to;
}

/* ---- CPU ---- */

/* A quota is set in steps of 0.05 cores. */
static double round_cores(double cores, bool whole)
{
    return whole ? ceil(cores - 1e-9) : ceil(cores * 20 - 1e-9) / 20;
}

struct size size_cpu(const struct size_cpu_facts *f)
{
    struct size s = begin(f->now, f->need, f->history_ns, f->least_ns);
    double least = f->whole ? 1 : 0.05;

    s.ready = f->ready;
    s.marks |= isnan(f->ready) ? SIZE_NO_READY : 0;
    s.marks |= f->throttled ? SIZE_THROTTLED : 0;
    if (s.state != SIZE_RIGHT)
        return s;
    double to = MAX(round_cores(f->need * MARGIN, f->whole), least);
    if (to > f->now && f->ready >= READY)
        s.state = SIZE_MOVE;
    else if (to > f->now && (f->whole || f->throttled))
        grow(&s, f->whole ? to : MIN(to, STEP_UP * f->now), smaller(f->most, f->online));
    else
        shrink(&s, to, MAX(round_cores(STEP * f->now, f->whole), least));
    return s;
}

/* ---- memory ---- */

/* Whole MiB, from 1 GiB on in steps of 64. */
static double round_bytes(double bytes)
{
    double step = bytes >= 1024 * MIB ? 64 * MIB : MIB;

    return ceil(bytes / step - 1e-9) * step;
}

static double wanted_bytes(const struct size_memory_facts *f)
{
    double to = f->peak * MARGIN;

    if (f->kills > 0)
        to = MAX(to, MAX(f->now * KILLED_SHARE, f->now + KILLED_BYTES));
    return round_bytes(to);
}

struct size size_memory(const struct size_memory_facts *f)
{
    struct size s = begin(f->now, f->peak, f->history_ns, f->least_ns);

    s.marks |= f->killed > 0 || f->kills > 0 ? SIZE_KILLED : 0;
    s.marks |= f->cache > CACHED * f->peak ? SIZE_CACHED : 0;
    if (s.state != SIZE_RIGHT)
        return s;
    if (isnan(f->lowest) || f->peak - f->lowest < FLAT * f->peak)
        s.marks |= SIZE_FLAT;
    double to = wanted_bytes(f);
    bool cached = s.marks & SIZE_CACHED; /* page cache fills any limit */
    if (to > f->now && (f->kills > 0 || !cached))
        grow(&s, to, f->most);
    else
        shrink(&s, to, round_bytes(STEP * f->now));
    return s;
}
