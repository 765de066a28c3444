/* state.h: what the interactive program is in the middle of: the inside of ui/app.h.
 *
 * Shared by app.c (life, input), actions.c (what keys do), mouse.c and frame.c (what is drawn).
 */
#ifndef VTOP_UI_STATE_H
#define VTOP_UI_STATE_H

#include "ui/app.h"
#include "ui/keys.h"
#include "ui/line.h"
#include "ui/settings.h"
#include "ui/terminal.h"
#include "view/chooser.h"
#include "view/panels.h"

/* What fills the screen. Pages lie on each other, the table at the bottom. */
enum screen_kind { SCREEN_TABLE, SCREEN_GUEST, SCREEN_HOST, SCREEN_VALUES, SCREEN_HELP };

struct screen {
    enum screen_kind kind;
    uint64_t subject; /* serial of the guest, or of the host; of the help, what it begins with */
    struct page page;
};

enum { SCREENS_MAX = 6 };

/* What has been opened over it, and gets the keys. */
enum overlay { OVERLAY_NONE, OVERLAY_MENU, OVERLAY_CHOOSER, OVERLAY_INPUT };

enum menu_kind { MENU_SORT, MENU_THEME };
enum question { ASK_SEARCH, ASK_FILTER, ASK_INTERVAL };

struct app {
    struct terminal *terminal;
    struct canvas *canvas;
    struct table *table;
    struct view view; /* made anew before each use; tick, paused, cpu_of_host and braille stay */

    struct settings settings;
    char *settings_file; /* where they are saved */
    GPtrArray *complaints;
    char *banner;

    struct screen screens[SCREENS_MAX];
    size_t depth; /* index of the one on top */

    enum overlay overlay;
    size_t overlay_depth; /* the screen it lies on: one above that (help) hides it */
    struct chooser *chooser;
    struct menu menu;
    enum menu_kind menu_kind;
    GArray *menu_values; /* int: what each item stands for */
    GPtrArray *menu_items;
    enum theme theme_before;
    struct line line;
    bool line_changed; /* and what it is for does not know yet */
    enum question question;

    char *search; /* marked in the table; NULL = none */
    char *message;
    enum style message_style;
    int64_t message_until_ns;

    struct layout layout; /* of the last frame: what a click is about */
    struct keys_bar bar;
    bool changed; /* the table's rows are to be made anew before anybody looks at them */
    bool quit;
};

struct screen *app_screen(struct app *app);      /* the one on top */
enum overlay app_overlay(const struct app *app); /* what lies on it */
enum key_context app_context(const struct app *app);

/* Point the view at ROSTER and NOW, and bring the table's rows up to date. */
void app_look(struct app *app, const struct moment *now);

/* A line in place of the key bar, until the next key or for a few seconds. */
G_GNUC_PRINTF(3, 4)
void app_say(struct app *app, enum style style, const char *format, ...);

void app_act(struct app *app, enum action action); /* in the context that has the keys */
void app_sort(struct app *app, enum metric m);
void app_use_line(struct app *app); /* the text of the input line has changed */
void app_click(struct app *app, const struct key *key);

/* What stands to the right of the line that is typed; NULL = nothing. */
const char *app_hint(struct app *app, enum style *style, char *buffer, size_t size);

/* ---- overlays, in overlay.c ---- */

void overlay_open_sort(struct app *app);
void overlay_open_theme(struct app *app);
void overlay_open_chooser(struct app *app);
void overlay_ask(struct app *app, enum question question);
void overlay_close(struct app *app);

void overlay_menu_act(struct app *app, enum action action);
void overlay_chooser_act(struct app *app, enum action action);
void overlay_input_act(struct app *app, enum action action);

#endif
