/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: the vtop authors */
#include <config.h>

#include "ui/line.h"

#include "base/text.h"

void line_set(struct line *l, const char *text)
{
    if (!l->text)
        l->text = g_string_new(NULL);
    g_string_assign(l->text, text ? text : "");
    l->cursor = l->text->len;
}

void line_clear(struct line *l)
{
    if (l->text)
        g_string_free(l->text, TRUE);
    *l = (struct line){0};
}

bool line_insert(struct line *l, uint32_t ch)
{
    char bytes[8] = {0};
    int n = g_unichar_to_utf8(ch, bytes);

    if (l->text->len + (size_t)n > LINE_MAX_BYTES)
        return false;
    char *clean = text_clean(bytes, n);
    bool prints = g_str_equal(clean, bytes);
    if (prints) {
        g_string_insert(l->text, (gssize)l->cursor, bytes);
        l->cursor += (size_t)n;
    }
    g_free(clean);
    return prints;
}

static size_t step_left(const struct line *l)
{
    const char *p = g_utf8_find_prev_char(l->text->str, l->text->str + l->cursor);

    return p ? (size_t)(p - l->text->str) : 0;
}

static size_t step_right(const struct line *l)
{
    const char *p = l->text->str + l->cursor;

    return *p ? (size_t)(g_utf8_next_char(p) - l->text->str) : l->cursor;
}

static bool cut(struct line *l, size_t from, size_t to)
{
    g_string_erase(l->text, (gssize)from, (gssize)(to - from));
    l->cursor = from;
    return to > from;
}

bool line_edit(struct line *l, enum action action)
{
    switch (action) {
    case ACTION_LINE_LEFT:
        l->cursor = step_left(l);
        return false;
    case ACTION_LINE_RIGHT:
        l->cursor = step_right(l);
        return false;
    case ACTION_LINE_START:
        l->cursor = 0;
        return false;
    case ACTION_LINE_END:
        l->cursor = l->text->len;
        return false;
    case ACTION_RUB_OUT:
        return cut(l, step_left(l), l->cursor);
    case ACTION_DELETE:
        return cut(l, l->cursor, step_right(l));
    case ACTION_CLEAR:
        return cut(l, 0, l->text->len);
    default:
        return false;
    }
}
