/* palette.h: what a style looks like, by theme and by what the terminal can do.
 *
 * Colours are chosen so that red-green blind people can tell them apart (Okabe and Ito's palette);
 * no meaning rests on colour alone. Pure tables: no curses. Any thread.
 */
#ifndef VTOP_UI_PALETTE_H
#define VTOP_UI_PALETTE_H

#include "view/canvas.h"

/* THEME(id, name in the settings, what it is for) */
#define PALETTE_THEMES(THEME)                                                                      \
    THEME(DEFAULT, "default", "dark backgrounds, and most others")                                 \
    THEME(LIGHT, "light", "light backgrounds")                                                     \
    THEME(MONO, "mono", "no colours: bold, underlined, reversed")                                  \
    THEME(CONTRAST, "contrast", "high contrast, black background")                                 \
    THEME(SOLARIZED, "solarized", "muted colours for either solarized background")

enum theme {
#define THEME(id, name, text) THEME_##id,
    PALETTE_THEMES(THEME)
#undef THEME
        THEME_COUNT
};

const char *theme_name(enum theme t);
const char *theme_text(enum theme t);
bool theme_find(const char *name, enum theme *out);

/* Glyphs: nothing but ASCII? Auto: as the locale and the terminal need it. */
enum ascii_choice { ASCII_NO, ASCII_YES, ASCII_AUTO };

enum look_attribute { LOOK_BOLD = 1, LOOK_DIM = 2, LOOK_REVERSE = 4, LOOK_UNDERLINE = 8 };

enum { COLOUR_DEFAULT = -1 };

struct look {
    short fg, bg;        /* a colour number of that terminal, or COLOUR_DEFAULT */
    unsigned attributes; /* enum look_attribute, or-ed */
};

/* COLOURS: how many the terminal has; less than 8 gives the look of the theme mono. */
struct look palette_look(enum theme t, int colours, enum style s);

#endif
