/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: the vtop authors */
#include <config.h>

#include "view/view.h"

#include "base/clock.h"

static const struct {
    int64_t ns;
    const char *text, *brief;
} WINDOWS[] = {{60 * CLOCK_NS_PER_S, "1 min", "1m"},
               {VIEW_WINDOW_NS, "10 min", "10m"},
               {3600 * CLOCK_NS_PER_S, "1 h", "1h"},
               {24 * 3600 * CLOCK_NS_PER_S, "24 h", "24h"}};

int64_t view_window_ns(const struct view *v)
{
    return v->window_ns ? v->window_ns : VIEW_WINDOW_NS;
}

/* The first window that is not shorter than the view's. */
static size_t window_at(const struct view *v)
{
    size_t at = 0;

    while (at + 1 < G_N_ELEMENTS(WINDOWS) && WINDOWS[at].ns < view_window_ns(v))
        at++;
    return at;
}

int64_t view_next_window_ns(const struct view *v)
{
    return WINDOWS[(window_at(v) + 1) % G_N_ELEMENTS(WINDOWS)].ns;
}

const char *view_window_text(const struct view *v)
{
    return WINDOWS[window_at(v)].text;
}

const char *view_window_brief(const struct view *v)
{
    return WINDOWS[window_at(v)].brief;
}

size_t view_graph_span(const struct view *v)
{
    enum { SPAN_MIN = 10 };
    int64_t ticks = 60 * CLOCK_NS_PER_S / MAX(v->interval_ns, 1);

    return (size_t)CLAMP(ticks, SPAN_MIN, HISTORY_DEPTH_MAX);
}
