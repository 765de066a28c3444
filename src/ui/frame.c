/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: the vtop authors */
#include <config.h>

#include "ui/frame.h"

#include "base/text.h"
#include "ui/prompt.h"

/* TEXT_ROOM: columns that are reserved for the prompt and the typed text; the hint gets the
 * rest. */
enum { PREVIEW_GUESTS = 8, TEXT_ROOM = 32 };

static void measure(struct app *app)
{
    int rows = terminal_rows(app->terminal), columns = terminal_columns(app->terminal);
    struct layout_wishes wishes = {.input = state_overlay(app) == OVERLAY_INPUT};

    if (!app->canvas || app->canvas->rows != rows || app->canvas->columns != columns) {
        canvas_free(app->canvas);
        app->canvas = canvas_new(rows, columns);
    }
    if (state_overlay(app) == OVERLAY_MENU)
        wishes.side = panel_menu_columns(&app->menu);
    wishes.host = panel_ledger_rows(&app->view, rows, columns);
    wishes.hosts = panel_hosts_rows(&app->view, rows);
    wishes.findings = panel_findings_rows(&app->view);
    wishes.messages = panel_sources_rows(&app->view);
    wishes.playback = panel_playback_rows(&app->view);
    layout_make(rows, columns, &wishes, &app->layout);
}

static void draw_table(struct app *app)
{
    const struct layout *l = &app->layout;

    panel_ledger(app->canvas, &l->host, &app->view, table_host_is_selected(app->table));
    panel_hosts(app->canvas, &l->hosts, &app->view);
    panel_findings(app->canvas, &l->findings, &app->view);
    panel_sources(app->canvas, &l->messages, &app->view);
    panel_table(app->canvas, &l->table, &app->view, app->table, app->search);
    if (state_overlay(app) == OVERLAY_MENU)
        panel_menu(app->canvas, &l->side, &app->view, &app->menu);
}

static void draw_chooser(struct app *app)
{
    struct entity *guests[PREVIEW_GUESTS];
    size_t n = 0;

    for (size_t i = 0; i < table_row_count(app->table) && n < PREVIEW_GUESTS; i++) {
        const struct row *row = table_row(app->table, i);
        if (row->kind == ROW_GUEST)
            guests[n++] = row->entity;
    }
    panel_chooser(app->canvas, &app->layout.page, &app->view, app->chooser, guests, n);
}

static void draw_input(struct app *app)
{
    char buffer[256];
    enum style style;
    const char *hint = prompt_hint(app, &style, buffer, sizeof(buffer));
    int room = MAX(0, app->layout.keys.columns - TEXT_ROOM);
    char *shown = hint ? text_ellipsize(hint, room, app->view.glyphs->ascii) : NULL;

    panel_input(app->canvas, &app->layout.keys, prompt_title(app->prompt), app->line.text->str,
                app->line.cursor, style, shown);
    g_free(shown);
}

/* The key bar, and the position in the table or on the page. */
static void draw_keys(struct app *app)
{
    const struct layout *l = &app->layout;
    int end = panel_keys(app->canvas, &l->keys, app->bar.labels);
    const struct page *page = state_page(app);

    if (state_context(app) == CONTEXT_TABLE)
        panel_position(app->canvas, &l->keys, end, table_first_row(app->table),
                       (size_t)MAX(l->table.rows - 1, 1), table_row_count(app->table));
    else if (page && state_overlay(app) == OVERLAY_NONE)
        panel_position(app->canvas, &l->keys, end, (size_t)page->scroll, (size_t)MAX(page->fit, 1),
                       (size_t)MAX(page->height, 0));
}

static void draw_bottom(struct app *app)
{
    if (app->message && app->view.moment.now_ns > app->message_until_ns)
        g_clear_pointer(&app->message, g_free);
    keys_bar(state_context(app), &app->bar);
    if (state_overlay(app) == OVERLAY_INPUT)
        draw_input(app);
    else if (app->message)
        panel_message(app->canvas, &app->layout.keys, app->message_style, app->message);
    else
        draw_keys(app);
}

static bool shows_advice(const struct app *app)
{
    return app->depth && app->pages[app->depth - 1].class->has_advice;
}

bool frame_is_advising(const struct app *app)
{
    return shows_advice(app) && app->adviser && !adviser_hosts(app->adviser)->len;
}

/* Advice is worked out while its page is open, from the history of some guests with each frame. */
static void advise(struct app *app)
{
    enum { GUESTS = 20 };
    struct view *v = &app->view;

    v->advice = v->advice_hosts = NULL;
    if (!shows_advice(app))
        return;
    if (!app->adviser)
        app->adviser = adviser_new(&app->settings.thresholds);
    if (app->advised_tick != v->moment.tick)
        adviser_reset(app->adviser);
    app->advised_tick = v->moment.tick;
    adviser_step(app->adviser, &v->moment, GUESTS);
    v->advice = adviser_advice(app->adviser);
    v->advice_hosts = adviser_hosts(app->adviser);
}

void frame_draw(struct app *app, const struct moment *now)
{
    app->changed = true;
    state_look(app, now);
    advise(app);
    measure(app);
    canvas_clear(app->canvas);
    panel_title(app->canvas, &app->layout.title, &app->view);
    if (state_overlay(app) == OVERLAY_CHOOSER)
        draw_chooser(app);
    else if (state_page(app))
        page_draw(state_page(app), app->canvas, &app->layout.page, &app->view);
    else
        draw_table(app);
    panel_playback(app->canvas, &app->layout.playback, &app->view);
    draw_bottom(app);
    terminal_draw(app->terminal, app->canvas);
}
