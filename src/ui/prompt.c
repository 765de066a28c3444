/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: the vtop authors */
#include <config.h>

#include "ui/prompt.h"

#include "base/clock.h"
#include "base/when.h"
#include "ui/travel.h"

void prompt_open(struct app *app, enum prompt prompt)
{
    char seconds[32] = "";

    app->prompt = prompt;
    app->line_changed = false;
    state_open_overlay(app, OVERLAY_INPUT);
    if (prompt == PROMPT_INTERVAL)
        g_snprintf(seconds, sizeof(seconds), "%g",
                   (double)app->settings.interval_ns / (double)CLOCK_NS_PER_S);
    line_set(&app->line, prompt == PROMPT_FILTER ? table_filter_text(app->table) : seconds);
}

const char *prompt_title(enum prompt prompt)
{
    static const char *const titles[] = {[PROMPT_SEARCH] = "Search:",
                                         [PROMPT_FILTER] = "Filter:",
                                         [PROMPT_INTERVAL] = "Seconds:",
                                         [PROMPT_TIME] = "Go to:"};

    return titles[prompt];
}

static void replace_search(struct app *app, const char *text)
{
    g_free(app->search);
    app->search = text && *text ? g_strdup(text) : NULL;
}

/* A filter and a search take effect while they are typed. */
void prompt_use_line(struct app *app)
{
    const char *text = app->line.text->str;

    if (app->prompt == PROMPT_FILTER)
        table_filter(app->table, text, NULL);
    if (app->prompt != PROMPT_SEARCH)
        return;
    replace_search(app, text);
    if (*text)
        table_search(app->table, &app->view, text, 0);
}

static bool read_time(const struct app *app, int64_t *out)
{
    int64_t first_ns, last_ns;

    travel_range(app, &first_ns, &last_ns);
    return when_parse(app->line.text->str, first_ns, last_ns, out);
}

/* What is printed as a time has milliseconds: a sample within this one counts. */
static bool go_to_time(struct app *app)
{
    int64_t wall_ns;

    if (!read_time(app, &wall_ns))
        return false;
    travel_to(app, wall_ns + CLOCK_NS_PER_MS - 1);
    return true;
}

static void accept_line(struct app *app)
{
    if (app->prompt == PROMPT_TIME && !go_to_time(app))
        return; /* the hint says what is expected */
    if (app->prompt == PROMPT_INTERVAL &&
        !preference_read(PREFERENCE_INTERVAL, &app->settings, app->line.text->str, NULL))
        return; /* the hint says what is wrong */
    if (app->prompt == PROMPT_FILTER && table_filter_gave_up(app->table))
        state_say(app, STYLE_WARN, "The filter is " FILTER_GAVE_UP ": those do not match");
    state_close_overlay(app);
}

static void cancel_line(struct app *app)
{
    if (app->prompt == PROMPT_FILTER)
        table_filter(app->table, "", NULL);
    if (app->prompt == PROMPT_SEARCH)
        replace_search(app, NULL);
    state_close_overlay(app);
}

void prompt_act(struct app *app, enum action action)
{
    switch (action) {
    case ACTION_ACCEPT:
        accept_line(app);
        break;
    case ACTION_CANCEL:
        cancel_line(app);
        break;
    case ACTION_SEARCH_NEXT:
    case ACTION_SEARCH_PREVIOUS:
        if (app->prompt == PROMPT_SEARCH && app->search)
            table_search(app->table, &app->view, app->search,
                         action == ACTION_SEARCH_NEXT ? +1 : -1);
        break;
    default:
        if (line_edit(&app->line, action))
            prompt_use_line(app);
    }
}

static const char *filter_hint(struct app *app, enum style *style, char *buffer, size_t size)
{
    char *error = NULL;

    if (table_filter(app->table, app->line.text->str, &error) == 0) {
        bool gave_up = table_filter_gave_up(app->table);
        *style = gave_up ? STYLE_WARN : STYLE_DIM;
        g_snprintf(buffer, size, "%s%zu of %zu", gave_up ? FILTER_GAVE_UP ": " : "",
                   table_matches(app->table),
                   table_matches(app->table) + table_hidden(app->table));
        return buffer;
    }
    g_strlcpy(buffer, error, size);
    g_free(error);
    *style = STYLE_CRIT;
    return buffer;
}

static const char *search_hint(struct app *app, enum style *style, char *buffer, size_t size)
{
    char *error = NULL;

    if (!app->search || table_search(app->table, &app->view, app->search, 0))
        return NULL;
    struct filter *f = filter_new(app->search, &error);
    bool gave_up = table_search_gave_up(app->table);
    g_strlcpy(buffer, !f ? error : gave_up ? FILTER_GAVE_UP : "no match", size);
    filter_free(f);
    g_free(error);
    *style = STYLE_CRIT;
    return buffer;
}

static const char *interval_hint(const struct app *app, enum style *style, char *buffer,
                                 size_t size)
{
    struct settings ignored = app->settings;

    if (preference_read(PREFERENCE_INTERVAL, &ignored, app->line.text->str, NULL))
        return NULL;
    char *expected = preference_expected(PREFERENCE_INTERVAL);
    *style = STYLE_CRIT;
    g_strlcpy(buffer, expected, size);
    g_free(expected);
    return buffer;
}

static const char *time_hint(const struct app *app, enum style *style, char *buffer, size_t size)
{
    int64_t wall_ns;

    if (!*app->line.text->str)
        return WHEN_EXPECTED;
    if (!read_time(app, &wall_ns)) {
        *style = STYLE_CRIT;
        return WHEN_EXPECTED;
    }
    char *text = when_format(wall_ns);
    g_strlcpy(buffer, text, size);
    g_free(text);
    return buffer;
}

const char *prompt_hint(struct app *app, enum style *style, char *buffer, size_t size)
{
    *style = STYLE_DIM;
    switch (app->prompt) {
    case PROMPT_FILTER:
        return filter_hint(app, style, buffer, size);
    case PROMPT_TIME:
        return time_hint(app, style, buffer, size);
    case PROMPT_SEARCH:
        return search_hint(app, style, buffer, size);
    default:
        return interval_hint(app, style, buffer, size);
    }
}
