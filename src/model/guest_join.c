#include <config.h>

#include "model/guest_facets.h"

#include <string.h>

static bool is_inside(const struct entity *e, const struct entity *outer)
{
    for (; e; e = e->outer)
        if (e == outer)
            return true;
    return false;
}

static bool can_join(const struct guests *g, const struct entity *a, const struct entity *b)
{
    if (!guest_is_here(g, a) || !guest_is_here(g, b) || is_inside(a, b) || is_inside(b, a))
        return false;
    if (guest_is_established(a) && guest_is_established(b) && entity_class(a) != entity_class(b))
        return false;
    for (const struct track *one = a->tracks; one; one = one->next) {
        const struct track *other = entity_track(b, one->facet);
        if (other && guest_track_is_live(g, other) && guest_track_is_live(g, one))
            return false;
    }
    return true;
}

/* Of a facet that both have, the one that is in use stays. */
static void drop_doubles(struct guests *g, struct entity *to, struct entity *from)
{
    for (struct track **link = &from->tracks; *link;) {
        struct track **same = entity_track_link(to, (*link)->facet);
        bool stays = !*same || (guest_track_is_live(g, *link) && !guest_track_is_live(g, *same));
        if (*same)
            guest_drop_track(g, stays ? to : from, stays ? same : link);
        if (stays)
            link = &(*link)->next;
    }
}

static void move_tracks(struct guests *g, struct entity *to, struct entity *from)
{
    drop_doubles(g, to, from);
    for (const struct track *t = from->tracks; t; t = t->next) {
        guest_place_track(g, to, t);
        if (to->kind == KIND_GUEST)
            guest_move_names(g, to, from, t->ident);
    }
    struct track **end = &to->tracks;
    while (*end)
        end = &(*end)->next;
    *end = g_steal_pointer(&from->tracks);
}

/* What one knew is the other's now. */
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
        g_ptr_array_set_free_func(from->parts, NULL); /* none of them is its own any more */
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

/* The one that both are now, or NULL: they are two. */
static struct entity *join(struct guests *g, struct entity *a, struct entity *b)
{
    struct entity *to = a->serial < b->serial ? a : b, *from = to == a ? b : a;

    if (!can_join(g, a, b))
        return NULL;
    absorb(g, to, from);
    move_parts(g, to, from);
    to->contested |= from->contested;
    if (!to->outer)
        guest_set_outer(to, from->outer);
    inherit_serials(g, to, from);
    guest_settle_type(to);
    guest_remove(g, from);
    from->successor = to;
    g_ptr_array_add(g->joined, from);
    return to;
}

struct entity *guest_claim_names(struct guests *g, struct entity *guest, const struct ident *ident)
{
    const char *names[GUEST_NAMES];
    int count = guest_names(ident, names);

    for (int n = 0; n < count; n++) {
        struct entity *owner = g_hash_table_lookup(g->by_name, names[n]);
        struct entity *one = owner && owner != guest ? join(g, guest, owner) : guest;
        guest->contested |= !one;
        if (one) {
            g_hash_table_replace(g->by_name, (char *)names[n], one);
            guest = one;
        }
    }
    return guest;
}
