/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: the vtop authors */
/* columns.h: the columns of a table and their places.
 *
 * A list of metrics of guests, in order. Columns are found by exported name or title
 * ("cpu_percent", "CPU%"). NAME and a column before it are pinned when NAME is among the first two,
 * otherwise NAME alone: horizontal scrolling moves the other columns. When there is no room for two
 * pinned columns, the one before NAME moves to the end. Main thread only.
 */
#ifndef VTOP_VIEW_COLUMNS_H
#define VTOP_VIEW_COLUMNS_H

#include "model/metric.h"

#include <glib.h>

enum { COLUMNS_MAX = M_KIND_GUEST_END - M_KIND_GUEST_BEGIN }; /* each metric once */

struct columns {
    size_t count;
    enum metric metric[COLUMNS_MAX];
};

/* The metrics of a set, in the order of the catalogue. */
void columns_of_set(struct columns *c, enum metric_set set);

/* Parse "name,cpu_percent,MEM%": at least one name; a comma at the end is allowed. 0, or -EINVAL
 * and *error (one line, g_free; may be NULL). */
int columns_parse(struct columns *c, const char *names, char **error);
char *columns_to_names(const struct columns *c); /* what columns_parse() reads; g_free */

bool columns_have(const struct columns *c, enum metric m);
bool columns_add(struct columns *c, enum metric m); /* at the end; false: it is there already */
void columns_remove(struct columns *c, size_t at);
void columns_move(struct columns *c, size_t from, size_t to);
unsigned columns_needs(const struct columns *c); /* enum need, or-ed */

/* ---- geometry: a pure function ---- */

struct column_place {
    enum metric metric;
    int left, width;
};

struct columns_geometry {
    size_t count;
    struct column_place place[COLUMNS_MAX]; /* what is visible, from left to right */
    size_t pinned;                          /* how many of them are */
    size_t hidden_left, hidden_right;       /* columns that scrolling would bring in */
};

/* WANTED[i]: width of the content of column i (0: that of the catalogue); texts shrink and stretch
 * within limits, numbers keep their width. TREE: a pinned NAME comes first, so that the branches
 * begin at the left edge. SCROLL: number of unpinned columns that are scrolled out on the left;
 * reduced when no column would be left to show. */
void columns_place(const struct columns *c, const int wanted[], int width, bool tree,
                   size_t *scroll, struct columns_geometry *out);

#endif
