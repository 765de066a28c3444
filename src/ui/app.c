/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: the vtop authors */
#include <config.h>

#include "ui/app.h"

#include "base/clock_read.h"
#include "base/text.h"
#include "ui/actions.h"
#include "ui/frame.h"
#include "ui/mouse.h"
#include "ui/prompt.h"
#include "ui/settings.h"

#include <stdio.h>
#include <string.h>

/* Longest time that keys are handled before the next frame is drawn. */
#define INPUT_NS (50 * CLOCK_NS_PER_MS)

/* ---- life ---- */

/* The command line overrides the user's file, and that the system's. */
static void read_settings(struct app *app, const struct app_config *config)
{
    preferences_default(&app->settings);
    settings_read(&app->settings, SYSCONFDIR "/vtoprc", false, app->complaints);
    app->settings_file = settings_user_file(config->settings_file);
    settings_read(&app->settings, app->settings_file, config->settings_file != NULL,
                  app->complaints);
    preferences_copy(&app->settings, config->asked, config->given);
}

static void make_table(struct app *app, const struct app_config *config)
{
    const struct settings *s = &app->settings;

    app->table = table_new();
    *table_columns(app->table) = s->columns;
    table_sort(app->table, s->sort, s->sort_reversed);
    table_types(app->table, s->types);
    table_tree(app->table, s->tree);
    app->view.cpu_of_host = s->cpu_of_host;
    app->view.braille = s->braille;
    if (config->filter) {
        char *error = NULL;
        if (table_filter(app->table, config->filter, &error) < 0)
            g_ptr_array_add(app->complaints, g_strdup_printf("-F: %s", error));
        g_free(error);
    }
}

/* The first complaint, with the short name of its file; app_free() prints all of them in full. */
static void complain_on_screen(struct app *app)
{
    guint n = app->complaints->len;

    if (!n)
        return;
    const char *text = g_ptr_array_index(app->complaints, 0);
    const char *directory = memrchr(text, '/', strcspn(text, ":"));
    const char *shown = directory ? directory + 1 : text;
    if (n > 1)
        state_say(app, STYLE_WARN, "(1 of %u) %s", n, shown);
    else
        state_say(app, STYLE_WARN, "%s", shown);
}

struct app *app_new(const struct app_config *config, char **error)
{
    struct app *app = g_new0(struct app, 1);
    struct terminal_config terminal;

    app->complaints = g_ptr_array_new_with_free_func(g_free);
    app->menu_values = g_array_new(FALSE, FALSE, sizeof(int));
    app->menu_items = g_ptr_array_new();
    app->banner = text_clean(config->banner, -1);
    app->view.keys = keys_help();
    read_settings(app, config);
    make_table(app, config);
    terminal = (struct terminal_config){.theme = app->settings.theme,
                                        .ascii = app->settings.ascii,
                                        .no_color = config->no_color,
                                        .mouse = app->settings.mouse};
    app->terminal = terminal_open(&terminal, error);
    if (!app->terminal) {
        app_free(app);
        return NULL;
    }
    complain_on_screen(app);
    return app;
}

const struct settings *app_settings(const struct app *app)
{
    return &app->settings;
}

void app_analyse(struct app *app, struct analysis *analysis)
{
    app->analysis = analysis;
}

void app_free(struct app *app)
{
    if (!app)
        return;
    terminal_close(app->terminal);
    for (guint i = 0; app->terminal && i < app->complaints->len; i++)
        fprintf(stderr, "vtop: %s\n", (const char *)g_ptr_array_index(app->complaints, i));
    state_close_overlay(app);
    canvas_free(app->canvas);
    table_free(app->table);
    line_clear(&app->line);
    g_ptr_array_free(app->complaints, TRUE);
    g_array_free(app->menu_values, TRUE);
    g_ptr_array_free(app->menu_items, TRUE);
    settings_clear(&app->settings);
    adviser_free(app->adviser);
    g_free(app->settings_file);
    g_free(app->marks);
    g_free(app->banner);
    g_free(app->search);
    g_free(app->message);
    g_free(app);
}

/* ---- input ---- */

/* Apply the line that has been typed; once for a whole paste. */
static void use_line(struct app *app, const struct moment *now)
{
    if (!app->line_changed)
        return;
    app->line_changed = false;
    state_look(app, now);
    prompt_use_line(app);
}

/* Pasted text is inserted into a line, and ignored elsewhere: its characters must not act as
 * keys. */
static void handle_pasted(struct app *app, const struct key *key)
{
    if (state_overlay(app) == OVERLAY_INPUT && key->code == K_CHAR)
        app->line_changed |= line_insert(&app->line, key->ch);
}

static void handle_key(struct app *app, const struct key *key)
{
    enum action action = keys_action(state_context(app), key);

    g_clear_pointer(&app->message, g_free);
    if (key->code >= K_CLICK)
        mouse_handle(app, key);
    else if (action != ACTION_NONE)
        actions_do(app, action);
    else if (state_overlay(app) == OVERLAY_INPUT && key->code == K_CHAR)
        app->line_changed |= line_insert(&app->line, key->ch);
}

int app_fd(const struct app *app)
{
    return terminal_fd(app->terminal);
}

bool app_handle_input(struct app *app, const struct moment *now)
{
    int64_t until_ns = clock_mono_ns() + INPUT_NS;
    struct key key;

    app->changed = true; /* the roster may have changed since the last call */
    while (!app->quit) {
        switch (terminal_next(app->terminal, &key)) {
        case TERMINAL_NOTHING:
            use_line(app, now);
            return true;
        case TERMINAL_ENDED:
            return false;
        case TERMINAL_RESIZED:
            break;
        case TERMINAL_KEY:
            if (key.pasted) {
                handle_pasted(app, &key);
            } else {
                use_line(app, now);
                state_look(app, now);
                handle_key(app, &key);
            }
        }
        if (clock_mono_ns() > until_ns) {
            use_line(app, now);
            return true;
        }
    }
    return false;
}

void app_draw(struct app *app, const struct moment *now)
{
    frame_draw(app, now);
}

int64_t app_patience_ns(const struct app *app, int64_t now_ns)
{
    int64_t late_ns = 2 * app->settings.interval_ns;

    if (frame_is_advising(app))
        return 0;
    return app->message ? CLAMP(app->message_until_ns - now_ns, 0, late_ns) : late_ns;
}

void app_show_playback(struct app *app, const struct playback *p)
{
    g_free(app->marks);
    app->marks = g_memdup2(p->marks, p->mark_count * sizeof(*p->marks));
    app->playback = *p;
    app->playback.marks = app->marks;
    app->view.playback = &app->playback;
}

struct playback_move app_take_move(struct app *app)
{
    struct playback_move move = app->move;

    app->move = (struct playback_move){.kind = PLAYBACK_STAY};
    return move;
}

void app_say(struct app *app, const char *line)
{
    state_say(app, STYLE_WARN, "%s", line);
}

int app_signal(const struct app *app)
{
    return terminal_signal(app->terminal);
}

/* ---- wishes ---- */

void app_wishes(const struct app *app, struct wishes *out)
{
    const struct page *page = app->depth ? &app->pages[app->depth - 1] : NULL;
    uint32_t services = guest_types_find("service");
    unsigned shown = table_needs(app->table) | NEED_HOST_DISKS | NEED_HOST_NICS;

    if (page)
        shown |= page->class->needs;
    if (state_overlay(app) == OVERLAY_CHOOSER)
        shown |= NEED_ALL;
    *out = (struct wishes){
        .needs = shown,
        .services = (table_shown_types(app->table) & services) != 0,
        .focus = {page ? page->subject : 0},
        .focus_count = page && page->class->needs_parts,
        .interval_ns = app->settings.interval_ns,
    };
    out->shown_count = table_on_screen(app->table, out->shown, G_N_ELEMENTS(out->shown));
}
