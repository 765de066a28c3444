/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: the vtop authors */
/* spark.h: sparklines and graphs of history.
 *
 * Values are on a linear scale from 0 to TOP; more than TOP is drawn as TOP. A NAN is a gap and
 * stays blank. trace.h says which values there are. Main thread only.
 */
#ifndef VTOP_VIEW_SPARK_H
#define VTOP_VIEW_SPARK_H

#include "view/layout.h"
#include "view/trace.h"

enum { SPARK_COLUMNS_MAX = TRACE_COLUMNS_MAX };

/* One cell high, eight levels. */
void spark_draw(struct canvas *c, int row, int column, int columns, enum style style,
                const struct glyphs *glyphs, const double values[], double top);

/* Read a series and draw it like spark_draw(). */
void spark_series(struct canvas *c, int row, int column, int columns, enum style style,
                  const struct view *v, const struct series *s, double top);

/* The sparkline of a guest in the table: the last minute, scaled to what the guest may use. */
void spark_cell(struct canvas *c, int row, int column, int columns, const struct view *v,
                const struct entity *guest, enum metric m);

/* Several rows high, without labels. */
void graph_draw(struct canvas *c, const struct rect *where, enum style style,
                const struct glyphs *glyphs, const double values[], double top);

/* The same in braille dots, 2 wide and 4 high per cell: two values for each column. */
void graph_draw_braille(struct canvas *c, const struct rect *where, enum style style,
                        const double values[], double top);

/* A graph with labels: a line with the title, the value of the moment, minimum, maximum, and how
 * much of the view's window is recorded; then the graph with its scale at the left. */
struct graph {
    const struct entity *entity;
    enum metric metric;
    const char *title;
    double top; /* 0: chosen from the values */
};
void graph_panel(struct canvas *c, const struct rect *where, const struct view *v,
                 const struct graph *g);

/* A round number (1, 2, 5 times a power) that is not below the largest value; 0 when all are NAN.
 */
double spark_round_top(const double values[], int count, bool binary);

#endif
