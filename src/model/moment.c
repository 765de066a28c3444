/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: the vtop authors */
#include <config.h>

#include "model/moment.h"

#include "base/clock.h"
#include "model/frame.h"

#include <math.h>

/* ---- times ---- */

uint64_t moment_last_tick(const struct moment *at)
{
    return at->tick ? at->tick : roster_last_tick(at->roster);
}

int64_t moment_mono_ns(const struct moment *at)
{
    return at->tick ? roster_tick_time(at->roster, at->tick, NULL) : at->now_ns;
}

int64_t moment_wall_ns(const struct moment *at)
{
    int64_t wall_ns = at->wall_ns;

    if (at->tick)
        roster_tick_time(at->roster, at->tick, &wall_ns);
    return wall_ns;
}

int64_t moment_ago_ns(const struct moment *at)
{
    return at->now_ns - moment_mono_ns(at);
}

/* From a time before the moment up to it; 0 of no time. */
static int64_t since(const struct moment *at, int64_t ns)
{
    return ns ? moment_mono_ns(at) - ns : 0;
}

/* ---- entities of the moment ---- */

const GPtrArray *moment_guests(const struct moment *at, const GPtrArray **departed)
{
    *departed = at->tick ? roster_departed(at->roster) : NULL;
    return roster_guests(at->roster);
}

GPtrArray *moment_hosts(const struct moment *at)
{
    const GPtrArray *all = roster_hosts(at->roster);
    GPtrArray *hosts = g_ptr_array_new();

    for (guint i = 0; i < all->len; i++) {
        struct entity *host = g_ptr_array_index(all, i);
        bool left = !at->tick && host->gone_ns && at->now_ns - host->gone_ns > ROSTER_LINGER_NS;
        if (host->local || (!left && moment_has(at, host)))
            g_ptr_array_add(hosts, host);
    }
    return hosts;
}

const GArray *moment_statuses(const struct moment *at)
{
    return at->tick ? roster_statuses_at(at->roster, at->tick) : roster_statuses(at->roster);
}

static int mark_at(const struct moment *at, const struct entity *e)
{
    return history_mark_at(e->history, at->tick);
}

bool moment_has(const struct moment *at, const struct entity *e)
{
    return !at->tick || mark_at(at, e) != HISTORY_NO_MARK;
}

bool moment_is_gone(const struct moment *at, const struct entity *e)
{
    return at->tick ? moment_state(at, e) == STATE_GONE : e->gone_ns != 0;
}

bool moment_is_new(const struct moment *at, const struct entity *e)
{
    return e->newcomer && moment_has(at, e) && !moment_is_gone(at, e) &&
           moment_mono_ns(at) - e->first_ns < 5 * CLOCK_NS_PER_S;
}

static int compare_parts(const void *a, const void *b)
{
    return entity_compare_parts(*(struct entity *const *)a, *(struct entity *const *)b);
}

static void add_parts(const struct moment *at, enum kind kind, const GPtrArray *from,
                      GPtrArray *out)
{
    for (guint i = 0; from && i < from->len; i++) {
        struct entity *part = g_ptr_array_index(from, i);
        if (part->kind == kind && moment_has(at, part))
            g_ptr_array_add(out, part);
    }
}

GPtrArray *moment_parts(const struct moment *at, const struct entity *e, enum kind kind)
{
    GPtrArray *parts = g_ptr_array_new();

    add_parts(at, kind, e->parts, parts);
    if (at->tick && e->parted) {
        add_parts(at, kind, e->parted, parts);
        g_ptr_array_sort(parts, compare_parts);
    }
    return parts;
}

/* ---- values and states ---- */

struct value moment_value(const struct moment *at, const struct entity *e, enum metric m)
{
    if (!at->tick && e->gone_ns && at->now_ns - e->gone_ns > ROSTER_LINGER_NS)
        return (struct value){.number = (double)NAN, .reason = REASON_GONE, .facet = FACET_NONE};
    if (!at->tick)
        return entity_value(e, m);

    struct value value = history_value(e->history, m, at->tick);
    if (value.reason == REASON_NOT_READ)
        value.reason = REASON_NOT_RECORDED;
    if (value.reason == REASON_OK)
        value.facet = entity_facet(e, m);
    return value;
}

double moment_number(const struct moment *at, const struct entity *e, enum metric m)
{
    struct value value = moment_value(at, e, m);

    return value.reason == REASON_OK ? value.number : (double)NAN;
}

int64_t moment_age_ns(const struct moment *at, const struct entity *e, enum metric m)
{
    int64_t stale_ns = at->tick ? moment_stale_ns(at, e, m) : 0;

    if (at->tick)
        return stale_ns ? stale_ns : -1;
    return entity_facet(e, m) == FACET_NONE ? -1 : entity_value_age(e, m, at->now_ns);
}

int64_t moment_stale_ns(const struct moment *at, const struct entity *e, enum metric m)
{
    if (at->tick)
        return since(at, frame_stale_since(e, m, at->tick));
    if (e->gone_ns || !entity_value_is_stale(e, m, at->now_ns))
        return 0;
    return entity_value_age(e, m, at->now_ns);
}

int64_t moment_hung_ns(const struct moment *at, const struct entity *e)
{
    return at->tick ? since(at, frame_hung_since(e, at->tick)) : entity_hung_ns(e);
}

int moment_limit_owner(const struct moment *at, const struct entity *e, enum reading owner)
{
    if (at->tick)
        return frame_limit_owner(e, owner, at->tick);
    struct value whose = entity_reading(e, owner);
    return whose.reason == REASON_OK ? (int)whose.number : -1;
}

enum guest_state moment_state(const struct moment *at, const struct entity *e)
{
    return at->tick ? mark_state(mark_at(at, e)) : entity_state(e);
}

enum state_reason moment_state_reason(const struct moment *at, const struct entity *e)
{
    return at->tick ? mark_reason(mark_at(at, e)) : entity_state_reason(e);
}

const char *moment_label(const struct moment *at, const struct entity *e, enum label l)
{
    if (at->tick && l == LABEL_STATE)
        return guest_state_name(moment_state(at, e));
    if (at->tick && l == LABEL_STATE_REASON)
        return state_reason_text(moment_state_reason(at, e));
    return entity_label(e, l);
}
