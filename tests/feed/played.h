/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: the vtop authors */
/* A feed that plays samples and ticks from memory, at times that the test makes up.
 *
 * played_sample() and played_tick() append events; feed_wait() and feed_pump() deliver them up to
 * and including the next tick. played_back_to() makes the feed go back to the first event, as a
 * recording does when it is asked for an earlier time. */
#ifndef VTOP_TESTS_FEED_PLAYED_H
#define VTOP_TESTS_FEED_PLAYED_H

#include "feed/feed.h"

struct feed *played_open(void);

/* Takes over the reference. */
void played_sample(struct feed *f, struct sample *s);
void played_tick(struct feed *f, int64_t mono_ns, int64_t wall_ns);

void played_back(struct feed *f);

#endif
