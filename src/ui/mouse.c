/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: the vtop authors */
#include <config.h>

#include "ui/mouse.h"

#include "ui/actions.h"

enum { WHEEL_ROWS = 3 };

static void click_header(struct app *app, int column)
{
    enum metric m = table_column_at(app->table, column);
    bool again = m == table_sort_key(app->table);

    if (m != M_NONE && metric_info(m)->unit != UNIT_GRAPH)
        table_sort(app->table, m, again && !table_sort_reversed(app->table));
}

static void click_table(struct app *app, const struct key *key)
{
    const struct rect *where = &app->layout.table;
    int header = where->rows > 1, row = key->row - where->top - header;
    size_t i = table_first_row(app->table) + (size_t)MAX(row, 0);

    if (row < 0)
        click_header(app, key->column - where->left);
    else if (i < table_row_count(app->table))
        table_select_row(app->table, i);
    table_hold(app->table);
}

static void click_menu(struct app *app, const struct key *key)
{
    int row = key->row - app->layout.side.top - 1; /* below its title */
    size_t i = app->menu.scroll + (size_t)MAX(row, 0);

    if (row < 0 || i >= app->menu_values->len)
        return;
    app->menu.cursor = i;
    actions_do(app, ACTION_ACCEPT);
}

static void wheel(struct app *app, int direction)
{
    enum action step = direction < 0 ? ACTION_UP : ACTION_DOWN;

    if (state_context(app) == CONTEXT_TABLE) {
        table_scroll(app->table, direction * WHEEL_ROWS);
        table_hold(app->table);
    } else if (state_overlay(app) != OVERLAY_INPUT) {
        for (int i = 0; i < WHEEL_ROWS; i++)
            actions_do(app, step);
    }
}

static void press(struct app *app, const struct key *key)
{
    const struct layout *l = &app->layout;
    int label = panel_key_at(&l->keys, app->bar.labels, key->column);
    bool table = state_context(app) == CONTEXT_TABLE;

    if (rect_contains(&l->keys, key->row, key->column) && label >= 0)
        actions_do(app, app->bar.actions[label]);
    else if (state_overlay(app) == OVERLAY_MENU && rect_contains(&l->side, key->row, key->column))
        click_menu(app, key);
    else if (table && rect_contains(&l->table, key->row, key->column))
        click_table(app, key);
    else if (table && rect_contains(&l->findings, key->row, key->column))
        actions_do(app, ACTION_FINDINGS);
    else if (table && rect_contains(&l->host, key->row, key->column))
        table_select(app->table, roster_host(app->view.moment.roster)->serial);
}

void mouse_handle(struct app *app, const struct key *key)
{
    app->changed = true;
    if (key->code == K_CLICK)
        press(app, key);
    else
        wheel(app, key->code == K_WHEEL_UP ? -1 : +1);
}
