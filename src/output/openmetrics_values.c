/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: the vtop authors */
#include <config.h>

#include "output/openmetrics.h"

#include "model/catalogue.h"
#include "model/value.h"

/* ---- sums that never fall ----
 * A sum grows by what each of its parts grew. A part that comes later counts from its first value
 * on, one that goes takes nothing away. */

struct entry {
    uint64_t key;
    uint64_t seen; /* the sample that asked for it last */
    double number; /* of a part: what it was; of an owner: the sum */
};

struct sums {
    GHashTable *entries; /* by key */
    uint64_t samples;
};

enum { SUMS_REMEMBERED = 64 }; /* samples */

struct sums *sums_new(void)
{
    struct sums *s = g_new0(struct sums, 1);

    s->entries = g_hash_table_new_full(g_int64_hash, g_int64_equal, NULL, g_free);
    return s;
}

void sums_free(struct sums *s)
{
    if (s)
        g_hash_table_destroy(s->entries);
    g_free(s);
}

static gboolean is_old(void *key, void *entry, void *sums)
{
    (void)key;
    return ((struct entry *)entry)->seen + SUMS_REMEMBERED < ((struct sums *)sums)->samples;
}

void sums_begin(struct sums *s)
{
    s->samples++;
    if (s->samples % SUMS_REMEMBERED == 0)
        g_hash_table_foreach_remove(s->entries, is_old, s);
}

/* What is known of a reading of an entity; NULL: nothing yet. */
static struct entry *known(struct sums *s, const struct entity *e, enum reading r)
{
    uint64_t key = e->serial * READING_COUNT + (uint64_t)r;
    struct entry *entry = g_hash_table_lookup(s->entries, &key);

    if (entry)
        entry->seen = s->samples;
    return entry;
}

static void remember(struct sums *s, const struct entity *e, enum reading r, double number)
{
    struct entry *entry = known(s, e, r);

    if (!entry) {
        entry = g_new(struct entry, 1);
        *entry = (struct entry){.key = e->serial * READING_COUNT + (uint64_t)r};
        g_hash_table_insert(s->entries, &entry->key, entry);
    }
    entry->number = number;
    entry->seen = s->samples;
}

/* What a part adds to the sum; FIRST: the sum begins. */
static double growth(struct sums *s, const struct entity *part, enum reading r, double now,
                     bool first)
{
    const struct entry *before = known(s, part, r);
    double grew = before ? MAX(0, now - before->number) : 0;

    remember(s, part, r, now);
    return first ? now : grew;
}

/* ---- raw readings ---- */

/* A reading of one facet that is not stale. A gauge too is the same in the raw. */
static bool fresh_total(const struct entity *e, enum reading r, int64_t now_ns, double *number)
{
    const struct track *t = entity_track(e, reading_facet(r));

    if (!t || track_is_stale(t, now_ns))
        return false;
    struct value v = track_total(t, r);
    *number = v.number;
    return value_is_known(v);
}

/* The sum over the parts of an entity, as far as it is known. */
static bool sum_of_parts(struct sums *s, const struct entity *e, enum reading r, int64_t now_ns,
                         double *number)
{
    const struct entry *before = known(s, e, r);
    double sum = before ? before->number : 0;
    bool any = false;

    for (struct entity *p = NULL; (p = entity_next_part(e, facet_kind(reading_facet(r)), p));) {
        double now;
        if (!fresh_total(p, r, now_ns, &now))
            continue;
        sum += growth(s, p, r, now, !before);
        any = true;
    }
    if (any)
        remember(s, e, r, sum);
    *number = sum;
    return any;
}

/* The kernel's counters of a guest's interfaces are summed by the collector. */
static bool sum_of_facet(struct sums *s, const struct entity *e, enum reading r, double *number)
{
    /* The entity stands for its only part: their entries must differ. */
    struct entity part = {.serial = e->serial | UINT64_C(1) << 40};
    const struct entry *before = known(s, e, r);
    double sum = before ? before->number : 0;

    sum += growth(s, &part, r, *number, !before);
    remember(s, e, r, sum);
    *number = sum;
    return true;
}

static bool read_series(struct sums *s, const struct entity *e, const struct series_info *info,
                        enum reading r, int64_t now_ns, double *number)
{
    if (facet_kind(reading_facet(r)) != e->kind)
        return sum_of_parts(s, e, r, now_ns, number);
    if (!fresh_total(e, r, now_ns, number))
        return false;
    if (info->counter && reading_facet(r) == FACET_NET)
        return sum_of_facet(s, e, r, number);
    return true;
}

static bool first_known(struct sums *s, const struct entity *e, const struct series_info *info,
                        int64_t now_ns, double *number, const char **facet)
{
    for (const enum reading *r = info->from; *r != R_NONE; r++) {
        double factor;
        if (!read_series(s, e, info, *r, now_ns, number))
            continue;
        reading_unit_base(reading_unit(*r), &factor);
        *number *= factor;
        if (info->counter && info->from[1] != R_NONE)
            *facet = facet_name(reading_facet(*r));
        return true;
    }
    return false;
}

bool exposed_value(struct sums *s, const struct moment *at, const struct entity *e,
                   const struct series_info *info, double *number, const char **facet)
{
    *facet = NULL;
    if (info->metric == M_NONE)
        return first_known(s, e, info, at->now_ns, number, facet);
    struct value v = moment_value(at, e, info->metric);
    *number = v.number * info->scale;
    return value_is_known(v) && !moment_stale_ns(at, e, info->metric);
}
