/* guests.h: what a record is about: where the facets of one host or guest meet. Part of the roster.
 *
 * Records name what they are about by the serial of an ident; that leads to a track at once. Only
 * what is new has to be found by its names (key and aliases):
 *
 *   - each name belongs to one guest of a host, the first that claimed it, for as long as it is
 *     here and one of its facets still claims it; guests of two hosts are two, whatever their
 * names;
 *   - guests of a host that turn out to share a name are one, the elder: tracks, parts and history
 *     of the other become its own, and its serial leads there. Not if both have the same facet at
 *     the same time, are of different classes, one has left, or is inside the other: then they are
 *     two that claim one name, and it stays with its owner;
 *   - hosts that share a name are one host, whatever facets they have: the local one, else the
 *     elder. Their guests are looked for again under its names. Of a facet that two sources tell of
 *     one host, the first source counts;
 *   - a facet that comes under a new serial, when the old one is no longer there, is the guest made
 *     anew: the track stays, its baselines do not.
 *
 * A record is about the host that its sample names (sample_set_host()), or about the local host; a
 * guest's ident may name another host of the same source as its owner. Records of a host that no
 * record has told of are left out.
 *
 * A record, and a guest that comes or goes, costs the same however many there are, but for what
 * serials.h says of those that stand in another order; and every track is looked at when a complete
 * sample ends. Main thread only.
 */
#ifndef VTOP_MODEL_GUESTS_H
#define VTOP_MODEL_GUESTS_H

#include "model/guests_state.h"

void guests_init(struct guests *g);
void guests_clear(struct guests *g);

/* Take in a sample. A record is left out when its owner is not here, or when another source tells
 * the same. */
void guests_merge(struct guests *g, const struct sample *s);

/* The host that IDENT is about, NULL standing for the local one; NULL: not known. */
struct entity *guests_host_of(const struct guests *g, const struct ident *ident);

/* All counters of a source start anew. */
void guests_break(struct guests *g, unsigned source, enum reason why);

/* Guests that are gone since before LEFT_NS depart. The departed are forgotten when they have
 * nothing since OLDEST_TICK, or, the oldest first, when they take more than BYTES; hosts that are
 * gone when they have nothing since OLDEST_TICK and no guest of theirs is remembered. */
void guests_send_off(struct guests *g, int64_t left_ns);
void guests_forget(struct guests *g, uint64_t oldest_tick, uint64_t oldest_minute, size_t bytes);

/* A host, a guest, or a departed guest; NULL: not known (any more). */
struct entity *guests_find(const struct guests *g, uint64_t serial);

#endif
