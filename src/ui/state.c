/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: the vtop authors */
#include <config.h>

#include "ui/state.h"

#include "base/clock.h"
#include "base/text.h"

#define MESSAGE_NS (4 * CLOCK_NS_PER_S)

struct page *state_page(struct app *app)
{
    return app->depth ? &app->pages[app->depth - 1] : NULL;
}

enum overlay state_overlay(const struct app *app)
{
    return app->depth == app->overlay_depth ? app->overlay : OVERLAY_NONE;
}

enum key_context state_context(const struct app *app)
{
    switch (state_overlay(app)) {
    case OVERLAY_MENU:
        return CONTEXT_MENU;
    case OVERLAY_CHOOSER:
        return CONTEXT_CHOOSER;
    case OVERLAY_INPUT:
        return CONTEXT_INPUT;
    default:
        break;
    }
    if (!app->depth)
        return CONTEXT_TABLE;
    const struct page_class *class = app->pages[app->depth - 1].class;
    return class == &PAGE_FINDINGS ? CONTEXT_FINDINGS
           : class == &PAGE_ADVICE ? CONTEXT_ADVICE
                                   : CONTEXT_PAGE;
}

void state_say(struct app *app, enum style style, const char *format, ...)
{
    va_list args;

    va_start(args, format);
    char *raw = g_strdup_vprintf(format, args);
    va_end(args);
    g_free(app->message);
    app->message = text_clean(raw, -1);
    app->message_style = style;
    app->message_until_ns =
        app->view.moment.now_ns ? app->view.moment.now_ns + MESSAGE_NS : INT64_MAX;
    g_free(raw);
}

void state_look(struct app *app, const struct moment *now)
{
    struct view *v = &app->view;

    uint64_t tick = v->moment.tick;

    v->moment = *now;
    v->moment.tick = tick ? MAX(tick, roster_oldest_tick(now->roster)) : 0;
    v->analysis = app->analysis;
    v->glyphs = glyphs_get(terminal_is_ascii(app->terminal));
    v->interval_ns = v->playback && v->playback->interval_ns > 0 ? v->playback->interval_ns
                                                                 : app->settings.interval_ns;
    v->banner = app->banner;
    if (app->changed)
        table_update(app->table, v);
    app->changed = false;
}

/* A message names the column when the table does not show it. */
void state_sort(struct app *app, enum metric m)
{
    table_sort(app->table, m, false);
    if (!columns_have(table_shown_columns(app->table), m))
        state_say(app, STYLE_NORMAL, "Sorted by %s, which is not among these columns",
                metric_info(m)->title);
}

void state_use_theme(struct app *app, enum theme t)
{
    app->settings.theme = t;
    terminal_set_theme(app->terminal, t);
}

void state_close_overlay(struct app *app)
{
    chooser_free(app->chooser);
    app->chooser = NULL;
    app->overlay = OVERLAY_NONE;
}

void state_open_overlay(struct app *app, enum overlay overlay)
{
    if (app->overlay == OVERLAY_MENU && app->menu_kind == MENU_THEME)
        state_use_theme(app, app->theme_before);
    state_close_overlay(app);
    app->overlay = overlay;
    app->overlay_depth = app->depth;
}
