/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: the vtop authors */
/* feed_replay.h: a recording as a feed.
 *
 * feed_wait() delivers the next tick at once: batch. A screen uses the descriptor: after
 * feed_replay_go() and while it plays, feed_pump() delivers a few ticks per call, up to where it
 * goes. Going back rewinds the sinks, and delivers again from ten minutes before the target, for
 * rates, findings and graphs. "Now" is the time of the last tick.
 *
 * Monotonic time is as it was recorded. Where another boot follows, it goes on by as much as the
 * wall clock did. Sources that another run of the recorder no longer had are emptied.
 *
 * Errors: a tick that is damaged is left out (feed_replay_damage()). Main thread only.
 */
#ifndef VTOP_FEED_FEED_REPLAY_H
#define VTOP_FEED_FEED_REPLAY_H

#include "feed/feed.h"

struct recording;

/* Deliver nothing earlier than ten minutes before FROM_WALL_NS (INT64_MIN: from the begin). Takes
 * RECORDING over. */
struct feed *feed_replay_open(struct recording *recording, int64_t from_wall_ns);

/* ---- for a screen ---- */

enum { FEED_REPLAY_SPEED_MAX = 60 };

struct feed_replay_place {
    size_t at, count;                 /* of the last tick delivered (from 0), and how many there are */
    int64_t first_wall_ns, last_wall_ns; /* of the recording */
    int64_t wall_ns;                  /* of the last tick delivered */
    int64_t interval_ns;              /* between two ticks, here; 0: not known */
    bool going;                       /* there is more to deliver before it is where it goes */
    unsigned speed;                   /* it plays so many times as fast as it was; 0: it stands */
};

/* Where nothing was recorded, by time: struct feed_replay_gap. Valid until the next call. */
struct feed_replay_gap {
    int64_t from_wall_ns, to_wall_ns;
    bool reboot; /* the machine was started in between */
};
const GArray *feed_replay_gaps(struct feed *f);

struct feed_replay_place feed_replay_place(struct feed *f);

/* Go to a tick by its number, which is limited to those that there are; to a time: the last tick at
 * or before it, or the first one. */
void feed_replay_go(struct feed *f, size_t at);
void feed_replay_go_to(struct feed *f, int64_t wall_ns);

/* Play from here; 0: stand still. */
void feed_replay_play(struct feed *f, unsigned speed);

/* Ticks that could not be read. */
size_t feed_replay_damage(const struct feed *f);

#endif
