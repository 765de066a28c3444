/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: the vtop authors */
#include <config.h>

#include "ui/setup.h"

#include "ui/settings.h"

#include <errno.h>

void setup_open(struct app *app)
{
    table_show_set(app->table, SET_MAIN);
    state_open_overlay(app, OVERLAY_CHOOSER);
    app->chooser = chooser_new(table_columns(app->table));
}

static void accept_columns(struct app *app)
{
    *table_columns(app->table) = *chooser_result(app->chooser);
    state_close_overlay(app);
}

/* Collect the current values from the table and the view. */
static void gather_settings(struct app *app)
{
    struct settings *s = &app->settings;

    s->columns = *table_columns(app->table);
    s->sort = table_sort_key(app->table);
    s->sort_reversed = table_sort_reversed(app->table);
    s->types = table_shown_types(app->table);
    s->tree = table_is_tree(app->table);
    s->cpu_of_host = app->view.cpu_of_host;
    s->braille = app->view.braille;
}

static void save(struct app *app)
{
    int result;

    accept_columns(app);
    gather_settings(app);
    result = settings_save(&app->settings, app->settings_file);
    if (result < 0)
        state_say(app, STYLE_CRIT, "Not saved: %s: %s", app->settings_file,
                result == -ELOOP ? "a link of another user is not followed" : g_strerror(-result));
    else
        state_say(app, STYLE_GOOD, "Saved in %s", app->settings_file);
}

void setup_act(struct app *app, enum action action)
{
    int page = MAX(1, app->layout.page.rows / 2);

    switch (action) {
    case ACTION_UP:
        chooser_move(app->chooser, -1);
        break;
    case ACTION_DOWN:
        chooser_move(app->chooser, +1);
        break;
    case ACTION_PAGE_UP:
        chooser_move(app->chooser, -page);
        break;
    case ACTION_PAGE_DOWN:
        chooser_move(app->chooser, +page);
        break;
    case ACTION_TOP:
        chooser_move(app->chooser, -METRIC_COUNT);
        break;
    case ACTION_BOTTOM:
        chooser_move(app->chooser, +METRIC_COUNT);
        break;
    case ACTION_TOGGLE:
        chooser_toggle(app->chooser);
        break;
    case ACTION_SHIFT_UP:
        chooser_shift(app->chooser, -1);
        break;
    case ACTION_SHIFT_DOWN:
        chooser_shift(app->chooser, +1);
        break;
    case ACTION_RESET:
        chooser_reset(app->chooser);
        break;
    case ACTION_SAVE:
        save(app);
        break;
    case ACTION_ACCEPT:
        accept_columns(app);
        break;
    case ACTION_CANCEL:
        state_close_overlay(app);
        break;
    default:
        break;
    }
}

