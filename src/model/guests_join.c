/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: the vtop authors */
#include <config.h>

#include "model/guests_join.h"

#include <string.h>

static bool is_inside(const struct entity *e, const struct entity *outer)
{
    for (; e; e = e->outer)
        if (e == outer)
            return true;
    return false;
}

/* Whether two guests that claim one name may be merged (the rule is in guests.h). */
static bool can_join(const struct guests *g, const struct entity *a, const struct entity *b)
{
    if (!guests_is_here(g, a) || !guests_is_here(g, b) || is_inside(a, b) || is_inside(b, a))
        return false;
    if (guests_is_established(a) && guests_is_established(b) && entity_class(a) != entity_class(b))
        return false;
    for (const struct track *one = a->tracks; one; one = one->next) {
        const struct track *other = entity_track(b, one->facet);
        if (other && guests_track_is_live(g, other) && guests_track_is_live(g, one))
            return false;
    }
    return true;
}

/* Of a facet that both have, the live track stays; if both are live or neither is, that of TO. */
static void drop_doubles(struct guests *g, struct entity *to, struct entity *from)
{
    for (struct track **link = &from->tracks; *link;) {
        struct track **same = entity_track_link(to, (*link)->facet);
        bool stays = !*same || (guests_track_is_live(g, *link) && !guests_track_is_live(g, *same));
        if (*same)
            guests_drop_track(g, stays ? to : from, stays ? same : link);
        if (stays)
            link = &(*link)->next;
    }
}

static void move_tracks(struct guests *g, struct entity *to, struct entity *from)
{
    drop_doubles(g, to, from);
    for (const struct track *t = from->tracks; t; t = t->next) {
        guests_place_track(g, to, t);
        if (guests_has_names(to))
            guests_move_names(g, to, from, t->ident);
    }
    struct track **end = &to->tracks;
    while (*end)
        end = &(*end)->next;
    *end = g_steal_pointer(&from->tracks);
}

/* Tracks, history and age of FROM become TO's. */
static void absorb(struct guests *g, struct entity *to, struct entity *from)
{
    struct history *old = to->history;

    move_tracks(g, to, from);
    to->history = history_join(old, from->history);
    history_free(old);
    to->first_ns = MIN(to->first_ns, from->first_ns);
    to->newcomer &= from->newcomer;
    to->gone_ns = to->gone_ns && from->gone_ns ? MAX(to->gone_ns, from->gone_ns) : 0;
}

static void move_parts(struct guests *g, struct entity *to, struct entity *from)
{
    for (guint i = 0; from->parts && i < from->parts->len; i++) {
        struct entity *part = g_ptr_array_index(from->parts, i);
        guint at;
        struct entity *same = entity_find_part(to, part->kind, part->key, &at);
        if (same) {
            absorb(g, same, part);
            entity_free(part);
        } else {
            entity_insert_part(to, part, at);
        }
    }
    if (from->parts)
        g_ptr_array_set_free_func(from->parts, NULL); /* they belong to TO now */
    departed_move_parts(to, from);
}

static void inherit_serials(struct guests *g, struct entity *to, const struct entity *from)
{
    if (!to->former)
        to->former = g_array_new(FALSE, FALSE, sizeof(uint64_t));
    g_array_append_val(to->former, from->serial);
    if (from->former)
        g_array_append_vals(to->former, from->former->data, from->former->len);
    for (guint i = 0; i < to->former->len; i++)
        serials_put(g->by_serial, g_array_index(to->former, uint64_t, i), to);
}

/* ---- guests ---- */

/* Returns the merged guest; NULL: they were not merged. */
static struct entity *join_guests(struct guests *g, struct entity *a, struct entity *b)
{
    struct entity *to = a->serial < b->serial ? a : b, *from = to == a ? b : a;

    if (!can_join(g, a, b))
        return NULL;
    absorb(g, to, from);
    move_parts(g, to, from);
    to->contested |= from->contested;
    if (!to->outer)
        guests_set_outer(to, from->outer);
    inherit_serials(g, to, from);
    guests_settle_type(to);
    guests_remove(g, from);
    from->successor = to;
    g_ptr_array_add(g->joined, from);
    return to;
}

/* ---- hosts ---- */

/* Move the guests of FROM to TO and match their names there, which may merge some of them. */
static void move_guests(struct guests *g, struct entity *to, struct entity *from)
{
    GPtrArray *moved = g_ptr_array_new();

    for (guint i = 0; i < g->here->len; i++) {
        struct entity *guest = g_ptr_array_index(g->here, i);
        if (guest->owner != from)
            continue;
        guests_forget_names(g, guest);
        guest->owner = to;
        g_ptr_array_add(moved, guest);
    }
    for (guint i = 0; i < moved->len; i++) {
        struct entity *guest = g_ptr_array_index(moved, i);
        struct ident *idents[ENTITY_TRACKS];
        size_t count = 0;
        /* a merge frees tracks, and with them idents */
        for (const struct track *t = guest->tracks; t && count < ENTITY_TRACKS; t = t->next)
            idents[count++] = ident_ref(t->ident);
        for (size_t n = 0; n < count; n++)
            guest = guests_claim_names(g, guest, idents[n]);
        for (size_t n = 0; n < count; n++)
            ident_unref(idents[n]);
    }
    for (guint i = 0; i < g->departed.guests->len; i++) {
        struct entity *guest = g_ptr_array_index(g->departed.guests, i);
        if (guest->owner == from)
            guest->owner = to;
    }
    g_ptr_array_free(moved, TRUE);
}

/* Merge into the local host if it is one of them, else into the older one. */
static struct entity *join_hosts(struct guests *g, struct entity *a, struct entity *b)
{
    struct entity *to = a == g->local || (b != g->local && a->serial < b->serial) ? a : b;
    struct entity *from = to == a ? b : a;

    absorb(g, to, from);
    move_parts(g, to, from);
    move_guests(g, to, from);
    inherit_serials(g, to, from);
    guests_remove(g, from);
    from->successor = to;
    g_ptr_array_add(g->joined, from);
    return to;
}

/* ---- names ---- */

static struct entity *join(struct guests *g, struct entity *a, struct entity *b)
{
    return a->kind == KIND_HOST ? join_hosts(g, a, b) : join_guests(g, a, b);
}

static bool has_ident(const struct entity *e, const struct ident *ident)
{
    for (const struct track *t = e->tracks; t; t = t->next)
        if (t->ident == ident)
            return true;
    return false;
}

struct entity *guests_claim_names(struct guests *g, struct entity *e, const struct ident *ident)
{
    const char *names[GUESTS_NAMES];
    int count = guests_names(ident, names);

    for (int n = 0; n < count; n++) {
        GHashTable *table = guests_names_of(g, e);
        struct entity *owner = g_hash_table_lookup(table, names[n]);
        struct entity *one = owner && owner != e ? join(g, e, owner) : e;
        e->contested |= !one;
        if (!one)
            continue;
        e = one;
        if (!has_ident(e, ident))
            break; /* the track of this ident was dropped for another one of its facet */
        g_hash_table_replace(table, (char *)names[n], e);
    }
    return e;
}

static struct entity *last_successor(struct entity *e)
{
    while (e && e->successor)
        e = e->successor;
    return e;
}

void guests_free_joined(struct guests *g)
{
    for (guint i = 0; i < g->here->len && g->joined->len; i++) {
        struct entity *guest = g_ptr_array_index(g->here, i);
        struct entity *outer = last_successor(guest->outer);
        if (outer != guest->outer) {
            guest->outer = NULL;
            guests_set_outer(guest, outer);
        }
    }
    g_ptr_array_set_size(g->joined, 0);
}
