/* shape.h: which numbers an entity of one kind and class has, and where each of them is kept.
 *
 * A number is recorded, and then has a column in every frame of history, or is of now only. It is
 * what a formula gives, and then has a slot in its entity, or is looked up in the entity's tracks
 * whenever somebody asks. A shape is the same for all entities of that kind and class; it is made
 * when one is first asked for, and stays. Main thread only.
 */
#ifndef VTOP_MODEL_SHAPE_H
#define VTOP_MODEL_SHAPE_H

#include "model/metric.h"

struct shape {
    uint8_t kind;    /* enum kind */
    uint8_t classes; /* enum guest_class, or-ed */
    uint8_t columns; /* how many; */
    uint8_t slots;   /* the same */
    struct {
        uint8_t column, slot; /* + 1; 0 = it has none */
    } of[];                   /* by metric - metric_begin(kind) */
};

/* CLASSES: enum guest_class, or-ed; it has no number that none of them has. */
const struct shape *shape_of(enum kind kind, unsigned classes);

/* Whether it has that number at all; M may be of another kind. */
bool shape_has(const struct shape *s, enum metric m);

int shape_column(const struct shape *s, enum metric m); /* -1: not recorded */
int shape_slot(const struct shape *s, enum metric m);   /* -1: no formula */

#endif
