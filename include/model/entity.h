/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: the vtop authors */
/* entity.h: a host, a guest, or a part of either, as it stands now.
 *
 * Entities belong to the roster and live on the main thread. A guest that left has gone_ns set; it
 * stays among the others for ROSTER_LINGER_NS, then among the departed. Pointers are valid until
 * the next roster call that merges or ticks; keep entity->serial across those and ask
 * roster_find().
 *
 * Results of formulas are derived once per tick by derive_entity(); any other value is looked up in
 * the tracks. A departed entity has only its labels and its history (moment.h).
 */
#ifndef VTOP_MODEL_ENTITY_H
#define VTOP_MODEL_ENTITY_H

#include "model/history.h"
#include "model/rate.h"
#include "model/states.h"

enum { ENTITY_TRACKS = 7 }; /* no entity has more */
struct sheet;
struct entity {
    uint64_t serial;          /* never reused */
    uint8_t kind;             /* enum kind */
    uint8_t type;             /* enum guest_type */
    bool newcomer : 1;        /* it appeared after the first sample of its source */
    bool contested : 1;       /* another guest owns a name that its facets claim */
    bool departed : 1;        /* only its labels and its history are left */
    bool local : 1;           /* the host that vtop itself runs on */
    guint at;                 /* its place among the hosts, the guests, or its owner's parts */
    struct entity *owner;     /* of a part its guest or host, of a guest its host; of a host NULL */
    struct entity *successor; /* the entity that it became part of in this merge, or NULL */
    struct entity *outer;     /* of a nested guest: the guest around it */
    uint64_t outer_serial;    /* its serial, which stays when either has left */
    GArray *former;           /* uint64_t: serials of guests that were merged into it, or NULL */
    char *key;                /* of a part; a guest has those of its facets */
    GPtrArray *parts;         /* struct entity *, by kind and key; or NULL */
    GPtrArray *parted;        /* parts that left, in that order; or NULL */
    struct track *tracks;     /* and from each to the next, in the order in which they came */
    int64_t first_ns;         /* when it was first seen */
    int64_t gone_ns;          /* when it left; 0 = it is here */
    struct sheet *sheet;      /* open while a tick works with it */
    uint8_t *results;         /* of formulas, as sheet.h keeps them; of a departed entity the facet
                                 that each number came from, by metric */
    struct history *history;  /* with marks as entity_mark() makes them */
};

/* For the roster, which owns all entities. KEY: of a part, else NULL. */
struct entity *entity_new(uint64_t serial, enum kind kind, enum guest_type type, const char *key);
void entity_free(void *entity);

/* Keep only labels and history, which the past needs. */
void entity_shed(struct entity *e);

/* Bytes of an entity that was shed, without its parts. */
size_t entity_size(const struct entity *e);

const struct track *entity_track(const struct entity *e, enum facet f); /* NULL: no such track */

/* The link to the track of a facet, or the one where it would be appended: for the roster. */
struct track **entity_track_link(struct entity *e, enum facet f);

/* A raw rate or gauge of one facet; REASON_NOT_READ when the entity has no such facet. */
struct value entity_reading(const struct entity *e, enum reading r);

/* The total of a counter of one facet; for a facet of its parts, the sum over them. */
struct value entity_total(const struct entity *e, enum reading r);

/* SCALE x the first known of these readings, or of the totals of these counters. FROM ends with
 * R_NONE. */
struct value entity_first_of(const struct entity *e, double scale, const enum reading *from);
struct value entity_first_total(const struct entity *e, double scale, const enum reading *from);

/* V, or V with a more precise reason for its absence: "not read yet" is wrong for a value that only
 * libvirt has when libvirt is not a source. */
struct value entity_explain(const struct entity *e, enum metric m, struct value v);

/* A metric of the entity's own kind. */
struct value entity_value(const struct entity *e, enum metric m);

/* The number, or NAN when absent: for sorting and graphs. */
double entity_number(const struct entity *e, enum metric m);

/* Open and close the sheet of the entity: between the two, readings and results are array accesses.
 */
void entity_open_sheet(struct entity *e, struct sheet *sheet);
void entity_close_sheet(struct entity *e);

/* The age of the value, and whether it is stale. */
int64_t entity_value_age(const struct entity *e, enum metric m, int64_t now_ns);
bool entity_value_is_stale(const struct entity *e, enum metric m, int64_t now_ns);

/* A label: the best one known from any facet, clean; "" when there is none, and for LABEL_PID,
 * which is a number. Valid until the next merge. LABEL_STATE gives the exported name. */
const char *entity_label(const struct entity *e, enum label l);

pid_t entity_pid(const struct entity *e); /* 0 = not known */
enum guest_class entity_class(const struct entity *e);

/* The host that it is, runs on, or is a part of; NULL only for an entity outside a roster. */
struct entity *entity_host(const struct entity *e);

enum guest_state entity_state(const struct entity *e);
enum state_reason entity_state_reason(const struct entity *e);

/* How long the monitor of a guest has not answered; 0 = it answers, or that is not known. */
int64_t entity_hung_ns(const struct entity *e);

/* State and reason in one number, for history. */
int entity_mark(const struct entity *e);
enum guest_state mark_state(int mark); /* STATE_UNKNOWN for HISTORY_NO_MARK */
enum state_reason mark_reason(int mark);

/* The order of parts: by kind, then by key (natural: 2 before 10). */
int entity_compare_parts(const struct entity *a, const struct entity *b);

/* The part with this key, or NULL; *at is its place, or the place where it would be inserted. */
struct entity *entity_find_part(const struct entity *e, enum kind kind, const char *key, guint *at);

/* Change the type of a guest. */
void entity_set_type(struct entity *e, enum guest_type type);

/* Which facet a number came from. */
enum facet entity_facet(const struct entity *e, enum metric m);

/* All numbers that are recorded, and the reasons of absent ones, by the columns of its shape. */
void entity_numbers(const struct entity *e, double *numbers, uint8_t *reasons);

/* For the roster: put a part in its place; take the parts from START on as they stand. */
void entity_insert_part(struct entity *owner, struct entity *part, guint at);
void entity_count_parts(struct entity *owner, guint start);

/* The parts of one kind that are here, in their order: for (struct entity *p = NULL;
 * (p = entity_next_part(e, kind, p));) */
struct entity *entity_next_part(const struct entity *e, enum kind kind, const struct entity *after);

#endif
