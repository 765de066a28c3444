#include <config.h>

#include "base/text.h"
#include "view/flow.h"
#include "view/format.h"

#include <math.h>
#include <stdio.h>

enum { WIDE = 76, TALL = 40, LABEL_COLUMNS = 9, GRAPHS_MAX = 16 };

/* ---- who it is ---- */

static void draw_gone(struct canvas *c, const struct rect *where)
{
    canvas_clip(c, where->top, where->left, where->rows, where->columns);
    canvas_text(c, where->top, where->left + 1, STYLE_DIM, "this guest is gone");
    canvas_unclip(c);
}

static void flow_name(struct flow *f, const struct entity *e)
{
    struct format_cell state;
    const char *why = entity_label(e, LABEL_STATE_REASON);

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
    if (*why && !f->view->tick)
        canvas_text(f->canvas, f->y, column, STYLE_HEADER, why);
    f->y++;
}

static void flow_labels(struct flow *f, const struct entity *e)
{
    static const enum metric labels[] = {M_ID, M_PID, M_GROUP, M_IMAGE, M_HOST};

    for (size_t i = 0; i < G_N_ELEMENTS(labels); i++) {
        struct format_cell cell;
        format_cell(f->view, e, labels[i], 12, &cell);
        if (cell.style != STYLE_DIM)
            flow_paragraph(f, metric_info(labels[i])->title, LABEL_COLUMNS, STYLE_NORMAL,
                           cell.text);
    }
}

/* ---- graphs ---- */

static bool has_history(const struct view *v, const struct entity *e, enum metric m)
{
    uint64_t last = view_last_tick(v), oldest = history_oldest(e->history);

    for (uint64_t tick = oldest; oldest && tick <= last; tick++)
        if (!isnan(history_at(e->history, m, tick)))
            return true;
    return false;
}

/* What the guest may use at most, as the top of its graph. */
static double top_of(const struct view *v, const struct entity *e, enum metric m)
{
    double cores = entity_number(e, M_CPU_CORES), limit = entity_number(e, M_MEM_LIMIT);
    double cpus = entity_number(roster_host(v->roster), M_HOST_CPUS);

    switch (m) {
    case M_CPU:
        return cores > 0 && (entity_class(e) == CLASS_VM || cores < cpus)
                   ? cores * 100 / (v->cpu_of_host && cpus > 0 ? cpus : 1)
                   : 0;
    case M_MEM:
        return limit > 0 && limit < entity_number(roster_host(v->roster), M_HOST_MEM_TOTAL) ? limit
                                                                                            : 0;
    default:
        return 0;
    }
}

static void flow_history(struct flow *f, const struct entity *e)
{
    static const enum metric wanted[] = {M_MEM,   M_READY,        M_THROTTLED,     M_READ,
                                         M_WRITE, M_READ_LATENCY, M_WRITE_LATENCY, M_RX,
                                         M_TX,    M_PSI_CPU,      M_PSI_MEM,       M_PSI_IO};
    struct flow_graph cpu = {.metric = M_CPU, .top = top_of(f->view, e, M_CPU)};
    struct flow_graph graphs[GRAPHS_MAX];
    size_t count = 0;
    int rows = f->bottom - f->top >= TALL ? 4 : 2;

    for (size_t i = 0; i < G_N_ELEMENTS(wanted); i++)
        if (has_history(f->view, e, wanted[i]))
            graphs[count++] =
                (struct flow_graph){.metric = wanted[i], .top = top_of(f->view, e, wanted[i])};
    flow_graphs(f, e, &cpu, 1, 1, rows + 1);
    flow_graphs(f, e, graphs, count, f->columns >= WIDE ? 2 : 1, rows);
    flow_gap(f);
}

/* ---- the page ---- */

static void flow_guest(struct flow *f, const void *data)
{
    const struct entity *e = data;
    static const struct {
        const char *title;
        enum metric_set set;
    } sections[] = {{"CPU", SET_CPU},
                    {"memory", SET_MEM},
                    {"disk", SET_DISK},
                    {"network", SET_NET},
                    {"pressure, processes", SET_PSI}};

    flow_name(f, e);
    flow_labels(f, e);
    flow_gap(f);
    flow_history(f, e);
    for (size_t i = 0; i < G_N_ELEMENTS(sections); i++) {
        flow_heading(f, "%s", sections[i].title);
        flow_values(f, e, sections[i].set);
        flow_gap(f);
    }
    flow_parts(f, e, KIND_VCPU, "vCPUs");
    flow_parts(f, e, KIND_DISK, "disks");
    flow_parts(f, e, KIND_NIC, "network interfaces");
    flow_parts(f, e, KIND_TASK, "processes and threads");
}

bool panel_guest(struct canvas *c, const struct rect *where, const struct view *v, uint64_t serial,
                 struct page *page)
{
    const struct entity *e = roster_find(v->roster, serial);

    if (!e) {
        draw_gone(c, where);
        return false;
    }
    flow_page(c, where, v, page, flow_guest, e);
    return true;
}

/* ---- every value ---- */

static const char *facet_text(enum facet f)
{
    static const char *const texts[FACET_COUNT] = {
        [FACET_HOST] = "host",           [FACET_HOST_CPU] = "host",
        [FACET_HOST_DISK] = "diskstats", [FACET_HOST_NIC] = "net/dev",
        [FACET_DOMAIN] = "libvirt",      [FACET_MONITOR] = "monitor",
        [FACET_PROCESS] = "process",     [FACET_CGROUP] = "cgroup",
        [FACET_NET] = "network",         [FACET_VCPU_THREAD] = "thread",
        [FACET_VCPU_DOMAIN] = "libvirt", [FACET_DOMAIN_DISK] = "monitor",
        [FACET_DOMAIN_NIC] = "libvirt",  [FACET_GUEST_NIC] = "net/dev",
        [FACET_TASK] = "process",
    };

    return f < FACET_COUNT && texts[f] ? texts[f] : "";
}

/* "CPU%   387.2  cgroup  0.4s  CPU time used; ...", or the reason in place of all that. */
static void flow_value(struct flow *f, const struct entity *e, enum metric m)
{
    enum { TITLE = 9, VALUE = 9, SOURCE = 10, AGE = 6, BEFORE_HELP = TITLE + VALUE + SOURCE + AGE };
    const struct metric_info *info = metric_info(m);
    struct value value = view_value(f->view, e, m);
    bool narrow = f->columns < BEFORE_HELP + 20, ascii = f->view->glyphs->ascii;
    int y = f->y, left = f->left, help = narrow ? TITLE + VALUE : BEFORE_HELP;
    char age[FORMAT_SIZE];
    struct format_cell cell;

    format_cell(f->view, e, m, VALUE - 1, &cell);
    if (value.reason == REASON_OK) {
        flow_paragraph(f, info->title, help, STYLE_NORMAL, info->help);
    } else {
        char *text = g_strdup_printf("%s. No value: %s", info->help, reason_text(value.reason));
        flow_paragraph(f, info->title, help, STYLE_DIM, text);
        g_free(text);
    }
    canvas_field(f->canvas, y, left + TITLE, VALUE - 1, true, cell.style, cell.text, ascii);
    if (narrow || value.reason != REASON_OK)
        return;
    canvas_field(f->canvas, y, left + TITLE + VALUE, SOURCE - 1, false, STYLE_DIM,
                 facet_text(value.facet), ascii);
    if (!f->view->tick && value.facet != FACET_NONE)
        canvas_field(f->canvas, y, left + TITLE + VALUE + SOURCE, AGE - 1, true, STYLE_DIM,
                     format_duration((double)entity_value_age(e, m, f->view->now_ns) / 1e9, age),
                     ascii);
}

static void flow_all_values(struct flow *f, const void *data)
{
    const struct entity *e = data;

    flow_heading(f, "%s: every value, where it comes from, how old it is, what it means",
                 entity_label(e, LABEL_NAME));
    for (enum metric m = metric_begin(e->kind); m < metric_end(e->kind); m++)
        if (metric_is_number(m))
            flow_value(f, e, m);
}

bool panel_values(struct canvas *c, const struct rect *where, const struct view *v, uint64_t serial,
                  struct page *page)
{
    const struct entity *host = roster_host(v->roster);
    const struct entity *e = serial == host->serial ? host : roster_find(v->roster, serial);

    if (!e) {
        draw_gone(c, where);
        return false;
    }
    flow_page(c, where, v, page, flow_all_values, e);
    return true;
}
