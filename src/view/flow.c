/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: the vtop authors */
#include <config.h>

#include "view/flow.h"

#include "base/text.h"
#include "view/format.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

static void draw_once(struct canvas *c, const struct rect *where, const struct view *v,
                      struct flow_extent *extent, flow_function *draw, const void *data)
{
    struct flow f = {.canvas = c,
                     .view = v,
                     .left = where->left + 1,
                     .columns = where->columns - 2,
                     .top = where->top,
                     .bottom = where->top + where->rows,
                     .y = where->top - extent->scroll,
                     .scroll = extent->scroll};

    canvas_clip(c, where->top, where->left, where->rows, where->columns);
    for (int row = f.top; row < f.bottom; row++)
        canvas_fill(c, row, where->left, where->columns, STYLE_NORMAL, " ");
    draw(&f, data);
    extent->height = f.y - (where->top - extent->scroll);
    extent->chosen_top = f.chosen_top;
    extent->chosen_end = f.chosen_end;
    canvas_unclip(c);
}

/* Where to scroll: not beyond the end, and so that what was chosen is on the screen. What is larger
 * than the screen fills it. */
static int right_scroll(const struct flow_extent *extent, int fit)
{
    int a = extent->chosen_top, b = extent->chosen_end - fit;
    int most = MAX(extent->height - fit, 0);
    int scroll = extent->chosen_end ? CLAMP(extent->scroll, MIN(a, b), MAX(a, b)) : extent->scroll;

    return CLAMP(scroll, 0, most);
}

void flow_draw(struct canvas *c, const struct rect *where, const struct view *v,
               struct flow_extent *extent, flow_function *draw, const void *data)
{
    extent->scroll = MAX(extent->scroll, 0);
    draw_once(c, where, v, extent, draw, data);
    int scroll = right_scroll(extent, where->rows);
    if (extent->scroll == scroll)
        return;
    extent->scroll = scroll;
    draw_once(c, where, v, extent, draw, data);
}

void flow_choose(struct flow *f)
{
    f->chosen_top = f->y - f->top + f->scroll;
}

void flow_choose_end(struct flow *f)
{
    f->chosen_end = f->y - f->top + f->scroll;
}

void flow_indent(struct flow *f, int columns)
{
    f->left += columns;
    f->columns -= columns;
}

void flow_gone(struct flow *f)
{
    canvas_text(f->canvas, f->y++, f->left, STYLE_DIM, "this guest is gone");
}

bool flow_is_visible(const struct flow *f)
{
    return f->y >= f->top && f->y < f->bottom;
}

void flow_gap(struct flow *f)
{
    f->y++;
}

void flow_heading(struct flow *f, const char *format, ...)
{
    va_list args;

    va_start(args, format);
    char *text = g_strdup_vprintf(format, args);
    va_end(args);
    canvas_fill(f->canvas, f->y, f->left - 1, f->columns + 2, STYLE_HEADER, " ");
    canvas_text(f->canvas, f->y++, f->left, STYLE_HEADER, text);
    g_free(text);
}

/* ---- text ---- */

/* Length of the longest beginning of S that fits and ends with a word; a word that is too long is
 * split. */
static size_t line_length(const char *s, int columns)
{
    int used;
    size_t fits = text_fit(s, columns, &used), end = fits;

    if (!s[fits])
        return fits;
    while (end && s[end] != ' ')
        end--;
    return end ? end : fits;
}

void flow_paragraph(struct flow *f, const char *label, int label_columns, enum style style,
                    const char *text)
{
    int columns = MAX(f->columns - label_columns, 1);

    canvas_field(f->canvas, f->y, f->left, label_columns - 1, false, STYLE_LABEL, label,
                 f->view->glyphs->ascii);
    do {
        size_t length = line_length(text, columns);
        if (!length && *text)
            length = (size_t)(g_utf8_next_char(text) - text); /* a wide character in one column */
        char *line = g_strndup(text, length);
        canvas_field(f->canvas, f->y++, f->left + label_columns, columns, false, style, line,
                     f->view->glyphs->ascii);
        g_free(line);
        text += length;
        text += strspn(text, " ");
    } while (*text);
}

bool flow_is_narrow(const struct flow *f)
{
    enum { NARROW = 50 };

    return f->columns < NARROW;
}

enum { LABEL = 11 };

void flow_labelled(struct flow *f, const char *label, const char *text)
{
    if (!flow_is_narrow(f)) {
        flow_paragraph(f, label, LABEL, STYLE_NORMAL, text);
        return;
    }
    char *all = g_strdup_printf("%s%s%s", label, *label ? ": " : "", text);
    flow_paragraph(f, "", 0, STYLE_NORMAL, all);
    g_free(all);
}

void flow_verbatim(struct flow *f, const char *label, const char *text)
{
    int before = flow_is_narrow(f) ? 0 : LABEL, columns = MAX(f->columns - before, 1), used;

    if (before)
        canvas_field(f->canvas, f->y, f->left, before - 1, false, STYLE_LABEL, label,
                     f->view->glyphs->ascii);
    else
        canvas_text(f->canvas, f->y++, f->left, STYLE_LABEL, label);
    while (*text) {
        size_t length = text_fit(text, columns, &used);
        if (!length)
            length = (size_t)(g_utf8_next_char(text) - text);
        char *line = g_strndup(text, length);
        canvas_field(f->canvas, f->y++, f->left + before, columns, false, STYLE_BOLD, line,
                     f->view->glyphs->ascii);
        g_free(line);
        text += length;
    }
}

void flow_pair(struct flow *f, int *column, const char *label, enum style style, const char *text)
{
    enum { BETWEEN = 3 };
    int before = text_width(label) + 1, width = before + text_width(text);

    if (*column && *column + width > f->columns) {
        f->y++;
        *column = 0;
    }
    if (width > f->columns) {
        flow_paragraph(f, label, before, style, text);
        return;
    }
    canvas_text(f->canvas, f->y, f->left + *column, STYLE_LABEL, label);
    canvas_field(f->canvas, f->y, f->left + *column + before, width - before, false, style, text,
                 f->view->glyphs->ascii);
    *column += width + BETWEEN;
}

void flow_pairs_end(struct flow *f, const int *column)
{
    f->y += *column > 0;
}

/* ---- values ---- */

enum { VALUE_TITLE = 9, VALUE_WIDTH = 8, VALUE_GAP = 3 };

static bool is_shown(const struct entity *e, enum metric m, unsigned set)
{
    return metric_is_number(m) && (!set || metric_info(m)->sets & set) &&
           (e->kind != KIND_GUEST || metric_info(m)->classes & entity_class(e));
}

bool flow_has_values(const struct entity *e, unsigned set)
{
    for (enum metric m = metric_begin(e->kind); m < metric_end(e->kind); m++)
        if (is_shown(e, m, set))
            return true;
    return false;
}

static void flow_reason(struct flow *f, const struct entity *e, unsigned set, enum reason why)
{
    GString *titles = g_string_new(NULL);

    for (enum metric m = metric_begin(e->kind); m < metric_end(e->kind); m++)
        if (is_shown(e, m, set) && moment_value(&f->view->moment, e, m).reason == why)
            g_string_append_printf(titles, "%s%s", titles->len ? " " : "", metric_info(m)->title);
    if (titles->len) {
        g_string_append_printf(titles, " %s %s", f->view->glyphs->absent, reason_text(why));
        flow_paragraph(f, "", 0, STYLE_DIM, titles->str);
    }
    g_string_free(titles, TRUE);
}

void flow_values(struct flow *f, const struct entity *e, unsigned set)
{
    enum { STEP = VALUE_TITLE + VALUE_WIDTH + VALUE_GAP };
    int per_line = MAX((f->columns + VALUE_GAP) / STEP, 1), at = 0;

    for (enum metric m = metric_begin(e->kind); m < metric_end(e->kind); m++) {
        char title[FORMAT_SIZE];
        struct format_cell cell;
        if (!is_shown(e, m, set) || moment_value(&f->view->moment, e, m).reason != REASON_OK)
            continue;
        int left = f->left + at * STEP;
        canvas_text(f->canvas, f->y, left, STYLE_LABEL, format_title(f->view, m, 0, title));
        format_cell(f->view, e, m, VALUE_WIDTH, &cell);
        canvas_field(f->canvas, f->y, left + VALUE_TITLE, VALUE_WIDTH, true, cell.style, cell.text,
                     f->view->glyphs->ascii);
        at = (at + 1) % per_line;
        f->y += at == 0;
    }
    f->y += at != 0;
    for (enum reason why = REASON_OK + 1; why < REASON_COUNT; why++)
        flow_reason(f, e, set, why);
}

/* ---- parts ---- */

enum { GAP = 1 };

static bool is_text(enum metric m)
{
    return metric_info(m)->label != LABEL_NONE;
}

/* For one metric of all parts of a kind: whether any part has a value, or why none has. */
static enum reason column_reason(const struct flow *f, const GPtrArray *parts, enum metric m)
{
    enum reason why = REASON_NOT_READ;

    if (!metric_is_number(m))
        return REASON_OK;
    for (guint i = 0; i < parts->len; i++) {
        enum reason r = moment_value(&f->view->moment, g_ptr_array_index(parts, i), m).reason;
        if (r == REASON_OK)
            return r;
        why = r == REASON_NOT_READ ? why : r;
    }
    return why;
}

/* Width of a column for its title and, in a column of texts, for these. */
static int part_width(const GPtrArray *parts, enum metric m)
{
    int width = MAX((int)strlen(metric_info(m)->title), is_text(m) ? 0 : metric_info(m)->width);

    if (metric_info(m)->label == LABEL_PID)
        return metric_info(m)->width;
    for (guint i = 0; is_text(m) && i < parts->len; i++)
        width = MAX(width,
                    text_width(entity_label(g_ptr_array_index(parts, i), metric_info(m)->label)));
    return width;
}

static void draw_part_titles(struct flow *f, enum kind kind, const int widths[])
{
    int left = f->left;

    for (enum metric m = metric_begin(kind); m < metric_end(kind); m++) {
        int width = widths[m - metric_begin(kind)];
        canvas_field(f->canvas, f->y, left, width, format_is_right(m), STYLE_LABEL,
                     metric_info(m)->title, true);
        left += width ? width + GAP : 0;
    }
    f->y++;
}

static void draw_part(struct flow *f, const struct entity *part, const int widths[])
{
    int left = f->left;

    for (enum metric m = metric_begin(part->kind); m < metric_end(part->kind); m++) {
        int width = widths[m - metric_begin(part->kind)];
        struct format_cell cell;
        if (width) {
            format_cell(f->view, part, m, width, &cell);
            canvas_field(f->canvas, f->y, left, width, cell.right, cell.style, cell.text,
                         f->view->glyphs->ascii);
            left += width + GAP;
        }
    }
}

/* Values that have no room in the table are listed below it, if they are known. */
static void draw_part_rest(struct flow *f, const struct entity *part, const int widths[])
{
    enum { INDENT = 4 };
    GString *rest = g_string_new(NULL);

    for (enum metric m = metric_begin(part->kind); m < metric_end(part->kind); m++) {
        struct format_cell cell;
        if (widths[m - metric_begin(part->kind)])
            continue;
        format_cell(f->view, part, m, metric_info(m)->width, &cell);
        if (cell.text != f->view->glyphs->absent)
            g_string_append_printf(rest, "%s%s %s", rest->len ? "  " : "", metric_info(m)->title,
                                   cell.text);
    }
    if (rest->len)
        flow_paragraph(f, "", INDENT, STYLE_DIM, rest->str);
    g_string_free(rest, TRUE);
}

/* List the columns without any value, by reason; not those that no source reads here. */
static void flow_empty_columns(struct flow *f, const GPtrArray *parts, enum kind kind)
{
    for (enum reason why = REASON_NOT_READ + 1; why < REASON_COUNT; why++) {
        GString *titles = g_string_new(NULL);
        for (enum metric m = metric_begin(kind); m < metric_end(kind); m++)
            if (column_reason(f, parts, m) == why)
                g_string_append_printf(titles, "%s ", metric_info(m)->title);
        if (titles->len) {
            g_string_append_printf(titles, "%s %s", f->view->glyphs->absent, reason_text(why));
            flow_paragraph(f, "", 0, STYLE_DIM, titles->str);
        }
        g_string_free(titles, TRUE);
    }
}

/* The widths of the columns that have a value and fit; 0 for the others. */
static void fit_parts(const struct flow *f, const GPtrArray *parts, enum kind kind, int widths[])
{
    int room = f->columns;

    for (enum metric m = metric_begin(kind); m < metric_end(kind); m++) {
        int width = column_reason(f, parts, m) == REASON_OK ? part_width(parts, m) : 0;
        if (m == metric_begin(kind))
            width = MIN(width, MAX(room, 1));
        if (width > room)
            width = 0;
        widths[m - metric_begin(kind)] = width;
        room -= width ? width + GAP : 0;
    }
}

static void draw_parts(struct flow *f, const GPtrArray *parts, enum kind kind)
{
    int widths[METRIC_COUNT];

    fit_parts(f, parts, kind, widths);
    draw_part_titles(f, kind, widths);
    for (guint i = 0; i < parts->len; i++) {
        const struct entity *part = g_ptr_array_index(parts, i);
        if (flow_is_visible(f))
            draw_part(f, part, widths);
        f->y++;
        draw_part_rest(f, part, widths);
    }
    flow_empty_columns(f, parts, kind);
    flow_gap(f);
}

void flow_parts(struct flow *f, const struct entity *e, enum kind kind, const char *title)
{
    GPtrArray *parts = moment_parts(&f->view->moment, e, kind);

    if (parts->len) {
        flow_heading(f, "%s (%u)", title, parts->len);
        draw_parts(f, parts, kind);
    }
    g_ptr_array_free(parts, TRUE);
}

/* ---- graphs ---- */

void flow_graphs(struct flow *f, const struct entity *e, const struct flow_graph graphs[],
                 size_t count, int per_line, int rows)
{
    enum { BESIDE = 2 };
    int at = 0, columns = (f->columns - BESIDE * (per_line - 1)) / per_line;

    for (size_t i = 0; i < count; i++) {
        struct rect where = {.top = f->y,
                             .left = f->left + at * (columns + BESIDE),
                             .rows = rows + 1,
                             .columns = columns};
        char title[FORMAT_SIZE];
        struct graph graph = {.entity = e,
                              .metric = graphs[i].metric,
                              .title = graphs[i].title
                                           ? graphs[i].title
                                           : format_title(f->view, graphs[i].metric, 0, title),
                              .top = graphs[i].top};
        graph_panel(f->canvas, &where, f->view, &graph);
        at = (at + 1) % per_line;
        f->y += at == 0 ? rows + 1 : 0;
    }
    f->y += at ? rows + 1 : 0;
}

int flow_graph_rows(const struct flow *f)
{
    int rows = f->bottom - f->top;

    return rows >= 44 ? 4 : rows >= 30 ? 2 : 1;
}
