/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: the vtop authors */
#include <config.h>

#include "view/playback.h"

#include "base/text.h"
#include "view/format.h"

enum { STATE_COLUMNS = 6, BAR_MIN = 10 };

/* The parts of the line: state, bar, what it says behind it. */
struct line {
    int bar, columns; /* where the bar begins, and its width; 0: there is no room for it */
    char behind[2 * FORMAT_SIZE + 64];
};

int panel_playback_rows(const struct view *v)
{
    return v->playback != NULL;
}

/* The number of the sample that is shown: it may be in history, before the newest. */
static size_t shown_sample(const struct view *v)
{
    uint64_t last = roster_last_tick(v->moment.roster);
    uint64_t back = v->moment.tick ? last - v->moment.tick : 0;

    return v->playback->at - MIN(v->playback->at, (size_t)back);
}

static void make_line(const struct rect *where, const struct view *v, struct line *l)
{
    const struct playback *p = v->playback;
    char from[FORMAT_SIZE], to[FORMAT_SIZE];

    g_snprintf(l->behind, sizeof(l->behind), "%s to %s  %zu/%zu",
               format_clock(p->first_wall_ns, from), format_clock(p->last_wall_ns, to),
               shown_sample(v) + 1, p->count);
    l->bar = where->left + STATE_COLUMNS + 1;
    l->columns = where->left + where->columns - l->bar - text_width(l->behind) - 3;
    if (l->columns >= BAR_MIN)
        return;
    l->columns = where->left + where->columns - l->bar - 1; /* the bar alone */
    *l->behind = '\0';
    if (l->columns < BAR_MIN)
        l->columns = 0;
}

static int column_of(const struct line *l, const struct playback *p, int64_t wall_ns)
{
    double all = (double)(p->last_wall_ns - p->first_wall_ns);
    double share = all > 0 ? (double)(wall_ns - p->first_wall_ns) / all : 1;

    return l->bar + (int)(CLAMP(share, 0, 1) * (l->columns - 1) + 0.5);
}

static void draw_gaps(struct canvas *c, int row, const struct line *l, const struct view *v)
{
    const struct playback *p = v->playback;

    for (size_t i = 0; i < p->mark_count; i++) {
        const struct playback_mark *m = &p->marks[i];
        int from = column_of(l, p, m->from_ns), to = column_of(l, p, m->to_ns);
        canvas_fill(c, row, from, to - from, STYLE_DIM, " ");
        if (m->event == PLAYBACK_REBOOT)
            canvas_text(c, row, to, STYLE_WARN, "R");
    }
}

static void draw_findings(struct canvas *c, int row, const struct line *l, const struct view *v)
{
    const GPtrArray *log = v->analysis ? analysis_log(v->analysis) : NULL;

    for (guint i = 0; log && i < log->len; i++) {
        const struct finding *f = g_ptr_array_index(log, i);
        if (f->muted || f->severity == SEVERITY_INFO)
            continue;
        canvas_text(c, row, column_of(l, v->playback, f->since_wall_ns),
                    f->severity == SEVERITY_CRIT ? STYLE_CRIT : STYLE_WARN, "!");
    }
}

static void draw_bar(struct canvas *c, int row, const struct line *l, const struct view *v)
{
    bool ascii = v->glyphs->ascii;
    int here = column_of(l, v->playback, moment_wall_ns(&v->moment));

    canvas_fill(c, row, l->bar, l->columns, STYLE_DIM, ascii ? "-" : "─");
    canvas_fill(c, row, l->bar, here - l->bar, STYLE_NORMAL, ascii ? "=" : "━");
    draw_gaps(c, row, l, v);
    draw_findings(c, row, l, v);
    canvas_text(c, row, here, STYLE_BOLD, ascii ? "O" : "●");
}

void panel_playback(struct canvas *c, const struct rect *where, const struct view *v)
{
    const struct playback *p = v->playback;
    struct line l;

    if (where->rows < 1 || !p)
        return;
    make_line(where, v, &l);
    canvas_clip(c, where->top, where->left, where->rows, where->columns);
    if (p->going)
        canvas_text(c, where->top, where->left + 1, STYLE_WARN, "...");
    else if (p->speed)
        canvas_printf(c, where->top, where->left + 1, STYLE_BOLD, "%s %ux",
                      v->glyphs->ascii ? ">" : "▶", p->speed);
    else
        canvas_text(c, where->top, where->left + 1, STYLE_LABEL, v->glyphs->ascii ? "||" : "‖");
    if (l.columns)
        draw_bar(c, where->top, &l, v);
    canvas_text(c, where->top, l.bar + l.columns + 2, STYLE_LABEL, l.behind);
    canvas_unclip(c);
}

bool panel_playback_time(const struct rect *where, const struct view *v, int column, int64_t *out)
{
    struct line l;

    if (where->rows < 1 || !v->playback)
        return false;
    make_line(where, v, &l);
    if (l.columns < 2 || column < l.bar || column >= l.bar + l.columns)
        return false;
    double share = (double)(column - l.bar) / (l.columns - 1);
    *out = v->playback->first_wall_ns +
           (int64_t)(share * (double)(v->playback->last_wall_ns - v->playback->first_wall_ns));
    return true;
}
