/* past.h: an entity as it was at another tick: what history has of it beside its numbers.
 *
 * Recorded are the state with its reason, which values were stale and since when, for how long the
 * monitor had not answered, and whose the limits were. Times are monotonic, as those of
 * roster_tick_time() are. Main thread only.
 */
#ifndef VTOP_MODEL_PAST_H
#define VTOP_MODEL_PAST_H

#include "model/entity.h"

/* Record what E is at TICK, derived at NOW_NS. */
void past_record(struct entity *e, uint64_t tick, int64_t now_ns);

/* When the value of a metric had been read, if it was stale; 0 = it was not. */
int64_t past_stale_since(const struct entity *e, enum metric m, uint64_t tick);

/* Since when a guest's monitor did not answer; 0 = it did. */
int64_t past_hung_since(const struct entity *e, uint64_t tick);

/* Whose limit that was (enum limit_owner), by the reading that says so; -1 = nobody knew. */
int past_limit_owner(const struct entity *e, enum reading owner, uint64_t tick);

#endif
