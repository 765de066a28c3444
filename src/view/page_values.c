/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: the vtop authors */
#include <config.h>

#include "model/catalogue.h"
#include "view/format.h"
#include "view/page.h"

/* Meaning and source of a value, or why it is absent; g_free. */
static char *value_text(const struct metric_info *info, enum metric m, const struct value *value)
{
    const char *origin = metric_origin(value->facet, m);

    if (value->reason != REASON_OK)
        return g_strdup_printf("%s. No value: %s", info->help, reason_text(value->reason));
    const char *partial = value->partial ? ". Partial: some of its parts are not known" : "";
    return *origin ? g_strdup_printf("%s (%s)%s", info->help, origin, partial)
                   : g_strdup_printf("%s%s", info->help, partial);
}

/* "CPU%   387.2  0.4s  CPU time used; ... (cgroup cpu.stat)" */
static void flow_value(struct flow *f, const struct entity *e, enum metric m)
{
    enum { TITLE = 9, VALUE = 9, AGE = 6, BEFORE_HELP = TITLE + VALUE + AGE };
    const struct metric_info *info = metric_info(m);
    struct value value = moment_value(&f->view->moment, e, m);
    bool known = value.reason == REASON_OK, ascii = f->view->glyphs->ascii;
    bool narrow = f->columns < BEFORE_HELP + 20;
    int y = f->y, left = f->left;
    int64_t age_ns = moment_age_ns(&f->view->moment, e, m);
    char age[FORMAT_SIZE], *text = value_text(info, m, &value);
    struct format_cell cell;

    format_cell(f->view, e, m, VALUE - 1, &cell);
    flow_paragraph(f, info->title, narrow ? TITLE + VALUE : BEFORE_HELP,
                   known ? STYLE_NORMAL : STYLE_DIM, text);
    canvas_field(f->canvas, y, left + TITLE, VALUE - 1, true, cell.style, cell.text, ascii);
    if (!narrow && known && age_ns >= 0)
        canvas_field(f->canvas, y, left + TITLE + VALUE, AGE - 1, true, STYLE_DIM,
                     format_duration((double)age_ns / 1e9, age), ascii);
    g_free(text);
}

static bool has_parts(const struct view *v, const struct entity *e, enum kind kind)
{
    GPtrArray *parts = moment_parts(&v->moment, e, kind);
    bool any = parts->len > 0;

    g_ptr_array_free(parts, TRUE);
    return any;
}

/* The meaning of the columns in the tables of parts. */
static void flow_part_columns(struct flow *f, const struct entity *e)
{
    enum { TITLE = 10 };
    static const char *const titles[KIND_COUNT] = {[KIND_CPU] = "of each CPU",
                                                   [KIND_VCPU] = "of each vCPU",
                                                   [KIND_DISK] = "of each disk",
                                                   [KIND_NIC] = "of each network interface",
                                                   [KIND_TASK] = "of each process or thread",
                                                   [KIND_NODE] = "of each NUMA node",
                                                   [KIND_STORE] = "of each file system and pool"};

    for (enum kind k = 0; k < KIND_COUNT; k++) {
        if (!titles[k] || !has_parts(f->view, e, k))
            continue;
        flow_gap(f);
        flow_heading(f, "%s", titles[k]);
        for (enum metric m = metric_begin(k); m < metric_end(k); m++)
            flow_paragraph(f, metric_info(m)->title, TITLE, STYLE_NORMAL, metric_info(m)->help);
    }
}

static void flow_all_values(struct flow *f, const void *data)
{
    const struct page *page = data;
    const struct entity *e = roster_find(f->view->moment.roster, page->subject);

    if (!e) {
        flow_gone(f);
        return;
    }
    flow_heading(f, "%s: every value, its age, its meaning, its source",
                 entity_label(e, LABEL_NAME));
    for (enum metric m = metric_begin(e->kind); m < metric_end(e->kind); m++)
        if (metric_is_number(m))
            flow_value(f, e, m);
    flow_part_columns(f, e);
}

static bool act(struct page *page, const struct view *v, enum action action, struct page_turn *turn)
{
    (void)page;
    (void)v;
    if (action != ACTION_PREVIOUS && action != ACTION_NEXT)
        return false;
    turn->neighbour = action == ACTION_NEXT ? +1 : -1;
    return true;
}

/* Every value of a guest or of a host: number, age, source, definition; of an absent one the
 * reason. */
const struct page_class PAGE_VALUES = {
    .title = "values",
    .opens = ACTION_EXPLAIN,
    .subject = PAGE_OF_SELECTION,
    .needs = NEED_ALL,
    .needs_parts = true,
    .draw = flow_all_values,
    .act = act,
};
