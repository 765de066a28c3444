#include <config.h>

#include "base/text.h"
#include "ui/state.h"

/* TEXT_ROOM: columns that a hint leaves to the line that is typed, its prompt included. */
enum { PREVIEW_GUESTS = 8, TEXT_ROOM = 32 };

static void measure(struct app *app)
{
    int rows = terminal_rows(app->terminal), columns = terminal_columns(app->terminal);
    struct layout_wishes wishes = {.input = app_overlay(app) == OVERLAY_INPUT};

    if (!app->canvas || app->canvas->rows != rows || app->canvas->columns != columns) {
        canvas_free(app->canvas);
        app->canvas = canvas_new(rows, columns);
    }
    if (app_overlay(app) == OVERLAY_MENU)
        wishes.side = panel_menu_columns(&app->menu);
    wishes.host = panel_host_rows(&app->view, rows, columns);
    wishes.messages = panel_sources_rows(&app->view);
    layout_make(rows, columns, &wishes, &app->layout);
}

static void draw_table(struct app *app)
{
    const struct layout *l = &app->layout;

    panel_host(app->canvas, &l->host, &app->view, table_host_is_selected(app->table));
    panel_sources(app->canvas, &l->messages, &app->view);
    panel_table(app->canvas, &l->table, &app->view, app->table, app->search);
    if (app_overlay(app) == OVERLAY_MENU)
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

static void draw_screen(struct app *app)
{
    struct screen *s = app_screen(app);
    const struct rect *where = &app->layout.page;

    switch (s->kind) {
    case SCREEN_TABLE:
        draw_table(app);
        break;
    case SCREEN_GUEST:
        panel_guest(app->canvas, where, &app->view, s->subject, &s->page);
        break;
    case SCREEN_HOST:
        panel_cpus(app->canvas, where, &app->view, &s->page);
        break;
    case SCREEN_VALUES:
        panel_values(app->canvas, where, &app->view, s->subject, &s->page);
        break;
    case SCREEN_HELP:
        panel_help(app->canvas, where, &app->view, keys_help(), (size_t)s->subject, &s->page);
        break;
    }
}

static void draw_input(struct app *app)
{
    static const char *const prompts[] = {
        [ASK_SEARCH] = "Search:", [ASK_FILTER] = "Filter:", [ASK_INTERVAL] = "Seconds:"};
    char buffer[256];
    enum style style;
    const char *hint = app_hint(app, &style, buffer, sizeof(buffer));
    int room = MAX(0, app->layout.keys.columns - TEXT_ROOM);
    char *shown = hint ? text_ellipsize(hint, room, app->view.glyphs->ascii) : NULL;

    panel_input(app->canvas, &app->layout.keys, prompts[app->question], app->line.text->str,
                app->line.cursor, style, shown);
    g_free(shown);
}

/* The keys, and where in the table or on the page this is. */
static void draw_keys(struct app *app)
{
    const struct layout *l = &app->layout;
    int end = panel_keys(app->canvas, &l->keys, app->bar.labels);
    const struct page *page = &app_screen(app)->page;

    if (app_context(app) == CONTEXT_TABLE)
        panel_position(app->canvas, &l->keys, end, table_first_row(app->table),
                       (size_t)MAX(l->table.rows - 1, 1), table_row_count(app->table));
    else if (app_context(app) == CONTEXT_PAGE)
        panel_position(app->canvas, &l->keys, end, (size_t)page->scroll,
                       (size_t)MAX(l->page.rows, 1), (size_t)MAX(page->height, 0));
}

static void draw_bottom(struct app *app)
{
    if (app->message && app->view.moment.now_ns > app->message_until_ns)
        g_clear_pointer(&app->message, g_free);
    keys_bar(app_context(app), &app->bar);
    if (app_overlay(app) == OVERLAY_INPUT)
        draw_input(app);
    else if (app->message)
        panel_message(app->canvas, &app->layout.keys, app->message_style, app->message);
    else
        draw_keys(app);
}

void app_draw(struct app *app, const struct moment *now)
{
    app->changed = true;
    app_look(app, now);
    measure(app);
    canvas_clear(app->canvas);
    panel_title(app->canvas, &app->layout.title, &app->view);
    if (app_overlay(app) == OVERLAY_CHOOSER)
        draw_chooser(app);
    else
        draw_screen(app);
    draw_bottom(app);
    terminal_draw(app->terminal, app->canvas);
}
