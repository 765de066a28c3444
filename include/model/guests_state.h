/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: the vtop authors */
/* guests_state.h: the known hosts and guests, and the maps by which records find them.
 *
 * The data behind guests.h, and the small operations on it that guests.c and guests_join.c share:
 * names and tracks. For these three files only. Main thread only.
 *
 * The names of a host or guest are the keys and the aliases of its idents. Hosts share one table of
 * names; guests have one per host, so that two hosts may have guests of the same name. The texts in
 * a table belong to idents of the current tracks of their owners.
 */
#ifndef VTOP_MODEL_GUESTS_STATE_H
#define VTOP_MODEL_GUESTS_STATE_H

#include "model/departed.h"
#include "model/serials.h"

struct guests {
    struct entity *local;      /* the local host: always here */
    GPtrArray *hosts;          /* struct entity *: the local one first; entity->at is the place */
    GPtrArray *here;           /* struct entity *: guests, those that just left included */
    GPtrArray *guest_names;    /* GHashTable *, by entity->at of a host: text -> guest */
    GHashTable *host_names;    /* text -> host */
    struct serials *by_track;  /* serial of an ident and facet in one number -> entity */
    struct serials *by_serial; /* serial of a host or guest -> entity, departed guests too */
    struct departed departed;
    GPtrArray *pending; /* struct record *: of this sample, to find an entity for, or a new ident */
    GPtrArray *joined;  /* struct entity *: merged into another in this merge */
    uint64_t next_serial;
    int64_t now_ns;
    int64_t left_ns; /* guests that left before then have departed */

    /* the sample that is being merged */
    uint64_t merge; /* a running number */
    unsigned source;
    bool complete;
    const struct ident *sample_host;        /* NULL = the local host */
    uint64_t completed[SAMPLE_SOURCES_MAX]; /* the last complete merge of each source; 0 = none */
};

/* ---- hosts and guests ---- */

/* Create a host or guest and add it to the present ones. HOST: of a guest; NULL for a host. */
struct entity *guests_add(struct guests *g, struct entity *host, enum guest_type type);

/* Remove a host or guest from the present ones; it is not freed. */
void guests_remove(struct guests *g, struct entity *e);

/* Set the type of a guest to that of its facet of the lowest rank, companions left out. */
void guests_settle_type(struct entity *guest);

/* OUTER may be NULL. Nothing happens when that would create a cycle. */
void guests_set_outer(struct entity *guest, struct entity *outer);

/* ---- tracks ---- */

/* Whether the track's source still reports it: a track that is not in a complete sample is gone. */
bool guests_track_is_live(const struct guests *g, const struct track *t);

/* Whether any of its tracks is live. */
bool guests_is_here(const struct guests *g, const struct entity *e);

/* Whether it has a facet that is not a companion's. */
bool guests_is_established(const struct entity *e);

/* The key in by_track of a facet. SERIAL: of the ident that the track is about. */
uint64_t guests_track_key(uint64_t serial, enum facet facet);

/* Records will find this track of the entity. */
void guests_place_track(struct guests *g, struct entity *e, const struct track *t);

/* LINK: the pointer to the track. */
void guests_drop_track(struct guests *g, struct entity *e, struct track **link);

/* Records no longer find its tracks and those of its parts. */
void guests_lose_tracks(struct guests *g, const struct entity *e);

/* ---- names ---- */

/* Whether an entity is found by names: hosts and guests are, parts are not. */
bool guests_has_names(const struct entity *e);

/* The table of its names: that of all hosts, or that of its host. */
GHashTable *guests_names_of(const struct guests *g, const struct entity *e);

/* The name that the local host always has; it belongs to no ident. */
extern const char guests_local_name[];

/* The names of an ident; returns their number. */
enum { GUESTS_NAMES = IDENT_ALIASES + 1 };
int guests_names(const struct ident *ident, const char *names[GUESTS_NAMES]);

/* E no longer has this ident; it no longer has any ident; FROM has become part of TO. */
void guests_release_names(struct guests *g, const struct entity *e, const struct ident *ident);
void guests_forget_names(struct guests *g, const struct entity *e);
void guests_move_names(struct guests *g, struct entity *to, const struct entity *from,
                       const struct ident *ident);

#endif
