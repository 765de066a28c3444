/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: the vtop authors */
/* serials.h: a map from serials to pointers, for very many of them.
 *
 * It is an array sorted by serial, which needs less memory than a hash table. New serials are
 * nearly always larger than all others, and lookups nearly always ask for the neighbour of the one
 * before: both cost O(1). Any other lookup costs O(log n), any other insertion O(n). Main thread
 * only.
 */
#ifndef VTOP_MODEL_SERIALS_H
#define VTOP_MODEL_SERIALS_H

#include <stdint.h>

struct serials;

struct serials *serials_new(void);
void serials_free(struct serials *s);

/* THING is not NULL. It replaces the one that has this serial. */
void serials_put(struct serials *s, uint64_t serial, void *thing);

/* Does nothing if there is none. */
void serials_remove(struct serials *s, uint64_t serial);

void *serials_get(struct serials *s, uint64_t serial); /* NULL: none */

#endif
