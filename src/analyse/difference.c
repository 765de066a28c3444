/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: the vtop authors */
#include <config.h>

#include "analyse/difference.h"

#include <math.h>
#include <string.h>

/* Our choice: three standard deviations, as control charts have it. */
static const double LISTED = 3;

/* Our choice: of the larger mean. A limit does not vary at all, and any change of it is listed. */
static const double SHARE = 0.01;

#define MIB (1024.0 * 1024)

const char *difference_kind_name(enum difference_kind k)
{
    static const char *const names[DIFFERENCE_KIND_COUNT] = {
        [DIFFERENCE_STARTED] = "started",
        [DIFFERENCE_ENDED] = "ended",
        [DIFFERENCE_MOVED] = "moved",
        [DIFFERENCE_REPLACED] = "replaced",
        [DIFFERENCE_RENAMED] = "renamed"};

    return k < DIFFERENCE_KIND_COUNT ? names[k] : "";
}

/* What is noticed at all: our choice. A third of it is what counts as variation. */
static double noticed(enum unit unit)
{
    switch (unit) {
    case UNIT_PERCENT:
        return 2;
    case UNIT_CPU_PERCENT:
        return 5;
    case UNIT_BYTES:
        return 4 * MIB;
    case UNIT_BYTES_RATE:
        return 64 * 1024;
    case UNIT_RATE:
        return 5;
    case UNIT_MS:
        return 1;
    case UNIT_LOAD:
        return 0.3;
    default:
        return 0;
    }
}

/* ---- which row is which ---- */

static bool same(const char *a, const char *b)
{
    return a && b && strcmp(a, b) == 0;
}

static bool is_same_id(const struct report_row *a, const struct report_row *b)
{
    return a->kind == b->kind && same(a->id, b->id);
}

static bool is_same_name(const struct report_row *a, const struct report_row *b)
{
    return a->kind == b->kind && same(a->name, b->name) && g_strcmp0(a->type, b->type) == 0 &&
           g_strcmp0(a->host, b->host) == 0;
}

/* PAIRS: of each row before, the row after; NULL: none yet. TAKEN: rows after that have one. */
static void pair_up(const struct report_row *before, size_t n, const struct report_row *after,
                    size_t m, const struct report_row **pairs, bool *taken,
                    bool (*is)(const struct report_row *, const struct report_row *))
{
    for (size_t i = 0; i < n; i++)
        for (size_t k = 0; k < m && !pairs[i]; k++)
            if (!taken[k] && is(&before[i], &after[k])) {
                pairs[i] = &after[k];
                taken[k] = true;
            }
}

/* ---- events ---- */

static void add_event(struct difference *d, enum difference_kind kind,
                      const struct report_row *before, const struct report_row *after)
{
    struct difference_event e = {kind, before, after};

    g_array_append_val(d->events, e);
}

static void compare_facts(struct difference *d, const struct report_row *a,
                          const struct report_row *b)
{
    if (a->id && b->id && strcmp(a->id, b->id) != 0)
        add_event(d, DIFFERENCE_REPLACED, a, b);
    if (a->host && b->host && strcmp(a->host, b->host) != 0)
        add_event(d, DIFFERENCE_MOVED, a, b);
    if (a->name && b->name && strcmp(a->name, b->name) != 0)
        add_event(d, DIFFERENCE_RENAMED, a, b);
}

static const struct report_row *row_of(const struct difference_event *e)
{
    return e->after ? e->after : e->before;
}

static gint compare_events(gconstpointer a, gconstpointer b)
{
    const struct difference_event *x = a, *y = b;

    if (x->kind != y->kind)
        return (x->kind > y->kind) - (x->kind < y->kind);
    if (row_of(x)->kind != row_of(y)->kind)
        return row_of(x)->kind == KIND_HOST ? -1 : 1;
    return g_strcmp0(row_of(x)->name, row_of(y)->name);
}

/* ---- changes ---- */

static double variance_of(const struct statistics *s)
{
    return isfinite(s->variance) ? s->variance : 0;
}

static void compare_lines(struct difference *d, const struct report_row *a,
                          const struct report_row *b, const struct report_line *x,
                          const struct report_line *y)
{
    struct difference_change c = {.before = a,
                                  .after = b,
                                  .metric = x->metric,
                                  .was = x->of.mean,
                                  .is = y->of.mean,
                                  .was_n = x->of.n,
                                  .is_n = y->of.n};

    if (!x->of.n || !y->of.n || !isfinite(c.was) || !isfinite(c.is) || c.was == c.is)
        return;
    c.variation = sqrt((variance_of(&x->of) + variance_of(&y->of)) / 2);
    c.variation = MAX(c.variation, SHARE * MAX(fabs(c.was), fabs(c.is)));
    c.variation = MAX(c.variation, noticed(metric_info(c.metric)->unit) / LISTED);
    c.score = fabs(c.is - c.was) / c.variation;
    if (c.score >= LISTED)
        g_array_append_val(d->changes, c);
}

static void compare_rows(struct difference *d, const struct report_row *a,
                         const struct report_row *b)
{
    for (size_t i = 0; i < a->line_count; i++)
        for (size_t k = 0; k < b->line_count; k++)
            if (a->lines[i].metric == b->lines[k].metric)
                compare_lines(d, a, b, &a->lines[i], &b->lines[k]);
}

static gint compare_changes(gconstpointer a, gconstpointer b)
{
    const struct difference_change *x = a, *y = b;

    if (x->score < y->score || x->score > y->score)
        return x->score < y->score ? 1 : -1;
    int name = g_strcmp0(x->after->name, y->after->name);
    return name ? name : (x->metric > y->metric) - (x->metric < y->metric);
}

/* ---- all of it ---- */

struct difference *difference_of(const struct report_row *before, size_t before_count,
                                 const struct report_row *after, size_t after_count)
{
    struct difference *d = g_new0(struct difference, 1);
    const struct report_row **pairs = g_new0(const struct report_row *, before_count + 1);
    bool *taken = g_new0(bool, after_count + 1);

    d->events = g_array_new(FALSE, FALSE, sizeof(struct difference_event));
    d->changes = g_array_new(FALSE, FALSE, sizeof(struct difference_change));
    pair_up(before, before_count, after, after_count, pairs, taken, is_same_id);
    pair_up(before, before_count, after, after_count, pairs, taken, is_same_name);
    for (size_t i = 0; i < before_count; i++) {
        if (!pairs[i]) {
            add_event(d, DIFFERENCE_ENDED, &before[i], NULL);
            continue;
        }
        compare_facts(d, &before[i], pairs[i]);
        compare_rows(d, &before[i], pairs[i]);
    }
    for (size_t k = 0; k < after_count; k++)
        if (!taken[k])
            add_event(d, DIFFERENCE_STARTED, NULL, &after[k]);
    g_array_sort(d->events, compare_events);
    g_array_sort(d->changes, compare_changes);
    g_free(pairs);
    g_free(taken);
    return d;
}

void difference_free(struct difference *d)
{
    if (!d)
        return;
    g_array_free(d->events, TRUE);
    g_array_free(d->changes, TRUE);
    g_free(d);
}
