/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: the vtop authors */
/* trace.h: history resampled to one value per column of a graph.
 *
 * A series covers a number of ticks, for the sparklines of the table. A trace covers a range of
 * time (the window of the view), for the graphs of pages. If history begins later than the window,
 * the trace begins there, so that a short history fills the graph too.
 *
 * A column with several values has their mean. Where only summaries of minutes are kept, it is
 * weighted by their numbers of values. What was not measured is a NAN: nothing is drawn through a
 * gap. Columns are buckets of neighbouring ticks, or of time. They are aligned to the tick number
 * or the time, so that a graph moves by whole columns and does not flicker. Main thread only.
 */
#ifndef VTOP_VIEW_TRACE_H
#define VTOP_VIEW_TRACE_H

#include "view/view.h"

enum { TRACE_COLUMNS_MAX = 1024 };

/* The recorded values of one metric over SPAN ticks (0: one per column) up to the moment. */
struct series {
    const struct entity *entity;
    enum metric metric;
    size_t span;
};

/* COLUMNS values, oldest first: NAN where nothing is known. */
void series_read(const struct view *v, const struct series *s, int columns, double out[]);

/* How many ticks series_read() covers with that many columns. */
size_t series_span(const struct series *s, int columns);

struct trace {
    double values[TRACE_COLUMNS_MAX]; /* as those of a series */
    double least, most;               /* of what was measured, not of the means; NAN: nothing was */
    int64_t covered_ns;               /* from the first to the last known value; 0: none */
    bool whole;                       /* the values cover all of the window */
};

/* What is kept of a metric over the window of the view, up to the moment, in COLUMNS values. */
void trace_read(const struct view *v, const struct entity *e, enum metric m, int columns,
                struct trace *out);

/* Whether anything is known of it since history began. */
bool trace_has(const struct view *v, const struct entity *e, enum metric m);

#endif
