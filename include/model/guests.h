/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: the vtop authors */
/* guests.h: finds the host, guest or part that a record is about, and merges the facets of one
 * entity. Part of the roster.
 *
 * The serial of a record's ident and its facet lead to a track. A record with a new serial is
 * matched by its names (key and aliases):
 *
 *   - A name belongs to one guest of a host: the first that claimed it, until that guest leaves or
 *     none of its facets claims the name any more. Guests of different hosts are never merged.
 *   - Guests of a host that share a name are merged into the older one, which takes over tracks,
 *     parts and history; the serial of the other one then finds the older one. They are not merged
 *     if both have the same facet at the same time, if their classes differ, if one has left, or if
 *     one is nested in the other. Both claim the name then, and it stays with its owner.
 *   - Hosts that share a name are merged, whatever facets they have: into the local host, else into
 *     the older one. The guests of the other host are matched by their names with those of
 *     this one. When two sources report the same facet of a host, the first source counts.
 *   - When a facet comes under a new serial and its old serial is gone, the guest was made anew:
 *     the track stays, its baselines do not.
 *
 * A record is about the host that its sample names (sample_set_host()), or about the local host. A
 * guest's ident may name another host of the same source as its owner. Records are ignored when no
 * record has reported their host.
 *
 * Merging a record, and adding or removing a guest, takes constant time, except for serials out of
 * order (serials.h). The end of a complete sample takes time proportional to the number of tracks.
 * Main thread only.
 */
#ifndef VTOP_MODEL_GUESTS_H
#define VTOP_MODEL_GUESTS_H

#include "model/guests_state.h"

void guests_init(struct guests *g);
void guests_clear(struct guests *g);

/* Merge a sample. A record is ignored when its owner is not known, or when another source reports
 * the same facet. */
void guests_merge(struct guests *g, const struct sample *s);

/* The host that IDENT is about; IDENT NULL: the local host. Returns NULL when it is not known. */
struct entity *guests_host_of(const struct guests *g, const struct ident *ident);

/* Forget the baselines of all counters of a source. */
void guests_break(struct guests *g, unsigned source, enum reason why);

/* Guests that left before LEFT_NS depart. departed_forget() evicts departed ones by OLDEST_TICK,
 * OLDEST_MINUTE and BYTES. Hosts that left are freed when they have no frame since OLDEST_TICK, no
 * minute since OLDEST_MINUTE, and none of their guests is remembered. */
void guests_send_off(struct guests *g, int64_t left_ns);
void guests_forget(struct guests *g, uint64_t oldest_tick, uint64_t oldest_minute, size_t bytes);

/* A host, a guest, or a departed guest; NULL: not known, or forgotten. */
struct entity *guests_find(const struct guests *g, uint64_t serial);

#endif
