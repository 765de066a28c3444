/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: the vtop authors */
#include <config.h>

#include "view/strip.h"

#include "base/text.h"

#include <stdarg.h>
#include <stdio.h>

void strip_add(struct strip *s, int rank, enum style label_style, const char *label,
               enum style style, const char *format, ...)
{
    va_list args;

    g_return_if_fail(s->count < STRIP_PIECES);
    struct strip_piece *p = &s->piece[s->count++];
    p->rank = rank;
    p->label_style = label_style;
    p->style = style;
    g_strlcpy(p->label, label, sizeof(p->label));
    va_start(args, format);
    vsnprintf(p->text, sizeof(p->text), format, args);
    va_end(args);
}

static int piece_width(const struct strip_piece *p)
{
    int label = text_width(p->label), text = text_width(p->text);

    return label + text + (label && text);
}

/* The highest rank that can stay. */
static int choose_rank(const struct strip *s, int width, int gap)
{
    int highest = 0;

    for (size_t i = 0; i < s->count; i++)
        highest = MAX(highest, s->piece[i].rank);
    for (; highest > 0; highest--) {
        int needed = -gap;
        for (size_t i = 0; i < s->count; i++)
            if (s->piece[i].rank <= highest)
                needed += piece_width(&s->piece[i]) + gap;
        if (needed <= width)
            break;
    }
    return highest;
}

int strip_draw(const struct strip *s, struct canvas *c, int row, int column, int width, int gap)
{
    int highest = choose_rank(s, width, gap), first = column;

    for (size_t i = 0; i < s->count; i++) {
        const struct strip_piece *p = &s->piece[i];
        if (p->rank > highest)
            continue;
        if (column > first)
            column += gap;
        if (*p->label) {
            column = canvas_text(c, row, column, p->label_style, p->label);
            column += *p->text != '\0';
        }
        column = canvas_text(c, row, column, p->style, p->text);
    }
    return column;
}
