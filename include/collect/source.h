/* source.h: a place numbers come from, running in a thread of its own.
 *
 * A source class says how to collect once; this module gives it a thread, absolute deadlines on
 * the monotonic clock, the newest demand, and a mailbox for its samples. The main thread only
 * takes what is newest: it never waits for a source, and a source that hangs costs its own cells.
 *
 * A collection that takes more than half of the interval stretches the interval of its source (up
 * to 16 times) and says so in the sample; it shrinks back when collections are fast again.
 *
 * Threads: collect and close run on the source's thread (close on the caller's where none could be
 * started); everything else may be called from the main thread.
 */
#ifndef VTOP_COLLECT_SOURCE_H
#define VTOP_COLLECT_SOURCE_H

#include "model/entity.h"
#include "model/sample.h"

enum { DEMAND_SHOWN_MAX = 128, DEMAND_FOCUS_MAX = 4 * ENTITY_TRACKS };

/* What somebody wants to see: the least a source has to read. */
struct demand {
    unsigned needs;   /* enum need, or-ed */
    unsigned history; /* of these: only for the history, not worth a question to a guest */
    int64_t interval_ns;
    bool services;                 /* systemd services and slices too */
    uint64_t focus[DEMAND_FOCUS_MAX]; /* serials of the idents of guests that are looked at
                                         closely: their parts are read (NEED_PARTS). From the
                                         first 0 on there are none */
    uint64_t shown[DEMAND_SHOWN_MAX]; /* rising: the same of the control groups of guests that are
                                         on the screen. What is scarce is for them first */
    size_t shown_count;
};

struct source_class {
    /* Make the state that collect works on (called by source_start(), in its thread). CONFIG is
     * what source_start() was given; it is only valid during this call. Must not fail: what cannot
     * be had is said by collect. */
    void *(*open)(const void *config);

    /* Add records and statuses to OUT (records of guests before those of their parts). Sets
     * out->complete to false when nothing is known this time. */
    void (*collect)(void *state, const struct demand *demand, struct sample *out);

    void (*close)(void *state);
};

struct source;

/* INDEX: the source's number with the roster. WAKE_FD: an eventfd that gets 1 added after each
 * publication. The first collection starts at once. NULL, and errno, when there is no thread to be
 * had. */
struct source *source_start(const struct source_class *class, const void *config, unsigned index,
                            int wake_fd, const struct demand *demand);

/* Takes effect at the next collection; a new need or focus, or a shorter interval, brings that
 * collection forward. */
void source_demand(struct source *s, const struct demand *demand);

/* The newest sample not taken yet, or NULL; older ones are dropped. The caller owns the reference.
 */
struct sample *source_take(struct source *s);

/* How many samples it has published so far. */
uint64_t source_published(struct source *s);

/* Ask it to end and wait for at most PATIENCE_NS; a thread that is stuck in a call is left alone
 * (its memory with it), and neither publishes nor wakes any more. */
void source_stop(struct source *s, int64_t patience_ns);

bool demand_has_focus(const struct demand *d, const struct ident *ident);

/* To be called when guests have been added to demand->shown. */
void demand_sort_shown(struct demand *d);

/* Whether somebody looks at it, closely or in the table. */
bool demand_shows(const struct demand *d, const struct ident *ident);

#endif
