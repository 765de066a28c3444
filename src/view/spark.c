/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: the vtop authors */
#include <config.h>

#include "view/spark.h"

#include "base/clock.h"
#include "view/format.h"
#include "view/strip.h"

#include <math.h>
#include <stdio.h>

enum { LEVELS = 8 };

double spark_round_top(const double values[], int count, bool binary)
{
    static const double steps[] = {1, 2, 5, 10, 20, 50, 100, 200, 500};
    double most = 0, unit = 1;

    for (int i = 0; i < count; i++)
        most = values[i] > most ? values[i] : most;
    if (!(most > 0))
        return 0;
    while (!binary && unit > most)
        unit /= 1000;
    while (unit * 500 < most)
        unit *= binary ? 1024 : 1000;
    for (size_t i = 0; i < G_N_ELEMENTS(steps); i++)
        if (unit * steps[i] >= most)
            return unit * steps[i];
    return most;
}

/* ---- drawing ---- */

void spark_draw(struct canvas *c, int row, int column, int columns, enum style style,
                const struct glyphs *glyphs, const double values[], double top)
{
    for (int i = 0; i < columns; i++) {
        double share = top > 0 ? values[i] / top : 0;
        if (!isnan(values[i]))
            canvas_text(c, row, column + i, style,
                        glyphs->spark[CLAMP((int)(share * LEVELS), 0, LEVELS - 1)]);
    }
}

void spark_series(struct canvas *c, int row, int column, int columns, enum style style,
                  const struct view *v, const struct series *s, double top)
{
    double values[SPARK_COLUMNS_MAX];

    columns = MIN(columns, SPARK_COLUMNS_MAX);
    if (columns < 1)
        return;
    series_read(v, s, columns, values);
    spark_draw(c, row, column, columns, style, v->glyphs, values, top);
}

/* The top of a guest's sparkline: its limit if that is below the whole host, else the most that it
 * has used. */
static double cell_top(const struct view *v, const struct entity *e, enum metric m,
                       const double values[], int count)
{
    double cpus = moment_number(&v->moment, entity_host(e), M_HOST_CPUS);
    double cores =
        moment_number(&v->moment, e, entity_class(e) == CLASS_VM ? M_VCPUS : M_CPU_CORES);
    double top = 100;

    if (!format_is_cpu_time(m))
        return spark_round_top(values, count, false);
    if (v->cpu_of_host && cpus > 0)
        top /= cpus;
    if (cores > 0 && (entity_class(e) == CLASS_VM || cores < cpus))
        return cores * top;
    for (int i = 0; i < count; i++)
        top = values[i] > top ? values[i] : top;
    return top;
}

void spark_cell(struct canvas *c, int row, int column, int columns, const struct view *v,
                const struct entity *guest, enum metric m)
{
    struct series s = {.entity = guest, .metric = m, .span = view_graph_span(v)};
    double values[SPARK_COLUMNS_MAX];

    columns = MIN(columns, SPARK_COLUMNS_MAX);
    series_read(v, &s, columns, values);
    spark_draw(c, row, column, columns, STYLE_GRAPH, v->glyphs, values,
               cell_top(v, guest, m, values, columns));
}

/* A known value is at least one level high, to tell it from a gap. */
static void graph_column(struct canvas *c, int bottom, int column, int rows, enum style style,
                         const struct glyphs *glyphs, double share)
{
    int height = MAX((int)lround(CLAMP(share, 0, 1) * rows * LEVELS), 1);

    for (int i = 0; i < rows && height > 0; i++, height -= LEVELS)
        canvas_text(c, bottom - i, column, style, glyphs->spark[MIN(height, LEVELS) - 1]);
}

void graph_draw(struct canvas *c, const struct rect *where, enum style style,
                const struct glyphs *glyphs, const double values[], double top)
{
    int bottom = where->top + where->rows - 1;

    for (int i = 0; i < where->columns; i++)
        if (!isnan(values[i]))
            graph_column(c, bottom, where->left + i, where->rows, style, glyphs,
                         top > 0 ? values[i] / top : 0);
}

/* The height in dots in a graph of ROWS cells; 0: a gap. */
static int dots(double value, double top, int rows)
{
    enum { DOTS = 4 };

    if (isnan(value))
        return 0;
    double share = top > 0 ? CLAMP(value / top, 0, 1) : 0;
    return MAX((int)lround(share * rows * DOTS), 1);
}

/* Draw a braille cell; LEFT and RIGHT: how many dots of each column are set, from the bottom. */
static void braille_cell(struct canvas *c, int row, int column, enum style style, int left,
                         int right)
{
    /* Dots 7 3 2 1 and 8 6 5 4 of the Unicode block. */
    static const gunichar columns[2][4] = {{0x40, 0x04, 0x02, 0x01}, {0x80, 0x20, 0x10, 0x08}};
    enum { BLANK = 0x2800, DOTS = 4 };
    gunichar bits = 0;
    char text[8] = {0};

    for (int i = 0; i < DOTS; i++)
        bits |= (i < left ? columns[0][i] : 0) | (i < right ? columns[1][i] : 0);
    if (!bits)
        return;
    g_unichar_to_utf8(BLANK + bits, text);
    canvas_text(c, row, column, style, text);
}

void graph_draw_braille(struct canvas *c, const struct rect *where, enum style style,
                        const double values[], double top)
{
    enum { DOTS = 4 };

    for (int i = 0; i < where->columns; i++) {
        int left = dots(values[2 * i], top, where->rows);
        int right = dots(values[2 * i + 1], top, where->rows);
        for (int y = 0; y < where->rows; y++)
            braille_cell(c, where->top + where->rows - 1 - y, where->left + i, style,
                         left - y * DOTS, right - y * DOTS);
    }
}

/* How much of the window the graph shows: "last 10m", "45s of 10m". */
static void add_covered(struct strip *strip, const struct view *v, const struct trace *t)
{
    char covered[FORMAT_SIZE];

    format_duration((double)t->covered_ns / (double)CLOCK_NS_PER_S, covered);
    strip_add(strip, 3, STYLE_DIM, t->whole ? "last" : covered, STYLE_DIM, "%s%s",
              t->whole ? "" : "of ", view_window_brief(v));
}

/* "CPU%  387.2   min 12.0  max 420.1  45s of 10m" */
static void graph_caption(struct canvas *c, const struct rect *where, const struct view *v,
                          const struct graph *g, const struct trace *t)
{
    enum unit unit = metric_info(g->metric)->unit;
    struct strip strip = {.count = 0};
    struct format_cell now;
    char number[FORMAT_SIZE];

    format_cell(v, g->entity, g->metric, 7, &now);
    strip_add(&strip, 0, STYLE_LABEL, g->title, now.style == STYLE_DIM ? STYLE_DIM : STYLE_BOLD,
              "%s", now.text);
    if (!isnan(t->most)) {
        strip_add(&strip, 2, STYLE_DIM, "min", STYLE_NORMAL, "%s",
                  format_number(unit, t->least, 7, number));
        strip_add(&strip, 1, STYLE_DIM, "max", STYLE_NORMAL, "%s",
                  format_number(unit, t->most, 7, number));
        add_covered(&strip, v, t);
    }
    strip_draw(&strip, c, where->top, where->left, where->columns, 2);
}

void graph_panel(struct canvas *c, const struct rect *where, const struct view *v,
                 const struct graph *g)
{
    enum { SCALE = 7 }; /* columns of the scale's labels */
    enum unit unit = metric_info(g->metric)->unit;
    struct rect graph = {.top = where->top + 1,
                         .left = where->left + SCALE,
                         .rows = where->rows - 1,
                         .columns = MIN(where->columns - SCALE, SPARK_COLUMNS_MAX / 2)};
    bool braille = v->braille && !v->glyphs->ascii;
    int count = graph.columns * (braille ? 2 : 1);
    double top = g->top;
    struct trace t;
    char label[FORMAT_SIZE];

    if (graph.columns < 1 || graph.rows < 1)
        return;
    trace_read(v, g->entity, g->metric, count, &t);
    if (!(top > 0))
        top = spark_round_top(t.values, count, unit == UNIT_BYTES || unit == UNIT_BYTES_RATE);
    graph_caption(c, where, v, g, &t);
    canvas_field(c, graph.top, where->left, SCALE - 1, true, STYLE_DIM,
                 top > 0 ? format_number(unit, top, SCALE - 1, label) : "", v->glyphs->ascii);
    if (graph.rows > 1)
        canvas_field(c, graph.top + graph.rows - 1, where->left, SCALE - 1, true, STYLE_DIM, "0",
                     v->glyphs->ascii);
    if (braille)
        graph_draw_braille(c, &graph, STYLE_GRAPH, t.values, top);
    else
        graph_draw(c, &graph, STYLE_GRAPH, v->glyphs, t.values, top);
}
