/* roster.h: all that is here: hosts, their guests, and the parts of both.
 *
 * Sources' samples are merged as they come (guests.h says how the facets of one guest meet); then
 * one roster_tick() derives all values and records one frame of history.
 *
 *   - what a complete sample does not contain any more is gone from that source; a guest that no
 *     source knows stays as it was for ROSTER_LINGER_NS with gone_ns set, then it is among the
 *     departed for as long as history remembers it; a part is among those of its owner at once;
 *   - an incomplete sample removes nothing: the rows keep what they have, and it ages.
 *
 * Main thread only.
 */
#ifndef VTOP_MODEL_ROSTER_H
#define VTOP_MODEL_ROSTER_H

#include "model/entity.h"

#define ROSTER_LINGER_NS (5 * INT64_C(1000000000))

struct roster;

/* HISTORY_BYTES: the memory that all histories may take together, with those who departed. 0: there
 * is no past, nothing is recorded. */
struct roster *roster_new(size_t history_bytes);
void roster_free(struct roster *r);

/* Take in a sample; the roster keeps no reference to it. */
void roster_merge(struct roster *r, const struct sample *s);

/* Derive everything, forget who left long ago, record a frame. The wall clock is a label. */
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

/* struct entity *: guests in no particular order, those that just left included. */
const GPtrArray *roster_guests(const struct roster *r);

/* The same, of those who left before: for looking at the past. In the order in which they left. */
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
