/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: the vtop authors */
/* frame.h: the record of one tick in the history of an entity.
 *
 * A frame has all numbers that are recorded, a mark (the state and its reason), and notes: since
 * when each stale facet was stale, since when the monitor had not answered, and the owners of
 * limits. The roster writes frames; moment.h reads them. Times are monotonic nanoseconds, as those
 * of roster_tick_time(). Main thread only.
 */
#ifndef VTOP_MODEL_FRAME_H
#define VTOP_MODEL_FRAME_H

#include "model/entity.h"

/* Record E at TICK, which is in MINUTE and was derived at NOW_NS. */
void frame_record(struct entity *e, uint64_t tick, uint64_t minute, int64_t now_ns);

/* When the value of a metric was read, if it was stale at TICK; 0 = it was not stale. */
int64_t frame_stale_since(const struct entity *e, enum metric m, uint64_t tick);

/* Since when the monitor of a guest had not answered at TICK; 0 = it answered. */
int64_t frame_hung_since(const struct entity *e, uint64_t tick);

/* The owner of a limit at TICK (enum limit_owner), by the reading that has it; -1 = not known. */
int frame_limit_owner(const struct entity *e, enum reading owner, uint64_t tick);

#endif
