/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: the vtop authors */
/* table.h: the table of guests: its rows, their order, and the selection.
 *
 * table_update() makes the rows from the roster. Call it after every change of the roster or of the
 * view, before any function that takes a view or returns entities. The other functions work on the
 * rows of the last update.
 *
 *   order      by any column, in both directions; absent values are last in both; ties by name,
 *              then serial. After table_hold(), rows keep their order for TABLE_HOLD_TICKS ticks
 *              and new rows are at the end; a new sort key takes effect at once.
 *   selection  stays on the guest while rows move (cursor.h). Until the user moves it, it is on the
 *              first line. The host, above the first row, can be selected, too.
 *   tree       host -> group -> guest -> guests nested in it; every level is sorted by the same
 *              key. Groups and hosts are rows of their own, with totals of metrics that can be
 *              added. Rows with children can be folded.
 *
 * A tick allocates only when there are more rows than ever before. Main thread only.
 */
#ifndef VTOP_VIEW_TABLE_H
#define VTOP_VIEW_TABLE_H

#include "view/rows.h"

enum { TABLE_HOLD_TICKS = 3 };

struct table;

struct table *
table_new(void); /* column set MAIN, sorted by CPU%, virtual machines and containers */
void table_free(struct table *t);

void table_update(struct table *t, const struct view *v);

/* ---- what is shown ---- */

struct columns *
table_columns(struct table *t); /* may be changed; takes effect at the next update */
const struct columns *table_shown_columns(const struct table *t);

/* Show the columns of a set; SET_MAIN: the user's own. */
void table_show_set(struct table *t, enum metric_set set);
enum metric_set table_shown_set(const struct table *t);

/* REVERSED: against the natural direction, in which numbers fall and texts rise. */
void table_sort(struct table *t, enum metric key, bool reversed);
enum metric table_sort_key(const struct table *t);
bool table_sort_reversed(const struct table *t);
void table_hold(struct table *t);

/* 0, or -EINVAL and *error (one line, g_free), the old filter stays. ERROR may be NULL. */
int table_filter(struct table *t, const char *text, char **error);
const char *table_filter_text(const struct table *t); /* "" = none */
bool table_filter_gave_up(const struct table *t);     /* as filter_gave_up() */

void table_types(struct table *t,
                 uint32_t types); /* bit per enum guest_type; 0 = all but services */
uint32_t table_shown_types(const struct table *t);
void table_toggle_class(struct table *t, enum guest_class class);

void table_tree(struct table *t, bool on);
bool table_is_tree(const struct table *t);
void table_fold(struct table *t, bool folded); /* the selected row, or its parent when it has no children */
void table_toggle_fold(struct table *t);
void table_fold_all(struct table *t, bool folded);

/* enum need of the columns, the sort key and the tree. */
unsigned table_needs(const struct table *t);

/* ---- rows ---- */

size_t table_row_count(const struct table *t);
const struct row *table_row(const struct table *t, size_t i);
char *table_row_name(const struct row *row); /* as it is shown: "web-1", "shop (3)"; g_free */
size_t table_matches(const struct table *t); /* guests that are shown or folded, */
size_t table_hidden(const struct table *t);  /* and those hidden by the filter or the types */

/* The total of a group's or a host's row over the shown columns, as rows_total() gives it. */
double table_total(const struct table *t, const struct row *row, enum metric m);

/* ---- selection and scrolling ---- */

/* Serial of the selected guest, or of this host; 0: a group, another host, or nothing. */
uint64_t table_selected(const struct table *t);
bool table_host_is_selected(const struct table *t);
size_t table_selected_row(const struct table *t); /* G_MAXSIZE: none, or the host */

void table_move(struct table *t, long rows); /* -1 up, +1 down; from the first row up to the host */
void table_page(struct table *t, int pages);
void table_to_top(struct table *t); /* and stay there */
void table_to_bottom(struct table *t);
void table_select(struct table *t, uint64_t serial);
void table_select_row(struct table *t, size_t i);
void table_scroll(struct table *t, long rows); /* the wheel; the selection moves when it would leave the screen */
void table_scroll_columns(struct table *t, int columns);

/* Keep the selected guest on its line of the screen while the others move around it. */
void table_follow(struct table *t, bool on);
bool table_follows(const struct table *t);

/* ---- tags and search ---- */

void table_tag(struct table *t);                  /* toggles the selected guest's, and moves down */
void table_tag_all(struct table *t, bool tagged); /* all shown */
bool table_is_tagged(const struct table *t, uint64_t serial);
size_t table_tagged_count(const struct table *t);

/* Select the first row from the selected one on whose name matches (DIRECTION 0: staying on a
 * match), or the next (+1) or previous (-1) one. TEXT as in filter.h. Updates the table first.
 * False: nothing matches. */
bool table_search(struct table *t, const struct view *v, const char *text, int direction);
bool table_search_gave_up(const struct table *t); /* the last one, as filter_gave_up() */

/* ---- geometry, for the panel and for the mouse ---- */

/* Fit into this many rows (without the header) and columns; scrolls as needed. */
void table_fit(struct table *t, int rows, int columns);
size_t table_first_row(const struct table *t);

/* Serials of the guests on the screen, at most MAX; returns how many. */
size_t table_on_screen(const struct table *t, uint64_t *serials, size_t max);
const struct columns_geometry *table_geometry(const struct table *t);
enum metric table_column_at(const struct table *t, int column); /* M_NONE: none */

#endif
