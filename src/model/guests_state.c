/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: the vtop authors */
#include <config.h>

#include "model/guests_state.h"

#include <string.h>

/* ---- hosts and guests ---- */

static GPtrArray *list_of(const struct guests *g, const struct entity *e)
{
    return e->kind == KIND_HOST ? g->hosts : g->here;
}

struct entity *guests_add(struct guests *g, struct entity *host, enum guest_type type)
{
    struct entity *e = entity_new(++g->next_serial, host ? KIND_GUEST : KIND_HOST, type, NULL);
    GPtrArray *list = list_of(g, e);

    e->owner = host;
    e->first_ns = g->now_ns;
    e->at = list->len;
    g_ptr_array_add(list, e);
    serials_put(g->by_serial, e->serial, e);
    if (!host)
        g_ptr_array_add(g->guest_names, g_hash_table_new(g_str_hash, g_str_equal));
    return e;
}

static void remove_guest(struct guests *g, const struct entity *guest)
{
    guint at = guest->at;

    g_ptr_array_steal_index_fast(g->here, at);
    if (at < g->here->len)
        ((struct entity *)g_ptr_array_index(g->here, at))->at = at;
}

/* Hosts keep their order, and there are few. */
static void remove_host(struct guests *g, const struct entity *host)
{
    g_ptr_array_remove_index(g->guest_names, host->at);
    g_ptr_array_steal_index(g->hosts, host->at);
    for (guint i = 0; i < g->hosts->len; i++)
        ((struct entity *)g_ptr_array_index(g->hosts, i))->at = i;
}

void guests_remove(struct guests *g, struct entity *e)
{
    if (e->kind == KIND_HOST)
        remove_host(g, e);
    else
        remove_guest(g, e);
}

void guests_settle_type(struct entity *guest)
{
    const struct track *best = NULL;

    for (const struct track *t = guest->tracks; t; t = t->next)
        if (!t->ident->companion && (!best || facet_rank(t->facet) < facet_rank(best->facet)))
            best = t;
    if (best && best->ident->type != guest->type)
        entity_set_type(guest, best->ident->type);
}

void guests_set_outer(struct entity *guest, struct entity *outer)
{
    for (const struct entity *e = outer; e; e = e->outer)
        if (e == guest)
            return; /* would create a cycle */
    guest->outer = outer;
    if (outer)
        guest->outer_serial = outer->serial;
}

/* ---- tracks ---- */

bool guests_track_is_live(const struct guests *g, const struct track *t)
{
    if (g->complete && t->source == g->source)
        return t->merge == g->merge;
    return t->merge >= g->completed[t->source];
}

bool guests_is_here(const struct guests *g, const struct entity *e)
{
    for (const struct track *t = e->tracks; t; t = t->next)
        if (guests_track_is_live(g, t))
            return true;
    return false;
}

bool guests_is_established(const struct entity *e)
{
    for (const struct track *t = e->tracks; t; t = t->next)
        if (!t->ident->companion)
            return true;
    return false;
}

uint64_t guests_track_key(uint64_t serial, enum facet facet)
{
    return serial * FACET_COUNT + facet;
}

void guests_place_track(struct guests *g, struct entity *e, const struct track *t)
{
    serials_put(g->by_track, guests_track_key(t->ident->serial, t->facet), e);
}

void guests_drop_track(struct guests *g, struct entity *e, struct track **link)
{
    struct track *t = *link;

    serials_remove(g->by_track, guests_track_key(t->ident->serial, t->facet));
    *link = t->next;
    if (guests_has_names(e))
        guests_release_names(g, e, t->ident);
    track_free(t);
}

void guests_lose_tracks(struct guests *g, const struct entity *e)
{
    for (const struct track *t = e->tracks; t; t = t->next)
        serials_remove(g->by_track, guests_track_key(t->ident->serial, t->facet));
    for (guint i = 0; e->parts && i < e->parts->len; i++)
        guests_lose_tracks(g, g_ptr_array_index(e->parts, i));
}

/* ---- names ---- */

bool guests_has_names(const struct entity *e)
{
    return e->kind == KIND_GUEST || e->kind == KIND_HOST;
}

GHashTable *guests_names_of(const struct guests *g, const struct entity *e)
{
    return e->kind == KIND_HOST ? g->host_names : g_ptr_array_index(g->guest_names, e->owner->at);
}

const char guests_local_name[] = IDENT_LOCAL_HOST;

int guests_names(const struct ident *ident, const char *names[GUESTS_NAMES])
{
    int count = 0;

    names[count++] = ident->key;
    for (int a = 0; a < IDENT_ALIASES && ident->alias[a]; a++)
        names[count++] = ident->alias[a];
    for (int n = 0; n < count && ident->kind == KIND_HOST; n++)
        if (strcmp(names[n], IDENT_LOCAL_HOST) == 0)
            names[n] = guests_local_name;
    return count;
}

/* The same text in an ident that the entity has now. */
static const char *name_in_use(const struct entity *e, const char *name)
{
    for (const struct track *t = e->tracks; t; t = t->next) {
        const char *names[GUESTS_NAMES];
        int count = guests_names(t->ident, names);
        for (int n = 0; n < count; n++)
            if (strcmp(names[n], name) == 0)
                return names[n];
    }
    return NULL;
}

void guests_release_names(struct guests *g, const struct entity *e, const struct ident *ident)
{
    GHashTable *table = guests_names_of(g, e);
    const char *names[GUESTS_NAMES];
    int count = guests_names(ident, names);

    for (int n = 0; n < count; n++) {
        struct entity *owner = g_hash_table_lookup(table, names[n]);
        const char *in_use = owner == e ? name_in_use(e, names[n]) : NULL;
        if (names[n] == guests_local_name)
            continue;
        if (in_use)
            g_hash_table_replace(table, (char *)in_use, owner);
        else if (owner == e)
            g_hash_table_remove(table, names[n]);
    }
}

void guests_forget_names(struct guests *g, const struct entity *e)
{
    GHashTable *table = guests_names_of(g, e);

    for (const struct track *t = e->tracks; t; t = t->next) {
        const char *names[GUESTS_NAMES];
        int count = guests_names(t->ident, names);
        for (int n = 0; n < count; n++)
            if (g_hash_table_lookup(table, names[n]) == e && names[n] != guests_local_name)
                g_hash_table_remove(table, names[n]);
    }
}

void guests_move_names(struct guests *g, struct entity *to, const struct entity *from,
                       const struct ident *ident)
{
    GHashTable *old = guests_names_of(g, from), *new = guests_names_of(g, to);
    const char *names[GUESTS_NAMES];
    int count = guests_names(ident, names);

    for (int n = 0; n < count; n++) {
        if (g_hash_table_lookup(old, names[n]) != from)
            continue;
        if (old != new)
            g_hash_table_remove(old, names[n]);
        if (old == new || !g_hash_table_contains(new, names[n]))
            g_hash_table_replace(new, (char *)names[n], to);
    }
}
