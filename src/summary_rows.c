/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: the vtop authors */
#include <config.h>

#include "summary_rows.h"

#include "analyse/tally.h"

#include <math.h>
#include <string.h>

/* A host or guest. */
struct gathered {
    uint64_t serial;
    enum kind kind;
    enum guest_type type;
    bool local;
    char *name, *id, *host;
    size_t samples;
    struct report_line *lines; /* made by summary_rows_report() */
    size_t line_count;
    struct tally tallies[]; /* one per metric of its kind */
};

struct summary_rows {
    struct summary_config config;
    GPtrArray *all;        /* struct gathered *, in the order in which they came */
    GHashTable *by_serial; /* the same, by the address of their serial */
    GHashTable *left_out;  /* serials of guests without a row; at most LEFT_OUT_MAX */
    GArray *report;        /* struct report_row */
};

enum { LEFT_OUT_MAX = 1000000 };

static size_t metric_count(const struct summary_rows *rows, enum kind kind)
{
    return kind == KIND_HOST ? rows->config.host_count : rows->config.guest.count;
}

static enum metric metric_at(const struct summary_rows *rows, enum kind kind, size_t i)
{
    return kind == KIND_HOST ? rows->config.host[i] : rows->config.guest.metric[i];
}

struct summary_rows *summary_rows_new(const struct summary_config *config)
{
    struct summary_rows *rows = g_new0(struct summary_rows, 1);

    rows->config = *config;
    rows->all = g_ptr_array_new();
    rows->by_serial = g_hash_table_new(g_int64_hash, g_int64_equal);
    rows->left_out = g_hash_table_new_full(g_int64_hash, g_int64_equal, g_free, NULL);
    rows->report = g_array_new(FALSE, TRUE, sizeof(struct report_row));
    return rows;
}

static void gathered_free(const struct summary_rows *rows, struct gathered *g)
{
    for (size_t i = 0; i < metric_count(rows, g->kind); i++)
        tally_clear(&g->tallies[i]);
    g_free(g->name);
    g_free(g->id);
    g_free(g->host);
    g_free(g->lines);
    g_free(g);
}

void summary_rows_free(struct summary_rows *rows)
{
    if (!rows)
        return;
    for (guint i = 0; i < rows->all->len; i++)
        gathered_free(rows, g_ptr_array_index(rows->all, i));
    g_ptr_array_free(rows->all, TRUE);
    g_hash_table_destroy(rows->by_serial);
    g_hash_table_destroy(rows->left_out);
    g_array_free(rows->report, TRUE);
    g_free(rows);
}

/* ---- gathering ---- */

/* Names come later than their guests. "" is not known. */
static void set_text(char **to, const char *text)
{
    if (!*text || (*to && strcmp(*to, text) == 0))
        return;
    g_free(*to);
    *to = g_strdup(text);
}

static void set_labels(struct gathered *g, const struct entity *e)
{
    const struct entity *host = entity_host(e);

    g->type = e->type;
    g->local = e->local;
    set_text(&g->name, entity_label(e, LABEL_NAME));
    set_text(&g->id, entity_label(e, LABEL_ID));
    set_text(&g->host, host ? entity_label(host, LABEL_NAME) : "");
}

static void leave_out(struct summary_rows *rows, uint64_t serial)
{
    if (g_hash_table_size(rows->left_out) < LEFT_OUT_MAX)
        g_hash_table_add(rows->left_out, g_memdup2(&serial, sizeof(serial)));
}

/* NULL: there is no room for it. */
static struct gathered *row_of(struct summary_rows *rows, const struct entity *e)
{
    struct gathered *g = g_hash_table_lookup(rows->by_serial, &e->serial);

    if (g)
        return g;
    if (rows->all->len >= rows->config.rows) {
        leave_out(rows, e->serial);
        return NULL;
    }
    g = g_malloc0(sizeof(*g) + metric_count(rows, e->kind) * sizeof(g->tallies[0]));
    g->serial = e->serial;
    g->kind = e->kind;
    g_ptr_array_add(rows->all, g);
    g_hash_table_insert(rows->by_serial, &g->serial, g);
    return g;
}

static void gather(struct summary_rows *rows, const struct moment *now, const struct entity *e)
{
    struct gathered *g = row_of(rows, e);

    if (!g)
        return;
    set_labels(g, e);
    g->samples++;
    for (size_t i = 0; i < metric_count(rows, g->kind); i++)
        tally_add(&g->tallies[i], moment_number(now, e, metric_at(rows, g->kind, i)));
}

static size_t bytes(const struct summary_rows *rows)
{
    size_t sum = 0;

    for (guint i = 0; i < rows->all->len; i++) {
        const struct gathered *g = g_ptr_array_index(rows->all, i);
        for (size_t k = 0; k < metric_count(rows, g->kind); k++)
            sum += tally_size(&g->tallies[k]);
    }
    return sum;
}

/* Fold all that gets smaller by it. */
static void fold(struct summary_rows *rows)
{
    for (guint i = 0; i < rows->all->len; i++) {
        struct gathered *g = g_ptr_array_index(rows->all, i);
        for (size_t k = 0; k < metric_count(rows, g->kind); k++)
            if (tally_size(&g->tallies[k]) > TALLY_FOLDED_SIZE)
                tally_fold(&g->tallies[k]);
    }
}

void summary_rows_add(struct summary_rows *rows, const struct moment *now, const GPtrArray *guests)
{
    GPtrArray *hosts = moment_hosts(now);

    for (guint i = 0; i < hosts->len; i++)
        if (!moment_is_gone(now, g_ptr_array_index(hosts, i)))
            gather(rows, now, g_ptr_array_index(hosts, i));
    for (guint i = 0; i < guests->len; i++)
        gather(rows, now, g_ptr_array_index(guests, i));
    g_ptr_array_free(hosts, TRUE);
    if (bytes(rows) > rows->config.bytes)
        fold(rows);
}

size_t summary_rows_guests(const struct summary_rows *rows)
{
    size_t count = 0;

    for (guint i = 0; i < rows->all->len; i++)
        count += ((const struct gathered *)g_ptr_array_index(rows->all, i))->kind == KIND_GUEST;
    return count;
}

size_t summary_rows_left_out(const struct summary_rows *rows)
{
    return g_hash_table_size(rows->left_out);
}

/* ---- the report ---- */

static bool applies(const struct gathered *g, enum metric m)
{
    return g->kind == KIND_HOST || metric_info(m)->classes & guest_type_class(g->type);
}

static void make_lines(struct summary_rows *rows, struct gathered *g)
{
    size_t count = metric_count(rows, g->kind);

    g->lines = g_renew(struct report_line, g->lines, count);
    g->line_count = 0;
    for (size_t i = 0; i < count; i++) {
        enum metric m = metric_at(rows, g->kind, i);
        if (applies(g, m))
            g->lines[g->line_count++] =
                (struct report_line){.metric = m,
                                     .of = tally_statistics(&g->tallies[i]),
                                     .estimated = tally_is_folded(&g->tallies[i])};
    }
}

/* The metric by which guests are sorted. */
static enum metric sort_key(const struct summary_rows *rows)
{
    const struct columns *c = &rows->config.guest;

    return columns_have(c, rows->config.sort) ? rows->config.sort
           : c->count                         ? c->metric[0]
                                              : M_NONE;
}

static double mean_of(const struct report_row *row, enum metric m)
{
    for (size_t i = 0; i < row->line_count; i++)
        if (row->lines[i].metric == m)
            return row->lines[i].of.mean;
    return (double)NAN;
}

/* Hosts first, as they came; unknown means last; ties by name. */
static gint compare_rows(const void *a, const void *b, void *data)
{
    const struct report_row *x = a, *y = b;
    const struct summary_rows *rows = data;
    double p = mean_of(x, sort_key(rows)), q = mean_of(y, sort_key(rows));
    int order = rows->config.reversed ? -1 : 1;

    if (x->kind != y->kind)
        return x->kind == KIND_HOST ? -1 : 1;
    if (x->kind == KIND_HOST)
        return 0;
    if (isnan(p) != isnan(q))
        return isnan(p) ? 1 : -1;
    if (p < q || p > q)
        return p < q ? order : -order;
    return g_strcmp0(x->name, y->name);
}

void summary_rows_report(struct summary_rows *rows, struct report *report)
{
    g_array_set_size(rows->report, 0);
    for (guint i = 0; i < rows->all->len; i++) {
        struct gathered *g = g_ptr_array_index(rows->all, i);
        make_lines(rows, g);
        struct report_row row = {.kind = g->kind,
                                 .type = guest_type_name(g->type),
                                 .name = g->name,
                                 .id = g->id,
                                 .host = g->host,
                                 .local = g->local,
                                 .samples = g->samples,
                                 .lines = g->lines,
                                 .line_count = g->line_count};
        g_array_append_val(rows->report, row);
    }
    g_array_sort_with_data(rows->report, compare_rows, rows);
    report->rows = (const struct report_row *)(const void *)rows->report->data;
    report->row_count = rows->report->len;
    report->left_out = summary_rows_left_out(rows);
}
