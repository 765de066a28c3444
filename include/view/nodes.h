/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: the vtop authors */
/* nodes.h: the working memory of rows.c and tree.c only.
 *
 * A node is a line that may become a row: first all guests that are wanted, then, in a tree, their
 * groups and hosts. rows.c fills in and sorts, tree.c adds the branches and lists them. Nodes are
 * known by their number; a pointer is valid until one is added.
 */
#ifndef VTOP_VIEW_NODES_H
#define VTOP_VIEW_NODES_H

#include "view/row.h"

enum { NODE_NONE = -1 };

struct node {
    uint64_t id;
    struct entity *entity;
    struct entity *host;     /* of groups and hosts */
    const char *name;        /* breaks ties; of groups and hosts it is the label */
    const char *text;        /* the sort key, when it is a text; else: */
    double number;           /* the sort key; NAN comes last */
    unsigned position;       /* in the last build; UINT_MAX: it was not there */
    int parent, child, next; /* tree; NODE_NONE: there is none */
    unsigned members;
    int8_t worst; /* as in struct row */
    uint8_t kind; /* enum row_kind */
};

/* A number by the id of something; sorted by id. */
struct by_id {
    uint64_t id;
    size_t at;
};

struct rows_memory {
    GArray *nodes;      /* struct node */
    GArray *sorted;     /* int: all nodes in order */
    GArray *positions;  /* struct by_id: where rows stood in the last build */
    size_t guests;      /* the first nodes */
    uint64_t builds;    /* how many there have been */
    GArray *serials;    /* tree: struct by_id: nodes of guests */
    GArray *host_nodes; /* tree: int: nodes of hosts, by their place among hosts */
    GHashTable *places; /* tree: groups, kept for a while so that their ids stay */
    uint64_t placed;    /* how many ids they have been given */
    GArray *totals;     /* tree: double: a line of `summed` for each node from `guests` on */
    struct columns summed;
};

static inline struct node *node_at(const struct rows_memory *m, int i)
{
    return &g_array_index(m->nodes, struct node, i);
}

/* An empty node. */
struct node node_new(const struct rows_memory *m, enum row_kind kind, uint64_t id, bool hold);

struct row node_row(const struct rows_memory *m, int i);

void by_id_sort(GArray *a);
size_t by_id_find(const GArray *a, uint64_t id); /* its number; SIZE_MAX: not there */

#endif
