/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: the vtop authors */
#include <config.h>

#include "view/rows.h"

#include "view/nodes.h"
#include "view/tree.h"

#include <math.h>
#include <stdlib.h>

void rows_init(struct rows *r)
{
    struct rows_memory *m = g_new0(struct rows_memory, 1);

    m->nodes = g_array_new(FALSE, FALSE, sizeof(struct node));
    m->sorted = g_array_new(FALSE, FALSE, sizeof(int));
    m->positions = g_array_new(FALSE, FALSE, sizeof(struct by_id));
    tree_init(m);
    *r = (struct rows){.list = g_array_new(FALSE, FALSE, sizeof(struct row)), .memory = m};
}

void rows_clear(struct rows *r)
{
    struct rows_memory *m = r->memory;

    tree_clear(m);
    g_array_free(m->nodes, TRUE);
    g_array_free(m->sorted, TRUE);
    g_array_free(m->positions, TRUE);
    g_array_free(r->list, TRUE);
    g_free(m);
}

static void remember_positions(struct rows *r)
{
    GArray *positions = r->memory->positions;

    g_array_set_size(positions, 0);
    for (guint i = 0; i < r->list->len; i++) {
        struct by_id p = {.id = g_array_index(r->list, struct row, i).id, .at = i};
        g_array_append_val(positions, p);
    }
    by_id_sort(positions);
}

/* ---- which guests ---- */

static bool is_wanted(const struct view *v, const struct rows_wishes *w, const struct entity *e)
{
    return w->types & 1u << e->type && moment_has(&v->moment, e) && filter_matches(w->filter, v, e);
}

static void set_key(struct node *n, const struct view *v, enum metric key)
{
    const struct metric_info *info = metric_info(key);

    if (info->label == LABEL_PID) /* rises, as texts do */
        n->number = entity_pid(n->entity) ? -(double)entity_pid(n->entity) : (double)NAN;
    else if (info->label != LABEL_NONE)
        n->text = moment_label(&v->moment, n->entity, info->label);
    else
        n->number = moment_number(&v->moment, n->entity, info->graph != M_NONE ? info->graph : key);
}

static void add_guests(struct rows *r, const struct view *v, const struct rows_wishes *w,
                       const GPtrArray *guests)
{
    struct rows_memory *m = r->memory;

    for (guint i = 0; i < guests->len; i++) {
        struct entity *e = g_ptr_array_index(guests, i);
        if (!is_wanted(v, w, e)) {
            r->excluded += moment_has(&v->moment, e) && !moment_is_gone(&v->moment, e);
            continue;
        }
        struct node n = node_new(m, ROW_GUEST, e->serial, w->hold);
        n.entity = e;
        n.name = entity_label(e, LABEL_NAME);
        set_key(&n, v, w->key);
        g_array_append_val(m->nodes, n);
    }
}

static void add_all_guests(struct rows *r, const struct view *v, const struct rows_wishes *w)
{
    struct rows_memory *m = r->memory;
    const GPtrArray *departed, *here = moment_guests(&v->moment, &departed);

    g_array_set_size(m->nodes, 0);
    r->excluded = 0;
    add_guests(r, v, w, here);
    if (departed)
        add_guests(r, v, w, departed);
    m->guests = r->matches = m->nodes->len;
}

/* ---- order ---- */

struct order {
    const struct rows_memory *memory;
    bool hold, reversed;
};

/* Empty texts come last in both directions. */
static int compare_texts(const char *a, const char *b, bool reversed)
{
    if (!*a || !*b)
        return (*a == '\0') - (*b == '\0');
    int order = g_ascii_strcasecmp(a, b);
    return reversed ? -order : order;
}

static int compare_numbers(double a, double b, bool reversed)
{
    if (isnan(a) || isnan(b))
        return (isnan(a) != 0) - (isnan(b) != 0);
    int order = (a < b) - (a > b);
    return reversed ? -order : order;
}

static int compare_nodes(const void *a, const void *b, void *data)
{
    const struct order *o = data;
    const struct node *x = node_at(o->memory, *(const int *)a);
    const struct node *y = node_at(o->memory, *(const int *)b);

    if (o->hold && x->position != y->position)
        return x->position < y->position ? -1 : 1;
    int order = x->text && y->text ? compare_texts(x->text, y->text, o->reversed)
                                   : compare_numbers(x->number, y->number, o->reversed);
    if (!order)
        order = compare_texts(x->name, y->name, false);
    return order ? order : (x->id > y->id) - (x->id < y->id);
}

static void sort_nodes(struct rows_memory *m, const struct rows_wishes *w)
{
    struct order o = {.memory = m, .hold = w->hold, .reversed = w->reversed};

    g_array_set_size(m->sorted, m->nodes->len);
    for (guint i = 0; i < m->nodes->len; i++)
        g_array_index(m->sorted, int, i) = (int)i;
    if (m->sorted->len)
        qsort_r(m->sorted->data, m->sorted->len, sizeof(int), compare_nodes, &o);
}

/* ---- rows ---- */

void rows_build(struct rows *r, const struct view *v, const struct rows_wishes *w)
{
    struct rows_memory *m = r->memory;

    m->builds++;
    if (w->hold)
        remember_positions(r);
    add_all_guests(r, v, w);
    if (w->tree)
        tree_grow(m, v, w);
    sort_nodes(m, w);
    g_array_set_size(r->list, 0);
    if (w->tree) {
        tree_list(m, w->folded, r->list);
        return;
    }
    for (guint i = 0; i < m->sorted->len; i++) {
        struct row row = node_row(m, g_array_index(m->sorted, int, i));
        g_array_append_val(r->list, row);
    }
}

double rows_total(const struct rows *r, const struct row *row, enum metric m)
{
    const struct rows_memory *memory = r->memory;

    if (row->kind == ROW_GUEST)
        return (double)NAN;
    size_t line = (row->node - memory->guests) * memory->summed.count;
    for (size_t i = 0; i < memory->summed.count; i++)
        if (memory->summed.metric[i] == m)
            return g_array_index(memory->totals, double, line + i);
    return (double)NAN;
}
