/* guests.h: who a record is about: where the facets of one guest meet. Part of the roster.
 *
 * Records name what they are about by the serial of an ident; that leads to a track at once. Only
 * what is new has to be found by its names (key and aliases):
 *
 *   - each name belongs to one guest, the first who claimed it, for as long as it is here and one
 * of its facets still claims it;
 *   - guests that turn out to share a name are one, the elder: tracks, parts and history of the
 *     other become its own, and its serial leads there. Not if both have the same facet at the same
 *     time, are of different classes, one has left, or is inside the other: then they are two who
 *     claim one name, and it stays with its owner;
 *   - a facet that comes under a new serial, when the old one is not there any more, is the guest
 *     made anew: the track stays, its baselines do not.
 *
 * A record, and a guest that comes or goes, costs the same however many there are, but for what
 * serials.h says of those that stand in another order; and there is a look at every track when a
 * complete sample ends. Main thread only.
 */
#ifndef VTOP_MODEL_GUESTS_H
#define VTOP_MODEL_GUESTS_H

#include "model/departed.h"
#include "model/serials.h"

struct guests {
    struct entity *host;
    GPtrArray *here; /* struct entity *: guests, those that just left included */
    struct departed departed;
    GHashTable *by_name;       /* a text of an ident in use -> guest */
    struct serials *by_track;  /* serial of an ident and facet in one number -> entity */
    struct serials *by_serial; /* serial of a guest -> guest, the departed too */
    GPtrArray *pending; /* struct record *: of this sample, to find an entity for, or a new ident */
    GPtrArray *joined;  /* struct entity *: became part of another in this merge */
    uint64_t next_serial;
    int64_t now_ns;

    /* the sample that is being merged */
    uint64_t merge; /* counts */
    unsigned source;
    bool complete;
    uint64_t completed[SAMPLE_SOURCES_MAX]; /* the last complete merge of each source; 0 = none */
};

void guests_init(struct guests *g);
void guests_clear(struct guests *g);

/* Take in a sample. A record nothing happens to: its guest is not here, or is seen already. */
void guests_merge(struct guests *g, const struct sample *s);

/* All counters of a source start anew. */
void guests_break(struct guests *g, unsigned source, enum reason why);

/* Those who are gone since before LEFT_NS depart; the departed are forgotten when they have nothing
 * since OLDEST_TICK, or when they take more than BYTES. */
void guests_send_off(struct guests *g, int64_t left_ns);
void guests_forget(struct guests *g, uint64_t oldest_tick, size_t bytes);

struct entity *guests_find(const struct guests *g, uint64_t serial);

#endif
