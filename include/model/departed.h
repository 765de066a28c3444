/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: the vtop authors */
/* departed.h: guests and parts that have left, kept for as long as history remembers them.
 *
 * Part of the roster, which hands over the entities that no source reports any more, and reads them
 * when the past is shown. A guest keeps its labels, its history and its parts. A part is listed in
 * the `parted` of its owner. The oldest are evicted first. Main thread only.
 */
#ifndef VTOP_MODEL_DEPARTED_H
#define VTOP_MODEL_DEPARTED_H

#include "model/entity.h"

struct departed {
    GPtrArray *guests;  /* struct entity *, in the order in which they left */
    GPtrArray *order;   /* these guests, and the parts that left before their owner */
    guint faded;        /* how many, at the start of the order, have only minutes left */
    size_t bytes;       /* size of all of them */
    size_t faded_bytes; /* size of the faded ones */
};

void departed_init(struct departed *d);
void departed_clear(struct departed *d);

/* Takes over the guest with its parts. */
void departed_add(struct departed *d, struct entity *guest);

/* Takes over the part from the parts of its owner. A part without history is freed. */
void departed_add_part(struct departed *d, struct entity *part);

/* Moves the parts that left FROM to TO, when the two entities are merged. */
void departed_move_parts(struct entity *to, struct entity *from);

/* Frees the parts that left the host, before the host is freed. */
void departed_drop_parts(struct departed *d, struct entity *host);

/* Forget ticks before OLDEST_TICK, then evict the oldest entities until
 *   - all of them together take at most BYTES,
 *   - those that have only minutes take at most a quarter of BYTES,
 *   - the oldest of the latter has a minute since OLDEST_MINUTE.
 * ABOUT is called for each guest before it is freed. */
void departed_forget(struct departed *d, uint64_t oldest_tick, uint64_t oldest_minute, size_t bytes,
                     GFunc about, void *data);

#endif
