/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: the vtop authors */
#include <config.h>

#include "base/text.h"
#include "view/findings.h"
#include "view/format.h"
#include "view/panels.h"
#include "view/spark.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

/* The column at the left edge has a sign for what colours show, too; the one at the right edge
 * shows that there are more columns. */
enum { MARK = 1, MORE = 1 };

struct drawing {
    struct canvas *canvas;
    const struct rect *where;
    const struct view *view;
    const struct table *table;
    const struct filter *search;
};

/* ---- header ---- */

static void draw_title(const struct drawing *d, const struct column_place *p)
{
    const struct table *t = d->table;
    bool sorted = p->metric == table_sort_key(t), right = format_is_right(p->metric);
    int left = d->where->left + MARK + p->left, row = d->where->top;
    char title[FORMAT_SIZE];

    format_title(d->view, p->metric, p->width, title);
    if (p->metric == M_NAME && *table_filter_text(t))
        snprintf(title, sizeof(title), "NAME %zu/%zu", table_matches(t),
                 table_matches(t) + table_hidden(t));
    canvas_field(d->canvas, row, left, p->width, right, sorted ? STYLE_SORTED : STYLE_HEADER, title,
                 d->view->glyphs->ascii);
    if (!sorted)
        return;
    /* The arrow stands beside the title: in the field, or in the gap next to it. */
    bool falls = right != table_sort_reversed(t);
    int beside = right ? left + p->width - text_width(title) - 1 : left + text_width(title);
    canvas_text(d->canvas, row, beside, STYLE_SORTED,
                falls ? d->view->glyphs->down : d->view->glyphs->up);
}

static void draw_header(const struct drawing *d)
{
    const struct columns_geometry *g = table_geometry(d->table);
    int row = d->where->top, end = d->where->left + d->where->columns;

    canvas_fill(d->canvas, row, d->where->left, d->where->columns, STYLE_HEADER, " ");
    for (size_t i = 0; i < g->count; i++)
        draw_title(d, &g->place[i]);
    if (g->hidden_left && g->pinned) {
        const struct column_place *p = &g->place[g->pinned - 1];
        canvas_text(d->canvas, row, d->where->left + MARK + p->left + p->width, STYLE_HEADER, "<");
    }
    if (g->hidden_right)
        canvas_text(d->canvas, row, end - 1, STYLE_HEADER, ">");
}

/* ---- rows ---- */

/* Lines down to the row's place in the tree, and whether something is folded away below it. The names
 * of one level begin in one column. */
static int draw_branches(const struct drawing *d, int y, int left, const struct row *row)
{
    const struct glyphs *g = d->view->glyphs;

    for (unsigned depth = 1; depth < row->depth; depth++)
        left = canvas_text(d->canvas, y, left, STYLE_DIM,
                           row->through & 1u << depth ? g->through : "  ");
    if (row->depth)
        left = canvas_text(d->canvas, y, left, STYLE_DIM, row->last ? g->last : g->branch);
    if (row->parent)
        left = canvas_text(d->canvas, y, left, STYLE_DIM, row->folded ? g->folded : g->open);
    else if (row->depth)
        left = canvas_text(d->canvas, y, left, STYLE_DIM, g->leaf);
    return left;
}

/* The badge of a row with an open finding stands in the last cell of its name's field;
 * the name has the rest. Returns the width of that. */
static int draw_badge(const struct drawing *d, int y, int left, int width, const struct row *row)
{
    enum style style = STYLE_NORMAL;
    const char *badge = finding_row_badge(d->view, row, &style);

    if (!badge)
        return width;
    canvas_text(d->canvas, y, left + width - 1, style, badge);
    return MAX(width - FINDING_BADGE, 0);
}

static void draw_name(const struct drawing *d, int y, int left, int width, const struct row *row,
                      enum style style)
{
    width = draw_badge(d, y, left, width, row);
    struct canvas *c = d->canvas;
    int end = MIN(left + width, c->clip_right), clip = c->clip_right;
    char *text = table_row_name(row);

    if (d->search && filter_matches_text(d->search, text))
        style = STYLE_MATCH;
    c->clip_right = MAX(end, c->clip_left);
    if (table_is_tree(d->table))
        left = draw_branches(d, y, left, row);
    canvas_field(c, y, left, end - left, false, style, text, d->view->glyphs->ascii);
    c->clip_right = clip;
    g_free(text);
}

/* The text of a cell; false: it is empty, without the sign for absent. */
static bool fill_cell(const struct drawing *d, const struct column_place *p, const struct row *row,
                      struct format_cell *cell)
{
    if (row->kind == ROW_GUEST) {
        format_cell(d->view, row->entity, p->metric, p->width, cell);
        return true;
    }
    *cell = (struct format_cell){.style = STYLE_LABEL};
    if (p->metric == M_TYPE)
        cell->text = row->kind == ROW_HOST ? "host" : "group";
    if (p->metric == M_TYPE || p->metric == M_NAME)
        return true;
    double total = table_total(d->table, row, p->metric);
    if (!isnan(total))
        format_total(d->view, row->host, p->metric, total, p->width, cell);
    return !isnan(total);
}

static void draw_cell(const struct drawing *d, int y, const struct column_place *p,
                      const struct row *row)
{
    enum metric graph = metric_info(p->metric)->graph;
    int left = d->where->left + MARK + p->left;
    struct format_cell cell;

    if (graph != M_NONE && row->kind == ROW_GUEST)
        spark_cell(d->canvas, y, left, p->width, d->view, row->entity, graph);
    if (graph != M_NONE || !fill_cell(d, p, row, &cell))
        return;
    if (p->metric == M_NAME)
        draw_name(d, y, left, p->width, row, cell.style);
    else
        canvas_field(d->canvas, y, left, p->width, cell.right, cell.style, cell.text,
                     d->view->glyphs->ascii);
}

static void draw_marks(const struct drawing *d, int y, const struct row *row, bool selected)
{
    const struct rect *w = d->where;
    bool guest = row->kind == ROW_GUEST;

    if (guest && moment_is_gone(&d->view->moment, row->entity)) {
        canvas_text(d->canvas, y, w->left, STYLE_GONE, "-");
        canvas_restyle(d->canvas, y, w->left, w->columns, STYLE_GONE);
    } else if (guest && moment_is_new(&d->view->moment, row->entity)) {
        canvas_text(d->canvas, y, w->left, STYLE_NEW, "+");
    }
    if (guest && table_is_tagged(d->table, row->id)) {
        canvas_text(d->canvas, y, w->left, STYLE_MARKED, "*");
        canvas_restyle(d->canvas, y, w->left, w->columns, STYLE_MARKED);
    }
    if (selected && table_follows(d->table))
        canvas_text(d->canvas, y, w->left, STYLE_CURSOR, ">");
    if (selected)
        canvas_restyle(d->canvas, y, w->left, w->columns, STYLE_CURSOR);
}

static void draw_row(const struct drawing *d, int y, size_t i)
{
    const struct columns_geometry *g = table_geometry(d->table);
    const struct row *row = table_row(d->table, i);

    for (size_t k = 0; k < g->count; k++)
        draw_cell(d, y, &g->place[k], row);
    draw_marks(d, y, row, i == table_selected_row(d->table));
}

static void draw_nothing(const struct drawing *d, int y)
{
    size_t hidden = table_hidden(d->table);

    if (hidden)
        canvas_printf(d->canvas, y, d->where->left + MARK, STYLE_DIM,
                      "nothing matches: %zu guest%s left out by the filter or the type", hidden,
                      hidden == 1 ? " is" : "s are");
    else
        canvas_text(d->canvas, y, d->where->left + MARK, STYLE_DIM,
                    "no virtual machine and no container has been found");
}

void panel_table(struct canvas *c, const struct rect *where, const struct view *v, struct table *t,
                 const char *search)
{
    struct filter *f = search && *search ? filter_new(search, NULL) : NULL;
    struct drawing d = {.canvas = c, .where = where, .view = v, .table = t, .search = f};
    int header = where->rows > 1, rows = where->rows - header;

    table_fit(t, rows, where->columns - MARK - MORE);
    canvas_clip(c, where->top, where->left, where->rows, where->columns);
    if (header)
        draw_header(&d);
    for (int y = 0; y < rows && table_first_row(t) + (size_t)y < table_row_count(t); y++)
        draw_row(&d, where->top + header + y, table_first_row(t) + (size_t)y);
    if (!table_row_count(t))
        draw_nothing(&d, where->top + header);
    canvas_unclip(c);
    filter_free(f);
}
