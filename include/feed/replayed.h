/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: the vtop authors */
/* replayed.h: ticks of a recording as samples and ticks of a feed.
 *
 * Monotonic time is as it was recorded. Where another boot follows, all times are moved, so that it
 * goes on by as much as the wall clock did. Sources that another run of the recorder no longer had
 * are emptied. Main thread only.
 */
#ifndef VTOP_FEED_REPLAYED_H
#define VTOP_FEED_REPLAYED_H

#include "feed/feed.h"
#include "record/tick.h"

struct replayed {
    struct feed_time now; /* of the last tick */
    bool begun;           /* the rest is known */
    uint64_t session;     /* of the last tick, as it was recorded: */
    int64_t mono_ns, wall_ns;
    char boot_id[40];
    int64_t shift_ns; /* from the time of the recording to that of the feed */
    bool sources[SAMPLE_SOURCES_MAX]; /* that have had samples */
};

/* The sinks are empty: the next tick is the first. */
void replayed_restart(struct replayed *r);

/* Deliver the samples of a tick, and the tick. BOOT_ID: "" = not known. */
void replayed_deliver(struct replayed *r, struct feed *f, const struct record_tick *t,
                      const char *boot_id);

#endif
