/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: the vtop authors */
/* window.h: one number over a range of time, as history returns it.
 *
 * A window is memory that a reader creates once and fills again for each metric of each entity.
 * history_window() fills it with the values of ticks, history_minutes() with summaries of minutes.
 * The contents of the arrays are valid until it is filled again.
 *
 *     struct window *w = window_new(roster_timeline(roster));
 *     uint64_t last = roster_last_tick(roster);
 *     for (guint i = 0; i < guests->len; i++) {
 *         const struct entity *e = g_ptr_array_index(guests, i);
 *         if (history_window(e->history, M_CPU, last - 599, last, w) != WINDOW_LOADING)
 *             for (size_t k = 0; k < w->count; k++)
 *                 use(w->times[k], w->numbers[k]);    NAN: absent, window_reason(w, k) says why
 *     }
 *     window_free(w);
 *
 * A filled window never holds more than was asked for; it holds less when less is kept, and its
 * status says so:
 *
 *   WINDOW_READY     all of what was asked for is there; single values may be absent
 *   WINDOW_PARTIAL   it begins later, or ends earlier: `first` and `count` say what is there
 *   WINDOW_LOADING   it is being fetched from elsewhere (a file, another host): ask again after the
 *                    next tick. Nothing is there yet. The history of a live host is in memory and
 *                    never says so.
 *
 * No call waits. Main thread only.
 */
#ifndef VTOP_MODEL_WINDOW_H
#define VTOP_MODEL_WINDOW_H

#include "model/column.h"
#include "model/summary.h"
#include "model/timeline.h"

#include <stddef.h>

enum window_status { WINDOW_READY, WINDOW_PARTIAL, WINDOW_LOADING };

struct window {
    const struct timeline *timeline; /* NULL: times are not filled in */
    enum window_status status;

    /* Of history_window(). */
    uint64_t first; /* the tick of the first value; the others follow tick by tick */
    size_t count;   /* values, absent ones included */
    size_t missing; /* absent ones among them */
    float *numbers; /* NAN: absent, for window_reason() */
    int64_t *times; /* monotonic, of the ticks; 0: not known any more */

    /* Of history_minutes(). */
    uint64_t first_minute;
    size_t minutes;
    struct summary *summaries; /* n is 0 where nothing was known */
    int64_t *minute_times;     /* monotonic, of the first tick of each */

    size_t room, minutes_room; /* elements there is memory for */
};

/* Why a number is absent; REASON_OK of one that is there. */
static inline enum reason window_reason(const struct window *w, size_t i)
{
    return cell_reason(cell_of_float(w->numbers[i]));
}

struct window *window_new(const struct timeline *timeline);
void window_free(struct window *w);

/* For history: make room for COUNT ticks or minutes from FIRST on, fill in their times, and say
 * that all of them are there. */
void window_begin(struct window *w, uint64_t first, size_t count);
void window_begin_minutes(struct window *w, uint64_t first, size_t count);

#endif
