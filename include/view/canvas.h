/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: the vtop authors */
/* canvas.h: a grid of styled cells that panels draw on.
 *
 * A canvas is drawn on a terminal (ui/terminal), or compared as text by tests. Drawing outside of
 * the canvas or the clip is cut and is no error, so that panels need no size checks. Texts must be
 * clean UTF-8 (base/text.h).
 *
 * A wide character takes two cells; the second one has ch 0. Overwriting one half blanks the other
 * half. Main thread only.
 */
#ifndef VTOP_VIEW_CANVAS_H
#define VTOP_VIEW_CANVAS_H

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

/* The meaning of a cell; ui/palette has its look. No meaning depends on the style alone. */
enum style {
    STYLE_NORMAL,
    STYLE_DIM,      /* absent, stale, less important */
    STYLE_BOLD,
    STYLE_TITLE,    /* the top line */
    STYLE_HEADER,   /* column headers */
    STYLE_SORTED,   /* the header of the sort column */
    STYLE_CURSOR,   /* the row under the cursor */
    STYLE_MARKED,   /* a tagged row */
    STYLE_LABEL,    /* names of fields */
    STYLE_VM,       /* parts of the ledger: virtual machines, */
    STYLE_CONTAINER,/* containers, */
    STYLE_HOST,     /* the host's own work, */
    STYLE_STEAL,    /* and steal time */
    STYLE_GRAPH,    /* sparklines and graphs */
    STYLE_GOOD,
    STYLE_WARN,
    STYLE_CRIT,
    STYLE_NEW,      /* appeared within the last seconds */
    STYLE_GONE,     /* left within the last seconds */
    STYLE_KEY,      /* function key numbers of the key bar */
    STYLE_KEYTEXT,  /* and their texts */
    STYLE_MATCH,    /* matches of a search */
    STYLE_COUNT
};

struct cell {
    uint32_t ch;        /* 0: second half of a wide character */
    uint32_t combining; /* one combining mark, or 0 */
    uint8_t style;
};

/* Glyphs that the terminal can show: chosen once, by locale, terminal and options. */
struct glyphs {
    bool ascii;                  /* nothing but ASCII */
    const char *const *spark;    /* 8 levels, lowest first (UTF-8: ▁..█; ASCII: _.-:=+*#) */
    const char *const *shade;    /* 4 fills of the ledger bar: VMs, containers, host, steal */
    const char *idle;            /* the rest of a bar */
    const char *absent;          /* "–" or "-" */
    const char *up, *down;       /* sort arrows */
    const char *branch, *last, *through; /* tree drawing */
    const char *open, *folded;   /* a row of the tree with others below it */
    const char *leaf;            /* as wide, for a row without */
};
const struct glyphs *glyphs_get(bool ascii);

struct canvas {
    int rows, columns;
    struct cell *cells;                        /* row by row */
    int cursor_row, cursor_column;             /* -1: no text cursor (an input line sets it) */
    int clip_top, clip_left, clip_bottom, clip_right; /* drawing is cut to this; ends excluded */
};

struct canvas *canvas_new(int rows, int columns);
void canvas_free(struct canvas *c);
void canvas_clear(struct canvas *c); /* blanks, STYLE_NORMAL, clip to all, no cursor */
void canvas_clip(struct canvas *c, int top, int left, int rows, int columns);
void canvas_unclip(struct canvas *c);

/* Draw text; returns the column after it. Nothing wraps. */
int canvas_text(struct canvas *c, int row, int column, enum style style, const char *text);
G_GNUC_PRINTF(5, 6)
int canvas_printf(struct canvas *c, int row, int column, enum style style, const char *format, ...);

/* Text in a field of WIDTH columns, left or right aligned, cut with an ellipsis. ASCII: other
 * characters become '?'. */
void canvas_field(struct canvas *c, int row, int column, int width, bool right, enum style style,
                  const char *text, bool ascii);

void canvas_fill(struct canvas *c, int row, int column, int width, enum style style,
                 const char *glyph);

/* Change the style of cells and keep their text (the cursor row). */
void canvas_restyle(struct canvas *c, int row, int column, int width, enum style style);

/* The canvas as text, one line per row without trailing blanks; g_free. */
char *canvas_to_text(const struct canvas *c);

#endif
