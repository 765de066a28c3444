/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: the vtop authors */
/* roster.h: all present entities: hosts, their guests, and the parts of both.
 *
 * Samples are merged as they come (guests.h says how the facets of one guest are matched). Then one
 * roster_tick() derives all values and records one frame of history.
 *
 *   - What a complete sample no longer contains is gone from that source. A guest or host that no
 *     source reports keeps its values for ROSTER_LINGER_NS, with gone_ns set. After that a guest
 *     becomes a departed one, for as long as history has it. A part departs at once.
 *   - An incomplete sample removes nothing: entities keep their values, which age.
 *
 * Main thread only.
 */
#ifndef VTOP_MODEL_ROSTER_H
#define VTOP_MODEL_ROSTER_H

#include "model/entity.h"

#define ROSTER_LINGER_NS (5 * INT64_C(1000000000))

struct roster;

/* HISTORY_BYTES: the memory that all histories may take together, departed guests included. 0:
 * nothing is recorded. */
struct roster *roster_new(size_t history_bytes);
void roster_free(struct roster *r);

/* Merge a sample; the roster keeps no reference to it. */
void roster_merge(struct roster *r, const struct sample *s);

/* Derive all values, evict the oldest departed entities, record a frame. WALL_NS is a label. */
void roster_tick(struct roster *r, int64_t now_ns, int64_t wall_ns);

/* Time line: ticks count from 1; 0 before the first. Times of ticks that history no longer has are
 * 0. From the oldest tick on, every entity was recorded for as long as it was present. */
uint64_t roster_last_tick(const struct roster *r);

/* A number that changes with every merge and every tick. */
uint64_t roster_version(const struct roster *r);

uint64_t roster_oldest_tick(const struct roster *r);
uint64_t roster_oldest_minute(const struct roster *r); /* the same for minutes that are over */
int64_t roster_tick_time(const struct roster *r, uint64_t tick, int64_t *wall_ns);

/* The time line of all ticks and minutes; valid as long as the roster. */
const struct timeline *roster_timeline(const struct roster *r);

/* The local host. */
struct entity *roster_host(const struct roster *r);

/* struct entity *: all hosts, the local one first, then in the order in which they came; those that
 * are gone included (gone_ns), for as long as history or a guest remembers them. */
const GPtrArray *roster_hosts(const struct roster *r);

/* struct entity *: guests in no particular order, including those that just left. */
const GPtrArray *roster_guests(const struct roster *r);

/* Departed guests, in the order in which they left: for looking at the past. */
const GPtrArray *roster_departed(const struct roster *r);

/* A host, a guest, or a departed guest. NULL: not known, or forgotten. */
struct entity *roster_find(const struct roster *r, uint64_t serial);

/* The statuses that the sources reported last: struct source_status, by source and in their order;
 * and those as of a tick, empty when they are not kept. */
const GArray *roster_statuses(const struct roster *r);
const GArray *roster_statuses_at(const struct roster *r, uint64_t tick);

/* The statuses that one source reported last, by the index of track->source; NULL: none yet. */
const GArray *roster_statuses_of(const struct roster *r, unsigned source);

/* Bytes of history in use. */
size_t roster_history_bytes(const struct roster *r);

#endif
