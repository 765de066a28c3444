/* departed.h: guests that have left, kept for as long as history remembers them.
 *
 * Part of the roster: it hands over guests that lingered long enough, and is asked for them when
 * somebody looks at the past. They keep their labels and their history, but not their parts. Main
 * thread only.
 */
#ifndef VTOP_MODEL_DEPARTED_H
#define VTOP_MODEL_DEPARTED_H

#include "model/entity.h"

struct departed {
    GPtrArray *guests; /* struct entity *, in the order in which they left */
    size_t bytes;      /* of their histories */
};

void departed_init(struct departed *d);
void departed_clear(struct departed *d);

/* Takes over the guest. */
void departed_add(struct departed *d, struct entity *guest);

/* The guest to be forgotten next: the first one, when it has nothing since OLDEST_TICK or when all
 * together take more than BYTES. The caller removes it from its lookups, then calls
 * departed_forget(). NULL: none. */
struct entity *departed_expired(const struct departed *d, uint64_t oldest_tick, size_t bytes);
void departed_forget(struct departed *d);

#endif
