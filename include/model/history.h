/* history.h: what sparklines, statistics and going back in time need.
 *
 * Every entity has a ring of frames, one frame per tick of the roster: one float for each number it
 * can have (NAN is "absent then"), and a mark, a small number whose meaning is its owner's. Frames
 * are addressed by tick number so that all rings share one time line: roster_tick() counts,
 * roster_tick_time() dates them.
 *
 * A ring grows with use up to the depth it is given; the roster chooses the depth so that all rings
 * together stay within the memory budget. What costs something to read is read for history's sake
 * when it is marked SET_REC. Main thread only.
 */
#ifndef VTOP_MODEL_HISTORY_H
#define VTOP_MODEL_HISTORY_H

#include "model/metric.h"

enum { HISTORY_DEPTH_MAX = 600, HISTORY_DEPTH_MIN = 30, HISTORY_NO_MARK = -1 };

struct history;

/* CLASSES: enum guest_class, or-ed; numbers that none of them has take no room. */
struct history *history_new(enum kind kind, unsigned classes);
void history_free(struct history *h);

size_t history_frame_size(const struct history *h); /* bytes */
size_t history_size(const struct history *h);       /* bytes of the whole ring, now */

/* Record TICK, which must be larger than any before; ticks that were left out read as absent.
 * NUMBERS is by metric - metric_begin(kind), NAN for absent. Not more than DEPTH frames stay. */
void history_add(struct history *h, uint64_t tick, const double *numbers, int mark, size_t depth);

/* NAN when the metric was absent, or the tick is not (any more) in the ring. */
double history_at(const struct history *h, enum metric m, uint64_t tick);

/* HISTORY_NO_MARK when the tick is not in the ring. */
int history_mark_at(const struct history *h, uint64_t tick);

/* COUNT values of ticks LAST-COUNT+1 .. LAST, oldest first, as history_at() gives them. */
void history_series(const struct history *h, enum metric m, uint64_t last, size_t count,
                    double out[]);

/* The oldest and the newest tick the ring still holds; 0 when it is empty. */
uint64_t history_oldest(const struct history *h);
uint64_t history_newest(const struct history *h);

#endif
