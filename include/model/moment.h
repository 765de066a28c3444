/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: the vtop authors */
/* moment.h: the model as it was at one time: now, or at a tick that history still has.
 *
 * Everything that shows, prints or analyses entities reads a moment, never the entity itself, so
 * that the same code serves a live screen, the past and a recording. The owner fills in the struct
 * before each use; nothing here keeps a pointer to it. All times are nanoseconds.
 *
 *     struct moment now = {.roster = roster, .now_ns = mono, .wall_ns = wall};
 *     struct moment then = now;
 *     then.tick = roster_last_tick(roster) - 60;
 *     struct value cpu = moment_value(&then, guest, M_CPU);
 *
 * The live moment (tick 0) gives current values, whose age grows between two ticks. A past moment
 * gives the values at that tick and the reasons of absent ones, the ages of stale ones, states,
 * owners of limits, parts, and guests that have left since. Names and other labels are the current
 * ones. Past numbers have the 24 bits of precision of a float.
 *
 * A guest that left has no values in the live moment (REASON_GONE) after ROSTER_LINGER_NS. It is
 * not part of a past moment at which it was not present. Main thread only.
 */
#ifndef VTOP_MODEL_MOMENT_H
#define VTOP_MODEL_MOMENT_H

#include "model/roster.h"

struct moment {
    const struct roster *roster;
    uint64_t tick;   /* 0 = live */
    int64_t now_ns;  /* monotonic time of the live moment, from which ages are computed */
    int64_t wall_ns; /* time of day of the live moment */
};

static inline bool moment_is_live(const struct moment *at)
{
    return at->tick == 0;
}

/* The newest tick that is part of the moment; 0 before the first one. */
uint64_t moment_last_tick(const struct moment *at);

/* The monotonic and the wall clock time of the moment. */
int64_t moment_mono_ns(const struct moment *at);
int64_t moment_wall_ns(const struct moment *at);

/* How long ago the moment is; 0 for the live one. */
int64_t moment_ago_ns(const struct moment *at);

/* ---- which entities were present ---- */

/* Guests that may be part of the moment, struct entity *, in two arrays and in no particular order;
 * *departed is NULL for the live moment. moment_has() tells which of them are. */
const GPtrArray *moment_guests(const struct moment *at, const GPtrArray **departed);

/* The hosts of the moment, struct entity *, the local one first; g_ptr_array_free(). */
GPtrArray *moment_hosts(const struct moment *at);

/* The statuses that the sources reported, struct source_status: by source and in their order. In a
 * past moment since_ns of a source in state OK is not known and 0. */
const GArray *moment_statuses(const struct moment *at);

/* Whether the entity was present, and whether it had just left. */
bool moment_has(const struct moment *at, const struct entity *e);
bool moment_is_gone(const struct moment *at, const struct entity *e);

/* Whether it appeared within the five seconds before. */
bool moment_is_new(const struct moment *at, const struct entity *e);

/* The parts of one kind that it had, in their order: struct entity *, g_ptr_array_free(). */
GPtrArray *moment_parts(const struct moment *at, const struct entity *e, enum kind kind);

/* ---- values and states ---- */

/* A metric of the entity's own kind: the number, or the reason why there is none. */
struct value moment_value(const struct moment *at, const struct entity *e, enum metric m);
double moment_number(const struct moment *at, const struct entity *e, enum metric m); /* or NAN */

/* The age of a known value; -1 when it is not known: in the past only that of stale values is. */
int64_t moment_age_ns(const struct moment *at, const struct entity *e, enum metric m);

/* The age of a stale value; 0 = it is not stale. */
int64_t moment_stale_ns(const struct moment *at, const struct entity *e, enum metric m);

/* How long the monitor of a guest has not answered; 0 = it answers, or that is not known. */
int64_t moment_hung_ns(const struct moment *at, const struct entity *e);

/* The owner of a limit (enum limit_owner), by the reading that has it; -1 = not known. */
int moment_limit_owner(const struct moment *at, const struct entity *e, enum reading owner);

/* STATE_UNKNOWN where the past was not recorded. */
enum guest_state moment_state(const struct moment *at, const struct entity *e);
enum state_reason moment_state_reason(const struct moment *at, const struct entity *e);

/* entity_label() at that moment; "" when there is none. */
const char *moment_label(const struct moment *at, const struct entity *e, enum label l);

#endif
