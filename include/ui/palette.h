/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: the vtop authors */
/* palette.h: the look of each style, by theme and number of colours.
 *
 * Colours are safe for red-green blindness (the palette of Okabe and Ito); no meaning depends on
 * colour alone. Constant tables, without curses. Any thread.
 */
#ifndef VTOP_UI_PALETTE_H
#define VTOP_UI_PALETTE_H

#include "view/canvas.h"

/* THEME(id, name in the settings, what the theme is for) */
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

/* Whether to draw with ASCII only. Auto: when the locale or the terminal needs it. */
enum ascii_choice { ASCII_NO, ASCII_YES, ASCII_AUTO };

enum look_attribute { LOOK_BOLD = 1, LOOK_DIM = 2, LOOK_REVERSE = 4, LOOK_UNDERLINE = 8 };

enum { COLOUR_DEFAULT = -1 };

struct look {
    short fg, bg;        /* a colour number of that terminal, or COLOUR_DEFAULT */
    unsigned attributes; /* enum look_attribute, or-ed */
};

/* COLOURS: number of colours of the terminal; with less than 8 the theme is mono. */
struct look palette_look(enum theme t, int colours, enum style s);

#endif
