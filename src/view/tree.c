/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: the vtop authors */
#include <config.h>

#include "view/tree.h"

#include "view/nodes.h"

#include <math.h>
#include <string.h>

/* A group on a host. */
struct place {
    uint64_t host; /* serial */
    char *group;
    uint64_t id;
    uint64_t build; /* the build its node belongs to */
    int node;
};

static guint place_hash(gconstpointer p)
{
    const struct place *place = p;

    return g_str_hash(place->group) * 31 + (guint)place->host;
}

static gboolean place_equal(gconstpointer a, gconstpointer b)
{
    const struct place *x = a, *y = b;

    return x->host == y->host && !strcmp(x->group, y->group);
}

static void place_free(void *p)
{
    struct place *place = p;

    g_free(place->group);
    g_free(place);
}

void tree_init(struct rows_memory *m)
{
    m->serials = g_array_new(FALSE, FALSE, sizeof(struct by_id));
    m->totals = g_array_new(FALSE, FALSE, sizeof(double));
    m->host_nodes = g_array_new(FALSE, FALSE, sizeof(int));
    m->places = g_hash_table_new_full(place_hash, place_equal, place_free, NULL);
}

void tree_clear(struct rows_memory *m)
{
    g_array_free(m->serials, TRUE);
    g_array_free(m->totals, TRUE);
    g_array_free(m->host_nodes, TRUE);
    g_hash_table_destroy(m->places);
}

/* ---- hosts and groups ---- */

static struct place *find_place(struct rows_memory *m, uint64_t host, const char *group)
{
    struct place wanted = {.host = host, .group = (char *)group};
    struct place *place = g_hash_table_lookup(m->places, &wanted);

    if (place)
        return place;
    place = g_new0(struct place, 1);
    place->host = host;
    place->group = g_strdup(group);
    place->id = UINT64_MAX - m->placed++; /* serials count from 1 */
    g_hash_table_add(m->places, place);
    return place;
}

static int add_node(struct rows_memory *m, const struct rows_wishes *w, struct node n)
{
    if (metric_info(w->key)->label != LABEL_NONE && metric_info(w->key)->label != LABEL_PID)
        n.text = n.name;
    g_array_append_val(m->nodes, n);
    return (int)m->nodes->len - 1;
}

static int host_node(struct rows_memory *m, const struct rows_wishes *w, struct entity *host)
{
    while (m->host_nodes->len <= host->at) {
        int none = NODE_NONE;
        g_array_append_val(m->host_nodes, none);
    }
    int *place = &g_array_index(m->host_nodes, int, host->at);
    if (*place != NODE_NONE)
        return *place;
    struct node n = node_new(m, ROW_HOST, host->serial, w->hold);
    n.entity = n.host = host;
    n.name = entity_label(host, LABEL_NAME);
    return *place = add_node(m, w, n);
}

static int group_node(struct rows_memory *m, const struct rows_wishes *w, struct entity *host,
                      const char *group)
{
    struct place *place = find_place(m, host->serial, group);

    if (place->build == m->builds)
        return place->node;
    struct node n = node_new(m, ROW_GROUP, place->id, w->hold);
    n.name = place->group;
    n.host = host;
    n.parent = host_node(m, w, host);
    place->build = m->builds;
    place->node = add_node(m, w, n);
    return place->node;
}

static int node_of_place(struct rows_memory *m, const struct rows_wishes *w,
                         const struct entity *e)
{
    const char *group = entity_label(e, LABEL_GROUP);

    return *group ? group_node(m, w, entity_host(e), group) : host_node(m, w, entity_host(e));
}

/* ---- parents ---- */

static void index_guests(struct rows_memory *m)
{
    g_array_set_size(m->serials, 0);
    for (size_t i = 0; i < m->guests; i++) {
        struct by_id p = {.id = node_at(m, (int)i)->id, .at = i};
        g_array_append_val(m->serials, p);
    }
    by_id_sort(m->serials);
}

static bool is_below(const struct rows_memory *m, int node, int above)
{
    for (; node != NODE_NONE; node = node_at(m, node)->parent)
        if (node == above)
            return true;
    return false;
}

/* The node of the guest around it, when that is shown. A cycle of guests (an error of a source) is
 * broken. */
static int node_of_outer(const struct rows_memory *m, int i)
{
    uint64_t outer = node_at(m, i)->entity->outer_serial;
    size_t found = outer ? by_id_find(m->serials, outer) : SIZE_MAX;

    return found == SIZE_MAX || is_below(m, (int)found, i) ? NODE_NONE : (int)found;
}

/* Where there are several hosts, those without guests have a row, too. */
static void add_all_hosts(struct rows_memory *m, const struct view *v, const struct rows_wishes *w)
{
    GPtrArray *hosts = moment_hosts(&v->moment);

    for (guint i = 0; i < hosts->len && hosts->len > 1; i++)
        host_node(m, w, g_ptr_array_index(hosts, i));
    g_ptr_array_free(hosts, TRUE);
}

static void find_parents(struct rows_memory *m, const struct view *v, const struct rows_wishes *w)
{
    g_array_set_size(m->host_nodes, 0);
    index_guests(m);
    for (int i = 0; i < (int)m->guests; i++) {
        int parent = node_of_outer(m, i);
        if (parent == NODE_NONE)
            parent = node_of_place(m, w, node_at(m, i)->entity);
        node_at(m, i)->parent = parent;
    }
    add_all_hosts(m, v, w);
}

/* ---- totals ---- */

static bool adds_up(enum metric m)
{
    switch (metric_info(m)->unit) {
    case UNIT_COUNT:
    case UNIT_LOAD:
    case UNIT_CPU_PERCENT:
    case UNIT_BYTES:
    case UNIT_BYTES_RATE:
    case UNIT_RATE:
        return metric_is_number(m);
    default:
        return false;
    }
}

/* A sum or maximum is NAN while it has no value. */
static void add(double *sum, double number)
{
    if (!isnan(number))
        *sum = isnan(*sum) ? number : *sum + number;
}

static void lift(double *most, double number)
{
    if (!isnan(number))
        *most = isnan(*most) || number > *most ? number : *most;
}

static double *totals_of(const struct rows_memory *m, int node)
{
    return &g_array_index(m->totals, double, ((size_t)node - m->guests) * m->summed.count);
}

static void count_into_places(struct rows_memory *m, const struct view *v, int guest, bool key_adds)
{
    const struct entity *e = node_at(m, guest)->entity;
    int parent = node_at(m, guest)->parent;
    /* What a nested guest uses is part of what the one around it uses. */
    bool nested = node_at(m, parent)->kind == ROW_GUEST;
    double key = node_at(m, guest)->number;

    for (int i = parent; i != NODE_NONE; i = node_at(m, i)->parent) {
        struct node *place = node_at(m, i);
        place->members++;
        if (place->kind == ROW_GUEST)
            continue;
        if (!key_adds)
            lift(&place->number, key);
        else if (!nested)
            add(&place->number, key);
        for (size_t c = 0; c < m->summed.count && !nested; c++)
            add(&totals_of(m, i)[c], moment_number(&v->moment, e, m->summed.metric[c]));
    }
}

static void add_up(struct rows_memory *m, const struct view *v, const struct rows_wishes *w)
{
    const struct metric_info *key = metric_info(w->key);
    size_t places = m->nodes->len - m->guests;

    m->summed.count = 0;
    for (size_t i = 0; i < w->columns->count; i++)
        if (adds_up(w->columns->metric[i]))
            columns_add(&m->summed, w->columns->metric[i]);
    g_array_set_size(m->totals, (guint)(places * m->summed.count));
    for (guint i = 0; i < m->totals->len; i++)
        g_array_index(m->totals, double, i) = (double)NAN;
    for (int i = 0; i < (int)m->guests; i++)
        count_into_places(m, v, i, adds_up(key->graph != M_NONE ? key->graph : w->key));
}

/* ---- findings ---- */

static void count_finding(struct rows_memory *m, const struct finding *x)
{
    size_t found = x->guest ? by_id_find(m->serials, x->guest) : SIZE_MAX;

    if (found == SIZE_MAX || x->muted)
        return;
    for (int i = node_at(m, (int)found)->parent; i != NODE_NONE; i = node_at(m, i)->parent)
        node_at(m, i)->worst = MAX(node_at(m, i)->worst, (int8_t)x->severity);
}

static void count_findings(struct rows_memory *m, const struct view *v)
{
    if (!v->analysis)
        return;
    GPtrArray *open = analysis_findings(v->analysis, &v->moment);
    for (guint i = 0; i < open->len; i++)
        count_finding(m, g_ptr_array_index(open, i));
    g_ptr_array_free(open, TRUE);
}

/* Pods come and go: without a limit the groups of a long run would pile up. */
enum { FORGET_BUILDS = 1024 };

static gboolean is_forgotten(gpointer key, gpointer place, gpointer m)
{
    (void)key;
    return ((struct place *)place)->build + FORGET_BUILDS < ((struct rows_memory *)m)->builds;
}

void tree_grow(struct rows_memory *m, const struct view *v, const struct rows_wishes *w)
{
    if (m->builds % FORGET_BUILDS == 0)
        g_hash_table_foreach_remove(m->places, is_forgotten, m);
    find_parents(m, v, w);
    add_up(m, v, w);
    count_findings(m, v);
}

/* ---- rows ---- */

/* Link the nodes to their parents, from last to first, so that children are in order. */
static int link_nodes(struct rows_memory *m)
{
    int roots = NODE_NONE;

    for (guint i = m->sorted->len; i-- > 0;) {
        int node = g_array_index(m->sorted, int, i);
        struct node *n = node_at(m, node);
        int *head = n->parent == NODE_NONE ? &roots : &node_at(m, n->parent)->child;
        n->next = *head;
        *head = node;
    }
    return roots;
}

static void list_level(const struct rows_memory *m, int first, unsigned depth, uint32_t through,
                       GHashTable *folded, GArray *list)
{
    for (int i = first; i != NODE_NONE; i = node_at(m, i)->next) {
        struct row row = node_row(m, i);
        row.depth = (uint8_t)depth;
        row.through = through;
        row.last = node_at(m, i)->next == NODE_NONE;
        row.folded = row.parent && g_hash_table_contains(folded, &row.id);
        g_array_append_val(list, row);
        if (!row.folded)
            list_level(m, node_at(m, i)->child, MIN(depth + 1, 31),
                       row.last ? through : through | 1u << depth, folded, list);
    }
}

void tree_list(struct rows_memory *m, GHashTable *folded, GArray *list)
{
    list_level(m, link_nodes(m), 0, 0, folded, list);
}
