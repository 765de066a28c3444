/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: the vtop authors */
/* rows.h: the rows of the table: filtered, sorted, flat or as a tree.
 *
 * rows_build() rebuilds the list from the roster; memory is kept from one build to the next.
 * Entities in it are valid until the roster merges. The table (table.h) keeps selection and
 * scrolling on top of it. Main thread only.
 */
#ifndef VTOP_VIEW_ROWS_H
#define VTOP_VIEW_ROWS_H

#include "view/row.h"

struct rows {
    GArray *list;    /* struct row */
    size_t matches;  /* guests in it, folded ones too */
    size_t excluded; /* guests that the filter or the types leave out */
    struct rows_memory *memory; /* nodes.h */
};

void rows_init(struct rows *r);
void rows_clear(struct rows *r);

void rows_build(struct rows *r, const struct view *v, const struct rows_wishes *wishes);

/* The total over the guests of a group, without nested guests, which are part of the guest around
 * them. NAN when no guest has a value, or when values of this metric cannot be added. */
double rows_total(const struct rows *r, const struct row *row, enum metric m);

#endif
