#include <config.h>

#include "base/clock.h"
#include "ui/state.h"

#include <errno.h>

void overlay_close(struct app *app)
{
    chooser_free(app->chooser);
    app->chooser = NULL;
    app->overlay = OVERLAY_NONE;
}

static void use_theme(struct app *app, enum theme t)
{
    app->settings.theme = t;
    terminal_set_theme(app->terminal, t);
}

static void cancel_menu(struct app *app)
{
    if (app->menu_kind == MENU_THEME)
        use_theme(app, app->theme_before);
    overlay_close(app);
}

/* One may still lie below the help. */
static void open_overlay(struct app *app, enum overlay overlay)
{
    if (app->overlay == OVERLAY_MENU)
        cancel_menu(app);
    overlay_close(app);
    app->overlay = overlay;
    app->overlay_depth = app->depth;
}

/* ---- menus ---- */

static void start_menu(struct app *app, enum menu_kind kind, const char *title)
{
    g_array_set_size(app->menu_values, 0);
    g_ptr_array_set_size(app->menu_items, 0);
    open_overlay(app, OVERLAY_MENU);
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

/* The columns that are shown, then all others. */
void overlay_open_sort(struct app *app)
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

void overlay_open_theme(struct app *app)
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
        use_theme(app, (enum theme)menu_value(app));
}

static void accept_menu(struct app *app)
{
    if (app->menu_kind == MENU_SORT)
        app_sort(app, (enum metric)menu_value(app));
    else
        app_say(app, STYLE_NORMAL, "Colours: %s. F2 saves them.", theme_text(app->settings.theme));
    overlay_close(app);
}

void overlay_menu_act(struct app *app, enum action action)
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

/* ---- the chooser of columns ---- */

void overlay_open_chooser(struct app *app)
{
    table_show_set(app->table, SET_MAIN);
    open_overlay(app, OVERLAY_CHOOSER);
    app->chooser = chooser_new(table_columns(app->table));
}

static void accept_columns(struct app *app)
{
    *table_columns(app->table) = *chooser_result(app->chooser);
    overlay_close(app);
}

/* What is in force, wherever it stands. */
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
        app_say(app, STYLE_CRIT, "Not saved: %s: %s", app->settings_file,
                result == -ELOOP ? "a link of another user is not followed" : g_strerror(-result));
    else
        app_say(app, STYLE_GOOD, "Saved in %s", app->settings_file);
}

void overlay_chooser_act(struct app *app, enum action action)
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
        overlay_close(app);
        break;
    default:
        break;
    }
}

/* ---- a line that is typed ---- */

void overlay_ask(struct app *app, enum question question)
{
    char seconds[32] = "";

    app->question = question;
    app->line_changed = false;
    open_overlay(app, OVERLAY_INPUT);
    if (question == ASK_INTERVAL)
        g_snprintf(seconds, sizeof(seconds), "%g",
                   (double)app->settings.interval_ns / (double)CLOCK_NS_PER_S);
    line_set(&app->line, question == ASK_FILTER ? table_filter_text(app->table) : seconds);
}

static void replace_search(struct app *app, const char *text)
{
    g_free(app->search);
    app->search = text && *text ? g_strdup(text) : NULL;
}

/* Filter and search act while they are typed. */
void app_use_line(struct app *app)
{
    const char *text = app->line.text->str;

    if (app->question == ASK_FILTER)
        table_filter(app->table, text, NULL);
    if (app->question != ASK_SEARCH)
        return;
    replace_search(app, text);
    if (*text)
        table_search(app->table, &app->view, text, 0);
}

static void accept_line(struct app *app)
{
    if (app->question == ASK_INTERVAL &&
        !preference_read(PREFERENCE_INTERVAL, &app->settings, app->line.text->str, NULL))
        return; /* the hint says what is wrong */
    if (app->question == ASK_FILTER && table_filter_gave_up(app->table))
        app_say(app, STYLE_WARN, "The filter is " FILTER_GAVE_UP ": those do not match");
    overlay_close(app);
}

static void cancel_line(struct app *app)
{
    if (app->question == ASK_FILTER)
        table_filter(app->table, "", NULL);
    if (app->question == ASK_SEARCH)
        replace_search(app, NULL);
    overlay_close(app);
}

void overlay_input_act(struct app *app, enum action action)
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
        if (app->question == ASK_SEARCH && app->search)
            table_search(app->table, &app->view, app->search,
                         action == ACTION_SEARCH_NEXT ? +1 : -1);
        break;
    default:
        if (line_edit(&app->line, action))
            app_use_line(app);
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

const char *app_hint(struct app *app, enum style *style, char *buffer, size_t size)
{
    *style = STYLE_DIM;
    switch (app->question) {
    case ASK_FILTER:
        return filter_hint(app, style, buffer, size);
    case ASK_SEARCH:
        return search_hint(app, style, buffer, size);
    default:
        return interval_hint(app, style, buffer, size);
    }
}
