/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: the vtop authors */
#include <config.h>

#include "view/findings.h"
#include "view/flow_statistics.h"
#include "view/format.h"
#include "view/page.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { WIDE = 76, METERS_MAX = 64, LEVELS = 8 };

/* ---- CPUs ---- */

static unsigned cpu_number(const struct entity *cpu)
{
    const char *digits = cpu->key + strcspn(cpu->key, "0123456789");

    return (unsigned)strtoul(digits, NULL, 10);
}

static enum style heat(double percent)
{
    enum style style = format_severity(M_CPU_BUSY, percent);

    return style == STYLE_NORMAL ? STYLE_GRAPH : style;
}

static const char *level(const struct view *v, double percent)
{
    return v->glyphs->spark[CLAMP((int)(percent / 100 * LEVELS), 0, LEVELS - 1)];
}

/* " 12  62.1 ▂▃▅▅▆" in columns; for hosts with few CPUs. */
static void flow_meters(struct flow *f, const GPtrArray *cpus)
{
    enum { STEP = 25, NUMBER = 4, PERCENT = 6, SPARK = 12 };
    int per_line = MAX(f->columns / STEP, 1), at = 0;

    for (guint i = 0; i < cpus->len; i++) {
        const struct entity *cpu = g_ptr_array_index(cpus, i);
        struct series s = {.entity = cpu, .metric = M_CPU_BUSY, .span = view_graph_span(f->view)};
        int left = f->left + at * STEP;
        struct format_cell cell;
        format_cell(f->view, cpu, M_CPU_BUSY, PERCENT, &cell);
        canvas_printf(f->canvas, f->y, left, STYLE_LABEL, "%3u", cpu_number(cpu));
        canvas_field(f->canvas, f->y, left + NUMBER, PERCENT, true, cell.style, cell.text,
                     f->view->glyphs->ascii);
        spark_series(f->canvas, f->y, left + NUMBER + PERCENT + 1, SPARK, STYLE_GRAPH, f->view, &s,
                     100);
        at = (at + 1) % per_line;
        f->y += at == 0;
    }
    f->y += at != 0;
}

/* One cell per CPU, a power of two per row; CPUs that do not exist are gaps. */
static void flow_heat_map(struct flow *f, const GPtrArray *cpus)
{
    enum { NUMBER = 6, CELL = 2, PER_ROW_MAX = 64 };
    unsigned per_row = 8, row = 0, rows = 1;

    while (per_row < PER_ROW_MAX && (int)per_row * 2 * CELL + NUMBER <= f->columns)
        per_row *= 2;
    for (guint i = 0; i < cpus->len; i++) {
        const struct entity *cpu = g_ptr_array_index(cpus, i);
        unsigned number = cpu_number(cpu);
        double busy = moment_number(&f->view->moment, cpu, M_CPU_BUSY);
        row = number / per_row;
        rows = MAX(rows, row + 1);
        int left = f->left + NUMBER + (int)(number % per_row) * CELL;
        canvas_text(f->canvas, f->y + (int)row, left, isnan(busy) ? STYLE_DIM : heat(busy),
                    isnan(busy) ? f->view->glyphs->absent : level(f->view, busy));
    }
    for (row = 0; row < rows; row++)
        canvas_printf(f->canvas, f->y++, f->left, STYLE_LABEL, "%4u", row * per_row);
}

static void flow_cpus(struct flow *f, const struct entity *host)
{
    GPtrArray *cpus = moment_parts(&f->view->moment, host, KIND_CPU);

    if (cpus->len) {
        flow_heading(f, "CPUs (%u), busy %%", cpus->len);
        if (cpus->len <= METERS_MAX)
            flow_meters(f, cpus);
        else
            flow_heat_map(f, cpus);
        flow_gap(f);
    }
    g_ptr_array_free(cpus, TRUE);
}

/* ---- the page ---- */

/* Graphs, and statistics of the same metrics as far as they are known. */
static void flow_history(struct flow *f, const struct entity *host)
{
    const struct flow_graph graphs[] = {
        {M_HOST_CPU, "CPU used %", 100},
        {M_HOST_MEM_USED, "memory used", moment_number(&f->view->moment, host, M_HOST_MEM_TOTAL)},
        {M_HOST_PSI_CPU, "waiting for CPU %", 0},
        {M_HOST_PSI_MEM, "for memory %", 0},
        {M_HOST_PSI_IO, "waiting for I/O %", 0},
        {M_HOST_DISK_LATENCY, "disk latency ms", 0},
        {M_HOST_DISK_READ, "disks read/s", 0},
        {M_HOST_DISK_WRITE, "disks written/s", 0},
        {M_HOST_NET_RX, "uplinks received/s", 0},
        {M_HOST_NET_TX, "uplinks sent/s", 0},
    };
    enum metric known[G_N_ELEMENTS(graphs)];
    size_t count = 0;

    flow_graphs(f, host, graphs, G_N_ELEMENTS(graphs), f->columns >= WIDE ? 2 : 1,
                flow_graph_rows(f));
    flow_gap(f);
    for (size_t i = 0; i < G_N_ELEMENTS(graphs); i++)
        if (trace_has(f->view, host, graphs[i].metric))
            known[count++] = graphs[i].metric;
    flow_statistics(f, host, known, count);
}

/* The machine and the virtualization that it offers, as text. */
static void flow_traits(struct flow *f, const struct entity *host)
{
    enum { NAME = 18 };

    if (!entity_next_part(host, KIND_TRAIT, NULL))
        return;
    flow_heading(f, "virtualization");
    for (struct entity *t = NULL; (t = entity_next_part(host, KIND_TRAIT, t));)
        flow_paragraph(f, entity_label(t, LABEL_NAME), NAME, STYLE_NORMAL,
                       entity_label(t, LABEL_IMAGE));
    flow_gap(f);
}

static void flow_numbers(struct flow *f, const struct entity *host)
{
    static const struct {
        const char *title;
        enum metric_set set; /* SET_NONE: a table of parts alone */
        enum kind parts; /* of which there is a table below; KIND_HOST: none */
        const char *parts_title;
    } sections[] = {
        {"guests", SET_MAIN, KIND_HOST, NULL},         {"CPU", SET_CPU, KIND_HOST, NULL},
        {"memory", SET_MEM, KIND_NODE, "NUMA nodes"},  {"disks", SET_DISK, KIND_DISK, "each disk"},
        {"", SET_NONE, KIND_STORE, "storage"},          {"uplinks", SET_NET, KIND_NIC, "each uplink"},
        {"pressure", SET_PSI, KIND_HOST, NULL}};

    for (size_t i = 0; i < G_N_ELEMENTS(sections); i++) {
        if (sections[i].set != SET_NONE) {
            flow_heading(f, "%s", sections[i].title);
            flow_values(f, host, sections[i].set);
            flow_gap(f);
        }
        if (sections[i].parts != KIND_HOST)
            flow_parts(f, host, sections[i].parts, sections[i].parts_title);
    }
}

static void flow_sources(struct flow *f, const struct view *v)
{
    const GArray *statuses = moment_statuses(&v->moment);

    flow_heading(f, "sources");
    for (guint i = 0; i < statuses->len; i++) {
        const struct source_status *s = &g_array_index(statuses, struct source_status, i);
        char *text = g_strdup_printf("%s%s%s", source_state_name(s->state), s->message ? ": " : "",
                                     s->message ? s->message : "");
        flow_paragraph(f, s->name, 18, s->state == SOURCE_OK ? STYLE_NORMAL : STYLE_WARN, text);
        g_free(text);
    }
}

static void flow_host(struct flow *f, const void *data)
{
    const struct page *page = data;
    const struct entity *host = roster_find(f->view->moment.roster, page->subject);

    if (!host)
        host = roster_host(f->view->moment.roster);
    flow_findings(f, host->serial);
    flow_cpus(f, host);
    flow_history(f, host);
    flow_traits(f, host);
    flow_numbers(f, host);
    flow_sources(f, f->view);
}

static bool act(struct page *page, const struct view *v, enum action action, struct page_turn *turn)
{
    (void)page;
    (void)v;
    if (action == ACTION_EXPLAIN)
        turn->open = &PAGE_VALUES;
    return action == ACTION_EXPLAIN;
}

/* CPUs as a heat map, graphs, memory, disks, storage, uplinks, pressure, sources. */
const struct page_class PAGE_HOST = {
    .title = "host",
    .opens = ACTION_OPEN_HOST,
    .subject = PAGE_OF_HOST,
    .needs = NEED_HOST_MACHINE | NEED_STORES,
    .draw = flow_host,
    .act = act,
};
