/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: the vtop authors */
/* sketch.h: quantiles of any number of values, from counts in buckets that grow by 5 %.
 *
 * Sketches merge by adding up their counts: the 95th percentile of a day, or of all containers of a
 * pod, comes from those of the parts. A quantile is within 2.5 % of a value that has this rank,
 * from SKETCH_LEAST to 8e13; smaller and negative values count as 0, except for the minimum. The
 * buckets are those of the Kubernetes Vertical Pod Autoscaler (ratio 1.05), for all units alike.
 *
 *     struct sketch *s = sketch_new();
 *     history_sketch(e->history, M_CPU, now_ns - day_ns, now_ns, w, s);
 *     double p95 = sketch_quantile(s, 0.95);
 *     sketch_free(s);
 *
 * A sketch takes 3 KB; it is freed after use, or cleared and used again. No locks: one thread at a
 * time.
 */
#ifndef VTOP_MODEL_SKETCH_H
#define VTOP_MODEL_SKETCH_H

#include "model/summary.h"

#define SKETCH_LEAST 1e-3

struct sketch;

struct sketch *sketch_new(void);
void sketch_free(struct sketch *s);

/* As if it were new. */
void sketch_clear(struct sketch *s);

/* Values that are NAN are left out. */
void sketch_add(struct sketch *s, double value);

/* Add the values of a summary, estimated: evenly spread between its minimum, median, 95th
 * percentile and maximum. The error of each is at most the distance of the two that it is between.
 */
void sketch_add_summary(struct sketch *s, const struct summary *summary);

void sketch_merge(struct sketch *to, const struct sketch *from);

uint64_t sketch_count(const struct sketch *s);

/* Q: 0 to 1. The value of rank Q x count, counted from the smallest; NAN of an empty sketch. */
double sketch_quantile(const struct sketch *s, double q);

#endif
