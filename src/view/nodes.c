/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: the vtop authors */
#include <config.h>

#include "view/nodes.h"

#include <math.h>
#include <stdlib.h>

/* ---- nodes ---- */

struct node node_new(const struct rows_memory *m, enum row_kind kind, uint64_t id, bool hold)
{
    return (struct node){.id = id,
                         .number = (double)NAN,
                         .position = (unsigned)(hold ? by_id_find(m->positions, id) : SIZE_MAX),
                         .parent = NODE_NONE,
                         .child = NODE_NONE,
                         .next = NODE_NONE,
                         .worst = -1,
                         .kind = (uint8_t)kind};
}

struct row node_row(const struct rows_memory *m, int i)
{
    const struct node *n = node_at(m, i);

    return (struct row){.id = n->id,
                        .entity = n->entity,
                        .host = n->host,
                        .label = n->kind == ROW_GUEST ? NULL : n->name,
                        .kind = n->kind,
                        .members = n->members,
                        .worst = n->worst,
                        .parent = n->child != NODE_NONE,
                        .node = (size_t)i};
}

/* ---- numbers by id ---- */

static int compare_ids(const void *a, const void *b)
{
    const struct by_id *x = a, *y = b;

    return (x->id > y->id) - (x->id < y->id);
}

void by_id_sort(GArray *a)
{
    if (a->len)
        qsort(a->data, a->len, sizeof(struct by_id), compare_ids);
}

size_t by_id_find(const GArray *a, uint64_t id)
{
    struct by_id wanted = {.id = id}, *found = NULL;

    if (a->len)
        found = bsearch(&wanted, a->data, a->len, sizeof(wanted), compare_ids);
    return found ? found->at : SIZE_MAX;
}
