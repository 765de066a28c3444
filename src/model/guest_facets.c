#include <config.h>

#include "model/guest_facets.h"

#include <string.h>

bool guest_track_is_live(const struct guests *g, const struct track *t)
{
    if (g->complete && t->source == g->source)
        return t->merge == g->merge;
    return t->merge >= g->completed[t->source];
}

bool guest_is_here(const struct guests *g, const struct entity *e)
{
    for (const struct track *t = e->tracks; t; t = t->next)
        if (guest_track_is_live(g, t))
            return true;
    return false;
}

bool guest_is_established(const struct entity *guest)
{
    for (const struct track *t = guest->tracks; t; t = t->next)
        if (!t->ident->companion)
            return true;
    return false;
}

void guest_settle_type(struct entity *guest)
{
    const struct track *best = NULL;

    for (const struct track *t = guest->tracks; t; t = t->next)
        if (!t->ident->companion && (!best || facet_rank(t->facet) < facet_rank(best->facet)))
            best = t;
    if (best && best->ident->type != guest->type)
        entity_set_type(guest, best->ident->type);
}

void guest_set_outer(struct entity *guest, struct entity *outer)
{
    for (const struct entity *e = outer; e; e = e->outer)
        if (e == guest)
            return; /* nobody is inside himself */
    guest->outer = outer;
    if (outer)
        guest->outer_serial = outer->serial;
}

/* ---- names ---- */

int guest_names(const struct ident *ident, const char *names[GUEST_NAMES])
{
    int count = 0;

    names[count++] = ident->key;
    for (int a = 0; a < IDENT_ALIASES && ident->alias[a]; a++)
        names[count++] = ident->alias[a];
    return count;
}

/* The same text in an ident that the guest has now. */
static const char *name_in_use(const struct entity *guest, const char *name)
{
    for (const struct track *t = guest->tracks; t; t = t->next) {
        const char *names[GUEST_NAMES];
        int count = guest_names(t->ident, names);
        for (int n = 0; n < count; n++)
            if (strcmp(names[n], name) == 0)
                return names[n];
    }
    return NULL;
}

void guest_release_names(struct guests *g, const struct entity *guest, const struct ident *ident)
{
    const char *names[GUEST_NAMES];
    int count = guest_names(ident, names);

    for (int n = 0; n < count; n++) {
        struct entity *owner = g_hash_table_lookup(g->by_name, names[n]);
        const char *in_use = owner == guest ? name_in_use(guest, names[n]) : NULL;
        if (in_use)
            g_hash_table_replace(g->by_name, (char *)in_use, owner);
        else if (owner == guest)
            g_hash_table_remove(g->by_name, names[n]);
    }
}

void guest_forget_names(struct guests *g, const struct entity *guest)
{
    for (const struct track *t = guest->tracks; t; t = t->next) {
        const char *names[GUEST_NAMES];
        int count = guest_names(t->ident, names);
        for (int n = 0; n < count; n++)
            if (g_hash_table_lookup(g->by_name, names[n]) == guest)
                g_hash_table_remove(g->by_name, names[n]);
    }
}

void guest_move_names(struct guests *g, struct entity *to, const struct entity *from,
                      const struct ident *ident)
{
    const char *names[GUEST_NAMES];
    int count = guest_names(ident, names);

    for (int n = 0; n < count; n++)
        if (g_hash_table_lookup(g->by_name, names[n]) == from)
            g_hash_table_replace(g->by_name, (char *)names[n], to);
}

/* ---- tracks ---- */

uint64_t guest_track_key(uint64_t serial, enum facet facet)
{
    return serial * FACET_COUNT + facet;
}

void guest_place_track(struct guests *g, struct entity *e, const struct track *t)
{
    serials_put(g->by_track, guest_track_key(t->ident->serial, t->facet), e);
}

void guest_drop_track(struct guests *g, struct entity *e, struct track **link)
{
    struct track *t = *link;

    serials_remove(g->by_track, guest_track_key(t->ident->serial, t->facet));
    *link = t->next;
    if (e->kind == KIND_GUEST)
        guest_release_names(g, e, t->ident);
    track_free(t);
}

void guest_lose_tracks(struct guests *g, const struct entity *e)
{
    for (const struct track *t = e->tracks; t; t = t->next)
        serials_remove(g->by_track, guest_track_key(t->ident->serial, t->facet));
    for (guint i = 0; e->parts && i < e->parts->len; i++)
        guest_lose_tracks(g, g_ptr_array_index(e->parts, i));
}
