/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: the vtop authors */
/* line.h: a line of text that the user types.
 *
 * The text is valid UTF-8 of at most LINE_MAX_BYTES; the cursor is a byte offset at the beginning
 * of a character. Main thread only.
 */
#ifndef VTOP_UI_LINE_H
#define VTOP_UI_LINE_H

#include "ui/keys.h"

#include <glib.h>

enum { LINE_MAX_BYTES = 256 };

struct line {
    GString *text;
    size_t cursor;
};

void line_set(struct line *l,
              const char *text); /* the cursor at its end; L may be all zero */
void line_clear(struct line *l); /* frees */

/* A character at the cursor; false: not taken, because it does not print or the line is full. */
bool line_insert(struct line *l, uint32_t ch);

/* Do one of ACTION_LINE_LEFT to ACTION_CLEAR. Returns whether the text has changed. */
bool line_edit(struct line *l, enum action action);

#endif
