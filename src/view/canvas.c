/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: the vtop authors */
#include <config.h>

#include "view/canvas.h"

#include "base/text.h"

#include <stdarg.h>
#include <stdio.h>

static const char *const SPARK_UTF8[] = {"▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"};
static const char *const SPARK_ASCII[] = {"_", ".", "-", ":", "=", "+", "*", "#"};
static const char *const SHADE_UTF8[] = {"█", "▓", "▒", "░"};
static const char *const SHADE_ASCII[] = {"#", "%", "=", "!"};

const struct glyphs *glyphs_get(bool ascii)
{
    static const struct glyphs utf8 = {
        .spark = SPARK_UTF8,
        .shade = SHADE_UTF8,
        .idle = "·",
        .absent = "–",
        .up = "▲",
        .down = "▼",
        .branch = "├─",
        .last = "└─",
        .through = "│ ",
        .open = "▾ ",
        .folded = "▸ ",
        .leaf = "─ ",
    };
    static const struct glyphs plain = {
        .ascii = true,
        .spark = SPARK_ASCII,
        .shade = SHADE_ASCII,
        .idle = ".",
        .absent = "-",
        .up = "+",
        .down = "-",
        .branch = "|-",
        .last = "`-",
        .through = "| ",
        .open = "- ",
        .folded = "+ ",
        .leaf = "- ",
    };

    return ascii ? &plain : &utf8;
}

struct canvas *canvas_new(int rows, int columns)
{
    struct canvas *c = g_new0(struct canvas, 1);

    c->rows = MAX(rows, 0);
    c->columns = MAX(columns, 0);
    c->cells = g_new(struct cell, (size_t)c->rows * (size_t)c->columns);
    canvas_clear(c);
    return c;
}

void canvas_free(struct canvas *c)
{
    if (!c)
        return;
    g_free(c->cells);
    g_free(c);
}

void canvas_clear(struct canvas *c)
{
    size_t count = (size_t)c->rows * (size_t)c->columns;

    for (size_t i = 0; i < count; i++)
        c->cells[i] = (struct cell){.ch = ' '};
    c->cursor_row = c->cursor_column = -1;
    canvas_unclip(c);
}

void canvas_clip(struct canvas *c, int top, int left, int rows, int columns)
{
    c->clip_top = CLAMP(top, 0, c->rows);
    c->clip_left = CLAMP(left, 0, c->columns);
    c->clip_bottom = CLAMP(top + MAX(rows, 0), c->clip_top, c->rows);
    c->clip_right = CLAMP(left + MAX(columns, 0), c->clip_left, c->columns);
}

void canvas_unclip(struct canvas *c)
{
    canvas_clip(c, 0, 0, c->rows, c->columns);
}

static bool row_is_visible(const struct canvas *c, int row)
{
    return row >= c->clip_top && row < c->clip_bottom;
}

static struct cell *cell_at(const struct canvas *c, int row, int column)
{
    return &c->cells[(size_t)row * (size_t)c->columns + (size_t)column];
}

/* Blank the other half of a wide character of which one half is about to be overwritten. */
static void split(struct canvas *c, int row, int column)
{
    struct cell *cell = cell_at(c, row, column);

    if (!cell->ch && column > 0)
        cell[-1] = (struct cell){.ch = ' ', .style = cell[-1].style};
    if (cell->ch && column + 1 < c->columns && !cell[1].ch)
        cell[1].ch = ' ';
}

static void put_cell(struct canvas *c, int row, int column, uint32_t ch, enum style style)
{
    split(c, row, column);
    *cell_at(c, row, column) = (struct cell){.ch = ch, .style = (uint8_t)style};
}

/* A wide character that does not fit whole is a blank. */
static void put_char(struct canvas *c, int row, int column, uint32_t ch, int width,
                     enum style style)
{
    bool whole = column >= c->clip_left && column + width <= c->clip_right;

    for (int i = 0; i < width; i++)
        if (column + i >= c->clip_left && column + i < c->clip_right)
            put_cell(c, row, column + i, whole ? (i ? 0 : ch) : ' ', style);
}

static void combine(struct canvas *c, int row, int column, uint32_t ch)
{
    if (column < c->clip_left || column >= c->clip_right)
        return;
    struct cell *cell = cell_at(c, row, column);
    if (cell->ch && !cell->combining)
        cell->combining = ch;
}

int canvas_text(struct canvas *c, int row, int column, enum style style, const char *text)
{
    bool visible = row_is_visible(c, row);
    int base = column; /* of the last character, which marks combine with */

    for (uint32_t ch; (ch = text_next(&text));) {
        int width = text_char_width(ch);
        if (visible && width)
            put_char(c, row, column, ch, width, style);
        else if (visible && base < column)
            combine(c, row, base, ch);
        base = width ? column : base;
        column += width;
    }
    return column;
}

int canvas_printf(struct canvas *c, int row, int column, enum style style, const char *format, ...)
{
    char buffer[256], *text = buffer;
    va_list args;

    va_start(args, format);
    int length = vsnprintf(buffer, sizeof(buffer), format, args);
    va_end(args);
    if (length >= (int)sizeof(buffer)) {
        va_start(args, format);
        text = g_strdup_vprintf(format, args);
        va_end(args);
    }
    column = canvas_text(c, row, column, style, text);
    if (text != buffer)
        g_free(text);
    return column;
}

void canvas_field(struct canvas *c, int row, int column, int width, bool right, enum style style,
                  const char *text, bool ascii)
{
    int used;

    if (width < 1)
        return;
    char *plain = ascii && !g_str_is_ascii(text) ? text_to_ascii(text) : NULL;
    text = plain ? plain : text;
    size_t fits = text_fit(text, width, &used);
    char *cut = text[fits] ? text_ellipsize(text, width, ascii) : NULL;
    used = cut ? text_width(cut) : used;
    canvas_fill(c, row, column, width, style, " ");
    canvas_text(c, row, right ? column + width - used : column, style, cut ? cut : text);
    g_free(cut);
    g_free(plain);
}

void canvas_fill(struct canvas *c, int row, int column, int width, enum style style,
                 const char *glyph)
{
    uint32_t ch = text_next(&glyph);
    int end = MIN(column + width, c->clip_right);

    for (int i = MAX(column, c->clip_left); row_is_visible(c, row) && i < end; i++)
        put_cell(c, row, i, ch, style);
}

void canvas_restyle(struct canvas *c, int row, int column, int width, enum style style)
{
    int end = MIN(column + width, c->clip_right);

    for (int i = MAX(column, c->clip_left); row_is_visible(c, row) && i < end; i++)
        cell_at(c, row, i)->style = (uint8_t)style;
}

char *canvas_to_text(const struct canvas *c)
{
    GString *out = g_string_new(NULL);

    for (int row = 0; row < c->rows; row++) {
        gsize kept = out->len;
        for (int column = 0; column < c->columns; column++) {
            const struct cell *cell = cell_at(c, row, column);
            if (cell->ch)
                g_string_append_unichar(out, cell->ch);
            if (cell->combining)
                g_string_append_unichar(out, cell->combining);
            if (cell->ch && cell->ch != ' ')
                kept = out->len;
        }
        g_string_truncate(out, kept);
        g_string_append_c(out, '\n');
    }
    return g_string_free(out, FALSE);
}
