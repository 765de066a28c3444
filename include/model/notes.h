/* notes.h: what an entity is beside its numbers, and seldom changes: kept run by run.
 *
 * Part of history. A note says of a run of ticks that WHAT had one VALUE, in 24 bytes however long
 * the run; what is not said takes nothing. What is noted is its owner's affair. NULL is a good set
 * of notes, of nothing. Main thread only.
 */
#ifndef VTOP_MODEL_NOTES_H
#define VTOP_MODEL_NOTES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct notes;

/* WHAT has VALUE at TICK, too. Makes the set when there is none yet. WHAT: 0 to 255. */
void notes_add(struct notes **notes, uint64_t tick, unsigned what, int64_t value);

/* Whether something was noted of WHAT at that tick. */
bool notes_at(const struct notes *notes, uint64_t tick, unsigned what, int64_t *value);

/* Runs that ended before OLDEST go; of the others what is older is not told apart from it. */
void notes_forget(struct notes *notes, uint64_t oldest);

/* What A or B say, where both do what A says. */
struct notes *notes_join(const struct notes *a, const struct notes *b);

size_t notes_size(const struct notes *notes); /* bytes */
void notes_free(struct notes *notes);

#endif
