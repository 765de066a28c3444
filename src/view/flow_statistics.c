/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: the vtop authors */
#include <config.h>

#include "view/flow_statistics.h"

#include "analyse/measure.h"
#include "view/format.h"

#include <math.h>
#include <stdio.h>

enum { TITLE_WIDTH = 8 };

enum field {
    FIELD_N,
    FIELD_MISSING,
    FIELD_SEEN,
    FIELD_MIN,
    FIELD_MEAN,
    FIELD_MEDIAN,
    FIELD_P95,
    FIELD_MAX,
    FIELD_STDDEV,
    FIELDS
};

/* RANK: on a narrow screen the highest go first. */
static const struct {
    const char *title;
    int width, rank;
} FIELD_INFOS[FIELDS] = {
    [FIELD_N] = {"n", 6, 5},           [FIELD_MISSING] = {"missing", 8, 7},
    [FIELD_SEEN] = {"seen", 7, 6},     [FIELD_MIN] = {"min", 8, 4},
    [FIELD_MEAN] = {"mean", 8, 0},     [FIELD_MEDIAN] = {"median", 8, 3},
    [FIELD_P95] = {"p95", 8, 1},       [FIELD_MAX] = {"max", 8, 0},
    [FIELD_STDDEV] = {"stddev", 8, 2},
};

/* The highest rank of fields for which there is room. */
static int highest_rank(int columns)
{
    int rank = FIELDS, width;

    do {
        width = TITLE_WIDTH;
        rank--;
        for (enum field i = 0; i < FIELDS; i++)
            width += FIELD_INFOS[i].rank <= rank ? FIELD_INFOS[i].width : 0;
    } while (rank > 0 && width > columns);
    return rank;
}

static const char *percent(const struct view *v, double share, char out[FORMAT_SIZE])
{
    if (isnan(share))
        return v->glyphs->absent;
    if (share > 0 && share < 0.01)
        return "<1%";
    snprintf(out, FORMAT_SIZE, "%.0f%%", floor(share * 100));
    return out;
}

static double number_of(const struct statistics *s, enum field field)
{
    switch (field) {
    case FIELD_MIN:
        return s->min;
    case FIELD_MEAN:
        return s->mean;
    case FIELD_MEDIAN:
        return s->median;
    case FIELD_P95:
        return s->p95;
    case FIELD_MAX:
        return s->max;
    default:
        return s->stddev;
    }
}

/* A number in the metric's own unit and style; a deviation has no style of its own. */
static void format_field(const struct view *v, const struct entity *e, enum metric m,
                         const struct measure *measure, enum field field, struct format_cell *out)
{
    bool estimated = measure->estimated && (field == FIELD_MEDIAN || field == FIELD_P95);
    char text[FORMAT_SIZE];

    format_total(v, entity_host(e), m, number_of(&measure->of, field),
                 FIELD_INFOS[field].width - 1 - estimated, out);
    if (field == FIELD_STDDEV && out->style != STYLE_DIM)
        out->style = STYLE_NORMAL;
    if (!estimated)
        return;
    g_strlcpy(text, out->text, sizeof(text));
    snprintf(out->buffer, sizeof(out->buffer), "~%.30s", text);
    out->text = out->buffer;
}

static void format_count(const struct view *v, const struct measure *measure, enum field field,
                         struct format_cell *out)
{
    out->style = STYLE_NORMAL;
    if (field == FIELD_N)
        out->text = format_number(UNIT_COUNT, (double)measure->of.n, 5, out->buffer);
    else if (field == FIELD_MISSING)
        out->text = percent(v, measure_missing(measure), out->buffer);
    else
        out->text = percent(v, measure->covered, out->buffer);
    if (field == FIELD_MISSING && !(measure->of.missing > 0))
        out->style = STYLE_DIM;
}

static void draw_fields(struct flow *f, const struct entity *e, enum metric m, int rank,
                        const struct measure *measure)
{
    int column = f->left + TITLE_WIDTH;

    for (enum field i = 0; i < FIELDS; i++) {
        struct format_cell cell;
        if (FIELD_INFOS[i].rank > rank)
            continue;
        if (i >= FIELD_MIN && !measure_is_enough(measure))
            break;
        if (i < FIELD_MIN)
            format_count(f->view, measure, i, &cell);
        else
            format_field(f->view, e, m, measure, i, &cell);
        canvas_field(f->canvas, f->y, column, FIELD_INFOS[i].width, true, cell.style, cell.text,
                     f->view->glyphs->ascii);
        column += FIELD_INFOS[i].width;
    }
    if (!measure_is_enough(measure))
        canvas_text(f->canvas, f->y, column + 1, STYLE_DIM, "not enough data");
}

static void draw_titles(struct flow *f, int rank)
{
    int column = f->left + TITLE_WIDTH;

    for (enum field i = 0; i < FIELDS; i++) {
        if (FIELD_INFOS[i].rank > rank)
            continue;
        canvas_field(f->canvas, f->y, column, FIELD_INFOS[i].width, true, STYLE_LABEL,
                     FIELD_INFOS[i].title, true);
        column += FIELD_INFOS[i].width;
    }
    f->y++;
}

/* Returns whether one of the numbers is an estimate. */
static bool draw_line(struct flow *f, const struct entity *e, enum metric m, int rank,
                      struct measurer *by)
{
    struct measure measured = measure(by, &f->view->moment, e, m, view_window_ns(f->view));
    char title[FORMAT_SIZE];

    canvas_field(f->canvas, f->y, f->left, TITLE_WIDTH, false, STYLE_LABEL,
                 format_title(f->view, m, TITLE_WIDTH, title), true);
    draw_fields(f, e, m, rank, &measured);
    return measured.estimated;
}

void flow_statistics(struct flow *f, const struct entity *e, const enum metric metrics[],
                     size_t count)
{
    struct measurer *by = measurer_new();
    int rank = highest_rank(f->columns), heading = f->y;
    bool estimated = false;

    if (count) {
        flow_heading(f, "statistics over %s", view_window_text(f->view));
        draw_titles(f, rank);
    }
    for (size_t i = 0; i < count; i++) {
        if (flow_is_visible(f))
            estimated |= draw_line(f, e, metrics[i], rank, by);
        f->y++;
    }
    if (estimated)
        canvas_text(f->canvas, heading, f->left + 27, STYLE_HEADER, "~ estimated from minutes");
    if (count)
        flow_gap(f);
    measurer_free(by);
}
