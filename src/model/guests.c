/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: the vtop authors */
#include <config.h>

#include "model/guests.h"

#include "model/guests_join.h"

#include <string.h>

static void free_table(void *table)
{
    g_hash_table_destroy(table);
}

void guests_init(struct guests *g)
{
    *g = (struct guests){.hosts = g_ptr_array_new_with_free_func(entity_free),
                         .here = g_ptr_array_new_with_free_func(entity_free),
                         .guest_names = g_ptr_array_new_with_free_func(free_table),
                         .host_names = g_hash_table_new(g_str_hash, g_str_equal),
                         .by_track = serials_new(),
                         .by_serial = serials_new(),
                         .pending = g_ptr_array_new(),
                         .joined = g_ptr_array_new_with_free_func(entity_free)};
    g->local = guests_add(g, NULL, GUEST_NONE);
    g->local->local = true;
    g_hash_table_insert(g->host_names, (char *)guests_local_name, g->local);
    departed_init(&g->departed);
}

void guests_clear(struct guests *g)
{
    g_hash_table_destroy(g->host_names); /* tables before the texts they point to */
    g_ptr_array_free(g->guest_names, TRUE);
    serials_free(g->by_track);
    serials_free(g->by_serial);
    departed_clear(&g->departed);
    g_ptr_array_free(g->pending, TRUE);
    g_ptr_array_free(g->joined, TRUE);
    g_ptr_array_free(g->here, TRUE);
    g_ptr_array_free(g->hosts, TRUE);
}

struct entity *guests_find(const struct guests *g, uint64_t serial)
{
    return serials_get(g->by_serial, serial);
}

/* ---- tracks ---- */

/* The entity whose track a record feeds; NULL: the record is new. */
static struct entity *find_known(const struct guests *g, const struct record *record)
{
    return serials_get(g->by_track, guests_track_key(record->ident->serial, record->facet));
}

/* Whether the track is in use for something other than this ident. */
static bool is_taken(const struct guests *g, const struct track *t, const struct ident *ident)
{
    bool anew = t->source == g->source && strcmp(t->ident->key, ident->key) == 0;

    return t->merge == g->merge || (guests_track_is_live(g, t) && !anew);
}

static void place_track(struct guests *g, struct entity *e, const struct record *record)
{
    struct track **link = entity_track_link(e, record->facet);

    if (*link) {
        serials_remove(g->by_track, guests_track_key((*link)->ident->serial, record->facet));
        track_break(*link, REASON_RESET);
    } else {
        *link = track_new(record->facet);
    }
    (*link)->source = (uint8_t)g->source;
}

/* ---- records ---- */

/* Apply a new version of an ident to its guest, except for the names. */
static void renew_guest(struct entity *guest, const struct ident *old, const struct ident *new)
{
    if (old && g_strcmp0(old->outer, new->outer)) {
        guest->outer = NULL;
        guest->outer_serial = 0;
    }
    guests_settle_type(guest);
}

/* Replace the ident of the track of E that has this facet. */
static void change_ident(struct guests *g, struct entity *e, enum facet facet, struct ident *ident)
{
    struct track *t = *entity_track_link(e, facet);
    struct ident *old = t->ident;

    t->ident = ident_ref(ident);
    guests_place_track(g, e, t);
    if (guests_has_names(e)) {
        if (old) /* first: once E has become part of another, its names are no longer found */
            guests_release_names(g, e, old);
        struct entity *one = guests_claim_names(g, e, ident);
        if (one->kind == KIND_GUEST)
            renew_guest(one, old, ident);
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

/* ---- finding what a new record is about ---- */

static struct entity *host_by_name(const struct guests *g, const struct ident *ident)
{
    const char *names[GUESTS_NAMES];
    int count = guests_names(ident, names);
    struct entity *host = NULL;

    for (int n = 0; n < count && !host; n++)
        host = g_hash_table_lookup(g->host_names, names[n]);
    return host;
}

struct entity *guests_host_of(const struct guests *g, const struct ident *ident)
{
    return ident ? host_by_name(g, ident) : g->local;
}

/* The host that the sample is about; NULL: no record has told of it yet. */
static struct entity *host_of_sample(const struct guests *g)
{
    return guests_host_of(g, g->sample_host);
}

/* The entity of that kind that has an ident of this serial as one of its facets. */
static struct entity *find_by_serial(const struct guests *g, uint64_t serial, enum kind kind)
{
    struct entity *e = NULL;

    for (enum facet f = 0; f < FACET_COUNT && !e; f++)
        if (facet_kind(f) == kind)
            e = serials_get(g->by_track, guests_track_key(serial, f));
    return e;
}

/* Whether the guest has the facet of the record with the same key: two sources report one
 * hypervisor. */
static bool is_double(const struct entity *e, const struct record *record)
{
    const struct track *t = entity_track(e, record->facet);

    return t && strcmp(t->ident->key, record->ident->key) == 0;
}

/* NULL: another source reports the same facet of it. */
static struct entity *find_host(struct guests *g, const struct record *record)
{
    struct entity *host = host_by_name(g, record->ident);
    const struct track *t = host ? entity_track(host, record->facet) : NULL;

    if (t && is_taken(g, t, record->ident))
        return NULL;
    return host ? host : guests_add(g, NULL, GUEST_NONE);
}

static struct entity *new_guest(struct guests *g, struct entity *host, const struct ident *ident)
{
    struct entity *guest = guests_add(g, host, ident->type);

    guest->newcomer = g->completed[g->source] != 0;
    return guest;
}

/* Whether the record can be of this guest. */
static bool may_be(const struct guests *g, const struct entity *guest, const struct record *record)
{
    const struct ident *ident = record->ident;
    const struct track *t = entity_track(guest, record->facet);

    if (t && is_taken(g, t, ident))
        return false;
    return ident->companion || !guests_is_here(g, guest) || !guests_is_established(guest) ||
           guest_type_class(ident->type) == entity_class(guest);
}

static struct entity *host_of_guest(const struct guests *g, const struct ident *ident)
{
    return ident->owner ? find_by_serial(g, ident->owner, KIND_HOST) : host_of_sample(g);
}

/* NULL: its host is not known, another source reports the same facet of it, or it is a companion
 * without its guest. */
static struct entity *find_guest(struct guests *g, const struct record *record)
{
    struct entity *host = host_of_guest(g, record->ident);
    const char *names[GUESTS_NAMES];
    int count = guests_names(record->ident, names);

    if (!host)
        return NULL;
    for (int n = 0; n < count; n++) {
        struct entity *guest =
            g_hash_table_lookup(g_ptr_array_index(g->guest_names, host->at), names[n]);
        if (guest && may_be(g, guest, record))
            return guest;
        if (guest && is_double(guest, record))
            return NULL;
    }
    return record->ident->companion ? NULL : new_guest(g, host, record->ident);
}

/* Parts name their owner by the serial of any of its facets. */
static struct entity *owner_of(const struct guests *g, const struct ident *ident)
{
    if (!ident->owner)
        return host_of_sample(g);
    struct entity *guest = find_by_serial(g, ident->owner, KIND_GUEST);
    return guest ? guest : find_by_serial(g, ident->owner, KIND_HOST);
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
        return find_host(g, record);
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
        guests_set_outer(e, g_hash_table_lookup(guests_names_of(g, e), record->ident->outer));
}

/* Hosts come first, because guests belong to them; companions come after the guests they describe.
 */
enum turn { HOSTS, THINGS, COMPANIONS, TURNS };

static enum turn turn_of(const struct ident *ident)
{
    return ident->kind == KIND_HOST ? HOSTS : ident->companion ? COMPANIONS : THINGS;
}

static void settle(struct guests *g, const struct sample *s, enum turn turn)
{
    for (guint i = 0; i < g->pending->len; i++) {
        const struct record *record = g_ptr_array_index(g->pending, i);
        if (turn_of(record->ident) != turn)
            continue;
        struct entity *e = find_known(g, record);
        if (e)
            change_ident(g, e, record->facet, record->ident);
        else
            admit(g, s, record);
    }
}

/* The records of a sample may be in any order. Those with known tracks have been fed before, so
 * that the live tracks are known. */
static void settle_pending(struct guests *g, const struct sample *s)
{
    for (enum turn turn = 0; turn < TURNS && g->pending->len; turn++)
        settle(g, s, turn);
    g_free(g_ptr_array_steal(g->pending, NULL)); /* it is rarely that long again */
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
    for (guint i = 0; i < g->hosts->len; i++)
        break_tracks(g_ptr_array_index(g->hosts, i), source, why);
    for (guint i = 0; i < g->here->len; i++)
        break_tracks(g_ptr_array_index(g->here, i), source, why);
}

/* ---- departed entities ---- */

/* Whether a source still reports the entity. If so, drop the tracks that their source no longer
 * feeds. Otherwise keep them, because a guest that left is shown with its last values. */
static bool sweep_tracks(struct guests *g, struct entity *e)
{
    bool known = false;

    for (const struct track *t = e->tracks; t; t = t->next)
        known |= guests_track_is_live(g, t) && !t->ident->companion;
    for (struct track **link = &e->tracks; *link && known;) {
        if ((*link)->source == g->source && !guests_track_is_live(g, *link))
            guests_drop_track(g, e, link);
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
            guests_lose_tracks(g, part);
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

static void sweep_all(struct guests *g, const GPtrArray *list)
{
    for (guint i = 0; i < list->len; i++) {
        struct entity *e = g_ptr_array_index(list, i);
        if (sweep_tracks(g, e) || e == g->local)
            sweep_parts(g, e);
        else if (!e->gone_ns)
            e->gone_ns = MAX(g->now_ns, 1);
    }
}

void guests_merge(struct guests *g, const struct sample *s)
{
    g->merge++;
    g->source = s->source;
    g->complete = s->complete;
    g->sample_host = s->host;
    for (guint i = 0; i < s->records->len; i++)
        feed_known(g, s, g_ptr_array_index(s->records, i));
    settle_pending(g, s);
    guests_free_joined(g);
    g->sample_host = NULL;
    if (!g->complete)
        return;
    sweep_all(g, g->hosts);
    sweep_all(g, g->here);
    g->completed[g->source] = g->merge;
}

static bool has_left(const struct entity *guest, int64_t left_ns)
{
    return guest->gone_ns && guest->gone_ns < left_ns;
}

static void send_off(struct guests *g, struct entity *guest)
{
    guests_lose_tracks(g, guest);
    guests_forget_names(g, guest);
    guests_remove(g, guest);
    guest->outer = NULL;
    departed_add(&g->departed, guest);
}

void guests_send_off(struct guests *g, int64_t left_ns)
{
    g->left_ns = left_ns;
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

static void forget_serials(void *entity, void *guests)
{
    const struct entity *e = entity;
    struct guests *g = guests;

    serials_remove(g->by_serial, e->serial);
    for (guint i = 0; e->former && i < e->former->len; i++)
        serials_remove(g->by_serial, g_array_index(e->former, uint64_t, i));
}

static bool runs_on(const GPtrArray *list, const struct entity *host)
{
    for (guint i = 0; i < list->len; i++)
        if (((const struct entity *)g_ptr_array_index(list, i))->owner == host)
            return true;
    return false;
}

static void forget_host(struct guests *g, struct entity *host)
{
    guests_lose_tracks(g, host);
    guests_forget_names(g, host);
    forget_serials(host, g);
    departed_drop_parts(&g->departed, host);
    guests_remove(g, host);
    entity_free(host);
}

/* Keep a host that left while history or a guest refers to it, so that it is the same entity when
 * it comes back. */
static void forget_hosts(struct guests *g, uint64_t oldest_tick, uint64_t oldest_minute)
{
    for (guint i = g->hosts->len; i-- > 0;) {
        struct entity *host = g_ptr_array_index(g->hosts, i);
        if (has_left(host, g->left_ns) && history_newest(host->history) < oldest_tick &&
            history_newest_minute(host->history) < oldest_minute && !runs_on(g->here, host) &&
            !runs_on(g->departed.guests, host))
            forget_host(g, host);
    }
}

void guests_forget(struct guests *g, uint64_t oldest_tick, uint64_t oldest_minute, size_t bytes)
{
    departed_forget(&g->departed, oldest_tick, oldest_minute, bytes, forget_serials, g);
    forget_hosts(g, oldest_tick, oldest_minute);
}
