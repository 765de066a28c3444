/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: the vtop authors */
/* cursor.h: the selected row of the table, and the part of the table on the screen.
 *
 * The cursor stays on its row while rows move. When the row disappears or is filtered out, the
 * cursor moves to the row that is now on its line, and stays with that one; when the row that the
 * user had selected returns, the cursor returns to it. Until the user moves it, the cursor is on
 * the first line, whichever row that is. "Above" is the place of the host above the first row.
 *
 * An all-zero cursor is valid. Main thread only.
 */
#ifndef VTOP_VIEW_CURSOR_H
#define VTOP_VIEW_CURSOR_H

#include "view/rows.h"

struct cursor {
    uint64_t wanted;  /* id of the row that the user selected; 0: none */
    uint64_t current; /* id of the row it is on */
    size_t row;
    bool above;
    bool follow;  /* the row keeps its line of the screen */
    size_t first; /* row at the top of the screen */
    size_t fit;   /* rows on the screen */
};

/* After rows_build(): find the row again. */
void cursor_keep(struct cursor *c, const struct rows *rows);

void cursor_to_row(struct cursor *c, const struct rows *rows, size_t row); /* the last, if beyond */
bool cursor_to_id(struct cursor *c, const struct rows *rows, uint64_t id); /* false: not there */
void cursor_to_top(struct cursor *c);                                      /* as before the user moved it */
void cursor_move(struct cursor *c, const struct rows *rows, long by);

/* Scroll; the cursor moves when it would leave the screen. */
void cursor_scroll(struct cursor *c, const struct rows *rows, long by);

/* The screen has FIT rows: scroll until the cursor is visible. */
void cursor_fit(struct cursor *c, const struct rows *rows, size_t fit);

#endif
