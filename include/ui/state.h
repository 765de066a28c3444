/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: the vtop authors */
/* state.h: the state of the interactive program.
 *
 * The modules of ui/ above this one each work on struct app, and include each other in one
 * direction only:
 *
 *     app      life and input loop    uses all below
 *     frame    what is drawn          uses prompt, state
 *     mouse    clicks and the wheel   uses actions, state
 *     actions  what keys do           uses menu, setup, prompt, travel, state
 *     menu, setup, prompt             what opens over the screen; they use state, prompt uses travel
 *     travel   going through time     uses state
 *     state    this
 *
 * Main thread only.
 */
#ifndef VTOP_UI_STATE_H
#define VTOP_UI_STATE_H

#include "ui/keys.h"
#include "ui/line.h"
#include "ui/preferences.h"
#include "ui/terminal.h"
#include "view/chooser.h"
#include "view/page.h"
#include "view/panels.h"
#include "view/playback.h"

enum { PAGES_MAX = 6 };

/* What has been opened over the screen, and gets the keys. */
enum overlay { OVERLAY_NONE, OVERLAY_MENU, OVERLAY_CHOOSER, OVERLAY_INPUT };

enum menu_kind { MENU_SORT, MENU_THEME };
enum prompt { PROMPT_SEARCH, PROMPT_FILTER, PROMPT_INTERVAL, PROMPT_TIME };

struct app {
    struct terminal *terminal;
    struct canvas *canvas;
    struct table *table;
    struct analysis *analysis; /* NULL: none */
    struct adviser *adviser; /* NULL: advice has not been asked for */
    uint64_t advised_tick;   /* of the moment that it is about; 0: live */
    struct view view; /* updated before each use; tick, paused, cpu_of_host and braille persist */

    struct playback playback; /* view.playback points to it, or is NULL: a live screen */
    struct playback_mark *marks; /* of playback */
    struct playback_move move;     /* not taken yet */

    struct settings settings;
    char *settings_file; /* where they are saved */
    GPtrArray *complaints;
    char *banner;

    struct page pages[PAGES_MAX];
    size_t depth; /* how many of them lie over the table */

    enum overlay overlay;
    size_t overlay_depth; /* it lies on so many pages: one above them (help) hides it */
    struct chooser *chooser;
    struct menu menu;
    enum menu_kind menu_kind;
    GArray *menu_values; /* int: what each item stands for */
    GPtrArray *menu_items;
    enum theme theme_before;
    struct line line;
    bool line_changed; /* and has not been applied yet */
    enum prompt prompt;

    char *search; /* marked in the table; NULL = none */
    char *message;
    enum style message_style;
    int64_t message_until_ns;

    struct layout layout; /* of the last frame, to locate clicks */
    struct keys_bar bar;
    bool changed; /* the rows of the table have to be updated before the next use */
    bool quit;
};

/* The page on top; NULL: the table. */
struct page *state_page(struct app *app);

enum overlay state_overlay(const struct app *app);
enum key_context state_context(const struct app *app);

/* Lay an overlay over the screen; one that still lies below the help is cancelled. */
void state_open_overlay(struct app *app, enum overlay overlay);
void state_close_overlay(struct app *app);

/* Point the view at NOW, the live moment, and bring the table's rows up to date. */
void state_look(struct app *app, const struct moment *now);

/* A message on the bottom line, for some seconds. */
G_GNUC_PRINTF(3, 4)
void state_say(struct app *app, enum style style, const char *format, ...);

void state_sort(struct app *app, enum metric m);
void state_use_theme(struct app *app, enum theme t);

#endif
