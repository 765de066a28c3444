/* history.h: what sparklines, statistics and going back in time need.
 *
 * Every entity with recorded metrics (SET_REC) has a ring of frames, one frame per tick of the
 * roster, one float per recorded metric; NAN is "absent then". Frames are addressed by tick number
 * so that all rings share one time line: roster_tick() counts, roster_tick_time() dates them.
 *
 * A ring grows with use up to the depth it is given; the roster chooses the depth so that all rings
 * together stay within the memory budget. Main thread only.
 */
#ifndef VTOP_MODEL_HISTORY_H
#define VTOP_MODEL_HISTORY_H

#include "model/metric.h"

enum { HISTORY_DEPTH_MAX = 600, HISTORY_DEPTH_MIN = 30 };

struct history;

/* Bytes of one frame of an entity of this kind; 0 = nothing of it is recorded. */
size_t history_frame_size(enum kind kind);

struct history *history_new(enum kind kind);
void history_free(struct history *h);

/* Record TICK, which must be larger than any before; ticks that were left out read as absent.
 * NUMBERS is by metric - metric_begin(kind), NAN for absent. Not more than DEPTH frames stay. */
void history_add(struct history *h, uint64_t tick, const double *numbers, size_t depth);

/* NAN when the metric is not recorded or was absent, or the tick is not (any more) in the ring. */
double history_at(const struct history *h, enum metric m, uint64_t tick);

/* COUNT values of ticks LAST-COUNT+1 .. LAST, oldest first, as history_at() gives them. */
void history_series(const struct history *h, enum metric m, uint64_t last, size_t count,
                    double out[]);

/* The oldest tick the ring still holds; 0 when it is empty. */
uint64_t history_oldest(const struct history *h);

#endif
