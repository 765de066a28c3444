/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: the vtop authors */
#include <config.h>

#include "diff_mode.h"

#include "base/clock.h"
#include "output/output_difference.h"
#include "refresh.h"
#include "replay_start.h"
#include "selection.h"
#include "summary_mode.h"
#include "summary_rows.h"

#include <errno.h>
#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>

#define WINDOW_NS (10 * 60 * CLOCK_NS_PER_S)
#define VALUES_BYTES ((size_t)64 << 20)

enum { ROWS_MAX = 10000 };

/* What was recorded in one window. */
struct side {
    struct summary_rows *rows;
    struct report report;
};

static int64_t window_of(const struct options *o)
{
    return o->window_ns ? o->window_ns : WINDOW_NS;
}

/* The size of a guest changes as well as its use. */
static void choose_columns(const struct options *o, struct summary_config *c)
{
    static const enum metric sizes[] = {M_VCPUS, M_CPU_CORES, M_MEM_LIMIT};

    summary_columns(o, c);
    for (size_t i = 0; i < G_N_ELEMENTS(sizes) && !(o->given & 1u << PREFERENCE_COLUMNS); i++)
        columns_add(&c->guest, sizes[i]);
}

static void take_ticks(struct side *side, struct refresh *r, struct selection *s,
                       const struct replay_range *range)
{
    while (refresh_wait_tick(r) && !refresh_has_ended(r)) {
        struct moment now = refresh_ticked(r);
        if (now.wall_ns > range->until_ns)
            break;
        if (!refresh_is_primed(r) || now.wall_ns < range->since_ns)
            continue;
        GPtrArray *guests = selection_guests(s, &now);
        summary_rows_add(side->rows, &now, guests);
        g_ptr_array_free(guests, TRUE);
        side->report.begin_wall_ns =
            side->report.samples ? side->report.begin_wall_ns : now.wall_ns;
        side->report.end_wall_ns = now.wall_ns;
        side->report.samples++;
    }
}

/* False: it cannot be read; that was said. END: when the window ends. */
static bool gather(const struct options *o, const struct summary_config *config, const char *end,
                   struct side *side)
{
    struct replay_range range;
    struct refresh_config refresh = {.live = options_sources(o)};
    struct selection *selection = selection_new(o, &config->guest);

    side->rows = summary_rows_new(config);
    if (!selection)
        return false;
    bool open = replay_start_window(o, "diff", end, window_of(o), &range);
    if (open) {
        struct wishes wishes = selection_wishes(selection);
        refresh.feed = range.feed;
        struct refresh *r = refresh_start(&refresh, ASKER_BATCH, &wishes);
        take_ticks(side, r, selection, &range);
        refresh_stop(r);
        summary_rows_report(side->rows, &side->report);
        g_free(range.name);
    }
    if (open && !side->report.samples)
        fprintf(stderr, "vtop: --diff: nothing was recorded in the %" PRId64 " s before '%s'\n",
                window_of(o) / CLOCK_NS_PER_S, end);
    selection_free(selection);
    return open && side->report.samples;
}

static struct output_window window_printed(const struct side *s)
{
    return (struct output_window){.begin_wall_ns = s->report.begin_wall_ns,
                                  .end_wall_ns = s->report.end_wall_ns,
                                  .samples = s->report.samples};
}

static int print(const struct options *o, const struct side *before, const struct side *after)
{
    output_difference_function *format =
        o->format == FORMAT_JSON ? output_difference_json : output_difference_text;
    struct difference *d = difference_of(before->report.rows, before->report.row_count,
                                         after->report.rows, after->report.row_count);
    struct output_difference all = {.before = window_printed(before),
                                    .after = window_printed(after),
                                    .window_seconds =
                                        (double)window_of(o) / (double)CLOCK_NS_PER_S,
                                    .difference = d};

    int result = format(&all, stdout);
    difference_free(d);
    if (result == 0 || result == -EPIPE)
        return 0;
    fprintf(stderr, "vtop: cannot write the output: %s\n", g_strerror(-result));
    return 1;
}

int diff_run(const struct options *o)
{
    struct summary_config config = {.sort = o->settings.sort,
                                    .reversed = o->settings.sort_reversed,
                                    .bytes = VALUES_BYTES,
                                    .rows = ROWS_MAX};
    struct side before = {0}, after = {0};
    const char *dots = strstr(o->diff, "..");
    char *first = g_strndup(o->diff, (gsize)(dots - o->diff));

    signal(SIGPIPE, SIG_IGN); /* the write fails with EPIPE, which is handled */
    choose_columns(o, &config);
    int status = gather(o, &config, first, &before) && gather(o, &config, dots + 2, &after)
                     ? print(o, &before, &after)
                     : 1;
    summary_rows_free(before.rows);
    summary_rows_free(after.rows);
    g_free(first);
    return status;
}
