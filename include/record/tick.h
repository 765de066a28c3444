/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: the vtop authors */
/* tick.h: all that a feed delivered between two ticks: the unit of a recording.
 *
 * A recording is a series of these. Playing them in order, samples first and then the tick, gives
 * the model what it had live, to the same numbers.
 */
#ifndef VTOP_RECORD_TICK_H
#define VTOP_RECORD_TICK_H

#include "model/sample.h"

struct record_tick {
    uint64_t session; /* a run of one recorder: idents, sources and monotonic time are of that run */
    uint64_t seq;     /* of the tick in its session, from 0; a number that is missing was lost */
    int64_t mono_ns;  /* of the tick; read_ns of records are of the same clock */
    int64_t wall_ns;
    GPtrArray *samples; /* struct sample *, in the order in which they were delivered; owned */
};

struct record_tick *record_tick_new(void); /* no samples */
void record_tick_free(struct record_tick *t);

#endif
