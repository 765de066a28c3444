/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: the vtop authors */
#include <config.h>

#include "model/window.h"

#include <glib.h>

struct window *window_new(const struct timeline *timeline)
{
    struct window *w = g_new0(struct window, 1);

    w->timeline = timeline;
    return w;
}

void window_free(struct window *w)
{
    if (!w)
        return;
    g_free(w->numbers);
    g_free(w->times);
    g_free(w->summaries);
    g_free(w->minute_times);
    g_free(w);
}

/* Callers read the same ticks of many metrics in a row: their times are filled in once. */
static void fill_times(struct window *w, uint64_t first, size_t count)
{
    bool same = w->first == first && w->count == count && count &&
                w->times[count - 1] == timeline_time(w->timeline, first + count - 1, NULL);

    for (size_t i = 0; i < count && !same; i++)
        w->times[i] = timeline_time(w->timeline, first + i, NULL);
}

void window_begin(struct window *w, uint64_t first, size_t count)
{
    if (count > w->room) {
        w->room = count;
        w->numbers = g_renew(float, w->numbers, count);
        w->times = g_renew(int64_t, w->times, count);
        w->count = 0;
    }
    if (w->timeline)
        fill_times(w, first, count);
    w->status = WINDOW_READY;
    w->first = first;
    w->count = count;
    w->missing = 0;
}

void window_begin_minutes(struct window *w, uint64_t first, size_t count)
{
    struct timeline_minute minute;

    if (count > w->minutes_room) {
        w->minutes_room = count;
        w->summaries = g_renew(struct summary, w->summaries, count);
        w->minute_times = g_renew(int64_t, w->minute_times, count);
    }
    for (size_t i = 0; i < count && w->timeline; i++)
        w->minute_times[i] = timeline_minute(w->timeline, first + i, &minute) ? minute.mono_ns : 0;
    w->status = WINDOW_READY;
    w->first_minute = first;
    w->minutes = count;
}
