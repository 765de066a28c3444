/* cursor.h: where the eye is in the rows of the table: the selected row, and the part on screen.
 *
 * The cursor stays on its row while rows move around it. When the row is gone, or filtered out,
 * the cursor is on whoever stands on that line then, and stays on that one; but a row that was
 * selected by hand gets it back when it comes back. Untouched, the cursor is on the first line,
 * whoever stands there. "Above" is the host's place over the first row.
 *
 * An all-zero cursor is valid. Main thread only.
 */
#ifndef VTOP_VIEW_CURSOR_H
#define VTOP_VIEW_CURSOR_H

#include "view/rows.h"

struct cursor {
    uint64_t wanted;  /* id of the row that was selected by hand; 0: none, untouched */
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
void cursor_to_top(struct cursor *c);                                      /* untouched again */
void cursor_move(struct cursor *c, const struct rows *rows, long by);

/* Scroll; the cursor comes along when it would leave the screen. */
void cursor_scroll(struct cursor *c, const struct rows *rows, long by);

/* The screen has this many rows: scroll so that the cursor is on it. */
void cursor_fit(struct cursor *c, const struct rows *rows, size_t fit);

#endif
