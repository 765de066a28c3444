#include <config.h>

#include "view/spark.h"

#include "base/clock.h"
#include "view/format.h"
#include "view/strip.h"

#include <math.h>
#include <stdio.h>

enum { LEVELS = 8 };

/* ---- series ---- */

static size_t bucket_size(const struct series *s, int columns)
{
    size_t span = MIN(s->span, HISTORY_DEPTH_MAX);

    return MAX((span + (size_t)columns - 1) / (size_t)columns, 1);
}

size_t series_span(const struct series *s, int columns)
{
    columns = CLAMP(columns, 1, SPARK_COLUMNS_MAX);
    return bucket_size(s, columns) * (size_t)columns;
}

static double mean_of(const struct view *v, const struct series *s, uint64_t first, uint64_t last)
{
    double sum = 0;
    unsigned known = 0;

    for (uint64_t tick = first; tick <= last; tick++) {
        double number = history_at(s->entity->history, s->metric, tick);
        if (isnan(number))
            continue;
        sum += number;
        known++;
    }
    if (v->cpu_of_host && format_is_cpu_time(s->metric))
        sum /= moment_number(&v->moment, roster_host(v->moment.roster), M_HOST_CPUS);
    return known ? sum / known : (double)NAN;
}

void series_read(const struct view *v, const struct series *s, int columns, double out[])
{
    columns = CLAMP(columns, 1, SPARK_COLUMNS_MAX);
    uint64_t bucket = bucket_size(s, columns), last = moment_last_tick(&v->moment),
             newest = last / bucket;

    for (int i = 0; i < columns; i++) {
        uint64_t back = (uint64_t)(columns - 1 - i);
        out[i] = back > newest ? (double)NAN
                               : mean_of(v, s, (newest - back) * bucket,
                                         MIN((newest - back) * bucket + bucket - 1, last));
    }
}

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

/* The top of a guest's sparkline: what it may use, when that is less than everything; else what it
 * has used. */
static double cell_top(const struct view *v, const struct entity *e, enum metric m,
                       const double values[], int count)
{
    double cpus = moment_number(&v->moment, roster_host(v->moment.roster), M_HOST_CPUS);
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

/* A known value is at least one level high, so that it differs from a gap. */
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

/* How many dots high, of ROWS cells; 0: a gap. */
static int dots(double value, double top, int rows)
{
    enum { DOTS = 4 };

    if (isnan(value))
        return 0;
    double share = top > 0 ? CLAMP(value / top, 0, 1) : 0;
    return MAX((int)lround(share * rows * DOTS), 1);
}

/* A cell of braille: how many dots of its left and of its right column are set, from the bottom. */
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

/* The extremes of what was measured, not of the means that are drawn. */
static void find_extremes(const struct view *v, const struct series *s, size_t ticks, double *least,
                          double *most)
{
    uint64_t last = moment_last_tick(&v->moment);
    double cores = v->cpu_of_host && format_is_cpu_time(s->metric)
                       ? moment_number(&v->moment, roster_host(v->moment.roster), M_HOST_CPUS)
                       : 1;

    *least = *most = (double)NAN;
    for (uint64_t tick = last > ticks ? last - ticks + 1 : 1; tick <= last; tick++) {
        double number = history_at(s->entity->history, s->metric, tick) / cores;
        if (isnan(number))
            continue;
        *least = number < *least || isnan(*least) ? number : *least;
        *most = number > *most || isnan(*most) ? number : *most;
    }
}

/* For how long that many ticks were on screen up to LAST, whatever was between them. */
static double ticks_seconds(const struct view *v, uint64_t last, size_t ticks)
{
    int64_t first_ns = roster_tick_time(v->moment.roster, last - ticks + 1, NULL);

    return (double)(roster_tick_time(v->moment.roster, last, NULL) - first_ns + v->interval_ns) /
           (double)CLOCK_NS_PER_S;
}

/* "CPU%  387.2   min 12.0  max 420.1  last 10m00s" */
static void graph_caption(struct canvas *c, const struct rect *where, const struct view *v,
                          const struct series *s, const char *title, size_t ticks)
{
    enum unit unit = metric_info(s->metric)->unit;
    struct strip strip = {.count = 0};
    double least, most;
    struct format_cell now;
    char number[FORMAT_SIZE];

    uint64_t last = moment_last_tick(&v->moment), oldest = history_oldest(s->entity->history);
    ticks = MIN(ticks, oldest && oldest <= last ? (size_t)(last - oldest + 1) : 0);
    find_extremes(v, s, ticks, &least, &most);
    format_cell(v, s->entity, s->metric, 7, &now);
    strip_add(&strip, 0, STYLE_LABEL, title, now.style == STYLE_DIM ? STYLE_DIM : STYLE_BOLD, "%s",
              now.text);
    if (!isnan(most)) {
        strip_add(&strip, 2, STYLE_DIM, "min", STYLE_NORMAL, "%s",
                  format_number(unit, least, 7, number));
        strip_add(&strip, 1, STYLE_DIM, "max", STYLE_NORMAL, "%s",
                  format_number(unit, most, 7, number));
        strip_add(&strip, 3, STYLE_DIM, "last", STYLE_DIM, "%s",
                  format_duration(ticks_seconds(v, last, ticks), number));
    }
    strip_draw(&strip, c, where->top, where->left, where->columns, 2);
}

void graph_panel(struct canvas *c, const struct rect *where, const struct view *v,
                 const struct series *s, const char *title, double top)
{
    enum { SCALE = 7 }; /* columns of the scale's labels */
    enum unit unit = metric_info(s->metric)->unit;
    struct rect graph = {.top = where->top + 1,
                         .left = where->left + SCALE,
                         .rows = where->rows - 1,
                         .columns = MIN(where->columns - SCALE, SPARK_COLUMNS_MAX / 2)};
    bool braille = v->braille && !v->glyphs->ascii;
    int count = graph.columns * (braille ? 2 : 1);
    double values[SPARK_COLUMNS_MAX];
    char label[FORMAT_SIZE];

    if (graph.columns < 1 || graph.rows < 1)
        return;
    series_read(v, s, count, values);
    if (!(top > 0))
        top = spark_round_top(values, count, unit == UNIT_BYTES || unit == UNIT_BYTES_RATE);
    graph_caption(c, where, v, s, title, series_span(s, count));
    canvas_field(c, graph.top, where->left, SCALE - 1, true, STYLE_DIM,
                 top > 0 ? format_number(unit, top, SCALE - 1, label) : "", v->glyphs->ascii);
    if (graph.rows > 1)
        canvas_field(c, graph.top + graph.rows - 1, where->left, SCALE - 1, true, STYLE_DIM, "0",
                     v->glyphs->ascii);
    if (braille)
        graph_draw_braille(c, &graph, STYLE_GRAPH, values, top);
    else
        graph_draw(c, &graph, STYLE_GRAPH, v->glyphs, values, top);
}
