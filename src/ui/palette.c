/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: the vtop authors */
#include <config.h>

#include "ui/palette.h"

#include <glib.h>
#include <strings.h>

enum { B = LOOK_BOLD, D = LOOK_DIM, R = LOOK_REVERSE, U = LOOK_UNDERLINE, X = COLOUR_DEFAULT };

/* One style in 256 colours, and in 8 (16 are 8 with bold ones being bright). */
struct entry {
    struct look rich, basic;
};

static const struct entry DEFAULT[STYLE_COUNT] = {
    [STYLE_NORMAL] = {{X, X, 0}, {X, X, 0}},      [STYLE_DIM] = {{244, X, 0}, {X, X, D}},
    [STYLE_BOLD] = {{X, X, B}, {X, X, B}},        [STYLE_TITLE] = {{X, X, B}, {X, X, B}},
    [STYLE_HEADER] = {{16, 110, 0}, {0, 6, 0}},   [STYLE_SORTED] = {{16, 214, B}, {0, 3, 0}},
    [STYLE_CURSOR] = {{16, 252, 0}, {0, 7, 0}},   [STYLE_MARKED] = {{221, X, B}, {3, X, B}},
    [STYLE_LABEL] = {{109, X, 0}, {6, X, 0}},     [STYLE_VM] = {{75, X, 0}, {4, X, B}},
    [STYLE_CONTAINER] = {{214, X, 0}, {3, X, 0}}, [STYLE_HOST] = {{175, X, 0}, {5, X, 0}},
    [STYLE_STEAL] = {{202, X, 0}, {1, X, B}},     [STYLE_GRAPH] = {{110, X, 0}, {6, X, 0}},
    [STYLE_GOOD] = {{79, X, 0}, {6, X, B}},       [STYLE_WARN] = {{220, X, 0}, {3, X, B}},
    [STYLE_CRIT] = {{231, 160, B}, {7, 1, B}},    [STYLE_NEW] = {{79, X, B}, {6, X, B}},
    [STYLE_GONE] = {{244, X, U}, {X, X, D | U}},  [STYLE_KEY] = {{X, X, 0}, {X, X, 0}},
    [STYLE_KEYTEXT] = {{16, 110, 0}, {0, 6, 0}},  [STYLE_MATCH] = {{16, 226, 0}, {0, 3, 0}},
};

static const struct entry LIGHT[STYLE_COUNT] = {
    [STYLE_NORMAL] = {{X, X, 0}, {X, X, 0}},      [STYLE_DIM] = {{243, X, 0}, {X, X, D}},
    [STYLE_BOLD] = {{X, X, B}, {X, X, B}},        [STYLE_TITLE] = {{X, X, B}, {X, X, B}},
    [STYLE_HEADER] = {{231, 24, 0}, {7, 4, 0}},   [STYLE_SORTED] = {{231, 130, B}, {7, 5, 0}},
    [STYLE_CURSOR] = {{231, 25, 0}, {7, 0, 0}},   [STYLE_MARKED] = {{130, X, B}, {5, X, B}},
    [STYLE_LABEL] = {{24, X, 0}, {4, X, 0}},      [STYLE_VM] = {{25, X, 0}, {4, X, 0}},
    [STYLE_CONTAINER] = {{130, X, 0}, {1, X, 0}}, [STYLE_HOST] = {{90, X, 0}, {5, X, 0}},
    [STYLE_STEAL] = {{160, X, 0}, {1, X, B}},     [STYLE_GRAPH] = {{25, X, 0}, {4, X, 0}},
    [STYLE_GOOD] = {{29, X, 0}, {4, X, B}},       [STYLE_WARN] = {{130, X, B}, {5, X, B}},
    [STYLE_CRIT] = {{231, 160, B}, {7, 1, B}},    [STYLE_NEW] = {{29, X, B}, {4, X, B}},
    [STYLE_GONE] = {{243, X, U}, {X, X, D | U}},  [STYLE_KEY] = {{X, X, 0}, {X, X, 0}},
    [STYLE_KEYTEXT] = {{231, 24, 0}, {7, 4, 0}},  [STYLE_MATCH] = {{16, 220, 0}, {0, 3, 0}},
};

/* Black is set, not assumed: this one has to be right on any background. */
static const struct entry CONTRAST[STYLE_COUNT] = {
    [STYLE_NORMAL] = {{231, 16, 0}, {7, 0, B}},
    [STYLE_DIM] = {{250, 16, 0}, {7, 0, 0}},
    [STYLE_BOLD] = {{231, 16, B}, {7, 0, B}},
    [STYLE_TITLE] = {{231, 16, B}, {7, 0, B}},
    [STYLE_HEADER] = {{16, 231, B}, {0, 7, 0}},
    [STYLE_SORTED] = {{16, 226, B}, {0, 3, 0}},
    [STYLE_CURSOR] = {{16, 226, B}, {0, 3, 0}},
    [STYLE_MARKED] = {{226, 16, B | U}, {3, 0, B | U}},
    [STYLE_LABEL] = {{123, 16, 0}, {6, 0, B}},
    [STYLE_VM] = {{51, 16, B}, {6, 0, B}},
    [STYLE_CONTAINER] = {{226, 16, B}, {3, 0, B}},
    [STYLE_HOST] = {{213, 16, B}, {5, 0, B}},
    [STYLE_STEAL] = {{209, 16, B}, {1, 0, B}},
    [STYLE_GRAPH] = {{231, 16, 0}, {7, 0, B}},
    [STYLE_GOOD] = {{123, 16, B}, {6, 0, B}},
    [STYLE_WARN] = {{226, 16, B}, {3, 0, B}},
    [STYLE_CRIT] = {{231, 196, B}, {7, 1, B}},
    [STYLE_NEW] = {{123, 16, B | U}, {6, 0, B | U}},
    [STYLE_GONE] = {{250, 16, U}, {7, 0, U}},
    [STYLE_KEY] = {{231, 16, B}, {7, 0, B}},
    [STYLE_KEYTEXT] = {{16, 231, 0}, {0, 7, 0}},
    [STYLE_MATCH] = {{16, 51, B}, {0, 6, 0}},
};

/* Ethan Schoonover's accents; the background stays the terminal's. */
static const struct entry SOLARIZED[STYLE_COUNT] = {
    [STYLE_NORMAL] = {{X, X, 0}, {X, X, 0}},      [STYLE_DIM] = {{244, X, 0}, {X, X, D}},
    [STYLE_BOLD] = {{X, X, B}, {X, X, B}},        [STYLE_TITLE] = {{33, X, B}, {4, X, B}},
    [STYLE_HEADER] = {{230, 33, 0}, {7, 4, 0}},   [STYLE_SORTED] = {{230, 166, B}, {7, 1, 0}},
    [STYLE_CURSOR] = {{230, 61, 0}, {7, 5, 0}},   [STYLE_MARKED] = {{136, X, B}, {3, X, B}},
    [STYLE_LABEL] = {{37, X, 0}, {6, X, 0}},      [STYLE_VM] = {{33, X, 0}, {4, X, 0}},
    [STYLE_CONTAINER] = {{136, X, 0}, {3, X, 0}}, [STYLE_HOST] = {{125, X, 0}, {5, X, 0}},
    [STYLE_STEAL] = {{166, X, 0}, {1, X, 0}},     [STYLE_GRAPH] = {{37, X, 0}, {6, X, 0}},
    [STYLE_GOOD] = {{37, X, 0}, {6, X, 0}},       [STYLE_WARN] = {{136, X, B}, {3, X, B}},
    [STYLE_CRIT] = {{230, 160, B}, {7, 1, B}},    [STYLE_NEW] = {{37, X, B}, {6, X, B}},
    [STYLE_GONE] = {{244, X, U}, {X, X, D | U}},  [STYLE_KEY] = {{X, X, 0}, {X, X, 0}},
    [STYLE_KEYTEXT] = {{230, 37, 0}, {7, 6, 0}},  [STYLE_MATCH] = {{230, 125, 0}, {7, 5, 0}},
};

static const unsigned MONO[STYLE_COUNT] = {
    [STYLE_DIM] = D,        [STYLE_BOLD] = B,    [STYLE_TITLE] = B,      [STYLE_HEADER] = R,
    [STYLE_SORTED] = R | B, [STYLE_CURSOR] = R,  [STYLE_MARKED] = B | U, [STYLE_CONTAINER] = B,
    [STYLE_STEAL] = B,      [STYLE_WARN] = B,    [STYLE_CRIT] = B | R,   [STYLE_NEW] = B,
    [STYLE_GONE] = D | U,   [STYLE_KEYTEXT] = R, [STYLE_MATCH] = R | U,
};

static const struct entry *const TABLES[THEME_COUNT] = {
    [THEME_DEFAULT] = DEFAULT,
    [THEME_LIGHT] = LIGHT,
    [THEME_CONTRAST] = CONTRAST,
    [THEME_SOLARIZED] = SOLARIZED,
};

static const struct {
    const char *name, *text;
} THEMES[THEME_COUNT] = {
#define THEME(id, name, text) [THEME_##id] = {name, text},
    PALETTE_THEMES(THEME)
#undef THEME
};

const char *theme_name(enum theme t)
{
    return THEMES[t].name;
}

const char *theme_text(enum theme t)
{
    return THEMES[t].text;
}

bool theme_find(const char *name, enum theme *out)
{
    for (enum theme t = 0; t < THEME_COUNT; t++)
        if (strcasecmp(THEMES[t].name, name) == 0) {
            *out = t;
            return true;
        }
    return false;
}

struct look palette_look(enum theme t, int colours, enum style s)
{
    if (!TABLES[t] || colours < 8)
        return (struct look){COLOUR_DEFAULT, COLOUR_DEFAULT, MONO[s]};
    return colours >= 256 ? TABLES[t][s].rich : TABLES[t][s].basic;
}
