/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: the vtop authors */
/* source.h: the thread of a source of samples.
 *
 * A source class collects one sample at a time. This module runs it in a thread, at absolute
 * deadlines of the monotonic clock, passes it the newest demand, and keeps its newest sample until
 * it is taken. The main thread never waits for a source: the values of a source that hangs age, the
 * others are not affected.
 *
 * A collection that takes more than half of the interval doubles the interval of its source, up to
 * 16 times the interval asked for. sample->interval_ns says how long it is. It shrinks again when
 * collections are fast.
 *
 * Threads: collect and close run on the source's thread (close on the caller's where none could be
 * started); everything else may be called from the main thread.
 */
#ifndef VTOP_COLLECT_SOURCE_H
#define VTOP_COLLECT_SOURCE_H

#include "model/entity.h"
#include "model/sample.h"

enum { DEMAND_SHOWN_MAX = 128, DEMAND_FOCUS_MAX = 4 * ENTITY_TRACKS };

/* What is shown or recorded: the least that a source has to read. */
struct demand {
    unsigned needs;   /* enum need, or-ed */
    unsigned history; /* those of them that only the history needs: no guest is asked for them */
    int64_t interval_ns;
    bool services;                 /* systemd services and slices too */
    bool all_parts;                /* NEED_PARTS is about every guest */
    uint64_t focus[DEMAND_FOCUS_MAX]; /* serials of the idents of guests that are looked at
                                         closely: their parts are read (NEED_PARTS). From the
                                         first 0 on there are none */
    uint64_t shown[DEMAND_SHOWN_MAX]; /* ascending: serials of the control groups of the guests on
                                         the screen, which get scarce descriptors first */
    size_t shown_count;
};

struct source_class {
    /* Make the state for collect. source_start() calls it in the thread of its caller. CONFIG is
     * the argument of source_start(), valid during this call only. It must not fail: collect
     * reports what cannot be read. */
    void *(*open)(const void *config);

    /* Add records and statuses to OUT, records of guests before those of their parts. Set
     * out->complete to false when the source could not be read this time. */
    void (*collect)(void *state, const struct demand *demand, struct sample *out);

    void (*close)(void *state);
};

struct source;

/* INDEX: number of the source in the roster. WAKE_FD: an eventfd; 1 is added to it after each
 * sample. The first collection starts at once. Returns NULL and sets errno when the thread cannot
 * be created. */
struct source *source_start(const struct source_class *class, const void *config, unsigned index,
                            int wake_fd, const struct demand *demand);

/* Set what to read from the next collection on. A new need or focus, or a shorter interval, starts
 * that collection at once. */
void source_demand(struct source *s, const struct demand *demand);

/* The newest sample that was not taken yet, or NULL. Older ones are dropped. The caller owns the
 * reference. */
struct sample *source_take(struct source *s);

/* Number of samples published so far. */
uint64_t source_published(struct source *s);

/* Stop the source and wait for its thread for at most PATIENCE_NS. A thread that is stuck in a call
 * is detached and keeps its memory; it publishes nothing and does not write to WAKE_FD any more. */
void source_stop(struct source *s, int64_t patience_ns);

bool demand_has_focus(const struct demand *d, const struct ident *ident);

/* Whether the tasks and memory nodes of this guest are read. */
bool demand_wants_parts(const struct demand *d, const struct ident *ident);

/* Sort demand->shown. Call it after adding guests to it. */
void demand_sort_shown(struct demand *d);

/* Whether IDENT is on the screen, on its own page or in the table. */
bool demand_shows(const struct demand *d, const struct ident *ident);

#endif
