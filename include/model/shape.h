/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: the vtop authors */
/* shape.h: which numbers an entity of one kind and class has, and where each of them is kept.
 *
 * A recorded number has a column in every frame of history. If it is marked SET_REC, it is also
 * summarised minute by minute. The result of a formula has a slot in its entity; every other number
 * is looked up in the entity's tracks each time. A shape is shared by all entities of that kind and
 * class; it is created on first use and never freed. Main thread only.
 */
#ifndef VTOP_MODEL_SHAPE_H
#define VTOP_MODEL_SHAPE_H

#include "model/metric.h"

enum { SHAPE_METRICS_MAX = 127 }; /* no kind has more */

struct shape {
    enum kind kind;
    enum metric begin, end;              /* the metrics of this kind */
    uint8_t columns, summaries, slots;   /* how many of each there are */
    uint8_t recorded[SHAPE_METRICS_MAX]; /* the metric of each, as metric - begin */
    uint8_t derived[SHAPE_METRICS_MAX];
    uint8_t summarised[SHAPE_METRICS_MAX]; /* the column whose summary it is */
    struct shape_place {
        bool has;
        int8_t column, summary, slot; /* -1 = it has none */
    } of[];                  /* by metric - begin */
};

/* CLASSES: enum guest_class, or-ed; it has no number that none of them has. */
const struct shape *shape_of(enum kind kind, unsigned classes);

/* Whether it has that number at all, where it is recorded, and what its formula is. M may be of
 * another kind. */
static inline struct shape_place shape_place(const struct shape *s, enum metric m)
{
    struct shape_place nowhere = {false, -1, -1, -1};

    return metric_info(m)->kind == s->kind ? s->of[m - s->begin] : nowhere;
}

#endif
