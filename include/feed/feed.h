/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: the vtop authors */
/* feed.h: the origin of samples, ticks and time.
 *
 * A feed delivers samples and ticks, in order, to its sinks: the roster first, then others (a
 * recorder). Live sources, a recording, and a test are feeds behind this interface. The layers
 * above it (model, analyse, view, output) do not depend on which one it is, and never read a clock:
 * "now" is feed_now().
 *
 *     struct feed *feed = feed_live_open(&config, &demand);
 *     feed_add_sink(feed, &roster_sink);
 *     while (feed_wait(feed, grace_ns))      a tick has been delivered
 *         print(feed_now(feed));
 *     feed_close(feed);
 *
 * A screen polls feed_fd() instead, calls feed_pump() when it is readable, and never waits.
 *
 * A feed's monotonic time does not go backwards. A recording that goes back in time first calls
 * rewind() on its sinks: they start empty, and get everything up to that time again. Main thread
 * only; sinks keep no reference to a sample without sample_ref().
 */
#ifndef VTOP_FEED_FEED_H
#define VTOP_FEED_FEED_H

#include "collect/source.h"

struct feed_time {
    int64_t mono_ns; /* rates, ages, deadlines */
    int64_t wall_ns; /* a label */
};

struct feed_sink {
    void (*sample)(void *data, const struct sample *s);
    void (*tick)(void *data, const struct feed_time *at);
    void (*rewind)(void *data); /* may be NULL if no feed rewinds the sink */
    void *data;
};

struct feed;
struct feed_class {
    void (*close)(struct feed *f);

    /* Set what sources read from now on; may be NULL. */
    void (*demand)(struct feed *f, const struct demand *demand);

    /* A descriptor that is readable when there is something to deliver; -1 = there is none. */
    int (*fd)(const struct feed *f);

    /* Deliver what has come. True when it included a tick. */
    bool (*pump)(struct feed *f);

    /* Deliver up to the next tick, and wait for it; then up to GRACE_NS for samples that are late.
     * False when a signal or interrupt_fd interrupted the wait, or when there will be no further
     * tick. */
    bool (*wait)(struct feed *f, int64_t grace_ns);

    struct feed_time (*now)(const struct feed *f);
};

enum { FEED_SINKS_MAX = 4 };

/* The first member of every feed. */
struct feed {
    const struct feed_class *class;
    struct feed_sink sinks[FEED_SINKS_MAX];
    size_t sink_count;
    uint64_t ticks;      /* delivered so far */
    int64_t last_ns;     /* monotonic time of the last tick; 0 before the first */
    int64_t interval_ns; /* between the last two; 0 before the second */
    bool ended;          /* nothing will come any more */
    int interrupt_fd;    /* feed_wait() ends when it is readable; 0: none */
};

/* Add a sink, which gets all samples and ticks from now on, after the sinks added before. */
void feed_add_sink(struct feed *f, const struct feed_sink *sink);

void feed_close(struct feed *f);
void feed_demand(struct feed *f, const struct demand *demand);
int feed_fd(const struct feed *f);
bool feed_pump(struct feed *f);
bool feed_wait(struct feed *f, int64_t grace_ns);

/* From now on feed_wait() also returns false while FD is readable. */
void feed_interrupt_by(struct feed *f, int fd);

struct feed_time feed_now(const struct feed *f);

/* ---- for feeds ---- */

void feed_deliver(struct feed *f, const struct sample *s);

/* Deliver a tick at AT. If its monotonic time is before the last tick, that of the last tick is
 * used. */
void feed_tick(struct feed *f, const struct feed_time *at);

void feed_rewind(struct feed *f);

#endif
