/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: the vtop authors */
/* view.h: the moment that is shown, and the settings for drawing it.
 *
 * Every panel, the table and the formatter take a `struct view`: the moment (moment.h), and the
 * settings of the terminal and the user. Its owner fills it in before each screen update; nothing
 * here keeps a pointer to it. Main thread only.
 */
#ifndef VTOP_VIEW_VIEW_H
#define VTOP_VIEW_VIEW_H

#include "analyse/advice.h"
#include "analyse/analysis.h"
#include "model/moment.h"
#include "view/canvas.h"

struct playback;

struct view {
    struct moment moment;
    const struct analysis *analysis; /* of the same roster; NULL: there is none */
    const GPtrArray *advice;         /* struct advice *, and */
    const GPtrArray *advice_hosts;   /* struct advice_host *; NULL: not worked out */
    const struct playback *playback; /* of a recording; NULL: the screen is live */
    const struct glyphs *glyphs;
    int64_t interval_ns; /* between two ticks */
    int64_t window_ns;   /* how far back the graphs of pages reach; 0: VIEW_WINDOW_NS */
    bool paused;
    bool cpu_of_host;   /* CPU columns as a share of the whole host; else 100 = one core */
    bool hosts_folded;  /* no lines of other hosts */
    bool braille;       /* graphs of dots, two samples to a column; not where glyphs are ASCII */
    const char *banner; /* stands in the top line ("DEMO"), or NULL */
    const struct panel_key *keys; /* the keys that the help page prints (panels.h) */
};

#define VIEW_WINDOW_NS (600 * INT64_C(1000000000))

/* How far back graphs reach; and the next choice in the cycle 1 min, 10 min, 1 h, 24 h. */
int64_t view_window_ns(const struct view *v);
int64_t view_next_window_ns(const struct view *v);

/* "10 min", and "10m" where there is little room. */
const char *view_window_text(const struct view *v);
const char *view_window_brief(const struct view *v);

/* How many ticks the sparklines of the table cover: about a minute. */
size_t view_graph_span(const struct view *v);

#endif
