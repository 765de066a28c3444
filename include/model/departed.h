/* departed.h: guests and parts that have left, kept for as long as history remembers them.
 *
 * Part of the roster, which hands over what no source sees any more, and reads it again when the
 * past is shown. A guest keeps its labels, its history and its parts; a part stays with its owner,
 * among the `parted`. The oldest are evicted first. Main thread only.
 */
#ifndef VTOP_MODEL_DEPARTED_H
#define VTOP_MODEL_DEPARTED_H

#include "model/entity.h"

struct departed {
    GPtrArray *guests;  /* struct entity *, in the order in which they left */
    GPtrArray *order;   /* the same and the parts that left before their owner */
    guint faded;        /* how many, at the beginning of the order, have only minutes left */
    size_t bytes;       /* of all of them, */
    size_t faded_bytes; /* and of those that have faded */
};

void departed_init(struct departed *d);
void departed_clear(struct departed *d);

/* Takes over the guest with its parts. */
void departed_add(struct departed *d, struct entity *guest);

/* Moves the part from its place among those that are here; one that has no history is freed. */
void departed_add_part(struct departed *d, struct entity *part);

/* The parts that left FROM become TO's: the two entities are merged. */
void departed_move_parts(struct entity *to, struct entity *from);

/* The parts that left the host are forgotten: it is about to be freed. */
void departed_drop_parts(struct departed *d, struct entity *host);

/* Forget ticks before OLDEST_TICK, then entities: those that have no minute since OLDEST_MINUTE,
 * and the first ones until all together take no more than BYTES, and those with nothing but minutes
 * no more than a quarter of that. ABOUT is called for each guest before it is freed. */
void departed_forget(struct departed *d, uint64_t oldest_tick, uint64_t oldest_minute, size_t bytes,
                     GFunc about, void *data);

#endif
