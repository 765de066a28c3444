/* roster.h: all that is here: hosts, their guests, and the parts of both.
 *
 * Samples are merged as they come (guests.h says how the facets of one guest meet); then one
 * roster_tick() derives all values and records one frame of history.
 *
 *   - what a complete sample no longer contains is gone from that source. A guest or host that no
 *     source knows stays as it was for ROSTER_LINGER_NS with gone_ns set. After that a guest is
 *     among the departed for as long as history remembers it; a part is there at once;
 *   - an incomplete sample removes nothing: rows keep their values, which age.
 *
 * Main thread only.
 */
#ifndef VTOP_MODEL_ROSTER_H
#define VTOP_MODEL_ROSTER_H

#include "model/entity.h"

#define ROSTER_LINGER_NS (5 * INT64_C(1000000000))

struct roster;

/* HISTORY_BYTES: the memory that all histories may take together, departed guests included. 0:
 * there is no past, nothing is recorded. */
struct roster *roster_new(size_t history_bytes);
void roster_free(struct roster *r);

/* Take in a sample; the roster keeps no reference to it. */
void roster_merge(struct roster *r, const struct sample *s);

/* Derive everything, evict what left long ago, record a frame. The wall clock time is a label. */
void roster_tick(struct roster *r, int64_t now_ns, int64_t wall_ns);

/* Time line: ticks count from 1; 0 before the first. Times of ticks that history no longer holds
 * are 0. The oldest tick is how far one can go back: all were recorded since, unless they came
 * later. */
uint64_t roster_last_tick(const struct roster *r);

/* Another number after every merge and every tick. */
uint64_t roster_version(const struct roster *r);

uint64_t roster_oldest_tick(const struct roster *r);
uint64_t roster_oldest_minute(const struct roster *r); /* the same of minutes that are over */
int64_t roster_tick_time(const struct roster *r, uint64_t tick, int64_t *wall_ns);

/* Of all ticks, and the minutes that they make up: valid as long as the roster. */
const struct timeline *roster_timeline(const struct roster *r);

/* The local host. */
struct entity *roster_host(const struct roster *r);

/* struct entity *: all hosts, the local one first, then in the order in which they came; those that
 * are gone included (gone_ns), for as long as history or a guest remembers them. */
const GPtrArray *roster_hosts(const struct roster *r);

/* struct entity *: guests in no particular order, including those that just left. */
const GPtrArray *roster_guests(const struct roster *r);

/* Guests that left before, in that order: for looking at the past. */
const GPtrArray *roster_departed(const struct roster *r);

/* A host, a guest, or a departed guest. NULL: it is not remembered. */
struct entity *roster_find(const struct roster *r, uint64_t serial);

/* What the sources last said of themselves: struct source_status, by source and in their order; and
 * what they had said at a tick, empty when that is not kept. */
const GArray *roster_statuses(const struct roster *r);
const GArray *roster_statuses_at(const struct roster *r, uint64_t tick);

/* Bytes of history in use. */
size_t roster_history_bytes(const struct roster *r);

#endif
