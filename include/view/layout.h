/* layout.h: who gets which part of the screen: a pure function.
 *
 * For every size from 1x1 up. Regions do not overlap and do not leave the screen; a region that
 * gets no room has 0 rows. The table has at least one row (but for an input line on the only one),
 * and more than half of them on a screen with room. What goes first when rows are scarce: further
 * ledger rows, messages, key bar, the first two ledger rows, title, the table's header.
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
    int messages; /* rows of messages and absent sources */
    bool input;   /* somebody is typing */
    bool no_keys; /* no key bar */
    int side;     /* columns of a menu to the left of the table; 0 = none. Where there is no room
                     for both, the menu has it all */
};

struct layout {
    struct rect title;
    struct rect host;
    struct rect hosts;
    struct rect messages;
    struct rect side;
    struct rect table; /* its header included, when it has more than one row */
    struct rect keys;  /* the key bar, or the input line in its place */
    struct rect page;  /* what a full page gets: all between the title and the keys */
};

void layout_make(int rows, int columns, const struct layout_wishes *wishes, struct layout *out);

bool rect_contains(const struct rect *r, int row, int column);

#endif
