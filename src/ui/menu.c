/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: the vtop authors */
#include <config.h>

#include "ui/menu.h"

static void cancel_menu(struct app *app)
{
    if (app->menu_kind == MENU_THEME)
        state_use_theme(app, app->theme_before);
    state_close_overlay(app);
}

static void start_menu(struct app *app, enum menu_kind kind, const char *title)
{
    g_array_set_size(app->menu_values, 0);
    g_ptr_array_set_size(app->menu_items, 0);
    state_open_overlay(app, OVERLAY_MENU);
    app->menu_kind = kind;
    app->menu = (struct menu){.title = title};
}

static void add_item(struct app *app, const char *text, int value, bool current)
{
    if (current)
        app->menu.cursor = app->menu_values->len;
    g_array_append_val(app->menu_values, value);
    g_ptr_array_add(app->menu_items, (char *)text);
}

static void end_menu(struct app *app)
{
    g_ptr_array_add(app->menu_items, NULL);
    app->menu.items = (const char *const *)app->menu_items->pdata;
}

static void add_sort_key(struct app *app, enum metric m)
{
    if (metric_info(m)->unit != UNIT_GRAPH)
        add_item(app, metric_info(m)->title, (int)m, m == table_sort_key(app->table));
}

/* The columns on the screen first, then all others. */
void menu_open_sort(struct app *app)
{
    const struct columns *shown = table_shown_columns(app->table);

    start_menu(app, MENU_SORT, "Sort by");
    for (size_t i = 0; i < shown->count; i++)
        add_sort_key(app, shown->metric[i]);
    for (enum metric m = metric_begin(KIND_GUEST); m < metric_end(KIND_GUEST); m++)
        if (!columns_have(shown, m))
            add_sort_key(app, m);
    end_menu(app);
}

void menu_open_theme(struct app *app)
{
    start_menu(app, MENU_THEME, "Colours");
    for (enum theme t = 0; t < THEME_COUNT; t++)
        add_item(app, theme_name(t), (int)t, t == app->settings.theme);
    app->theme_before = app->settings.theme;
    end_menu(app);
}

static int menu_value(const struct app *app)
{
    return g_array_index(app->menu_values, int, app->menu.cursor);
}

static void move_in_menu(struct app *app, long by)
{
    long last = (long)app->menu_values->len - 1;

    app->menu.cursor = (size_t)CLAMP((long)app->menu.cursor + by, 0, last);
    if (app->menu_kind == MENU_THEME) /* the screen itself is the preview */
        state_use_theme(app, (enum theme)menu_value(app));
}

static void accept_menu(struct app *app)
{
    if (app->menu_kind == MENU_SORT)
        state_sort(app, (enum metric)menu_value(app));
    else
        state_say(app, STYLE_NORMAL, "Colours: %s. F2 saves them.", theme_text(app->settings.theme));
    state_close_overlay(app);
}

void menu_act(struct app *app, enum action action)
{
    long page = MAX(1, app->layout.side.rows - 2);

    switch (action) {
    case ACTION_UP:
        move_in_menu(app, -1);
        break;
    case ACTION_DOWN:
        move_in_menu(app, +1);
        break;
    case ACTION_PAGE_UP:
        move_in_menu(app, -page);
        break;
    case ACTION_PAGE_DOWN:
        move_in_menu(app, +page);
        break;
    case ACTION_TOP:
        move_in_menu(app, -G_MAXINT);
        break;
    case ACTION_BOTTOM:
        move_in_menu(app, +G_MAXINT);
        break;
    case ACTION_ACCEPT:
        accept_menu(app);
        break;
    case ACTION_CANCEL:
        cancel_menu(app);
        break;
    default:
        break;
    }
}

