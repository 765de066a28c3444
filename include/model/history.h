/* history.h: what sparklines, statistics and going back in time need.
 *
 * Every entity has a series of frames, one frame per tick of the roster: one cell for each number
 * it can have that metric_is_recorded(), and a mark, a small number whose meaning is its owner's. A
 * cell is a float, or the reason why the number was absent. Frames are addressed by tick number so
 * that all histories share one time line: roster_tick() counts, roster_tick_time() dates them.
 *
 * Beside them stand notes: what is seldom there or seldom changes (notes.h).
 *
 * The newest frames stand as they are; every HISTORY_BLOCK of them are packed, column by column,
 * without loss: what did not change, or was absent for one reason, takes next to nothing. The
 * roster chooses how much is kept, so that all histories together stay within the memory budget.
 * What costs something to read is read for history's sake when it is marked SET_REC. Main thread
 * only.
 */
#ifndef VTOP_MODEL_HISTORY_H
#define VTOP_MODEL_HISTORY_H

#include "model/shape.h"

enum {
    HISTORY_DEPTH_MAX = 600, /* ticks */
    HISTORY_DEPTH_MIN = 30,
    HISTORY_BLOCK = 20,
    HISTORY_NO_MARK = -1
};

struct history;

/* CLASSES: enum guest_class, or-ed; numbers that none of them has take no room. PHASE: any number;
 * histories of different phase are packed at different ticks. */
struct history *history_new(enum kind kind, unsigned classes, uint64_t phase);
void history_free(struct history *h);

size_t history_size(const struct history *h); /* bytes, now */

/* Says which numbers it records. */
const struct shape *history_shape(const struct history *h);

/* Record TICK, which must be larger than any before; ticks that were left out read as absent.
 * NUMBERS and REASONS are by the columns of its shape. MARK: 0 to 65535. */
void history_add(struct history *h, uint64_t tick, const double *numbers, const uint8_t *reasons,
                 int mark);

/* Of the newest tick: WHAT (0 to 255) has this value. */
void history_note(struct history *h, unsigned what, int64_t value);

/* Ticks before OLDEST may go. */
void history_forget(struct history *h, uint64_t oldest);

/* Nothing will be added any more: pack all of it. */
void history_seal(struct history *h);

/* A new history of what A and B, of one kind, know together; where both do, A is right. It has the
 * numbers of A's classes. */
struct history *history_join(const struct history *a, const struct history *b);

/* What was recorded; REASON_NOT_RECORDED when the tick is not (any more) kept. The facet is not
 * recorded. */
struct value history_value(const struct history *h, enum metric m, uint64_t tick);
double history_at(const struct history *h, enum metric m, uint64_t tick); /* NAN: absent */

/* HISTORY_NO_MARK when the tick was not recorded, or is not kept any more. */
int history_mark_at(const struct history *h, uint64_t tick);

/* Whether something was noted of WHAT at that tick. */
bool history_noted(const struct history *h, unsigned what, uint64_t tick, int64_t *value);

/* The oldest and the newest tick that is kept; 0 when there is none. */
uint64_t history_oldest(const struct history *h);
uint64_t history_newest(const struct history *h);

#endif
