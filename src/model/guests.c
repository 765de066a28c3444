#include <config.h>

#include "model/guests.h"

#include "model/guest_facets.h"

#include <string.h>

void guests_init(struct guests *g)
{
    *g = (struct guests){.here = g_ptr_array_new_with_free_func(entity_free),
                         .pending = g_ptr_array_new(),
                         .joined = g_ptr_array_new_with_free_func(entity_free),
                         .by_name = g_hash_table_new(g_str_hash, g_str_equal),
                         .by_track = serials_new(),
                         .by_serial = serials_new()};
    g->host = entity_new(++g->next_serial, KIND_HOST, GUEST_NONE, NULL);
    departed_init(&g->departed);
}

void guests_clear(struct guests *g)
{
    g_hash_table_destroy(g->by_name); /* before the texts it points to */
    serials_free(g->by_track);
    serials_free(g->by_serial);
    departed_clear(&g->departed);
    g_ptr_array_free(g->pending, TRUE);
    g_ptr_array_free(g->joined, TRUE);
    g_ptr_array_free(g->here, TRUE);
    entity_free(g->host);
}

/* ---- who is here ---- */

struct entity *guests_find(const struct guests *g, uint64_t serial)
{
    return serials_get(g->by_serial, serial);
}

/* ---- tracks ---- */

/* Whose track a record feeds; NULL: it is new. */
static struct entity *find_known(const struct guests *g, const struct record *record)
{
    return serials_get(g->by_track, guest_track_key(record->ident->serial, record->facet));
}

/* Whether the track is in use, for something else than what this ident is about. */
static bool is_taken(const struct guests *g, const struct track *t, const struct ident *ident)
{
    bool anew = t->source == g->source && strcmp(t->ident->key, ident->key) == 0;

    return t->merge == g->merge || (guest_track_is_live(g, t) && !anew);
}

static void place_track(struct guests *g, struct entity *e, const struct record *record)
{
    struct track **link = entity_track_link(e, record->facet);

    if (*link) {
        serials_remove(g->by_track, guest_track_key((*link)->ident->serial, record->facet));
        track_break(*link, REASON_RESET);
    } else {
        *link = track_new(record->facet);
    }
    (*link)->source = (uint8_t)g->source;
}

void guest_remove(struct guests *g, struct entity *guest)
{
    guint at = guest->at;

    g_ptr_array_steal_index_fast(g->here, at);
    if (at < g->here->len)
        ((struct entity *)g_ptr_array_index(g->here, at))->at = at;
}

/* ---- records ---- */

/* The track of E that has this facet is about IDENT from now on. */
static void change_ident(struct guests *g, struct entity *e, enum facet facet, struct ident *ident)
{
    struct track *t = *entity_track_link(e, facet);
    struct ident *old = t->ident;

    t->ident = ident_ref(ident);
    guest_place_track(g, e, t);
    if (ident->kind == KIND_GUEST) {
        struct entity *guest = guest_claim_names(g, e, ident);
        if (old)
            guest_release_names(g, guest, old);
        if (old && g_strcmp0(old->outer, ident->outer)) {
            guest->outer = NULL;
            guest->outer_serial = 0;
        }
        guest_settle_type(guest);
    }
    ident_unref(old);
}

/* The track of E that has the facet of this record. */
static const struct track *feed(struct guests *g, const struct sample *s,
                                const struct record *record, struct entity *e)
{
    struct track **link = entity_track_link(e, record->facet);

    if (s->still)
        *link = track_restart(*link);
    (*link)->merge = g->merge;
    g->now_ns = MAX(g->now_ns, record->read_ns);
    if (!record->ident->companion)
        e->gone_ns = 0;
    *link = track_feed(*link, record, record->interval_ns ? record->interval_ns : s->interval_ns);
    return *link;
}

static void feed_known(struct guests *g, const struct sample *s, const struct record *record)
{
    struct entity *e = find_known(g, record);

    if (!e || feed(g, s, record, e)->ident != record->ident || e->contested)
        g_ptr_array_add(g->pending, (void *)record);
}

static struct entity *new_guest(struct guests *g, const struct ident *ident)
{
    struct entity *guest = entity_new(++g->next_serial, KIND_GUEST, ident->type, NULL);

    guest->first_ns = g->now_ns;
    guest->newcomer = g->completed[g->source] != 0;
    guest->at = g->here->len;
    g_ptr_array_add(g->here, guest);
    serials_put(g->by_serial, guest->serial, guest);
    return guest;
}

/* Whether the record can be of this guest. */
static bool may_be(const struct guests *g, const struct entity *guest, const struct record *record)
{
    const struct ident *ident = record->ident;
    const struct track *t = entity_track(guest, record->facet);

    if (t && is_taken(g, t, ident))
        return false;
    return ident->companion || !guest_is_here(g, guest) || !guest_is_established(guest) ||
           guest_type_class(ident->type) == entity_class(guest);
}

/* Another facet of the same sort says that it is the same thing: one of two sources that see one
 * hypervisor. */
static bool is_double(const struct entity *guest, const struct record *record)
{
    const struct track *t = entity_track(guest, record->facet);

    return t && strcmp(t->ident->key, record->ident->key) == 0;
}

/* NULL: it is not here, or is seen already. */
static struct entity *find_guest(struct guests *g, const struct record *record)
{
    const char *names[GUEST_NAMES];
    int count = guest_names(record->ident, names);

    for (int n = 0; n < count; n++) {
        struct entity *guest = g_hash_table_lookup(g->by_name, names[n]);
        if (guest && may_be(g, guest, record))
            return guest;
        if (guest && is_double(guest, record))
            return NULL;
    }
    return record->ident->companion ? NULL : new_guest(g, record->ident);
}

/* Parts name their owner by the serial of any of its facets. */
static struct entity *owner_of(const struct guests *g, const struct ident *ident)
{
    if (!ident->owner)
        return g->host;
    for (enum facet f = 0; f < FACET_COUNT; f++) {
        struct entity *e = facet_kind(f) == KIND_GUEST
                               ? serials_get(g->by_track, guest_track_key(ident->owner, f))
                               : NULL;
        if (e)
            return e;
    }
    return NULL;
}

static struct entity *find_part(struct guests *g, const struct record *record)
{
    const struct ident *ident = record->ident;
    struct entity *owner = owner_of(g, ident);
    guint at;

    if (!owner)
        return NULL;
    struct entity *part = entity_find_part(owner, ident->kind, ident->key, &at);
    const struct track *t = part ? entity_track(part, record->facet) : NULL;
    if (t && is_taken(g, t, ident))
        return NULL;
    if (!part) {
        part = entity_new(++g->next_serial, ident->kind, GUEST_NONE, ident->key);
        part->first_ns = g->now_ns;
        entity_insert_part(owner, part, at);
    }
    return part;
}

static struct entity *find_entity(struct guests *g, const struct record *record)
{
    switch (record->ident->kind) {
    case KIND_HOST:
        return g->host;
    case KIND_GUEST:
        return find_guest(g, record);
    default:
        return find_part(g, record);
    }
}

static void admit(struct guests *g, const struct sample *s, const struct record *record)
{
    g->now_ns = MAX(g->now_ns, record->read_ns);
    struct entity *e = find_entity(g, record);

    if (!e)
        return;
    place_track(g, e, record);
    feed(g, s, record, e);
    change_ident(g, e, record->facet, record->ident);
}

/* Find the guest around the one that this record is about. */
static void nest(struct guests *g, const struct record *record)
{
    struct entity *e = record->ident->outer ? find_known(g, record) : NULL;

    if (e && !e->outer)
        guest_set_outer(e, g_hash_table_lookup(g->by_name, record->ident->outer));
}

static void settle(struct guests *g, const struct sample *s, bool companions)
{
    for (guint i = 0; i < g->pending->len; i++) {
        const struct record *record = g_ptr_array_index(g->pending, i);
        if (record->ident->companion != companions)
            continue;
        struct entity *e = find_known(g, record);
        if (e)
            change_ident(g, e, record->facet, record->ident);
        else
            admit(g, s, record);
    }
}

/* In whatever order the sample has them: those whose tracks are known have been fed, so that it is
 * clear who is still there; then come guests and parts, then what describes a guest, then who is
 * inside whom. */
static void settle_pending(struct guests *g, const struct sample *s)
{
    settle(g, s, false);
    settle(g, s, true);
    g_free(g_ptr_array_steal(g->pending, NULL)); /* it will not be that long again soon */
    for (guint i = 0; i < s->records->len; i++)
        nest(g, g_ptr_array_index(s->records, i));
}

static void break_tracks(struct entity *e, unsigned source, enum reason why)
{
    for (struct track *t = e->tracks; t; t = t->next)
        if (t->source == source)
            track_break(t, why);
    for (guint i = 0; e->parts && i < e->parts->len; i++)
        break_tracks(g_ptr_array_index(e->parts, i), source, why);
}

void guests_break(struct guests *g, unsigned source, enum reason why)
{
    break_tracks(g->host, source, why);
    for (guint i = 0; i < g->here->len; i++)
        break_tracks(g_ptr_array_index(g->here, i), source, why);
}

/* ---- who left ---- */

/* Whether somebody still knows it. If so, drop the tracks that the source does not feed any more;
 * else they stay, so that it can be shown as it was. */
static bool sweep_tracks(struct guests *g, struct entity *e)
{
    bool known = false;

    for (const struct track *t = e->tracks; t; t = t->next)
        known |= guest_track_is_live(g, t) && !t->ident->companion;
    for (struct track **link = &e->tracks; *link && known;) {
        if ((*link)->source == g->source && !guest_track_is_live(g, *link))
            guest_drop_track(g, e, link);
        else
            link = &(*link)->next;
    }
    return known;
}

static void sweep_parts(struct guests *g, struct entity *owner)
{
    guint kept = 0, count = owner->parts ? owner->parts->len : 0;

    for (guint i = 0; i < count; i++) {
        struct entity *part = g_ptr_array_index(owner->parts, i);
        if (sweep_tracks(g, part)) {
            owner->parts->pdata[kept++] = part;
        } else {
            guest_lose_tracks(g, part);
            departed_add_part(&g->departed, part);
        }
    }
    if (kept == count)
        return;
    for (guint i = kept; i < count; i++)
        owner->parts->pdata[i] = NULL;
    g_ptr_array_set_size(owner->parts, (gint)kept);
    entity_count_parts(owner, 0);
}

static void sweep(struct guests *g)
{
    sweep_parts(g, g->host);
    for (guint i = 0; i < g->here->len; i++) {
        struct entity *guest = g_ptr_array_index(g->here, i);
        if (sweep_tracks(g, guest))
            sweep_parts(g, guest);
        else if (!guest->gone_ns)
            guest->gone_ns = MAX(g->now_ns, 1);
    }
}

static void bury_joined(struct guests *g)
{
    for (guint i = 0; i < g->here->len && g->joined->len; i++) {
        struct entity *guest = g_ptr_array_index(g->here, i);
        struct entity *outer = guest->outer;
        while (outer && outer->successor)
            outer = outer->successor;
        if (outer != guest->outer) {
            guest->outer = NULL;
            guest_set_outer(guest, outer);
        }
    }
    g_ptr_array_set_size(g->joined, 0);
}

void guests_merge(struct guests *g, const struct sample *s)
{
    g->merge++;
    g->source = s->source;
    g->complete = s->complete;
    for (guint i = 0; i < s->records->len; i++)
        feed_known(g, s, g_ptr_array_index(s->records, i));
    settle_pending(g, s);
    bury_joined(g);
    if (!g->complete)
        return;
    sweep(g);
    g->completed[g->source] = g->merge;
}

static bool has_left(const struct entity *guest, int64_t left_ns)
{
    return guest->gone_ns && guest->gone_ns < left_ns;
}

static void send_off(struct guests *g, struct entity *guest)
{
    guest_lose_tracks(g, guest);
    guest_forget_names(g, guest);
    guest_remove(g, guest);
    guest->outer = NULL;
    departed_add(&g->departed, guest);
}

void guests_send_off(struct guests *g, int64_t left_ns)
{
    for (guint i = 0; i < g->here->len; i++) {
        struct entity *guest = g_ptr_array_index(g->here, i);
        if (guest->outer && has_left(guest->outer, left_ns))
            guest->outer = NULL;
    }
    for (guint i = g->here->len; i-- > 0;) {
        struct entity *guest = g_ptr_array_index(g->here, i);
        if (has_left(guest, left_ns))
            send_off(g, guest);
    }
}

static void forget_serials(void *guest, void *guests)
{
    const struct entity *e = guest;
    struct guests *g = guests;

    serials_remove(g->by_serial, e->serial);
    for (guint i = 0; e->former && i < e->former->len; i++)
        serials_remove(g->by_serial, g_array_index(e->former, uint64_t, i));
}

void guests_forget(struct guests *g, uint64_t oldest_tick, size_t bytes)
{
    departed_forget(&g->departed, oldest_tick, bytes, forget_serials, g);
}
