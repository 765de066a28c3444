/* strip.h: a line of labelled values of which the least important go first.
 *
 * Pieces stand from left to right in the order they were added. When they do not all fit, the one
 * with the highest rank is left out, until the rest does. Main thread only.
 */
#ifndef VTOP_VIEW_STRIP_H
#define VTOP_VIEW_STRIP_H

#include "view/canvas.h"

enum { STRIP_PIECES = 24, STRIP_TEXT = 80 };

struct strip {
    size_t count;
    struct strip_piece {
        int rank; /* 0: is never left out */
        enum style label_style, style;
        char label[STRIP_TEXT], text[STRIP_TEXT];
    } piece[STRIP_PIECES];
};

/* LABEL (may be "") stands before the text, a blank between them. */
G_GNUC_PRINTF(6, 7)
void strip_add(struct strip *s, int rank, enum style label_style, const char *label,
               enum style style, const char *format, ...);

/* Draw with GAP blanks between pieces; returns the column after the last one. */
int strip_draw(const struct strip *s, struct canvas *c, int row, int column, int width, int gap);

#endif
