/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: the vtop authors */
#include <config.h>

#include "summary_mode.h"

#include "base/clock.h"
#include "child.h"
#include "refresh.h"
#include "replay_start.h"
#include "selection.h"
#include "summary_rows.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <unistd.h>

/* What all values may take together, before they are folded: 100 guests and a value of each of
 * their 13 metrics per second fill it in more than three hours. */
#define VALUES_BYTES ((size_t)128 << 20)

enum { ROWS_MAX = 10000, BY_SIGNAL = 128 };

#define END_PATIENCE_NS (2 * CLOCK_NS_PER_S)

struct summary_run {
    const struct options *options;
    const struct record_beside *record;
    struct replay_range range;
    struct child *child;
    struct selection *selection;
    struct refresh *refresh;
    struct summary_rows *rows;
    uint64_t samples;
    struct moment begin, end; /* of what was measured */
    bool based;               /* there is a baseline for rates */
    bool started;             /* the command, if there is one */
    int status;               /* a command that could not be started */
    bool progress;
};

/* ---- columns ---- */

static const enum metric GUEST_METRICS[] = {
    M_CPU,           M_READY, M_THROTTLED, M_MEM,     M_READ,    M_WRITE, M_READ_LATENCY,
    M_WRITE_LATENCY, M_RX,    M_TX,        M_PSI_CPU, M_PSI_MEM, M_PSI_IO};

static const enum metric HOST_METRICS[] = {
    M_HOST_CPU,       M_HOST_CPU_STEAL,  M_HOST_LOAD1,        M_HOST_MEM_USED, M_HOST_SWAP_USED,
    M_HOST_DISK_READ, M_HOST_DISK_WRITE, M_HOST_DISK_LATENCY, M_HOST_NET_RX,   M_HOST_NET_TX,
    M_HOST_PSI_CPU,   M_HOST_PSI_MEM,    M_HOST_PSI_IO};

static void add_host_metric(struct summary_config *c, enum metric m)
{
    for (size_t i = 0; i < c->host_count; i++)
        if (c->host[i] == m)
            return;
    c->host[c->host_count++] = m;
}

void summary_columns(const struct options *o, struct summary_config *c)
{
    bool asked = o->given & 1u << PREFERENCE_COLUMNS;

    for (size_t i = 0; i < G_N_ELEMENTS(HOST_METRICS); i++)
        add_host_metric(c, HOST_METRICS[i]);
    for (size_t i = 0; i < G_N_ELEMENTS(GUEST_METRICS) && !asked; i++)
        columns_add(&c->guest, GUEST_METRICS[i]);
    for (size_t i = 0; i < o->settings.columns.count && asked; i++) {
        enum metric m = o->settings.columns.metric[i];
        if (!metric_is_number(m))
            continue;
        columns_add(&c->guest, m);
        m = metric_find_exported(KIND_HOST, metric_info(m)->export_name);
        if (m != M_NONE)
            add_host_metric(c, m);
    }
}

/* ---- progress ---- */

static bool wants_progress(const struct options *o)
{
    return isatty(STDERR_FILENO) && !(o->command && isatty(STDOUT_FILENO));
}

/* Over the line before; the cursor goes back to its beginning. */
static void show_progress(const struct summary_run *s)
{
    char *of = s->options->iterations ? g_strdup_printf(" of %" PRIu64, s->options->iterations)
                                      : g_strdup("");

    if (s->progress)
        fprintf(stderr, "\rvtop: sample %" PRIu64 "%s, %zu guests    \r", s->samples, of,
                summary_rows_guests(s->rows));
    g_free(of);
}

static void clear_progress(const struct summary_run *s)
{
    if (s->progress)
        fprintf(stderr, "\r%*s\r", 60, "");
}

/* ---- samples ---- */

static void take_sample(struct summary_run *s)
{
    GPtrArray *guests;

    s->end = refresh_ticked(s->refresh);
    guests = selection_guests(s->selection, &s->end);
    summary_rows_add(s->rows, &s->end, guests);
    g_ptr_array_free(guests, TRUE);
    s->samples++;
    show_progress(s);
}

static bool command_has_ended(const struct summary_run *s)
{
    return s->started && !child_is_running(s->child);
}

static bool is_over(const struct summary_run *s)
{
    return child_signal(s->child) || s->status || refresh_has_ended(s->refresh) ||
           refresh_ticked(s->refresh).wall_ns > s->range.until_ns || (s->samples && command_has_ended(s)) ||
           (s->options->iterations && s->samples >= s->options->iterations);
}

/* There is a baseline: what happens from now on is measured. */
static void start_command(struct summary_run *s)
{
    if (s->options->command)
        s->started = child_start(s->child, s->options->command, &s->status);
    s->based = true;
}

static bool is_in_range(const struct summary_run *s)
{
    int64_t wall_ns = refresh_ticked(s->refresh).wall_ns;

    return wall_ns >= s->range.since_ns && wall_ns <= s->range.until_ns;
}

static void take_tick(struct summary_run *s)
{
    clear_progress(s);
    record_say_news(s->record);
    selection_say_what_is_missing(s->selection, refresh_roster(s->refresh));
    if (!s->based || !refresh_is_primed(s->refresh) || !is_in_range(s))
        s->begin = s->end = refresh_ticked(s->refresh);
    if (!s->based)
        start_command(s);
    if (refresh_is_primed(s->refresh) && is_in_range(s) && !s->status)
        take_sample(s);
}

static void loop(struct summary_run *s)
{
    s->begin = s->end = refresh_ticked(s->refresh);
    refresh_interrupt_by(s->refresh, child_fd(s->child));
    while (!is_over(s)) {
        bool ticked = refresh_wait_tick(s->refresh);
        child_take(s->child);
        if (ticked)
            take_tick(s);
    }
}

/* ---- the end ---- */

static int print(struct summary_run *s)
{
    static report_function *const formats[] = {
        [FORMAT_TEXT] = report_text, [FORMAT_CSV] = report_csv, [FORMAT_JSON] = report_json};
    struct report report = {
        .begin_wall_ns = s->begin.wall_ns,
        .end_wall_ns = s->end.wall_ns,
        .seconds = (double)(s->end.now_ns - s->begin.now_ns) / (double)CLOCK_NS_PER_S,
        .interval = (double)s->options->settings.interval_ns / (double)CLOCK_NS_PER_S,
        .samples = s->samples,
        .command = (const char *const *)s->options->command,
        .exit_status = child_status(s->child),
        .signal = child_signal(s->child)};

    if (!s->samples)
        fputs("vtop: --summary: it ended before the first sample\n", stderr);
    summary_rows_report(s->rows, &report);
    int result = formats[s->options->format](&report, !s->options->no_header, stdout);
    if (result == 0 || result == -EPIPE)
        return 0;
    fprintf(stderr, "vtop: cannot write the output: %s\n", g_strerror(-result));
    return 1;
}

/* The status of the program, when the report was printed. */
static int wait_for_command(struct summary_run *s)
{
    child_wait(s->child);
    if (!child_signal(s->child))
        return MAX(child_status(s->child), 0);
    child_end(s->child, END_PATIENCE_NS);
    return BY_SIGNAL + child_signal(s->child);
}

static int run(struct summary_run *s)
{
    struct wishes wishes = selection_wishes(s->selection);
    struct refresh_config config = {.live = options_sources(s->options)};

    if (!replay_start(s->options, &s->range))
        return 1;
    config.feed = s->range.feed;
    record_join(s->record, &config);
    s->refresh = refresh_start(&config, ASKER_BATCH, &wishes);
    if (!s->refresh) {
        fprintf(stderr, "vtop: cannot start a thread: %s\n", g_strerror(errno));
        return 1;
    }
    loop(s);
    clear_progress(s);
    int failed = s->status ? 0 : print(s);
    refresh_stop(s->refresh);
    int status = s->status ? s->status : wait_for_command(s);
    return status ? status : failed;
}

int summary_run(const struct options *options, struct record_beside *record)
{
    struct summary_run s = {.options = options,
                            .record = record,
                            .progress = wants_progress(options)};
    struct summary_config config = {.sort = options->settings.sort,
                                    .reversed = options->settings.sort_reversed,
                                    .bytes = VALUES_BYTES,
                                    .rows = ROWS_MAX};
    int status = 1;

    summary_columns(options, &config);
    s.child = child_open();
    if (!s.child) {
        fprintf(stderr, "vtop: cannot wait for signals: %s\n", g_strerror(errno));
        return status;
    }
    s.rows = summary_rows_new(&config);
    s.selection = selection_new(options, &config.guest);
    status = s.selection ? run(&s) : 2;
    selection_free(s.selection);
    summary_rows_free(s.rows);
    g_free(s.range.name);
    child_close(s.child);
    return status;
}
