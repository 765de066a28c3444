/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: the vtop authors */
#include <config.h>

#include "model/timeline.h"

#include <glib.h>

struct tick {
    int64_t mono_ns, wall_ns;
};

struct timeline {
    uint64_t tick, minute;             /* the newest ones */
    struct tick ticks[TIMELINE_TICKS]; /* number N at N % TIMELINE_TICKS */
    struct timeline_minute minutes[TIMELINE_MINUTES];
};

struct timeline *timeline_new(void)
{
    return g_new0(struct timeline, 1);
}

void timeline_free(struct timeline *t)
{
    g_free(t);
}

static int64_t minute_of(int64_t mono_ns)
{
    return mono_ns / TIMELINE_MINUTE_NS;
}

static struct timeline_minute *newest_minute(struct timeline *t)
{
    return &t->minutes[t->minute % TIMELINE_MINUTES];
}

void timeline_tick(struct timeline *t, int64_t mono_ns, int64_t wall_ns)
{
    int64_t before = t->ticks[t->tick % TIMELINE_TICKS].mono_ns;
    bool begins = !t->tick || minute_of(before) != minute_of(mono_ns) || mono_ns < before;

    t->tick++;
    t->ticks[t->tick % TIMELINE_TICKS] = (struct tick){mono_ns, wall_ns};
    if (begins) {
        t->minute++;
        *newest_minute(t) =
            (struct timeline_minute){.first = t->tick, .mono_ns = mono_ns, .wall_ns = wall_ns};
    }
    newest_minute(t)->last = t->tick;
}

uint64_t timeline_last_tick(const struct timeline *t)
{
    return t->tick;
}

uint64_t timeline_last_minute(const struct timeline *t)
{
    return t->minute;
}

static bool is_known(uint64_t number, uint64_t last, uint64_t room)
{
    return number && number <= last && last - number < room;
}

int64_t timeline_time(const struct timeline *t, uint64_t tick, int64_t *wall_ns)
{
    struct tick none = {0}, when = is_known(tick, t->tick, TIMELINE_TICKS)
                                       ? t->ticks[tick % TIMELINE_TICKS]
                                       : none;

    if (wall_ns)
        *wall_ns = when.wall_ns;
    return when.mono_ns;
}

bool timeline_minute(const struct timeline *t, uint64_t minute, struct timeline_minute *out)
{
    if (!is_known(minute, t->minute, TIMELINE_MINUTES))
        return false;
    *out = t->minutes[minute % TIMELINE_MINUTES];
    return true;
}

/* ---- times to numbers ---- */

static int64_t tick_time(const struct timeline *t, uint64_t tick)
{
    return t->ticks[tick % TIMELINE_TICKS].mono_ns;
}

static int64_t minute_time(const struct timeline *t, uint64_t minute)
{
    return t->minutes[minute % TIMELINE_MINUTES].mono_ns;
}

/* The first number after LAST - ROOM that is not before MONO_NS. */
static uint64_t first_since(const struct timeline *t, uint64_t last, uint64_t room, int64_t mono_ns,
                            int64_t (*time)(const struct timeline *, uint64_t))
{
    uint64_t from = last > room ? last - room + 1 : 1, end = last + 1;

    while (from < end) {
        uint64_t middle = from + (end - from) / 2;
        if (time(t, middle) < mono_ns)
            from = middle + 1;
        else
            end = middle;
    }
    return from;
}

uint64_t timeline_tick_since(const struct timeline *t, int64_t mono_ns)
{
    return first_since(t, t->tick, TIMELINE_TICKS, mono_ns, tick_time);
}

uint64_t timeline_minute_since(const struct timeline *t, int64_t mono_ns)
{
    return first_since(t, t->minute, TIMELINE_MINUTES, mono_ns, minute_time);
}
