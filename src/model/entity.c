/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: the vtop authors */
#include <config.h>

#include "model/entity.h"

#include "base/order.h"
#include "model/sheet.h"
#include "model/value.h"

#include <limits.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#define THE_KIND KIND_HOST
#include "model/facet_limits.def"
#define THE_KIND KIND_GUEST
#include "model/facet_limits.def"
#define THE_KIND KIND_CPU
#include "model/facet_limits.def"
#define THE_KIND KIND_VCPU
#include "model/facet_limits.def"
#define THE_KIND KIND_DISK
#include "model/facet_limits.def"
#define THE_KIND KIND_NIC
#include "model/facet_limits.def"
#define THE_KIND KIND_TASK
#include "model/facet_limits.def"
#define THE_KIND KIND_NODE
#include "model/facet_limits.def"
#define THE_KIND KIND_TRAIT
#include "model/facet_limits.def"
#define THE_KIND KIND_STORE
#include "model/facet_limits.def"
_Static_assert(KIND_COUNT == 10, "a kind is missing above");

static struct history *new_history(const struct entity *e)
{
    unsigned classes = e->type == GUEST_NONE ? CLASS_ANY : guest_type_class(e->type);

    return history_new(e->kind, classes, e->serial);
}

struct entity *entity_new(uint64_t serial, enum kind kind, enum guest_type type, const char *key)
{
    struct entity *e = g_new0(struct entity, 1);

    e->serial = serial;
    e->kind = (uint8_t)kind;
    e->type = (uint8_t)type;
    e->key = g_strdup(key);
    e->history = new_history(e);
    e->results = sheet_no_results(history_shape(e->history));
    return e;
}

void entity_set_type(struct entity *e, enum guest_type type)
{
    struct history *old = e->history;

    e->type = (uint8_t)type;
    struct history *empty = new_history(e);
    e->history = history_join(empty, old);
    history_free(empty);
    history_free(old);
    g_free(e->results);
    e->results = sheet_no_results(history_shape(e->history));
}

void entity_free(void *p)
{
    struct entity *e = p;

    if (!e)
        return;
    if (e->parts)
        g_ptr_array_free(e->parts, TRUE);
    if (e->parted)
        g_ptr_array_free(e->parted, TRUE);
    if (e->former)
        g_array_free(e->former, TRUE);
    for (struct track *t = e->tracks, *next; t; t = next) {
        next = t->next;
        track_free(t);
    }
    history_free(e->history);
    g_free(e->results);
    g_free(e->key);
    g_free(e);
}

static size_t metrics_of(const struct entity *e)
{
    return (size_t)(metric_end(e->kind) - metric_begin(e->kind));
}

static void shed_numbers(struct entity *e)
{
    uint8_t *facets = g_malloc(metrics_of(e));

    for (enum metric m = metric_begin(e->kind); m < metric_end(e->kind); m++)
        facets[m - metric_begin(e->kind)] = (uint8_t)entity_facet(e, m);
    g_free(e->results);
    e->results = facets;
    e->departed = true;
}

void entity_shed(struct entity *e)
{
    if (!e->departed)
        shed_numbers(e);
    for (struct track **link = &e->tracks; *link; link = &(*link)->next)
        *link = track_shed(*link);
    history_seal(e->history);
    for (guint i = 0; e->parts && i < e->parts->len; i++)
        entity_shed(g_ptr_array_index(e->parts, i));
}

size_t entity_size(const struct entity *e)
{
    size_t size = sizeof(*e) + history_size(e->history) + metrics_of(e);

    for (const struct track *t = e->tracks; t; t = t->next)
        size += sizeof(*t) + ident_size(t->ident);
    return size;
}

const struct track *entity_track(const struct entity *e, enum facet f)
{
    const struct track *t = e->tracks;

    while (t && t->facet != f)
        t = t->next;
    return t;
}

struct track **entity_track_link(struct entity *e, enum facet f)
{
    struct track **link = &e->tracks;

    while (*link && (*link)->facet != f)
        link = &(*link)->next;
    return link;
}

struct value entity_reading(const struct entity *e, enum reading r)
{
    if (e->sheet)
        return sheet_reading(e->sheet, r);
    const struct track *t = entity_track(e, reading_facet(r));

    if (!t)
        return (struct value){.reason = REASON_NOT_READ, .facet = FACET_NONE};
    return track_value(t, r);
}

/* The sum over the parts whose counter is known, if any. */
static struct value total_of_parts(const struct entity *e, enum reading r)
{
    struct value sum = {.reason = REASON_NOT_READ, .facet = FACET_NONE};

    for (struct entity *p = NULL; (p = entity_next_part(e, facet_kind(reading_facet(r)), p));) {
        struct value v = entity_total(p, r);
        if (value_is_known(sum))
            sum = value_plus(sum, v);
        else if (value_is_known(v) || sum.reason == REASON_NOT_READ)
            sum = v;
    }
    return sum;
}

struct value entity_total(const struct entity *e, enum reading r)
{
    if (facet_kind(reading_facet(r)) != e->kind)
        return total_of_parts(e, r);
    const struct track *t = entity_track(e, reading_facet(r));

    if (!t)
        return (struct value){.reason = REASON_NOT_READ, .facet = FACET_NONE};
    return track_total(t, r);
}

typedef struct value reading_getter(const struct entity *e, enum reading r);

static inline struct value first_known(const struct entity *e, double scale,
                                       const enum reading *from, reading_getter *get)
{
    struct value v = get(e, *from);

    while (!value_is_known(v) && *++from != R_NONE)
        v = value_either(v, get(e, *from));
    return value_scaled(v, scale);
}

struct value entity_first_of(const struct entity *e, double scale, const enum reading *from)
{
    return first_known(e, scale, from, entity_reading);
}

struct value entity_first_total(const struct entity *e, double scale, const enum reading *from)
{
    return first_known(e, scale, from, entity_total);
}

struct value entity_explain(const struct entity *e, enum metric m, struct value v)
{
    const unsigned libvirts = NEED_BALLOON | NEED_IO | NEED_EXITS;

    if (v.reason == REASON_NOT_READ && e->kind == KIND_GUEST && entity_class(e) == CLASS_VM &&
        !entity_track(e, FACET_DOMAIN) && metric_info(m)->needs & libvirts)
        v.reason = REASON_NO_LIBVIRT;
    return v;
}

/* A metric without a formula, as its tracks have it now. */
static struct value look_up(const struct entity *e, enum metric m)
{
    const struct metric_info *info = metric_info(m);

    return entity_explain(e, m,
                          info->total ? entity_first_total(e, info->scale, info->from)
                                      : entity_first_of(e, info->scale, info->from));
}

/* The last result of the formula of a slot, from the open sheet or from the packed results. */
static struct value result(const struct entity *e, int slot)
{
    size_t slots = history_shape(e->history)->slots;

    return e->sheet && slot < e->sheet->derived ? sheet_derived(e->sheet, slot)
                                                : sheet_result(e->results, slots, slot);
}

void entity_open_sheet(struct entity *e, struct sheet *sheet)
{
    sheet_open(sheet, e->tracks);
    e->sheet = sheet;
}

void entity_close_sheet(struct entity *e)
{
    e->results = sheet_close(e->sheet, e->results);
    e->sheet = NULL;
}

static struct value absent(enum reason why, enum facet f)
{
    return (struct value){.number = (double)NAN, .reason = why, .facet = f};
}

struct value entity_value(const struct entity *e, enum metric m)
{
    g_assert(metric_info(m)->kind == e->kind);
    if (e->departed)
        return absent(REASON_GONE, e->results[m - metric_begin(e->kind)]);
    struct shape_place place = shape_place(history_shape(e->history), m);
    if (!place.has)
        return absent(REASON_NOT_APPLICABLE, FACET_NONE);
    struct value v = place.slot < 0 ? look_up(e, m) : result(e, place.slot);
    return v.reason == REASON_OK ? v : absent(v.reason, v.facet);
}

void entity_numbers(const struct entity *e, double *numbers, uint8_t *reasons)
{
    const struct shape *shape = history_shape(e->history);

    for (uint8_t column = 0; column < shape->columns; column++) {
        uint8_t metric = shape->recorded[column];
        int slot = shape->of[metric].slot;
        struct value v =
            slot < 0 ? look_up(e, shape->begin + (enum metric)metric) : result(e, slot);
        numbers[column] = v.number;
        reasons[column] = (uint8_t)v.reason;
    }
}

enum facet entity_facet(const struct entity *e, enum metric m)
{
    return entity_value(e, m).facet;
}

double entity_number(const struct entity *e, enum metric m)
{
    struct value v = entity_value(e, m);

    return v.reason == REASON_OK ? v.number : (double)NAN;
}

static const struct track *track_behind(const struct entity *e, enum metric m)
{
    enum facet f = entity_facet(e, m);

    if (f == FACET_NONE || e->departed)
        return NULL;
    const struct track *t = entity_track(e, f);
    /* A sum over parts (the disks of a VM) is as old as its parts. */
    for (struct entity *p = NULL; !t && (p = entity_next_part(e, facet_kind(f), p));)
        t = entity_track(p, f);
    return t;
}

int64_t entity_value_age(const struct entity *e, enum metric m, int64_t now_ns)
{
    const struct track *t = track_behind(e, m);

    return t && t->read_ns ? now_ns - t->read_ns : 0;
}

bool entity_value_is_stale(const struct entity *e, enum metric m, int64_t now_ns)
{
    const struct track *t = track_behind(e, m);

    return t && track_is_stale(t, now_ns);
}

static const char *label_of(const struct ident *i, enum label l)
{
    switch (l) {
    case LABEL_NAME:
        return i->name;
    case LABEL_ID:
        return i->id;
    case LABEL_GROUP:
        return i->group;
    case LABEL_IMAGE:
        return i->image;
    default:
        return NULL;
    }
}

/* From the facet of the lowest rank, of those that have the label. */
static const char *best_label(const struct entity *e, enum label l)
{
    const char *best = NULL;
    unsigned from = UINT_MAX;

    for (const struct track *t = e->tracks; t; t = t->next) {
        const char *text = label_of(t->ident, l);
        if (text && *text && facet_rank(t->facet) < from) {
            best = text;
            from = facet_rank(t->facet);
        }
    }
    return best ? best : "";
}

/* The key of the host's facet of the lowest rank, without its prefix. */
static const char *host_identity(const struct entity *host)
{
    const struct track *best = NULL;

    for (const struct track *t = host->tracks; t; t = t->next)
        if (!best || facet_rank(t->facet) < facet_rank(best->facet))
            best = t;
    const char *colon = best ? strchr(best->ident->key, ':') : NULL;
    return colon ? colon + 1 : "";
}

const char *entity_label(const struct entity *e, enum label l)
{
    switch (l) {
    case LABEL_TYPE:
        return guest_type_name(e->type);
    case LABEL_STATE:
        return guest_state_name(entity_state(e));
    case LABEL_STATE_REASON:
        return state_reason_text(entity_state_reason(e));
    case LABEL_ID:
        return e->kind == KIND_HOST ? host_identity(e) : best_label(e, l);
    case LABEL_HOST:
        return entity_host(e) ? best_label(entity_host(e), LABEL_NAME) : "";
    case LABEL_HOST_ID:
        return entity_host(e) ? host_identity(entity_host(e)) : "";
    default:
        return best_label(e, l);
    }
}

pid_t entity_pid(const struct entity *e)
{
    for (const struct track *t = e->tracks; t; t = t->next)
        if (t->ident->pid)
            return t->ident->pid;
    return 0;
}

enum guest_class entity_class(const struct entity *e)
{
    return guest_type_class(e->type);
}

struct entity *entity_host(const struct entity *e)
{
    while (e && e->kind != KIND_HOST)
        e = e->owner;
    return (struct entity *)e;
}

static bool has(const struct entity *e, enum reading r, double *number)
{
    struct value v = entity_reading(e, r);

    *number = v.number;
    return v.reason == REASON_OK;
}

int64_t entity_hung_ns(const struct entity *e)
{
    const double ns_per_ms = 1e6, forever_ns = 1e18; /* thirty years */
    double ms;

    return has(e, R_DOM_HUNG_MS, &ms) ? (int64_t)fmin(ms * ns_per_ms, forever_ns) : 0;
}

enum guest_state entity_state(const struct entity *e)
{
    double n;

    if (e->gone_ns)
        return STATE_GONE;
    if (has(e, R_DOM_HUNG_MS, &n) && n > 0)
        return STATE_HUNG;
    if (has(e, R_PROC_STOPPED, &n) && n > 0)
        return STATE_STOPPED;
    if (has(e, R_DOM_STATE, &n))
        return n < STATE_COUNT ? (enum guest_state)n : STATE_UNKNOWN;
    if (has(e, R_CG_FROZEN, &n) && n > 0)
        return STATE_FROZEN;
    return STATE_RUN;
}

/* A migration does not converge while the guest writes to memory faster than it is copied. One such
 * pass proves nothing. */
static bool is_losing(const struct entity *e)
{
    enum { PASSES = 2 };
    double passes;

    return has(e, R_JOB_LOST_PASSES, &passes) && passes >= PASSES;
}

static enum state_reason why(const struct entity *e, enum reading r)
{
    double n;

    return has(e, r, &n) && n < WHY_COUNT ? (enum state_reason)n : WHY_NONE;
}

enum state_reason entity_state_reason(const struct entity *e)
{
    enum state_reason state = why(e, R_DOM_STATE_REASON), job = why(e, R_JOB_WHAT);
    double stopped;

    if (!e->gone_ns && has(e, R_PROC_STOPPED, &stopped) && stopped > 0)
        return WHY_SIGNAL;
    if (job == WHY_MIGRATING_OUT && is_losing(e))
        job = WHY_NOT_CONVERGING;
    /* Only the job has the direction of a migration. */
    return state == WHY_NONE || (state == WHY_MIGRATION && job != WHY_NONE) ? job : state;
}

/* ---- marks ---- */

enum { MARK_REASON = 256 };

int entity_mark(const struct entity *e)
{
    if (e->kind != KIND_GUEST && e->kind != KIND_HOST)
        return 0;
    return (int)entity_state(e) + MARK_REASON * (int)entity_state_reason(e);
}

enum guest_state mark_state(int mark)
{
    return mark == HISTORY_NO_MARK ? STATE_UNKNOWN : (enum guest_state)(mark % MARK_REASON);
}

enum state_reason mark_reason(int mark)
{
    return mark == HISTORY_NO_MARK ? WHY_NONE : (enum state_reason)(mark / MARK_REASON);
}

/* ---- parts ---- */

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

static int compare_part(const struct entity *part, enum kind kind, const char *key)
{
    return part->kind != kind ? (int)part->kind - (int)kind : compare_natural(part->key, key);
}

int entity_compare_parts(const struct entity *a, const struct entity *b)
{
    return compare_part(a, b->kind, b->key);
}

struct part_key {
    enum kind kind;
    const char *key;
};

static int compare_part_key(const void *part, const void *key)
{
    const struct part_key *k = key;

    return compare_part(*(struct entity *const *)part, k->kind, k->key);
}

static struct entity *part_at(const struct entity *e, guint at)
{
    return e->parts && at < e->parts->len ? g_ptr_array_index(e->parts, at) : NULL;
}

struct entity *entity_find_part(const struct entity *e, enum kind kind, const char *key, guint *at)
{
    struct part_key k = {kind, key};

    *at = e->parts ? (guint)order_place(e->parts->pdata, e->parts->len, sizeof(gpointer), &k,
                                        compare_part_key)
                   : 0;
    struct entity *part = part_at(e, *at);
    return part && compare_part(part, kind, key) == 0 ? part : NULL;
}

void entity_insert_part(struct entity *owner, struct entity *part, guint at)
{
    if (!owner->parts)
        owner->parts = g_ptr_array_new_with_free_func(entity_free);
    part->owner = owner;
    g_ptr_array_insert(owner->parts, (gint)at, part);
    entity_count_parts(owner, at);
}

void entity_count_parts(struct entity *owner, guint start)
{
    for (guint i = start; i < owner->parts->len; i++)
        ((struct entity *)g_ptr_array_index(owner->parts, i))->at = i;
}

static int compare_kind(const void *part, const void *kind)
{
    return (int)(*(struct entity *const *)part)->kind - (int)*(const enum kind *)kind;
}

struct entity *entity_next_part(const struct entity *e, enum kind kind, const struct entity *after)
{
    if (!e->parts)
        return NULL;
    guint at = after ? after->at + 1
                     : (guint)order_place(e->parts->pdata, e->parts->len, sizeof(gpointer), &kind,
                                          compare_kind);
    struct entity *part = part_at(e, at);
    return part && part->kind == kind ? part : NULL;
}
