/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: the vtop authors */
#include <config.h>

#include "batch.h"

#include "base/clock.h"
#include "findings.h"
#include "output/openmetrics.h"
#include "output/parts.h"
#include "refresh.h"
#include "replay_start.h"
#include "selection.h"

#include <errno.h>
#include <inttypes.h>
#include <signal.h>
#include <string.h>

struct batch {
    const struct options *options;
    const struct record_beside *record;
    struct refresh *refresh;
    struct selection *selection;
    struct columns columns;
    output_function *print;
    struct exposition *exposition;
    struct measurer *measurer; /* for statistics over a window */
    struct replay_range range;
    uint64_t printed;
    int status; /* of --fail-on, by the last sample */
};

static bool types_given(const struct batch *b)
{
    return b->options->given & 1u << PREFERENCE_TYPES;
}

/* Machine formats have every column unless some were asked for. */
static bool all_columns(const struct batch *b)
{
    bool asked = b->options->given & 1u << PREFERENCE_COLUMNS;

    return !asked && b->options->format != FORMAT_TEXT;
}

/* Rows of hosts stand among those of guests only where the type tells them apart. */
static bool shows_hosts(const struct batch *b)
{
    return types_given(b) ? b->options->settings.types & TYPES_HOST
                          : columns_have(&b->columns, M_TYPE);
}

static void choose_columns(struct batch *b)
{
    if (!all_columns(b))
        b->columns = b->options->settings.columns;
    for (enum metric m = metric_begin(KIND_GUEST); all_columns(b) && m < metric_end(KIND_GUEST);
         m++)
        columns_add(&b->columns, m);
    if (b->options->parts && b->options->format == FORMAT_CSV && !columns_have(&b->columns, M_TYPE))
        columns_add(&b->columns, M_TYPE); /* it tells the rows of parts apart */
}

static bool analyses(const struct batch *b)
{
    return b->options->format >= FORMAT_JSON || b->options->fail_on != SEVERITY_INFO;
}

/* What has to be read for --fail-on, at any cost. */
static unsigned needs_of_findings(const struct batch *b)
{
    return b->options->fail_on == SEVERITY_INFO ? 0 : analysis_needs();
}

static struct wishes wishes_of(const struct batch *b)
{
    struct wishes wishes = selection_wishes(b->selection);

    wishes.needs |= needs_of_findings(b) | parts_needs(b->options->parts);
    wishes.all_parts = parts_needs(b->options->parts) & NEED_PARTS;
    return wishes;
}

/* Samples to print; 0: no limit. --at is about one. */
static uint64_t wanted(const struct batch *b)
{
    return b->options->iterations ? b->options->iterations : b->options->at != NULL;
}

static bool is_last(const struct batch *b)
{
    return b->printed + 1 == wanted(b);
}

/* By the findings of this sample. */
static void judge(struct batch *b, const GPtrArray *findings)
{
    if (b->options->fail_on == SEVERITY_INFO)
        return;
    b->status = findings_status(findings, b->options->fail_on);
    if (is_last(b) && b->options->quiet)
        findings_print(findings, stdout);
}

static int print_sample(struct batch *b)
{
    enum metric of_host[M_KIND_HOST_END - M_KIND_HOST_BEGIN];
    struct output_config config = {.columns = b->columns.metric,
                                   .column_count = b->columns.count,
                                   .host_columns = of_host,
                                   .host_column_count =
                                       all_columns(b) ? output_host_columns(of_host) : 0,
                                   .host_rows = shows_hosts(b),
                                   .parts = b->options->parts,
                                   .window_ns = b->options->window_ns,
                                   .measurer = b->measurer,
                                   .exposition = b->exposition,
                                   .header = !b->options->no_header};
    struct moment now = refresh_ticked(b->refresh);
    GPtrArray *guests = selection_guests(b->selection, &now);
    GPtrArray *findings = findings_of_rows(refresh_analysis(b->refresh), &now,
                                           (struct entity *const *)guests->pdata, guests->len);
    struct output_sample sample = {.moment = now,
                                   .guests = (struct entity *const *)guests->pdata,
                                   .guest_count = guests->len,
                                   .findings = findings,
                                   .interval_ns = refresh_interval_ns(b->refresh),
                                   .first = b->printed == 0};
    int result = b->options->quiet ? 0 : b->print(&config, &sample, stdout);
    judge(b, findings);
    b->printed++;
    g_ptr_array_free(findings, TRUE);
    g_ptr_array_free(guests, TRUE);
    return result;
}

static bool is_over(const struct batch *b)
{
    return (wanted(b) && b->printed >= wanted(b)) || refresh_has_ended(b->refresh) ||
           refresh_ticked(b->refresh).wall_ns > b->range.until_ns;
}

/* Whether the last tick is one to print. */
static bool is_wanted(const struct batch *b)
{
    int64_t wall_ns = refresh_ticked(b->refresh).wall_ns;

    return refresh_is_primed(b->refresh) && wall_ns >= b->range.since_ns &&
           wall_ns <= b->range.until_ns;
}

/* 0, or the -errno that ended it. */
static int loop(struct batch *b)
{
    int result = 0;

    while (result == 0 && !is_over(b)) {
        record_say_news(b->record);
        if (!refresh_wait_tick(b->refresh) || !is_wanted(b))
            continue;
        if (b->options->format < FORMAT_JSON) /* the others have the statuses in each sample */
            selection_say_what_is_missing(b->selection, refresh_roster(b->refresh));
        result = print_sample(b);
    }
    return result;
}

/* Conditions that hold, but not for as long as their rules want. */
static void say_if_too_few(const struct batch *b)
{
    const struct analysis *a = refresh_analysis(b->refresh);
    int64_t pending_ns = a ? analysis_pending_ns(a) : 0;

    if (b->options->fail_on != SEVERITY_INFO && pending_ns)
        fprintf(stderr,
                "vtop: --fail-on: %" PRIu64
                " samples were too few: what they show is a finding when it"
                " holds for %.0f s\n",
                b->printed, (double)pending_ns / (double)CLOCK_NS_PER_S);
}

static int run(struct batch *b)
{
    struct wishes wishes = wishes_of(b);
    struct refresh_config config = {.live = options_sources(b->options),
                                    .past = b->options->window_ns > 0};

    if (!replay_start(b->options, &b->range))
        return 1;
    config.feed = b->range.feed;
    struct settings settings = {0};
    if (analyses(b)) {
        findings_settings(b->options, &settings);
        config.thresholds = &settings.thresholds;
        config.mutes = settings.mutes;
    }
    record_join(b->record, &config);
    b->refresh = refresh_start(&config, ASKER_BATCH, &wishes);
    settings_clear(&settings);
    if (!b->refresh) {
        fprintf(stderr, "vtop: cannot start a thread: %s\n", g_strerror(errno));
        return 1;
    }
    int result = loop(b);
    say_if_too_few(b);
    bool complete = replay_say_end(&b->range);
    refresh_stop(b->refresh);
    g_free(b->range.name);
    if (result == 0 || result == -EPIPE)
        return complete ? b->status : 1;
    fprintf(stderr, "vtop: cannot write the output: %s\n", g_strerror(-result));
    return 1;
}

int batch_run(const struct options *options, struct record_beside *record)
{
    static output_function *const formats[] = {
        [FORMAT_TEXT] = output_text,
        [FORMAT_CSV] = output_csv,
        [FORMAT_JSON] = output_json,
        [FORMAT_OPENMETRICS] = output_openmetrics,
        [FORMAT_PROMETHEUS] = output_prometheus};
    struct batch b = {
        .options = options, .record = record, .print = formats[options->format], .measurer = measurer_new(),
        .exposition = exposition_new(options->export_names, options->parts)};

    signal(SIGPIPE, SIG_IGN); /* the write fails with EPIPE, which is handled */
    choose_columns(&b);
    b.selection = selection_new(options, &b.columns);
    int status = b.selection ? run(&b) : 2;
    selection_free(b.selection);
    exposition_free(b.exposition);
    measurer_free(b.measurer);
    return status;
}
