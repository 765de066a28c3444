/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: the vtop authors */
#include <config.h>

#include "refresh.h"

#include "base/clock.h"
#include "model/rate.h"

#define HISTORY_BYTES ((size_t)48 << 20)

/* How long a sample waits for the hypervisors: the first answer of a libvirt connection takes
 * longer than any later one. */
#define FIRST_GRACE_NS (3 * CLOCK_NS_PER_S)
#define GRACE_NS (500 * CLOCK_NS_PER_MS)

/* The shortest time between two ticks whose readings give rates. Each facet is read a little before
 * the tick, at its own time. */
#define PRIMED_NS (RATE_MIN_NS * 5 / 4)

struct refresh {
    struct roster *roster;
    struct feed *feed;
    struct analysis *analysis; /* NULL: none */
    struct wishes wishes[ASKER_COUNT];
    bool past, still;
    struct feed_time ticked; /* of the last tick */
    int64_t first_ns; /* of the first tick that was waited for */
};

/* ---- the roster as a sink ---- */

static void take_sample(void *refresh, const struct sample *s)
{
    roster_merge(((struct refresh *)refresh)->roster, s);
}

static void take_tick(void *refresh, const struct feed_time *at)
{
    struct refresh *r = refresh;
    struct moment now = {.roster = r->roster, .now_ns = at->mono_ns, .wall_ns = at->wall_ns};

    r->ticked = *at;
    roster_tick(r->roster, at->mono_ns, at->wall_ns);
    if (r->analysis)
        analysis_tick(r->analysis, &now);
}

static struct roster *empty_roster(const struct refresh *r)
{
    return roster_new(r->past ? HISTORY_BYTES : 0);
}

/* A feed goes back in time: everything comes again. */
static void start_anew(void *refresh)
{
    struct refresh *r = refresh;

    roster_free(r->roster);
    r->roster = empty_roster(r);
    if (r->analysis)
        analysis_reset(r->analysis);
}

/* ---- from wishes about entities to what sources read ---- */

/* Sources know a guest by the serial of their own ident of it. */
static void focus_on(const struct roster *roster, uint64_t serial, struct demand *demand)
{
    const struct entity *e = roster_find(roster, serial);
    size_t at = 0;

    while (at < DEMAND_FOCUS_MAX && demand->focus[at])
        at++;
    for (const struct track *t = e ? e->tracks : NULL; t && at < DEMAND_FOCUS_MAX; t = t->next)
        demand->focus[at++] = t->ident->serial;
}

static void add_shown(const struct roster *roster, uint64_t serial, struct demand *demand)
{
    const struct entity *e = roster_find(roster, serial);
    const struct track *group = e ? entity_track(e, FACET_CGROUP) : NULL;

    if (group && demand->shown_count < DEMAND_SHOWN_MAX)
        demand->shown[demand->shown_count++] = group->ident->serial;
}

static struct demand demand_of(const struct refresh *r)
{
    struct wishes all = {0};

    if (r->past || r->analysis)
        all = wishes_of_history();
    for (size_t i = 0; i < ASKER_COUNT; i++)
        wishes_add(&all, &r->wishes[i]);
    struct demand demand = {.needs = all.needs,
                            .history = all.history,
                            .interval_ns = all.interval_ns ? all.interval_ns : CLOCK_NS_PER_S,
                            .services = all.services,
                            .all_parts = all.all_parts};
    for (size_t i = 0; i < all.focus_count; i++)
        focus_on(r->roster, all.focus[i], &demand);
    for (size_t i = 0; i < all.shown_count; i++)
        add_shown(r->roster, all.shown[i], &demand);
    demand_sort_shown(&demand);
    return demand;
}

void refresh_wish(struct refresh *r, enum refresh_asker asker, const struct wishes *wishes)
{
    r->wishes[asker] = *wishes;
    struct demand demand = demand_of(r);
    feed_demand(r->feed, &demand);
}

/* ---- start and stop ---- */

struct refresh *refresh_start(const struct refresh_config *config, enum refresh_asker asker,
                              const struct wishes *wishes)
{
    struct refresh *r = g_new0(struct refresh, 1);
    struct feed_sink roster = {
        .sample = take_sample, .tick = take_tick, .rewind = start_anew, .data = r};

    r->past = config->past;
    r->still = config->live.still;
    r->roster = empty_roster(r);
    if (config->thresholds)
        r->analysis = analysis_new(config->thresholds, config->mutes);
    r->wishes[asker] = *wishes;
    if (config->tee)
        r->wishes[ASKER_RECORDER] = *config->tee_wishes;
    struct demand demand = demand_of(r);
    r->feed = config->feed ? config->feed : feed_live_open(&config->live, &demand);
    if (r->feed) {
        feed_add_sink(r->feed, &roster);
        if (config->tee)
            feed_add_sink(r->feed, config->tee);
        return r;
    }
    refresh_stop(r);
    return NULL;
}

void refresh_stop(struct refresh *r)
{
    if (!r)
        return;
    feed_close(r->feed);
    analysis_free(r->analysis);
    roster_free(r->roster);
    g_free(r);
}

/* ---- running ---- */

int refresh_fd(const struct refresh *r)
{
    return feed_fd(r->feed);
}

bool refresh_merge(struct refresh *r)
{
    return feed_pump(r->feed);
}

bool refresh_wait_tick(struct refresh *r)
{
    if (!feed_wait(r->feed, r->feed->ticks ? GRACE_NS : FIRST_GRACE_NS))
        return false;
    r->first_ns = r->first_ns ? r->first_ns : r->feed->last_ns;
    return true;
}

bool refresh_is_primed(const struct refresh *r)
{
    return r->still || r->feed->last_ns - r->first_ns >= PRIMED_NS;
}

void refresh_interrupt_by(struct refresh *r, int fd)
{
    feed_interrupt_by(r->feed, fd);
}

struct roster *refresh_roster(const struct refresh *r)
{
    return r->roster;
}

struct analysis *refresh_analysis(const struct refresh *r)
{
    return r->analysis;
}

struct moment refresh_now(const struct refresh *r)
{
    struct feed_time now = feed_now(r->feed);

    return (struct moment){.roster = r->roster, .now_ns = now.mono_ns, .wall_ns = now.wall_ns};
}

struct moment refresh_ticked(const struct refresh *r)
{
    return (struct moment){
        .roster = r->roster, .now_ns = r->ticked.mono_ns, .wall_ns = r->ticked.wall_ns};
}

bool refresh_has_ended(const struct refresh *r)
{
    return r->feed->ended;
}

int64_t refresh_interval_ns(const struct refresh *r)
{
    return r->feed->interval_ns;
}

bool refresh_is_still(const struct refresh *r)
{
    return r->still;
}
