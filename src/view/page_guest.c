/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: the vtop authors */
#include <config.h>

#include "base/text.h"
#include "view/findings.h"
#include "view/flow_statistics.h"
#include "view/format.h"
#include "view/page.h"

#include <math.h>
#include <string.h>

enum { WIDE = 76 };

/* ---- name, labels ---- */

static void flow_name(struct flow *f, const struct entity *e)
{
    struct format_cell state;
    const char *why = moment_label(&f->view->moment, e, LABEL_STATE_REASON);

    canvas_fill(f->canvas, f->y, f->left - 1, f->columns + 2, STYLE_HEADER, " ");
    int column = f->left, room = f->columns;
    char *name = text_ellipsize(entity_label(e, LABEL_NAME), MAX(room - 30, room / 2),
                                f->view->glyphs->ascii);
    column = canvas_text(f->canvas, f->y, column, STYLE_SORTED, name) + 2;
    g_free(name);
    column =
        canvas_text(f->canvas, f->y, column, STYLE_HEADER, guest_type_description(e->type)) + 2;
    format_cell(f->view, e, M_STATE, 0, &state);
    column = canvas_text(f->canvas, f->y, column, STYLE_HEADER, state.text) + 2;
    if (*why)
        canvas_text(f->canvas, f->y, column, STYLE_HEADER, why);
    f->y++;
}

static void flow_labels(struct flow *f, const struct entity *e, int *column)
{
    static const enum metric labels[] = {M_ID, M_PID, M_GROUP, M_IMAGE, M_HOST};
    bool one_host = roster_hosts(f->view->moment.roster)->len == 1;

    for (size_t i = 0; i < G_N_ELEMENTS(labels) - one_host; i++) {
        struct format_cell cell;
        format_cell(f->view, e, labels[i], 12, &cell);
        if (cell.style != STYLE_DIM)
            flow_pair(f, column, metric_info(labels[i])->title, STYLE_NORMAL, cell.text);
    }
}

/* ---- limits ---- */

/* The name of the group N levels above that of the guest: the last part of its path. */
static char *group_above(const struct entity *e, unsigned levels)
{
    const struct track *t = entity_track(e, FACET_CGROUP);
    const char *path = t ? ident_group_path(t->ident) : NULL;

    if (!path)
        return g_strdup("a group above it");
    char **parts = g_strsplit(path, "/", -1);
    guint count = g_strv_length(parts);
    char *clean = levels < count ? text_clean(parts[count - 1 - levels], -1) : NULL;
    char *text = g_strdup_printf("%s, %u level%s above it", clean && *clean ? clean : "the root",
                                 levels, levels == 1 ? "" : "s");
    g_free(clean);
    g_strfreev(parts);
    return text;
}

/* "its own quota", "the quota of kubepods.slice, 2 levels above it"; NULL: unknown. */
static char *owner_text(const struct view *v, const struct entity *e, enum reading owner,
                        const char *what)
{
    int whose = moment_limit_owner(&v->moment, e, owner);

    if (whose < 0 || entity_class(e) == CLASS_VM)
        return NULL; /* the size of a VM is its configuration, not a limit of its group */
    if (whose >= LIMIT_HOST)
        return g_strdup("no limit but the host");
    if (whose >= LIMIT_CPUSET)
        return g_strdup("the CPUs it may run on");
    if (whose == LIMIT_OWN)
        return g_strdup_printf("its own %s", what);
    char *group = group_above(e, (unsigned)whose);
    char *text = g_strdup_printf("the %s of %s", what, group);
    g_free(group);
    return text;
}

static void flow_limit(struct flow *f, const struct entity *e, int *column, const char *label,
                       enum metric m, enum reading owner, const char *what)
{
    struct value limit = moment_value(&f->view->moment, e, m);
    char *whose = owner_text(f->view, e, owner, what);
    char number[FORMAT_SIZE], *text;
    bool known = limit.reason == REASON_OK, whole = known && trunc(limit.number) == limit.number;

    format_number(whole && metric_info(m)->unit == UNIT_LOAD ? UNIT_COUNT : metric_info(m)->unit,
                  limit.number, 8, number);
    text = g_strdup_printf("%s%s%s", known ? number : reason_text(limit.reason),
                           known && whose ? ": " : "", known && whose ? whose : "");
    flow_pair(f, column, label, known ? STYLE_NORMAL : STYLE_DIM, text);
    g_free(text);
    g_free(whose);
}

static void flow_limits(struct flow *f, const struct entity *e, int *column)
{
    const char *cores = entity_class(e) == CLASS_VM ? "vCPUs" : "cores";

    flow_limit(f, e, column, cores, M_CPU_CORES, R_CG_CPU_LIMIT_OWNER, "quota");
    flow_limit(f, e, column, "memory", M_MEM_LIMIT, R_CG_MEM_LIMIT_OWNER, "memory limit");
}

/* ---- jobs: migration, backup ---- */

static void flow_job(struct flow *f, const struct entity *e)
{
    if (moment_value(&f->view->moment, e, M_JOB).reason != REASON_OK)
        return;
    flow_heading(f, "%s", moment_label(&f->view->moment, e, LABEL_STATE_REASON));
    flow_values(f, e, SET_JOB);
    flow_gap(f);
}

/* ---- graphs ---- */

/* The limit of the guest, as the top of its graph; 0: none. */
static double top_of(const struct view *v, const struct entity *e, enum metric m)
{
    double cores = moment_number(&v->moment, e, M_CPU_CORES),
           limit = moment_number(&v->moment, e, M_MEM_LIMIT);
    double cpus = moment_number(&v->moment, entity_host(e), M_HOST_CPUS);
    double memory = moment_number(&v->moment, entity_host(e), M_HOST_MEM_TOTAL);

    switch (m) {
    case M_CPU:
        return cores > 0 && (entity_class(e) == CLASS_VM || cores < cpus)
                   ? cores * 100 / (v->cpu_of_host && cpus > 0 ? cpus : 1)
                   : 0;
    case M_MEM:
        return limit > 0 && limit < memory ? limit : 0;
    default:
        return 0;
    }
}

/* The metrics that have a graph and a line of statistics. */
static const enum metric WATCHED[] = {
    M_CPU,           M_MEM, M_READY, M_THROTTLED, M_READ,    M_WRITE, M_READ_LATENCY,
    M_WRITE_LATENCY, M_RX,  M_TX,    M_PSI_CPU,   M_PSI_MEM, M_PSI_IO};

/* Those of which something is known; CPU time in any case. Returns how many. */
static size_t take_watched(const struct view *v, const struct entity *e,
                           enum metric out[G_N_ELEMENTS(WATCHED)])
{
    size_t count = 0;

    for (size_t i = 0; i < G_N_ELEMENTS(WATCHED); i++)
        if (WATCHED[i] == M_CPU || trace_has(v, e, WATCHED[i]))
            out[count++] = WATCHED[i];
    return count;
}

static void flow_history(struct flow *f, const struct entity *e, const enum metric watched[],
                         size_t count)
{
    struct flow_graph graphs[G_N_ELEMENTS(WATCHED)];
    int rows = flow_graph_rows(f);

    for (size_t i = 0; i < count; i++)
        graphs[i] =
            (struct flow_graph){.metric = watched[i], .top = top_of(f->view, e, watched[i])};
    flow_graphs(f, e, graphs, 1, 1, rows + 1);
    flow_graphs(f, e, graphs + 1, count - 1, f->columns >= WIDE ? 2 : 1, rows);
    flow_gap(f);
}

/* ---- the page ---- */

static void flow_guest(struct flow *f, const void *data)
{
    const struct page *page = data;
    const struct entity *e = roster_find(f->view->moment.roster, page->subject);
    static const struct {
        const char *title;
        enum metric_set set;
    } sections[] = {{"CPU", SET_CPU},       {"exits", SET_EXITS},
                    {"memory", SET_MEM},    {"memory by kind", SET_MEM_PARTS},
                    {"locality", SET_NUMA}, {"disk", SET_DISK},
                    {"network", SET_NET},   {"pressure, processes", SET_PSI}};

    enum metric watched[G_N_ELEMENTS(WATCHED)];
    int column = 0;

    if (!e) {
        flow_gone(f);
        return;
    }
    flow_name(f, e);
    flow_labels(f, e, &column);
    flow_limits(f, e, &column);
    flow_pairs_end(f, &column);
    flow_gap(f);
    flow_findings(f, e->serial);
    flow_job(f, e);
    size_t watched_count = take_watched(f->view, e, watched);
    flow_history(f, e, watched, watched_count);
    flow_statistics(f, e, watched, watched_count);
    for (size_t i = 0; i < G_N_ELEMENTS(sections); i++) {
        if (!flow_has_values(e, sections[i].set))
            continue;
        flow_heading(f, "%s", sections[i].title);
        flow_values(f, e, sections[i].set);
        flow_gap(f);
    }
    flow_parts(f, e, KIND_VCPU, "vCPUs");
    flow_parts(f, e, KIND_NODE, "memory by node of the host");
    flow_parts(f, e, KIND_DISK, "disks");
    flow_parts(f, e, KIND_NIC, "network interfaces");
    flow_parts(f, e, KIND_TASK, "processes and threads");
}

static bool act(struct page *page, const struct view *v, enum action action, struct page_turn *turn)
{
    (void)page;
    (void)v;
    if (action == ACTION_EXPLAIN)
        turn->open = &PAGE_VALUES;
    else if (action == ACTION_PREVIOUS || action == ACTION_NEXT)
        turn->neighbour = action == ACTION_NEXT ? +1 : -1;
    else
        return false;
    return true;
}

/* Graphs over the history of a guest, limits, vCPUs, disks, interfaces, processes. */
const struct page_class PAGE_GUEST = {
    .title = "guest",
    .subject = PAGE_OF_SELECTION,
    .needs = NEED_ALL,
    .needs_parts = true,
    .draw = flow_guest,
    .act = act,
};
