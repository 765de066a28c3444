/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: the vtop authors */
/* notes.h: facts about an entity that are rare or seldom change, kept as runs of ticks.
 *
 * Part of history. A note says that WHAT had one VALUE during a run of ticks; it takes 24 bytes,
 * however long the run is. Ticks without a note take nothing. The caller defines the meaning of
 * WHAT and VALUE. NULL is a valid set of notes that is empty. Main thread only.
 */
#ifndef VTOP_MODEL_NOTES_H
#define VTOP_MODEL_NOTES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct notes;

/* Note that WHAT has VALUE at TICK. Creates the set if *NOTES is NULL. WHAT: 0 to 255. */
void notes_add(struct notes **notes, uint64_t tick, unsigned what, int64_t value);

/* Whether there is a note about WHAT at TICK; if so, *VALUE. */
bool notes_at(const struct notes *notes, uint64_t tick, unsigned what, int64_t *value);

/* Remove runs that ended before OLDEST. A run that goes on after it is kept whole. */
void notes_forget(struct notes *notes, uint64_t oldest);

/* A new set with the notes of A and B; where both have one, that of A counts. */
struct notes *notes_join(const struct notes *a, const struct notes *b);

size_t notes_size(const struct notes *notes); /* bytes */
void notes_free(struct notes *notes);

#endif
