/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: the vtop authors */
#include <config.h>

#include "ui/actions.h"

#include "ui/menu.h"
#include "ui/prompt.h"
#include "ui/setup.h"
#include "ui/travel.h"
#include "view/findings.h"

/* ---- pages ---- */

/* A list that is open below is shown again, so that a way through findings and guests needs no
 * end of pages. */
static bool uncover(struct app *app, const struct page_class *class)
{
    for (size_t i = 0; class->has_list && i < app->depth; i++)
        if (app->pages[i].class == class) {
            app->depth = i + 1;
            return true;
        }
    return false;
}

static void open_page(struct app *app, const struct page_class *class, uint64_t subject)
{
    if (uncover(app, class))
        return;
    if (app->depth < PAGES_MAX)
        app->pages[app->depth++] = (struct page){.class = class, .subject = subject};
}

static void open_selected(struct app *app)
{
    uint64_t serial = table_selected(app->table);
    const struct entity *e = serial ? roster_find(app->view.moment.roster, serial) : NULL;

    if (!serial)
        table_toggle_fold(app->table);
    else
        open_page(app, e && e->kind == KIND_HOST ? &PAGE_HOST : &PAGE_GUEST, serial);
}

/* A page that an action opens from anywhere, on what it is about; false: there is none. */
static bool open_by_action(struct app *app, enum action action)
{
    const struct page_class *class = page_class_opened_by(action);
    const struct page *top = state_page(app);
    uint64_t selected = top ? 0 : table_selected(app->table);

    if (!class)
        return false;
    if (class->subject == PAGE_OF_HOST)
        open_page(app, class, roster_host(app->view.moment.roster)->serial);
    else if (class->subject == PAGE_OF_SELECTION && selected)
        open_page(app, class, selected);
    else if (class->subject == PAGE_OF_NOTHING && (!top || top->class != class))
        open_page(app, class, keys_help_first(state_context(app)));
    return true;
}

/* Show the guest above or below in the table on the page, and select it there. */
static void turn_page(struct app *app, struct page *page, int direction)
{
    size_t rows = table_row_count(app->table), at = table_selected_row(app->table);

    if (at == G_MAXSIZE)
        return;
    do {
        at += (size_t)direction; /* wraps below 0 to more than any table has */
        if (at >= rows)
            return;
        table_select_row(app->table, at);
    } while (table_row(app->table, at)->kind != ROW_GUEST);
    page->subject = table_selected(app->table);
    page->scroll = 0;
}

/* ---- the table ---- */

static void show_set(struct app *app, enum metric_set set)
{
    table_show_set(app->table, set);
}

static void search_next(struct app *app)
{
    if (!app->search)
        state_say(app, STYLE_NORMAL, "There is no search yet: F3 or / starts one");
    else if (!table_search(app->table, &app->view, app->search, +1))
        state_say(app, STYLE_WARN, "Nothing matches %s", app->search);
}

static void follow(struct app *app)
{
    table_follow(app->table, !table_follows(app->table));
    state_say(app, STYLE_NORMAL,
            table_follows(app->table) ? "Following: the selected guest stays on its line"
                                      : "No longer following");
}

static bool anything_folded(const struct app *app)
{
    for (size_t i = 0; i < table_row_count(app->table); i++)
        if (table_row(app->table, i)->folded)
            return true;
    return false;
}

/* Undo one thing per key press: looking at the past, then the marks of a search and following. */
static void leave(struct app *app)
{
    if (app->view.moment.tick) {
        travel_to_now(app);
        return;
    }
    g_free(app->search);
    app->search = NULL;
    table_follow(app->table, false);
}

static void toggle_mouse(struct app *app)
{
    if (!terminal_has_mouse(app->terminal)) {
        state_say(app, STYLE_NORMAL, "This terminal has no mouse");
        return;
    }
    app->settings.mouse = !app->settings.mouse;
    terminal_set_mouse(app->terminal, app->settings.mouse);
    state_say(app, STYLE_NORMAL,
            app->settings.mouse ? "The mouse is vtop's: m gives it to the terminal"
                                : "The mouse is the terminal's: text can be selected");
}

static bool move_action(struct app *app, enum action action)
{
    switch (action) {
    case ACTION_UP:
        table_move(app->table, -1);
        break;
    case ACTION_DOWN:
        table_move(app->table, +1);
        break;
    case ACTION_PAGE_UP:
        table_page(app->table, -1);
        break;
    case ACTION_PAGE_DOWN:
        table_page(app->table, +1);
        break;
    case ACTION_TOP:
        table_to_top(app->table);
        break;
    case ACTION_BOTTOM:
        table_to_bottom(app->table);
        break;
    case ACTION_TAG:
        table_tag(app->table);
        break;
    default:
        return false;
    }
    table_hold(app->table); /* the row that the user looks at keeps its place */
    return true;
}

static bool sort_action(struct app *app, enum action action)
{
    switch (action) {
    case ACTION_SORT:
        menu_open_sort(app);
        return true;
    case ACTION_INVERT:
        table_sort(app->table, table_sort_key(app->table), !table_sort_reversed(app->table));
        return true;
    case ACTION_SORT_CPU:
        state_sort(app, M_CPU);
        return true;
    case ACTION_SORT_MEMORY:
        state_sort(app, M_MEM);
        return true;
    case ACTION_SORT_NAME:
        state_sort(app, M_NAME);
        return true;
    case ACTION_SORT_READY:
        state_sort(app, M_READY);
        return true;
    case ACTION_SORT_THROTTLED:
        state_sort(app, M_THROTTLED);
        return true;
    default:
        return false;
    }
}

static bool columns_action(struct app *app, enum action action)
{
    switch (action) {
    case ACTION_LEFT:
        table_scroll_columns(app->table, -1);
        return true;
    case ACTION_RIGHT:
        table_scroll_columns(app->table, +1);
        return true;
    case ACTION_SETUP:
        setup_open(app);
        return true;
    case ACTION_SET_MAIN:
        show_set(app, SET_MAIN);
        return true;
    case ACTION_SET_CPU:
        show_set(app, SET_CPU);
        return true;
    case ACTION_SET_MEMORY:
        show_set(app, SET_MEM);
        return true;
    case ACTION_SET_DISK:
        show_set(app, SET_DISK);
        return true;
    case ACTION_SET_NETWORK:
        show_set(app, SET_NET);
        return true;
    case ACTION_SET_PRESSURE:
        show_set(app, SET_PSI);
        return true;
    default:
        return false;
    }
}

static bool rows_action(struct app *app, enum action action)
{
    switch (action) {
    case ACTION_FILTER:
        prompt_open(app, PROMPT_FILTER);
        return true;
    case ACTION_TOGGLE_VMS:
        table_toggle_class(app->table, CLASS_VM);
        return true;
    case ACTION_TOGGLE_CONTAINERS:
        table_toggle_class(app->table, CLASS_CONTAINER);
        return true;
    case ACTION_TOGGLE_SERVICES:
        table_toggle_class(app->table, CLASS_SERVICE);
        return true;
    case ACTION_TREE:
        table_tree(app->table, !table_is_tree(app->table));
        return true;
    case ACTION_UNFOLD:
        table_fold(app->table, false);
        return true;
    case ACTION_FOLD:
        table_fold(app->table, true);
        return true;
    case ACTION_FOLD_HOSTS:
        app->view.hosts_folded = !app->view.hosts_folded;
        return true;
    case ACTION_FOLD_ALL:
        table_fold_all(app->table, !anything_folded(app));
        return true;
    default:
        return false;
    }
}

static void table_action(struct app *app, enum action action)
{
    if (move_action(app, action) || sort_action(app, action) || columns_action(app, action) ||
        rows_action(app, action) || open_by_action(app, action))
        return;
    switch (action) {
    case ACTION_FOLLOW:
        follow(app);
        break;
    case ACTION_SEARCH:
        prompt_open(app, PROMPT_SEARCH);
        break;
    case ACTION_SEARCH_NEXT:
        search_next(app);
        break;
    case ACTION_UNTAG_ALL:
        table_tag_all(app->table, false);
        break;
    case ACTION_OPEN:
        open_selected(app);
        break;
    case ACTION_LEAVE:
        leave(app);
        break;
    case ACTION_THEME:
        menu_open_theme(app);
        break;
    case ACTION_QUIT:
        app->quit = true;
        break;
    default:
        break;
    }
}

/* ---- pages ---- */

static void change_window(struct app *app)
{
    app->view.window_ns = view_next_window_ns(&app->view);
    state_say(app, STYLE_NORMAL, "Graphs and statistics show the last %s", view_window_text(&app->view));
}

/* Whether findings by this rule about this guest or host are muted changes places. */
static void toggle_mute(struct app *app, const struct finding *x)
{
    const char *name = finding_subject(x), *title = rule_info(x->rule)->title;
    bool muted = !analysis_is_muted(app->analysis, x->rule, name);

    analysis_mute(app->analysis, x->rule, name, muted);
    if (!app->settings.mutes)
        app->settings.mutes = mutes_new();
    mutes_set(app->settings.mutes, x->rule, name, muted);
    if (muted)
        state_say(app, STYLE_NORMAL, "Muted: %s, %s; F2 F2 in the table saves it", name, title);
    else if (analysis_is_muted(app->analysis, x->rule, name))
        state_say(app, STYLE_WARN, "Muted for all guests in vtoprc: %s", title);
    else
        state_say(app, STYLE_NORMAL, "No longer muted: %s, %s", name, title);
}

/* What a page asks for. The guest of another page is selected in the table, too, so that its
 * neighbours are the ones there. */
static void obey(struct app *app, struct page *page, const struct page_turn *turn)
{
    if (turn->neighbour)
        turn_page(app, page, turn->neighbour);
    if (turn->mute)
        toggle_mute(app, turn->mute);
    if (turn->subject)
        table_select(app->table, turn->subject);
    if (turn->open)
        open_page(app, turn->open, turn->subject ? turn->subject : page->subject);
}

static void page_action(struct app *app, enum action action)
{
    struct page *page = state_page(app);
    struct page_turn turn = {.open = NULL};

    if (action == ACTION_BACK) {
        app->depth--;
    } else if (action == ACTION_GRAPHS) {
        app->view.braille = !app->view.braille;
    } else if (action == ACTION_WINDOW) {
        change_window(app);
    } else if (page_act(page, &app->view, action, &turn)) {
        obey(app, page, &turn);
    } else if (!open_by_action(app, action)) {
        state_say(app, STYLE_NORMAL, "The %s page does not use this key", page->class->title);
    }
}

/* ---- all contexts ---- */

static bool common_action(struct app *app, enum action action)
{
    switch (action) {
    case ACTION_HELP:
        return open_by_action(app, action);
    case ACTION_PAUSE:
        travel_pause(app);
        return true;
    case ACTION_BACK_IN_TIME:
        travel_samples(app, -1);
        return true;
    case ACTION_FORTH_IN_TIME:
        travel_samples(app, +1);
        return true;
    case ACTION_FAR_BACK:
        travel_minute(app, -1);
        return true;
    case ACTION_FAR_FORTH:
        travel_minute(app, +1);
        return true;
    case ACTION_GO_TO:
        prompt_open(app, PROMPT_TIME);
        return true;
    case ACTION_FASTER:
        travel_speed(app, +1);
        return true;
    case ACTION_SLOWER:
        travel_speed(app, -1);
        return true;
    case ACTION_INTERVAL:
        prompt_open(app, PROMPT_INTERVAL);
        return true;
    case ACTION_OF_HOST:
        app->view.cpu_of_host = !app->view.cpu_of_host;
        return true;
    case ACTION_MOUSE:
        toggle_mouse(app);
        return true;
    case ACTION_REPAINT:
        terminal_repaint(app->terminal);
        return true;
    default:
        return false;
    }
}

void actions_do(struct app *app, enum action action)
{
    app->changed = true;
    if (common_action(app, action))
        return;
    switch (state_context(app)) {
    case CONTEXT_TABLE:
        table_action(app, action);
        break;
    case CONTEXT_PAGE:
    case CONTEXT_FINDINGS:
    case CONTEXT_ADVICE:
        page_action(app, action);
        break;
    case CONTEXT_MENU:
        menu_act(app, action);
        break;
    case CONTEXT_CHOOSER:
        setup_act(app, action);
        break;
    case CONTEXT_INPUT:
        prompt_act(app, action);
        break;
    }
}
