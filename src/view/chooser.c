/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: the vtop authors */
#include <config.h>

#include "view/chooser.h"

#include "base/text.h"
#include "view/flow.h"
#include "view/format.h"
#include "view/spark.h"

/* The list is one order of all metrics; those in use are the first `used` of it. */
struct chooser {
    enum metric order[METRIC_COUNT];
    size_t count, used;
    size_t cursor, scroll;
    struct columns result;
};

static void make_result(struct chooser *ch)
{
    ch->result.count = 0;
    for (size_t i = 0; i < ch->used; i++)
        columns_add(&ch->result, ch->order[i]);
}

static void take_over(struct chooser *ch, const struct columns *now)
{
    ch->count = 0;
    for (size_t i = 0; i < now->count; i++)
        ch->order[ch->count++] = now->metric[i];
    ch->used = ch->count;
    for (enum metric m = metric_begin(KIND_GUEST); m < metric_end(KIND_GUEST); m++)
        if (!columns_have(now, m))
            ch->order[ch->count++] = m;
    make_result(ch);
}

struct chooser *chooser_new(const struct columns *now)
{
    struct chooser *ch = g_new0(struct chooser, 1);

    take_over(ch, now);
    return ch;
}

void chooser_free(struct chooser *ch)
{
    g_free(ch);
}

void chooser_move(struct chooser *ch, int rows)
{
    ch->cursor = (size_t)CLAMP((long)ch->cursor + rows, 0, (long)ch->count - 1);
}

static void move_metric(struct chooser *ch, size_t from, size_t to)
{
    enum metric m = ch->order[from];

    for (; from < to; from++)
        ch->order[from] = ch->order[from + 1];
    for (; from > to; from--)
        ch->order[from] = ch->order[from - 1];
    ch->order[to] = m;
}

/* An added column becomes the last one in use; a removed one is directly behind those in use, so
 * that the same key adds it again. The last column cannot be removed. */
void chooser_toggle(struct chooser *ch)
{
    bool in_use = ch->cursor < ch->used;

    if (in_use && ch->used == 1)
        return;
    ch->used -= in_use;
    move_metric(ch, ch->cursor, ch->used);
    ch->cursor = ch->used;
    ch->used += !in_use;
    make_result(ch);
}

void chooser_shift(struct chooser *ch, int by)
{
    long to = (long)ch->cursor + by;

    if (ch->cursor >= ch->used || to < 0 || to >= (long)ch->used)
        return;
    move_metric(ch, ch->cursor, (size_t)to);
    ch->cursor = (size_t)to;
    make_result(ch);
}

void chooser_reset(struct chooser *ch)
{
    struct columns standard;

    columns_of_set(&standard, SET_MAIN);
    take_over(ch, &standard);
}

const struct columns *chooser_result(const struct chooser *ch)
{
    return &ch->result;
}

/* ---- the panel ---- */

static void draw_list(struct canvas *c, const struct rect *where, const struct view *v,
                      struct chooser *ch)
{
    enum { TITLE = 13 };
    size_t fit = (size_t)MAX(where->rows, 1);

    ch->scroll = MIN(ch->scroll, ch->cursor);
    if (ch->cursor >= ch->scroll + fit)
        ch->scroll = ch->cursor - fit + 1;
    for (size_t i = ch->scroll; i < ch->count && i < ch->scroll + fit; i++) {
        const struct metric_info *info = metric_info(ch->order[i]);
        int row = where->top + (int)(i - ch->scroll);
        bool in_use = i < ch->used;
        canvas_text(c, row, where->left + 1, STYLE_GOOD, in_use ? "[x]" : "[ ]");
        canvas_field(c, row, where->left + 5, TITLE, false, in_use ? STYLE_BOLD : STYLE_NORMAL,
                     info->title, v->glyphs->ascii);
        canvas_field(c, row, where->left + 5 + TITLE, where->columns - 5 - TITLE, false,
                     STYLE_NORMAL, info->help, v->glyphs->ascii);
        if (i == ch->cursor)
            canvas_restyle(c, row, where->left, where->columns, STYLE_CURSOR);
    }
}

static int wanted_width(const struct view *v, enum metric m, struct entity *const guests[],
                        size_t count)
{
    int width = 0;

    for (size_t i = 0; i < count && metric_info(m)->label != LABEL_NONE; i++) {
        struct format_cell cell;
        format_cell(v, guests[i], m, 0, &cell);
        width = MAX(width, text_width(cell.text));
    }
    return width;
}

/* Scroll until METRIC is visible, if it is a column. */
static void place_preview(const struct columns *columns, const int wanted[], int width,
                          enum metric metric, struct columns_geometry *g)
{
    for (size_t scroll = 0, asked = 0; asked <= columns->count; asked++) {
        scroll = asked;
        columns_place(columns, wanted, width, false, &scroll, g);
        if (scroll < asked)
            return; /* the end is reached */
        for (size_t k = 0; k < g->count; k++)
            if (g->place[k].metric == metric || !columns_have(columns, metric))
                return;
    }
}

static void draw_preview_cell(struct canvas *c, int row, int left, const struct column_place *p,
                              const struct view *v, const struct entity *guest)
{
    enum metric graph = metric_info(p->metric)->graph;
    struct format_cell cell;

    if (graph != M_NONE) {
        spark_cell(c, row, left, p->width, v, guest, graph);
        return;
    }
    format_cell(v, guest, p->metric, p->width, &cell);
    canvas_field(c, row, left, p->width, cell.right, cell.style, cell.text, v->glyphs->ascii);
}

static void draw_preview(struct canvas *c, const struct rect *where, const struct view *v,
                         const struct chooser *ch, struct entity *const guests[], size_t count)
{
    const struct columns *columns = &ch->result;
    enum metric current = ch->order[ch->cursor];
    struct columns_geometry g;
    int wanted[COLUMNS_MAX];

    for (size_t i = 0; i < columns->count; i++)
        wanted[i] = wanted_width(v, columns->metric[i], guests, count);
    place_preview(columns, wanted, where->columns - 2, current, &g);
    canvas_fill(c, where->top, where->left, where->columns, STYLE_HEADER, " ");
    for (size_t k = 0; k < g.count; k++) {
        const struct column_place *p = &g.place[k];
        int left = where->left + 1 + p->left;
        char title[FORMAT_SIZE];
        canvas_field(c, where->top, left, p->width, format_is_right(p->metric),
                     p->metric == current ? STYLE_SORTED : STYLE_HEADER,
                     format_title(v, p->metric, p->width, title), v->glyphs->ascii);
        for (size_t i = 0; i < count && (int)i + 1 < where->rows; i++)
            draw_preview_cell(c, where->top + 1 + (int)i, left, p, v, guests[i]);
    }
}

/* What the column under the cursor means, in full. */
static void flow_definition(struct flow *f, const void *chooser)
{
    const struct chooser *ch = chooser;

    flow_paragraph(f, "", 0, STYLE_NORMAL, metric_info(ch->order[ch->cursor])->help);
}

void panel_chooser(struct canvas *c, const struct rect *where, const struct view *v,
                   struct chooser *ch, struct entity *const guests[], size_t guest_count)
{
    enum { PREVIEW = 5, DEFINITION = 2, LIST_MIN = 6 };
    int spare = where->rows - 1 - LIST_MIN;
    int preview = spare >= PREVIEW ? PREVIEW : 0;
    int definition = spare - preview >= DEFINITION ? DEFINITION : 0;
    struct rect list = *where, middle = *where, below = *where;

    list.top++;
    list.rows -= 1 + definition + preview;
    middle.top = list.top + MAX(list.rows, 0);
    middle.rows = definition;
    below.top = middle.top + definition;
    below.rows = preview;
    canvas_clip(c, where->top, where->left, where->rows, where->columns);
    for (int row = 0; row < where->rows; row++)
        canvas_fill(c, where->top + row, where->left, where->columns, STYLE_NORMAL, " ");
    canvas_field(c, where->top, where->left, where->columns, false, STYLE_HEADER,
                 " columns: those in use, in their order; then the others", v->glyphs->ascii);
    if (list.rows > 0)
        draw_list(c, &list, v, ch);
    if (preview)
        draw_preview(c, &below, v, ch, guests, guest_count);
    if (definition)
        flow_draw(c, &middle, v, &(struct flow_extent){0}, flow_definition, ch);
    canvas_unclip(c);
}
