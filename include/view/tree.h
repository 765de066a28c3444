/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: the vtop authors */
/* tree.h: the tree of the table: hosts, groups, nested guests. Part of rows.c. */
#ifndef VTOP_VIEW_TREE_H
#define VTOP_VIEW_TREE_H

#include "view/row.h"

struct rows_memory;

void tree_init(struct rows_memory *m);
void tree_clear(struct rows_memory *m);

/* Give the guests parents; add nodes for groups and hosts, with totals and sort keys. */
void tree_grow(struct rows_memory *m, const struct view *v, const struct rows_wishes *w);

/* Append the rows of the sorted nodes to LIST, children after their parents. */
void tree_list(struct rows_memory *m, GHashTable *folded, GArray *list);

#endif
