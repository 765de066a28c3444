/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: the vtop authors */
#include <config.h>

#include "view/layout.h"

#include <glib.h>

/* How many of WANTED rows can be taken from LEFT so that KEEP stay. */
static int share(int left, int wanted, int keep)
{
    return CLAMP(left - keep, 0, wanted);
}

static void split_off_side(const struct layout_wishes *wishes, struct layout *out)
{
    enum { TABLE_COLUMNS_MIN = 20 };
    int columns = out->table.columns;

    if (wishes->side < 1)
        return;
    out->side = out->table;
    out->side.columns = columns - wishes->side < TABLE_COLUMNS_MIN ? columns : wishes->side;
    out->table.left = out->side.columns;
    out->table.columns = columns - out->side.columns;
}

/* Cut ROWS off the top of what is left. */
static struct rect take(struct rect *left, int rows)
{
    struct rect taken = *left;

    taken.rows = rows;
    left->top += rows;
    left->rows -= rows;
    return taken;
}

void layout_make(int rows, int columns, const struct layout_wishes *wishes, struct layout *out)
{
    enum { LEDGER_BASE = 2 };
    int left = MAX(rows, 0);
    int keys = wishes->input ? share(left, 1, 0) : 0;
    left -= keys;
    int title = share(left, 1, 2);
    left -= title;
    int host = share(left, MIN(wishes->host, LEDGER_BASE), 3);
    left -= host;
    int findings = share(left, wishes->findings, 3);
    left -= findings;
    if (!keys && !wishes->no_keys)
        left -= keys = share(left, 1, 4);
    int playback = share(left, wishes->playback, 4);
    left -= playback;
    int messages = share(left, MIN(wishes->messages, rows / 4), 4);
    left -= messages;
    int hosts = share(left, wishes->hosts, MAX(rows / 2 + 1, 5));
    left -= hosts;
    int more = share(left, wishes->host - host, MAX(rows / 2 + 1, 5));

    struct rect rest = {.rows = MAX(rows, 0), .columns = MAX(columns, 0)};
    *out = (struct layout){.side = {.columns = 0}};
    out->title = take(&rest, title);
    out->page = rest;
    out->page.rows -= keys + playback;
    out->host = take(&rest, host + more);
    out->hosts = take(&rest, hosts);
    out->findings = take(&rest, findings);
    out->messages = take(&rest, messages);
    out->table = take(&rest, rest.rows - keys - playback);
    out->playback = take(&rest, playback);
    out->keys = rest;
    split_off_side(wishes, out);
}

bool rect_contains(const struct rect *r, int row, int column)
{
    return row >= r->top && row < r->top + r->rows && column >= r->left &&
           column < r->left + r->columns;
}
