/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: the vtop authors */
#include <config.h>

#include "view/cursor.h"

static const struct row *row_at(const struct rows *rows, size_t i)
{
    return &g_array_index(rows->list, struct row, i);
}

static bool find(const struct rows *rows, uint64_t id, size_t *row)
{
    for (size_t i = 0; id && i < rows->list->len; i++)
        if (row_at(rows, i)->id == id) {
            *row = i;
            return true;
        }
    return false;
}

static void settle(struct cursor *c, const struct rows *rows, size_t row)
{
    c->row = MIN(row, MAX(rows->list->len, 1) - 1);
    c->current = rows->list->len ? row_at(rows, c->row)->id : 0;
}

void cursor_keep(struct cursor *c, const struct rows *rows)
{
    size_t before = c->row, found;

    if (!c->wanted)
        found = 0;
    else if (!find(rows, c->wanted, &found) && !find(rows, c->current, &found))
        found = before;
    settle(c, rows, found);
    if (c->follow)
        c->first = c->first + c->row > before ? c->first + c->row - before : 0;
}

void cursor_to_row(struct cursor *c, const struct rows *rows, size_t row)
{
    c->above = false;
    settle(c, rows, row);
    c->wanted = c->current;
}

bool cursor_to_id(struct cursor *c, const struct rows *rows, uint64_t id)
{
    size_t row;

    if (!find(rows, id, &row))
        return false;
    cursor_to_row(c, rows, row);
    return true;
}

void cursor_to_top(struct cursor *c)
{
    *c = (struct cursor){.fit = c->fit};
}

void cursor_move(struct cursor *c, const struct rows *rows, long by)
{
    if (c->above && by > 0)
        cursor_to_row(c, rows, (size_t)by - 1);
    else if (!c->above && by < 0 && c->row == 0)
        c->above = true;
    else if (!c->above)
        cursor_to_row(c, rows, (size_t)MAX((long)c->row + by, 0));
}

void cursor_scroll(struct cursor *c, const struct rows *rows, long by)
{
    long most = MAX((long)rows->list->len - (long)c->fit, 0);
    size_t first = (size_t)CLAMP((long)c->first + by, 0, most);
    size_t last = first + MAX(c->fit, 1) - 1;

    c->first = first;
    if (c->row < first || c->row > last)
        cursor_to_row(c, rows, CLAMP(c->row, first, last));
}

void cursor_fit(struct cursor *c, const struct rows *rows, size_t fit)
{
    size_t count = rows->list->len;

    c->fit = MAX(fit, 1);
    c->first = MIN(c->first, count > c->fit ? count - c->fit : 0);
    if (c->row < c->first)
        c->first = c->row;
    if (c->row >= c->first + c->fit)
        c->first = c->row - c->fit + 1;
}
