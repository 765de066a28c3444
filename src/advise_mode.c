/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: the vtop authors */
#include <config.h>

#include "advise_mode.h"

#include "child.h"
#include "findings.h"
#include "output/output_advice.h"
#include "refresh.h"
#include "replay_start.h"
#include "selection.h"
#include "ui/settings.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>

enum { BY_SIGNAL = 128 };

struct advise_run {
    const struct options *options;
    const struct record_beside *record;
    struct replay_range range;
    struct child *child; /* never started: for signals */
    struct selection *selection;
    struct refresh *refresh;
    uint64_t samples;
};

static uint64_t wanted_samples(const struct options *o)
{
    return o->iterations ? o->iterations : o->still ? 1 : o->replay ? UINT64_MAX : ADVISE_SAMPLES;
}

static void loop(struct advise_run *r)
{
    refresh_interrupt_by(r->refresh, child_fd(r->child));
    while (r->samples < wanted_samples(r->options) && !child_signal(r->child) &&
           !refresh_has_ended(r->refresh) &&
           refresh_ticked(r->refresh).wall_ns < r->range.until_ns) {
        bool ticked = refresh_wait_tick(r->refresh);
        child_take(r->child);
        record_say_news(r->record);
        if (!ticked || !refresh_is_primed(r->refresh))
            continue;
        selection_say_what_is_missing(r->selection, refresh_roster(r->refresh));
        r->samples++;
    }
}

/* ---- the end ---- */

/* Advice about hosts, and about the guests that are selected. */
static GPtrArray *selected(const struct adviser *adviser, GPtrArray *guests)
{
    GHashTable *serials = g_hash_table_new(g_int64_hash, g_int64_equal);
    const GPtrArray *all = adviser_advice(adviser);
    GPtrArray *advice = g_ptr_array_new();

    for (guint i = 0; i < guests->len; i++)
        g_hash_table_add(serials, &((struct entity *)g_ptr_array_index(guests, i))->serial);
    for (guint i = 0; i < all->len; i++) {
        struct advice *a = g_ptr_array_index(all, i);
        if (!a->guest || g_hash_table_contains(serials, &a->guest))
            g_ptr_array_add(advice, a);
    }
    g_hash_table_destroy(serials);
    return advice;
}

static int print(struct advise_run *r)
{
    output_advice_function *format =
        r->options->format == FORMAT_JSON ? output_advice_json : output_advice_text;
    struct settings settings;
    findings_settings(r->options, &settings);
    struct adviser *adviser = adviser_new(&settings.thresholds);
    settings_clear(&settings);
    struct output_advice all = {.at = refresh_ticked(r->refresh), .samples = r->samples};
    GPtrArray *guests = selection_guests(r->selection, &all.at);

    adviser_step(adviser, &all.at, SIZE_MAX);
    GPtrArray *advice = selected(adviser, guests);
    all.advice = advice;
    all.hosts = adviser_hosts(adviser);
    int result = format(&all, stdout);
    g_ptr_array_free(advice, TRUE);
    g_ptr_array_free(guests, TRUE);
    adviser_free(adviser);
    return result;
}

static int run(struct advise_run *r)
{
    struct wishes wishes = selection_wishes(r->selection);
    struct refresh_config config = {.live = options_sources(r->options), .past = true};

    if (!replay_start(r->options, &r->range))
        return 1;
    config.feed = r->range.feed;
    wishes.needs |= advice_needs();
    record_join(r->record, &config);
    r->refresh = refresh_start(&config, ASKER_BATCH, &wishes);
    if (!r->refresh) {
        fprintf(stderr, "vtop: cannot start a thread: %s\n", g_strerror(errno));
        return 1;
    }
    loop(r);
    int result = print(r);
    refresh_stop(r->refresh);
    if (result == 0 || result == -EPIPE)
        return child_signal(r->child) ? BY_SIGNAL + child_signal(r->child) : 0;
    fprintf(stderr, "vtop: cannot write the output: %s\n", g_strerror(-result));
    return 1;
}

int advise_run(const struct options *options, struct record_beside *record)
{
    struct advise_run r = {.options = options, .record = record, .child = child_open()};

    if (!r.child) {
        fprintf(stderr, "vtop: cannot wait for signals: %s\n", g_strerror(errno));
        return 1;
    }
    signal(SIGPIPE, SIG_IGN); /* the write fails with EPIPE, which is handled */
    r.selection = selection_new(options, &options->settings.columns);
    int status = r.selection ? run(&r) : 2;
    selection_free(r.selection);
    g_free(r.range.name);
    child_close(r.child);
    return status;
}
