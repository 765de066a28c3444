/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: the vtop authors */
/* layout.h: the regions of the screen, a pure function.
 *
 * It works for every size from 1x1 up. Regions do not overlap and do not leave the screen; a region
 * without room has 0 rows. The table has at least one row (except with an input line on a screen of
 * one row), and more than half of a larger screen. When rows are scarce, they are taken in this
 * order from: further ledger rows, messages, key bar, the line of findings, the first two ledger rows,
 * title, table header.
 */
#ifndef VTOP_VIEW_LAYOUT_H
#define VTOP_VIEW_LAYOUT_H

#include <stdbool.h>

struct rect {
    int top, left, rows, columns;
};

struct layout_wishes {
    int host;     /* rows of the ledger */
    int hosts;    /* rows of other hosts */
    int findings; /* rows of the line of findings */
    int playback; /* rows of the bar of a recording */
    int messages; /* rows of messages and absent sources */
    bool input;   /* an input line in place of the key bar */
    bool no_keys; /* no key bar */
    int side;     /* columns of a menu to the left of the table; 0 = none. Where there is no room
                     for both, the menu has it all */
};

struct layout {
    struct rect title;
    struct rect host;
    struct rect hosts;
    struct rect findings;
    struct rect messages;
    struct rect side;
    struct rect table; /* its header included, when it has more than one row */
    struct rect playback;
    struct rect keys;  /* the key bar, or the input line in its place */
    struct rect page;  /* for a page: all rows between the title and the bar of a recording or
                          the key bar */
};

void layout_make(int rows, int columns, const struct layout_wishes *wishes, struct layout *out);

bool rect_contains(const struct rect *r, int row, int column);

#endif
