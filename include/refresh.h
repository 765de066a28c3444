/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: the vtop authors */
/* refresh.h: a roster that is kept up to date by a feed.
 *
 * It opens the feed, merges its samples into a roster, ticks the roster with the feed, and has
 * analysis look at each tick. It requests the union of all wishes from the feed's sources. Main
 * thread only.
 */
#ifndef VTOP_REFRESH_H
#define VTOP_REFRESH_H

#include "analyse/analysis.h"
#include "feed/feed_live.h"
#include "model/moment.h"
#include "model/wishes.h"

struct refresh_config {
    struct feed *feed; /* taken over; NULL: the live feed of LIVE */
    struct feed_live_config live;
    bool past;                           /* record history, so that the user can go back in time */
    const struct thresholds *thresholds; /* of analysis; NULL: there is none */
    const struct mutes *mutes;           /* may be NULL */
    const struct feed_sink *tee;         /* gets all samples and ticks, too; NULL: nobody does */
    const struct wishes *tee_wishes;     /* its wishes */
};

/* The modules that have wishes. Those of history are added when history is recorded. */
enum refresh_asker { ASKER_SCREEN, ASKER_BATCH, ASKER_RECORDER, ASKER_COUNT };

struct refresh;

/* WISHES: the initial ones of ASKER. NULL, and errno, when there are not enough threads. */
struct refresh *refresh_start(const struct refresh_config *config, enum refresh_asker asker,
                              const struct wishes *wishes);
void refresh_stop(struct refresh *r);

/* Replace the wishes of ASKER. */
void refresh_wish(struct refresh *r, enum refresh_asker asker, const struct wishes *wishes);

/* Readable when there is something to merge. */
int refresh_fd(const struct refresh *r);

/* Merge what has come. True when the roster has ticked. */
bool refresh_merge(struct refresh *r);

/* Batch: wait for the next tick, and then a little for the sources that are late; for the first
 * answer of a hypervisor, longer. False when the wait was interrupted, by a signal, or by the
 * descriptor of refresh_interrupt_by(). */
bool refresh_wait_tick(struct refresh *r);

/* Whether the last tick has rates: a tick before it was their baseline. A saved tree has none, and
 * never will. */
bool refresh_is_primed(const struct refresh *r);

/* From now on refresh_wait_tick() returns false while FD is readable. */
void refresh_interrupt_by(struct refresh *r, int fd);

struct roster *refresh_roster(const struct refresh *r);

/* NULL: nothing is analysed. */
struct analysis *refresh_analysis(const struct refresh *r);

/* The live moment, by the feed's clock. */
struct moment refresh_now(const struct refresh *r);

/* The moment of the last tick, from which ages count in what is printed: a recording of it says the
 * same. */
struct moment refresh_ticked(const struct refresh *r);

/* Whether nothing will come any more: the end of a recording. */
bool refresh_has_ended(const struct refresh *r);

/* Time between the last two ticks; 0 before the second. */
int64_t refresh_interval_ns(const struct refresh *r);

/* Whether the source is a saved tree, which gives one sample and no rates. */
bool refresh_is_still(const struct refresh *r);

#endif
