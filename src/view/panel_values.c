#include <config.h>

#include "view/flow.h"
#include "view/format.h"

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
        [FACET_TASK] = "process",        [FACET_HOST_NODE] = "sysfs",
        [FACET_GUEST_NODE] = "numa_maps",
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
        flow_page(c, where, v, page, flow_gone, NULL);
        return false;
    }
    flow_page(c, where, v, page, flow_all_values, e);
    return true;
}
