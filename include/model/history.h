/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: the vtop authors */
/* history.h: the past values of an entity, for graphs, statistics and going back in time.
 *
 * History has two tiers.
 *
 * Ticks: one frame per tick of the roster, with one cell for each number that metric_is_recorded(),
 * and a mark, a small number whose meaning the owner defines. A cell is a float, or the reason why
 * the number was absent. Frames are packed in blocks, column by column, without loss (column.h). A
 * column that did not change, or was absent for one reason, takes at most a few bytes.
 *
 * Minutes: a summary (summary.h) per minute of each recorded number that is marked SET_REC in
 * metrics.def, because those are always read, even when they are not on the screen. Minutes reach
 * further back than ticks. A summary has the number of known values, the minimum, mean, maximum,
 * median, 95th percentile, and the sum of squared deviations. Mean and variance of any number of
 * minutes follow by merging, quantiles by a sketch. A minute that began before the entity appeared,
 * or during which it was not seen, has fewer values. A minute is summarised from its frames within
 * HISTORY_BLOCK ticks after its end, at different ticks for histories of different phase. If its
 * first frames have to be forgotten before it is over, it is summarised in pieces; its median and
 * its 95th percentile are then the means of theirs.
 *
 * Invariants:
 *   - All histories share one time line (timeline.h): frames are addressed by the number of the
 *     tick, summaries by that of the minute. A gap in time takes no room.
 *   - Numbers come back as the floats they were recorded as; absent ones with their reason.
 *   - What was not recorded, or is not kept any more, reads as REASON_NOT_RECORDED; a number that
 *     an entity of this class cannot have, as REASON_NOT_APPLICABLE.
 *   - history_size() counts all of it. How much is kept is the owner's decision: the roster forgets
 *     the oldest ticks and minutes of all histories together, so that they stay within its budget.
 *   - A history belongs to one entity. When the entity departs, it keeps its history, sealed. When
 *     two entities are merged, their histories are joined.
 *
 * Calls, in the order in which an owner makes them:
 *
 *     struct history *h = history_new(KIND_GUEST, CLASS_VM, serial);
 *     history_add(h, tick, minute, numbers, reasons, mark);          every tick
 *     history_note(h, NOTE, value);                                  after that; see notes.h
 *     history_forget(h, oldest_tick, oldest_minute);                 when memory is short
 *     history_seal(h);                                               when the entity has left
 *     history_free(h);
 *
 * and a reader, for the standard deviation over the last hour and for one value:
 *
 *     struct window *w = window_new(roster_timeline(roster));
 *     struct summary hour;
 *     if (history_summary(e->history, M_CPU, now_ns - 3600 * CLOCK_NS_PER_S, now_ns, w, &hour) !=
 *         WINDOW_LOADING)
 *         sd = sqrt(summary_variance(&hour));
 *     struct value v = history_value(e->history, M_CPU, tick);
 *
 * A scan over many ticks goes by history_window(): it decodes a column block by block, in a few
 * nanoseconds per value; history_value() finds the block anew each time. Main thread only.
 */
#ifndef VTOP_MODEL_HISTORY_H
#define VTOP_MODEL_HISTORY_H

#include "model/shape.h"
#include "model/sketch.h"
#include "model/window.h"

enum {
    HISTORY_DEPTH_MAX = TIMELINE_TICKS,     /* ticks that are worth keeping */
    HISTORY_DEPTH_MIN = 30,                 /* ticks that are kept however short memory is */
    HISTORY_MINUTES_MAX = TIMELINE_MINUTES, /* minutes that are worth keeping */
    HISTORY_BLOCK = 20,                     /* ticks that are packed together, at most */
    HISTORY_NO_MARK = -1
};

struct history;

/* CLASSES: enum guest_class, or-ed; numbers that none of them has take no room. PHASE: any number;
 * histories of different phase are packed at different ticks. */
struct history *history_new(enum kind kind, unsigned classes, uint64_t phase);
void history_free(struct history *h);

/* Size in bytes of all of it, and of its minutes. */
size_t history_size(const struct history *h);
size_t history_minutes_size(const struct history *h);

/* The shape, which says which numbers are recorded. */
const struct shape *history_shape(const struct history *h);

/* ---- recording ---- */

/* Record TICK, which is larger than any before and belongs to MINUTE. NUMBERS and REASONS are by
 * the columns of its shape. MARK: 0 to 65535. */
void history_add(struct history *h, uint64_t tick, uint64_t minute, const double *numbers,
                 const uint8_t *reasons, int mark);

/* Add a note to the newest tick: WHAT (0 to 255) has this value. */
void history_note(struct history *h, unsigned what, int64_t value);

/* Ticks before OLDEST_TICK and minutes before OLDEST_MINUTE may go. */
void history_forget(struct history *h, uint64_t oldest_tick, uint64_t oldest_minute);

/* Nothing will be added any more: pack all of it, the last minute included. */
void history_seal(struct history *h);

/* A new history with the values of A and B, which are of one kind. A value of A takes precedence
 * over one of B. It has the numbers of A's classes. As a side effect, A and B summarise the minute
 * that is not over yet. */
struct history *history_join(struct history *a, struct history *b);

/* ---- ranges of time ---- */

/* The values of a metric at the ticks FIRST to LAST, both included, as far as they are kept. */
enum window_status history_window(const struct history *h, enum metric m, uint64_t first,
                                  uint64_t last, struct window *w);

/* The summaries of a metric for the minutes FIRST to LAST, as far as they are kept; none for a
 * metric without SET_REC. `missing` counts the ticks of a minute at which the value was absent, if
 * the window has a timeline. */
enum window_status history_minutes(const struct history *h, enum metric m, uint64_t first,
                                   uint64_t last, struct window *w);

/* All that is kept of a metric from FROM_NS to TO_NS (monotonic), in the finest resolution. The
 * window gets the values of ticks. If ticks do not reach back to FROM_NS, it also gets the
 * summaries of the minutes that began since FROM_NS and are older than these ticks. No time is
 * covered twice. The window needs a timeline. */
enum window_status history_stretch(const struct history *h, enum metric m, int64_t from_ns,
                                   int64_t to_ns, struct window *w);

/* The same, merged into one summary. The window is filled as a side effect. */
enum window_status history_summary(const struct history *h, enum metric m, int64_t from_ns,
                                   int64_t to_ns, struct window *w, struct summary *out);

/* The same, added to a sketch, for quantiles: ticks value by value, minutes as
 * sketch_add_summary() does. */
enum window_status history_sketch(const struct history *h, enum metric m, int64_t from_ns,
                                  int64_t to_ns, struct window *w, struct sketch *sketch);

/* ---- single ticks ---- */

/* The recorded value. Its facet is not recorded. */
struct value history_value(const struct history *h, enum metric m, uint64_t tick);
double history_at(const struct history *h, enum metric m, uint64_t tick); /* NAN: absent */

/* HISTORY_NO_MARK when the tick was not recorded, or is not kept any more. */
int history_mark_at(const struct history *h, uint64_t tick);

/* Whether there is a note about WHAT at that tick. */
bool history_noted(const struct history *h, unsigned what, uint64_t tick, int64_t *value);

/* The oldest and the newest tick that is kept; 0 when there is none. */
uint64_t history_oldest(const struct history *h);
uint64_t history_newest(const struct history *h);

/* The same for minutes that have been summarised. */
uint64_t history_oldest_minute(const struct history *h);
uint64_t history_newest_minute(const struct history *h);

#endif
