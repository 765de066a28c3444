/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: the vtop authors */
/* timeline.h: when the ticks were, and which minutes they make up.
 *
 * Ticks count from 1. So do minutes: a new one begins with the first tick whose monotonic time
 * falls into another minute than that of the tick before. Minutes without a tick have no number, so
 * that a gap, however long, takes no room; a suspended host has none either, as monotonic time
 * stands still meanwhile. A minute that is not over, began in its middle, or had a gap, has fewer
 * ticks.
 *
 *     struct timeline_minute m;
 *     if (timeline_minute(t, timeline_minute_since(t, now_ns - hour_ns), &m))
 *         printf("%u ticks", (unsigned)(m.last - m.first + 1));
 *
 * Times are nanoseconds as the owner gave them to timeline_tick(), monotonic and of day: nothing
 * here reads a clock. TIMELINE_TICKS ticks and TIMELINE_MINUTES minutes are remembered. Main thread
 * only.
 */
#ifndef VTOP_MODEL_TIMELINE_H
#define VTOP_MODEL_TIMELINE_H

#include <stdbool.h>
#include <stdint.h>

enum {
    TIMELINE_TICKS = 600,
    TIMELINE_MINUTES = 25 * 60 /* a day, and an hour for comparisons with the day before */
};

#define TIMELINE_MINUTE_NS (60 * INT64_C(1000000000))

struct timeline;

struct timeline *timeline_new(void);
void timeline_free(struct timeline *t);

/* The next tick. The monotonic time should not go back; if it does, a minute begins. */
void timeline_tick(struct timeline *t, int64_t mono_ns, int64_t wall_ns);

/* The newest tick and minute; 0 before the first one. */
uint64_t timeline_last_tick(const struct timeline *t);
uint64_t timeline_last_minute(const struct timeline *t);

/* The monotonic time of a tick, and that of day unless WALL_NS is NULL; 0 when it is not known. */
int64_t timeline_time(const struct timeline *t, uint64_t tick, int64_t *wall_ns);

/* A minute: its first and last tick so far, and the times of its first one. False: not known. */
struct timeline_minute {
    uint64_t first, last;
    int64_t mono_ns, wall_ns;
};
bool timeline_minute(const struct timeline *t, uint64_t minute, struct timeline_minute *out);

/* The first tick at or after a monotonic time, of those that are known; that after the last one
 * when there is none. */
uint64_t timeline_tick_since(const struct timeline *t, int64_t mono_ns);

/* The first minute that began at or after it, likewise. */
uint64_t timeline_minute_since(const struct timeline *t, int64_t mono_ns);

#endif
