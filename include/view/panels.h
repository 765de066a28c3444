/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: the vtop authors */
/* panels.h: the panels of the main screen, one function each.
 *
 * A panel draws into a rectangle of any size, and nowhere else. It has no state. Entities are
 * looked up in the roster of the view. Main thread only.
 */
#ifndef VTOP_VIEW_PANELS_H
#define VTOP_VIEW_PANELS_H

#include "view/layout.h"
#include "view/table.h"

/* The top line: host, uptime, load, number of guests, interval, own CPU use, the clock. */
void panel_title(struct canvas *c, const struct rect *where, const struct view *v);

/* The ledger: CPU and memory as bars that add up to the host, with their parts named; pressure,
 * disks, network. panel_ledger_rows(): the rows it needs on a screen of this size. SELECTED: the
 * cursor is on the host. */
int panel_ledger_rows(const struct view *v, int rows, int columns);
void panel_ledger(struct canvas *c, const struct rect *where, const struct view *v, bool selected);

/* A line for each other host, where there are several: CPU and memory, its guests, and whether it
 * is gone. How many rows they want, and the drawing. */
int panel_hosts_rows(const struct view *v, int rows);
void panel_hosts(struct canvas *c, const struct rect *where, const struct view *v);

/* The table of guests; header and rows. Calls table_fit(). SEARCH (may be NULL): text whose
 * matches are marked. */
void panel_table(struct canvas *c, const struct rect *where, const struct view *v, struct table *t,
                 const char *search);

/* A key table as help and key bar print it. Ended by keys == NULL. */
struct panel_key {
    const char *section; /* starts a new section when not NULL */
    const char *keys;    /* "F5 t"; "" = there is only the section's title here */
    const char *text;
};

/* ---- lines ---- */

/* The key bar: "F1" "Help", ... ended by key == NULL. */
struct panel_label {
    const char *key, *text;
};
int panel_keys(struct canvas *c, const struct rect *where, const struct panel_label *labels);

/* At the right of it, from column LEFT on (what panel_keys() returns): which of COUNT lines are on
 * the screen, "18-34/160". Nothing when all are, or when there is no room. */
void panel_position(struct canvas *c, const struct rect *where, int left, size_t first, size_t fit,
                    size_t count);

/* Which label of the key bar is at that column; -1: none. */
int panel_key_at(const struct rect *where, const struct panel_label *labels, int column);

/* The input line, with the text cursor. CURSOR: byte offset into TEXT. HINT (may be NULL): an error
 * in it, or the number of matches. */
void panel_input(struct canvas *c, const struct rect *where, const char *prompt, const char *text,
                 size_t cursor, enum style hint_style, const char *hint);

void panel_message(struct canvas *c, const struct rect *where, enum style style, const char *text);

/* Sources with a problem, one line each, and the number of these lines. Absent and denied sources
 * are shown for fifteen seconds. */
int panel_sources_rows(const struct view *v);
void panel_sources(struct canvas *c, const struct rect *where, const struct view *v);

/* The worst open finding in one sentence, and how many others there are: one row, or none. Muted
 * findings do not count. */
int panel_findings_rows(const struct view *v);
void panel_findings(struct canvas *c, const struct rect *where, const struct view *v);

/* ---- menus ---- */

/* A list with a cursor: sort keys, column sets. */
struct menu {
    const char *title;
    const char *const *items; /* ended by NULL */
    size_t cursor, scroll;    /* the panel corrects scroll */
};
int panel_menu_columns(const struct menu *m); /* the width it needs */
void panel_menu(struct canvas *c, const struct rect *where, const struct view *v, struct menu *m);

#endif
