/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: the vtop authors */
/* strip.h: a line of labelled values, without the least important ones when room is short.
 *
 * Pieces are drawn from left to right in the order of strip_add(). While they do not fit, those
 * with the highest rank are dropped. Main thread only.
 */
#ifndef VTOP_VIEW_STRIP_H
#define VTOP_VIEW_STRIP_H

#include "view/canvas.h"

enum { STRIP_PIECES = 24, STRIP_TEXT = 80 };

struct strip {
    size_t count;
    struct strip_piece {
        int rank; /* 0: never dropped */
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
