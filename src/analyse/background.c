/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: the vtop authors */
#include <config.h>

#include "analyse/background.h"

#include "analyse/neighbour.h"
#include "base/clock.h"

#include <math.h>

/* Each entity's trend, and the neighbours of each guest that waits, are looked up so often; less
 * often where that were more than TRENDS_PER_TICK. */
#define ROUND_NS (60 * CLOCK_NS_PER_S)

#define KEPT_NS (15 * 60 * CLOCK_NS_PER_S)

enum { GUESTS_PER_TICK = 50, TRENDS_PER_TICK = 50 };

struct background {
    struct trend_scratch *scratch;
    struct neighbour_search *search;
    guint next; /* place of the next entity among hosts and guests */
    double due; /* entities that should have been looked at by now, as far as they were not */
    bool searching;
};

struct background *background_new(void)
{
    struct background *b = g_new0(struct background, 1);

    b->scratch = trend_scratch_new();
    b->search = neighbour_search_new();
    return b;
}

void background_free(struct background *b)
{
    trend_scratch_free(b->scratch);
    neighbour_search_free(b->search);
    g_free(b);
}

void background_reset(struct background *b)
{
    b->next = 0;
    b->due = 0;
    b->searching = false;
}

/* ---- trends ---- */

/* A trend had to hold for 15 minutes to be one. It is kept for as long when it is gone, so that one
 * that is barely significant does not come and go. */
static void keep_trend(struct subject *s, enum trend_subject what, const struct trend *t,
                       int64_t now_ns)
{
    s->trends_known |= t->state != TREND_TOO_LITTLE;
    if (trend_urgency(t) == TREND_LATER && now_ns - s->trend_ns[what] < KEPT_NS)
        return;
    g_clear_pointer(&s->trends[what], g_free);
    if (trend_urgency(t) == TREND_LATER)
        return;
    s->trends[what] = g_memdup2(t, sizeof(*t));
    s->trend_ns[what] = now_ns;
}

static void look_ahead(struct background *b, const struct moment *now, GHashTable *subjects,
                       const struct entity *e)
{
    struct subject *s = g_hash_table_lookup(subjects, &e->serial);

    if (s)
        s->trends_known = false;
    for (enum trend_subject what = 0; s && what < TREND_SUBJECT_COUNT; what++) {
        struct trend t = trend_of(b->scratch, now, e, what);
        keep_trend(s, what, &t, now->now_ns);
    }
}

static void look_ahead_at_some(struct background *b, const struct moment *now, GHashTable *subjects,
                               int64_t dt_ns)
{
    const GPtrArray *hosts = roster_hosts(now->roster), *guests = roster_guests(now->roster);
    guint all = hosts->len + guests->len;

    b->due += (double)all * (double)dt_ns / (double)ROUND_NS;
    b->due = MIN(b->due, MIN(all, TRENDS_PER_TICK));
    for (; b->due >= 1; b->due--) {
        b->next = b->next < all ? b->next : 0;
        const struct entity *e = b->next < hosts->len
                                     ? g_ptr_array_index(hosts, b->next)
                                     : g_ptr_array_index(guests, b->next - hosts->len);
        b->next++;
        look_ahead(b, now, subjects, e);
    }
}

/* ---- neighbours ---- */

/* A guest that waits for what others may hold. */
static bool waits_for_others(enum rule r)
{
    switch (r) {
    case RULE_VCPU_CONTENTION:
    case RULE_CPU_PRESSURE:
    case RULE_MEMORY_PRESSURE:
    case RULE_DISK_SLOW:
    case RULE_IO_PRESSURE:
        return true;
    default:
        return false;
    }
}

/* The guest that waits, and whose neighbours were looked up longest ago. */
static struct subject *next_victim(GHashTable *subjects, int64_t now_ns, enum resource *resource)
{
    struct subject *oldest = NULL;
    GHashTableIter i;
    void *subject;

    g_hash_table_iter_init(&i, subjects);
    while (g_hash_table_iter_next(&i, NULL, &subject)) {
        struct subject *s = subject;
        const struct suspicion *head = s->open ? subject_head(s) : NULL;
        if (!head || !waits_for_others(head->rule) ||
            (s->searched_ns && now_ns - s->searched_ns < ROUND_NS) ||
            (oldest && s->searched_ns >= oldest->searched_ns))
            continue;
        oldest = s;
        *resource = rule_info(head->rule)->resource;
    }
    return oldest;
}

static void begin_search(struct background *b, const struct moment *now, GHashTable *subjects)
{
    enum resource resource = RESOURCE_CPU;
    struct subject *victim = next_victim(subjects, now->now_ns, &resource);
    const struct entity *e = victim ? roster_find(now->roster, victim->serial) : NULL;

    if (!e || e->kind != KIND_GUEST)
        return;
    victim->searched_ns = now->now_ns;
    neighbour_begin(b->search, now, e, resource);
    b->searching = true;
}

static void end_search(struct background *b, const struct moment *now, GHashTable *subjects)
{
    const struct neighbours *found = neighbour_result(b->search);
    struct subject *s = g_hash_table_lookup(subjects, &found->victim);

    b->searching = false;
    if (!s)
        return;
    g_free(s->neighbours);
    s->neighbours = neighbour_text(found, now->roster);
    s->neighbours_of = found->resource;
}

void background_tick(struct background *b, const struct moment *now, GHashTable *subjects,
                     int64_t dt_ns)
{
    look_ahead_at_some(b, now, subjects, dt_ns);
    if (!b->searching)
        begin_search(b, now, subjects);
    else if (neighbour_step(b->search, now, GUESTS_PER_TICK))
        end_search(b, now, subjects);
}
