#include <config.h>

#include "model/roster.h"

#include "base/text.h"
#include "model/departed.h"

#include <string.h>

struct source_seen {
    GArray *statuses;     /* of its last sample */
    int64_t suspended_ns; /* of its last sample */
    bool any;
};

struct roster {
    struct entity *host;
    GPtrArray *guests;
    struct departed departed;
    GHashTable *by_name;   /* key or alias -> guest */
    GHashTable *by_track;  /* &track->key -> struct place * */
    GHashTable *by_serial; /* &entity->serial -> guest, the departed too */
    struct source_seen sources[ROSTER_SOURCES];
    GArray *statuses;
    uint64_t merges; /* to tell what a sample contained */
    uint64_t next_serial;
    size_t history_budget, depth;
    uint64_t tick;
    int64_t now_ns;
    struct {
        int64_t mono, wall;
    } times[HISTORY_DEPTH_MAX]; /* of tick t at t % HISTORY_DEPTH_MAX */
};

/* Where a track stands, and which merge last fed it. */
struct place {
    struct entity *entity;
    struct track *track;
    uint64_t merge;
};

struct roster *roster_new(size_t history_bytes)
{
    struct roster *r = g_new0(struct roster, 1);

    r->host = entity_new(++r->next_serial, KIND_HOST, GUEST_NONE, "host");
    r->guests = g_ptr_array_new_with_free_func(entity_free);
    departed_init(&r->departed);
    r->by_name = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    r->by_track = g_hash_table_new_full(g_int64_hash, g_int64_equal, NULL, g_free);
    r->by_serial = g_hash_table_new(g_int64_hash, g_int64_equal);
    r->statuses = g_array_new(FALSE, TRUE, sizeof(struct source_status));
    r->history_budget = history_bytes;
    r->depth = HISTORY_DEPTH_MAX;
    return r;
}

static void clear_status_array(GArray *a)
{
    for (guint i = 0; a && i < a->len; i++) {
        struct source_status *s = &g_array_index(a, struct source_status, i);
        g_free(s->name);
        g_free(s->message);
    }
    if (a)
        g_array_free(a, TRUE);
}

void roster_free(struct roster *r)
{
    if (!r)
        return;
    g_hash_table_destroy(r->by_track);
    g_hash_table_destroy(r->by_name);
    g_hash_table_destroy(r->by_serial);
    g_ptr_array_free(r->guests, TRUE);
    departed_clear(&r->departed);
    entity_free(r->host);
    for (int i = 0; i < ROSTER_SOURCES; i++)
        clear_status_array(r->sources[i].statuses);
    g_array_free(r->statuses, TRUE);
    g_free(r);
}

/* ---- who a record is about ---- */

static uint64_t track_key(uint64_t serial, enum facet facet)
{
    return serial * FACET_COUNT + facet;
}

static void name_guest(struct roster *r, struct entity *guest, const struct ident *ident)
{
    if (!g_hash_table_contains(r->by_name, ident->key))
        g_hash_table_insert(r->by_name, g_strdup(ident->key), guest);
    for (int a = 0; a < IDENT_ALIASES && ident->alias[a]; a++)
        if (!g_hash_table_contains(r->by_name, ident->alias[a]))
            g_hash_table_insert(r->by_name, g_strdup(ident->alias[a]), guest);
}

static struct entity *guest_by_name(const struct roster *r, const struct ident *ident)
{
    struct entity *guest = g_hash_table_lookup(r->by_name, ident->key);

    for (int a = 0; !guest && a < IDENT_ALIASES && ident->alias[a]; a++)
        guest = g_hash_table_lookup(r->by_name, ident->alias[a]);
    return guest;
}

static struct entity *new_guest(struct roster *r, const struct sample *s, const struct ident *ident)
{
    struct entity *guest = entity_new(++r->next_serial, KIND_GUEST, ident->type, ident->key);

    guest->first_ns = r->now_ns;
    guest->newcomer = r->sources[s->source].any;
    g_ptr_array_add(r->guests, guest);
    g_hash_table_insert(r->by_serial, &guest->serial, guest);
    return guest;
}

static struct entity *find_guest(struct roster *r, const struct sample *s, struct ident *ident)
{
    struct entity *guest = guest_by_name(r, ident);

    if (!guest && !ident->companion)
        guest = new_guest(r, s, ident);
    if (guest) {
        name_guest(r, guest, ident);
        guest->gone_ns = 0;
    }
    return guest;
}

/* The facets of a guest by which its parts may name it as their owner. */
static struct entity *owner_of(const struct roster *r, const struct ident *ident)
{
    if (!ident->owner)
        return r->host;
    for (enum facet f = 0; f < FACET_COUNT; f++) {
        uint64_t key = track_key(ident->owner, f);
        struct place *place =
            facet_kind(f) == KIND_GUEST ? g_hash_table_lookup(r->by_track, &key) : NULL;
        if (place)
            return place->entity;
    }
    return NULL;
}

/* cpu2 before cpu10; keys that only differ in how a number is written are different all the same */
static int compare_natural(const char *a, const char *b)
{
    const char *whole_a = a, *whole_b = b;

    for (; *a && *b; a++, b++) {
        if (g_ascii_isdigit(*a) && g_ascii_isdigit(*b)) {
            char *end_a, *end_b;
            guint64 x = g_ascii_strtoull(a, &end_a, 10), y = g_ascii_strtoull(b, &end_b, 10);
            if (x != y)
                return x < y ? -1 : 1;
            a = end_a - 1;
            b = end_b - 1;
        } else if (*a != *b) {
            break;
        }
    }
    int order = (unsigned char)*a - (unsigned char)*b;
    return order ? order : strcmp(whole_a, whole_b);
}

static struct entity *find_part(struct roster *r, struct ident *ident)
{
    struct entity *owner = owner_of(r, ident), *part;
    guint i;

    if (!owner)
        return NULL;
    if (!owner->parts)
        owner->parts = g_ptr_array_new_with_free_func(entity_free);
    for (i = 0; i < owner->parts->len; i++) {
        part = g_ptr_array_index(owner->parts, i);
        int order = part->kind != ident->kind ? (part->kind < ident->kind ? -1 : 1)
                                              : compare_natural(part->key, ident->key);
        if (order == 0)
            return part;
        if (order > 0)
            break;
    }
    part = entity_new(++r->next_serial, ident->kind, GUEST_NONE, ident->key);
    part->owner = owner;
    part->first_ns = r->now_ns;
    g_ptr_array_insert(owner->parts, (gint)i, part);
    return part;
}

static struct entity *find_entity(struct roster *r, const struct sample *s, struct ident *ident)
{
    switch (ident->kind) {
    case KIND_HOST:
        return r->host;
    case KIND_GUEST:
        return find_guest(r, s, ident);
    default:
        return find_part(r, ident);
    }
}

/* ---- tracks ---- */

static void drop_track(struct roster *r, struct entity *e, int i)
{
    struct track *t = e->tracks[i];

    g_hash_table_remove(r->by_track, &t->key);
    track_free(t);
    memmove(&e->tracks[i], &e->tracks[i + 1],
            sizeof(e->tracks[0]) * (size_t)(ENTITY_TRACKS - 1 - i));
    e->tracks[ENTITY_TRACKS - 1] = NULL;
}

/* Find or make the track of this facet. The same facet of the same guest under another serial is
 * the guest made anew: the track stays, its baselines do not. */
static struct place *place_track(struct roster *r, struct entity *e, const struct sample *s,
                                 const struct record *record)
{
    struct track *t = NULL;
    int i;

    for (i = 0; i < ENTITY_TRACKS && e->tracks[i]; i++)
        if (e->tracks[i]->facet == record->facet)
            t = e->tracks[i];
    if (!t && i == ENTITY_TRACKS) {
        g_warn_if_reached();
        return NULL;
    }
    if (t) {
        g_hash_table_remove(r->by_track, &t->key);
        track_break(t, REASON_RESET);
    } else {
        t = e->tracks[i] = track_new(record->facet);
    }
    t->key = track_key(record->ident->serial, record->facet);
    t->source = s->source;
    struct place *place = g_new0(struct place, 1);
    place->entity = e;
    place->track = t;
    g_hash_table_insert(r->by_track, &t->key, place);
    return place;
}

static void find_outer(struct roster *r, struct entity *guest, const char *name)
{
    struct entity *outer = g_hash_table_lookup(r->by_name, name);

    for (const struct entity *e = outer; e; e = e->outer)
        if (e == guest)
            return; /* nobody is inside himself */
    guest->outer = outer;
}

static void merge_record(struct roster *r, const struct sample *s, const struct record *record)
{
    uint64_t key = track_key(record->ident->serial, record->facet);
    struct place *place = g_hash_table_lookup(r->by_track, &key);

    r->now_ns = MAX(r->now_ns, record->read_ns);
    if (!place) {
        struct entity *e = find_entity(r, s, record->ident);
        place = e ? place_track(r, e, s, record) : NULL;
        if (!place)
            return;
    } else if (place->track->ident != record->ident && record->ident->kind == KIND_GUEST) {
        name_guest(r, place->entity, record->ident);
    }
    if (place->track->ident != record->ident) {
        ident_unref(place->track->ident);
        place->track->ident = ident_ref(record->ident);
    }
    place->merge = r->merges;
    place->entity->sources |= 1u << s->source;
    place->entity->gone_ns = 0;
    if (record->ident->outer && !place->entity->outer)
        find_outer(r, place->entity, record->ident->outer);
    track_feed(place->track, record, record->interval_ns ? record->interval_ns : s->interval_ns);
}

/* ---- who left ---- */

/* Drop the tracks of SOURCE that this merge did not feed. Whether any of its tracks is left. */
static bool sweep_tracks(struct roster *r, struct entity *e, unsigned source)
{
    bool left = false;

    for (int i = ENTITY_TRACKS - 1; i >= 0; i--) {
        struct track *t = e->tracks[i];
        if (!t || t->source != source)
            continue;
        struct place *place = g_hash_table_lookup(r->by_track, &t->key);
        if (place->merge == r->merges)
            left = true;
        else if (e->kind != KIND_GUEST || e->tracks[1])
            drop_track(r, e, i); /* a leaving guest's last facet stays, to be shown as it was */
    }
    return left;
}

static void sweep_parts(struct roster *r, struct entity *owner, unsigned source)
{
    for (guint i = owner->parts ? owner->parts->len : 0; i-- > 0;) {
        struct entity *part = g_ptr_array_index(owner->parts, i);
        if (part->sources & (1u << source) && !sweep_tracks(r, part, source))
            part->sources &= ~(1u << source);
        if (!part->sources)
            g_ptr_array_remove_index(owner->parts, i);
    }
}

static void sweep(struct roster *r, unsigned source)
{
    sweep_parts(r, r->host, source);
    for (guint i = 0; i < r->guests->len; i++) {
        struct entity *guest = g_ptr_array_index(r->guests, i);
        sweep_parts(r, guest, source);
        if (!(guest->sources & (1u << source)) || sweep_tracks(r, guest, source))
            continue;
        guest->sources &= ~(1u << source);
        if (!guest->sources)
            guest->gone_ns = MAX(r->now_ns, 1);
    }
}

static gboolean is_named(gpointer name, gpointer guest, gpointer wanted)
{
    (void)name;
    return guest == wanted;
}

/* The departed may take this much of the memory for history. */
static size_t departed_budget(const struct roster *r)
{
    return r->history_budget / 4;
}

/* No record will find it any more. */
static void lose_tracks(struct roster *r, const struct entity *e)
{
    for (int i = 0; i < ENTITY_TRACKS && e->tracks[i]; i++)
        g_hash_table_remove(r->by_track, &e->tracks[i]->key);
    for (guint i = 0; e->parts && i < e->parts->len; i++)
        lose_tracks(r, g_ptr_array_index(e->parts, i));
}

static void send_off(struct roster *r, guint i)
{
    struct entity *guest = g_ptr_array_index(r->guests, i);

    lose_tracks(r, guest);
    for (guint g = 0; g < r->guests->len; g++) {
        struct entity *other = g_ptr_array_index(r->guests, g);
        if (other->outer == guest)
            other->outer = NULL;
    }
    g_hash_table_foreach_remove(r->by_name, is_named, guest);
    departed_add(&r->departed, g_ptr_array_steal_index_fast(r->guests, i));
}

static void forget_departed(struct roster *r)
{
    struct entity *guest;

    while ((guest = departed_expired(&r->departed, roster_oldest_tick(r), departed_budget(r)))) {
        g_hash_table_remove(r->by_serial, &guest->serial);
        departed_forget(&r->departed);
    }
}

static void send_off_gone(struct roster *r)
{
    for (guint i = r->guests->len; i-- > 0;) {
        struct entity *guest = g_ptr_array_index(r->guests, i);
        if (guest->gone_ns && r->now_ns - guest->gone_ns > ROSTER_LINGER_NS)
            send_off(r, i);
    }
    forget_departed(r);
}

/* ---- samples ---- */

static void break_source(struct roster *r, unsigned source)
{
    GHashTableIter it;
    void *place;

    g_hash_table_iter_init(&it, r->by_track);
    while (g_hash_table_iter_next(&it, NULL, &place)) {
        struct track *t = ((struct place *)place)->track;
        if (t->source == source)
            track_break(t, REASON_GAP);
    }
}

static void keep_statuses(struct roster *r, const struct sample *s)
{
    struct source_seen *seen = &r->sources[s->source];

    clear_status_array(seen->statuses);
    seen->statuses = g_array_new(FALSE, TRUE, sizeof(struct source_status));
    for (guint i = 0; i < s->statuses->len; i++) {
        struct source_status copy = g_array_index(s->statuses, struct source_status, i);
        copy.name = g_strdup(copy.name);
        copy.message = g_strdup(copy.message);
        g_array_append_val(seen->statuses, copy);
    }
    g_array_set_size(r->statuses, 0);
    for (int i = 0; i < ROSTER_SOURCES; i++)
        if (r->sources[i].statuses)
            g_array_append_vals(r->statuses, r->sources[i].statuses->data,
                                r->sources[i].statuses->len);
}

void roster_merge(struct roster *r, const struct sample *s)
{
    enum { SLEPT_NS = 100000000 };
    struct source_seen *seen = &r->sources[s->source];

    g_return_if_fail(s->source < ROSTER_SOURCES);
    if (seen->any && s->suspended_ns - seen->suspended_ns > SLEPT_NS)
        break_source(r, s->source);
    seen->suspended_ns = s->suspended_ns;
    r->merges++;
    for (guint i = 0; i < s->records->len; i++)
        merge_record(r, s, g_ptr_array_index(s->records, i));
    if (s->complete) {
        sweep(r, s->source);
        seen->any = true;
    }
    keep_statuses(r, s);
}

/* ---- ticks ---- */

static void derive_with_parts(struct entity *e, const struct derive_context *context)
{
    for (guint i = 0; e->parts && i < e->parts->len; i++)
        derive_entity(g_ptr_array_index(e->parts, i), context);
    derive_entity(e, context);
}

static void derive_all(struct roster *r)
{
    struct derive_context context = {.host = r->host};

    for (guint i = 0; i < r->guests->len; i++) {
        struct entity *guest = g_ptr_array_index(r->guests, i);
        if (!guest->gone_ns)
            derive_with_parts(guest, &context);
        derive_count(&context, guest);
    }
    derive_with_parts(r->host, &context);
}

static size_t frame_bytes_of(const struct entity *e)
{
    size_t bytes = history_frame_size(e->history);

    for (guint i = 0; e->parts && i < e->parts->len; i++)
        bytes += frame_bytes_of(g_ptr_array_index(e->parts, i));
    return bytes;
}

static size_t frame_bytes(const struct roster *r)
{
    size_t bytes = frame_bytes_of(r->host);

    for (guint i = 0; i < r->guests->len; i++)
        bytes += frame_bytes_of(g_ptr_array_index(r->guests, i));
    return bytes;
}

static void record_one(struct roster *r, struct entity *e)
{
    int mark = e->kind == KIND_GUEST ? (int)entity_state(e) : 0;

    history_add(e->history, r->tick, e->numbers, mark, r->depth);
    for (guint i = 0; e->parts && i < e->parts->len; i++)
        record_one(r, g_ptr_array_index(e->parts, i));
}

/* Rings of another depth are copied, all of them: not for each guest that comes or goes. */
static void choose_depth(struct roster *r)
{
    size_t budget = r->history_budget - MIN(r->departed.bytes, departed_budget(r));
    size_t fits = budget / MAX(frame_bytes(r), 1);

    if (fits < r->depth || fits / 5 > r->depth / 4)
        r->depth = CLAMP(fits - fits / 8, HISTORY_DEPTH_MIN, HISTORY_DEPTH_MAX);
}

static void record_all(struct roster *r)
{
    choose_depth(r);
    record_one(r, r->host);
    for (guint i = 0; i < r->guests->len; i++) {
        struct entity *guest = g_ptr_array_index(r->guests, i);
        if (!guest->gone_ns)
            record_one(r, guest);
    }
}

void roster_tick(struct roster *r, int64_t now_ns, int64_t wall_ns)
{
    r->now_ns = now_ns;
    send_off_gone(r);
    derive_all(r);
    r->tick++;
    r->times[r->tick % HISTORY_DEPTH_MAX].mono = now_ns;
    r->times[r->tick % HISTORY_DEPTH_MAX].wall = wall_ns;
    record_all(r);
}

uint64_t roster_version(const struct roster *r)
{
    return r->merges + r->tick;
}

uint64_t roster_last_tick(const struct roster *r)
{
    return r->tick;
}

uint64_t roster_oldest_tick(const struct roster *r)
{
    return r->tick > r->depth ? r->tick - r->depth + 1 : MIN(r->tick, 1);
}

int64_t roster_tick_time(const struct roster *r, uint64_t tick, int64_t *wall_ns)
{
    bool held = tick && tick <= r->tick && r->tick - tick < HISTORY_DEPTH_MAX;

    if (wall_ns)
        *wall_ns = held ? r->times[tick % HISTORY_DEPTH_MAX].wall : 0;
    return held ? r->times[tick % HISTORY_DEPTH_MAX].mono : 0;
}

struct entity *roster_host(const struct roster *r)
{
    return r->host;
}

const GPtrArray *roster_guests(const struct roster *r)
{
    return r->guests;
}

const GPtrArray *roster_departed(const struct roster *r)
{
    return r->departed.guests;
}

struct entity *roster_find(const struct roster *r, uint64_t serial)
{
    return g_hash_table_lookup(r->by_serial, &serial);
}

const GArray *roster_statuses(const struct roster *r)
{
    return r->statuses;
}

size_t roster_history_bytes(const struct roster *r)
{
    return frame_bytes(r) * MIN(r->depth, (size_t)r->tick) + r->departed.bytes;
}
