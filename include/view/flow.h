/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: the vtop authors */
/* flow.h: the elements of pages: headings, paragraphs, values, graphs and tables of parts, drawn
 * one below the other and scrolled together.
 *
 * A function draws a whole page from top to bottom; it does not need to know which part is on the
 * screen. Main thread only.
 */
#ifndef VTOP_VIEW_FLOW_H
#define VTOP_VIEW_FLOW_H

#include "view/spark.h"

struct flow {
    struct canvas *canvas;
    const struct view *view;
    int left, columns;
    int top, bottom; /* rows of the screen the page has */
    int y;           /* row of the next line; may be outside of the screen */
    int chosen_top, chosen_end; /* rows of the page that have to be on the screen; or 0, 0 */
    int scroll;
};

typedef void flow_function(struct flow *f, const void *data);

/* Draw scrolled by extent->scroll rows; corrects that, and sets the rest. */
struct flow_extent {
    int scroll;                 /* rows scrolled out at the top */
    int height;                 /* rows there are */
    int chosen_top, chosen_end; /* rows of what flow_choose() has marked */
};
void flow_draw(struct canvas *c, const struct rect *where, const struct view *v,
               struct flow_extent *extent, flow_function *draw, const void *data);

/* The rows from the first of these calls to the second are to be on the screen, all of them or as
 * many as fit. */
void flow_choose(struct flow *f);
void flow_choose_end(struct flow *f);

/* What follows stands further to the right; negative: to the left again. */
void flow_indent(struct flow *f, int columns);

/* A line for a guest that is no longer known. */
void flow_gone(struct flow *f);

/* Whether the next line is on the screen; other lines need not be formatted. */
bool flow_is_visible(const struct flow *f);

void flow_gap(struct flow *f);
G_GNUC_PRINTF(2, 3) void flow_heading(struct flow *f, const char *format, ...);

/* Wrapped text. LABEL is in a column of its own to the left, LABEL_COLUMNS wide. */
void flow_paragraph(struct flow *f, const char *label, int label_columns, enum style style,
                    const char *text);

/* Whether the page is so narrow that columns are left out. */
bool flow_is_narrow(const struct flow *f);

/* The same with a column for labels that all pages have; on a narrow page the label is part of the
 * text. */
void flow_labelled(struct flow *f, const char *label, const char *text);

/* A command: cut at the edge of the page, wherever that is, so that no blank of it is lost. */
void flow_verbatim(struct flow *f, const char *label, const char *text);

/* A label and a short text; as many pairs per line as fit. *COLUMN is 0 for the first one; call
 * flow_pairs_end() after the last one. */
void flow_pair(struct flow *f, int *column, const char *label, enum style style, const char *text);
void flow_pairs_end(struct flow *f, const int *column);

/* Title and value of every metric of a set (0: of all metrics), in columns; then the metrics
 * without a value, by reason. */
void flow_values(struct flow *f, const struct entity *e, unsigned set);

/* Whether this kind of guest has metrics of that set, with a value or without. */
bool flow_has_values(const struct entity *e, unsigned set);

/* A table of all parts of one kind with a heading; nothing when there are none. */
void flow_parts(struct flow *f, const struct entity *e, enum kind kind, const char *title);

/* Graphs over the window of the view, PER_LINE beside each other and ROWS high. */
struct flow_graph {
    enum metric metric;
    const char *title; /* NULL: the metric's */
    double top;        /* 0: from the values */
};
void flow_graphs(struct flow *f, const struct entity *e, const struct flow_graph graphs[],
                 size_t count, int per_line, int rows);

/* How high graphs should be on a screen of this height. */
int flow_graph_rows(const struct flow *f);

#endif
