/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: the vtop authors */
#include <config.h>

#include "base/text.h"
#include "view/format.h"
#include "view/page.h"

#include <math.h>

enum { INDENT = 2 };

/* A line of the list: a piece of advice, or after all of these what a host is like. */
struct entry {
    uint64_t id; /* of page_cursor() */
    const struct advice *advice;
    const struct advice_host *host;
};

static uint64_t advice_id(const struct advice *a)
{
    uint64_t about = a->guest ? a->guest : a->host;

    return ((about * ADVICE_KIND_COUNT + a->kind) * RESOURCE_COUNT + a->resource) * 2;
}

static GArray *list_of(const struct view *v)
{
    GArray *list = g_array_new(FALSE, FALSE, sizeof(struct entry));

    for (guint i = 0; v->advice && i < v->advice->len; i++) {
        struct entry e = {.advice = g_ptr_array_index(v->advice, i)};
        e.id = advice_id(e.advice);
        g_array_append_val(list, e);
    }
    for (guint i = 0; v->advice_hosts && i < v->advice_hosts->len; i++) {
        struct entry e = {.host = g_ptr_array_index(v->advice_hosts, i)};
        e.id = 2 * e.host->host + 1;
        g_array_append_val(list, e);
    }
    return list;
}

/* ---- advice ---- */

static const char *subject_of(const struct advice *a)
{
    return a->guest ? a->guest_name : a->host_name;
}

static int name_width(const struct flow *f, const GPtrArray *advice)
{
    enum { SHORTEST = 6 };
    int width = SHORTEST;

    for (guint i = 0; advice && i < advice->len; i++)
        width = MAX(width, text_width(subject_of(g_ptr_array_index(advice, i))));
    return MIN(width, MAX(f->columns / 3, SHORTEST));
}

/* "cpu 4 to 6"; only the resource where it is not about a size. */
static char *amount_text(const struct advice *a)
{
    char from[FORMAT_SIZE], to[FORMAT_SIZE];

    if (isnan(a->from) || isnan(a->to))
        return g_strdup(resource_name(a->resource));
    return g_strdup_printf("%s %s to %s", resource_name(a->resource),
                           format_number(a->unit, a->from, 6, from),
                           format_number(a->unit, a->to, 6, to));
}

/* "high: over 25h of history" */
static char *sureness_text(const struct advice *a)
{
    char length[FORMAT_SIZE];

    if (!a->history_ns)
        return g_strdup_printf("%s: as of this moment", sureness_name(a->sure));
    return g_strdup_printf("%s: over %s of history", sureness_name(a->sure),
                           format_duration((double)a->history_ns / 1e9, length));
}

/* "grow       web-12   cpu 4 to 6            high: over 25h of history" */
static void flow_advice_line(struct flow *f, const struct advice *a, int name)
{
    enum { KIND = 10 };
    bool ascii = f->view->glyphs->ascii;
    char *amount = amount_text(a), *sure = sureness_text(a);
    int left = f->left, end = f->left + f->columns;

    canvas_field(f->canvas, f->y, left, KIND, false,
                 a->kind == ADVICE_FILLING ? STYLE_WARN : STYLE_NORMAL, advice_kind_name(a->kind),
                 ascii);
    left += KIND + 1;
    canvas_field(f->canvas, f->y, left, name, false, STYLE_BOLD, subject_of(a), ascii);
    left = canvas_text(f->canvas, f->y, left + name + 1, STYLE_NORMAL, amount);
    if (left + 1 + text_width(sure) < end)
        canvas_text(f->canvas, f->y, end - text_width(sure), STYLE_LABEL, sure);
    f->y++;
    g_free(amount);
    g_free(sure);
}

static void flow_advice_details(struct flow *f, const struct advice *a)
{
    char *sure = sureness_text(a);

    flow_labelled(f, "why", a->why);
    flow_labelled(f, "how sure", sure);
    for (guint i = 0; i < a->notes->len; i++)
        flow_labelled(f, i ? "" : "note", g_ptr_array_index(a->notes, i));
    if (a->command)
        flow_verbatim(f, "command", a->command);
    g_free(sure);
}

static void flow_advice(struct flow *f, const struct advice *a, int name, bool chosen)
{
    flow_advice_line(f, a, name);
    flow_indent(f, INDENT);
    flow_paragraph(f, "", 0, STYLE_NORMAL, a->what);
    if (chosen)
        flow_advice_details(f, a);
    flow_indent(f, -INDENT);
}

/* ---- a host ---- */

/* "2 too small, 31 right": the standings that any guest has. */
static void flow_sizes(struct flow *f, const char *label, const unsigned counts[])
{
    static const char *const names[SIZE_STATES] = {[SIZE_UNKNOWN] = "not known",
                                                   [SIZE_COLLECTING] = "with too short a history",
                                                   [SIZE_UNLIMITED] = "without a size of their own",
                                                   [SIZE_RIGHT] = "right",
                                                   [SIZE_GROW] = "too small",
                                                   [SIZE_SHRINK] = "too large",
                                                   [SIZE_MOVE] = "in the wrong place"};
    GString *text = g_string_new(NULL);

    for (int s = SIZE_STATES - 1; s >= 0; s--)
        if (counts[s])
            g_string_append_printf(text, "%s%u %s", text->len ? ", " : "", counts[s], names[s]);
    if (text->len)
        flow_labelled(f, label, text->str);
    g_string_free(text, TRUE);
}

/* "evenness 0.43, variation 1.15, the most is 5.2 times the mean; db-primary uses 21 %" */
static void flow_balance(struct flow *f, const struct balance *b)
{
    char jain[FORMAT_SIZE], variation[FORMAT_SIZE], most[FORMAT_SIZE], share[FORMAT_SIZE];
    const struct entity *dominant = roster_find(f->view->moment.roster, b->dominant);

    if (isnan(b->jain))
        return;
    GString *text = g_string_new(NULL);
    g_string_printf(text, "evenness %s, variation %s, the most is %s times the mean",
                    format_number(UNIT_LOAD, b->jain, 6, jain),
                    format_number(UNIT_LOAD, b->variation, 6, variation),
                    format_number(UNIT_LOAD, b->max_over_mean, 6, most));
    if (dominant)
        g_string_append_printf(text, "; %s has %s %% of all", entity_label(dominant, LABEL_NAME),
                               format_number(UNIT_PERCENT, 100 * b->share, 6, share));
    flow_labelled(f, resource_name(b->resource), text->str);
    g_string_free(text, TRUE);
}

static void flow_overcommit(struct flow *f, const struct overcommit *o)
{
    static const char *const risks[] = {[OVERCOMMIT_FINE] = "",
                                        [OVERCOMMIT_RISKY] = ": risky",
                                        [OVERCOMMIT_UNSTABLE] = ": unstable"};
    char a[FORMAT_SIZE], b[FORMAT_SIZE], c[FORMAT_SIZE];
    GString *text = g_string_new(NULL);

    if (!isnan(o->vcpus_per_core))
        g_string_append_printf(text, "%s vCPUs per core (%s on %s cores)%s",
                               format_number(UNIT_LOAD, o->vcpus_per_core, 6, a),
                               format_number(UNIT_COUNT, o->vcpus, 6, b),
                               format_number(UNIT_PERCENT, o->cores, 6, c),
                               risks[overcommit_risk(o)]);
    if (!isnan(o->memory_per_total))
        g_string_append_printf(text, "%sthe machines were given %s of %s memory",
                               text->len ? "; " : "", format_number(UNIT_BYTES, o->memory, 6, a),
                               format_number(UNIT_BYTES, o->total, 6, b));
    if (text->len)
        flow_labelled(f, "promised", text->str);
    g_string_free(text, TRUE);
}

/* "BEFORE 1.2 AFTER", when the number is known and not 0. */
static void add_clause(GString *text, const char *before, enum unit unit, double number,
                       const char *after)
{
    char out[FORMAT_SIZE];

    if (number > 0)
        g_string_append_printf(text, "%s%s%s%s", text->len ? ", " : "", before,
                               format_number(unit, number, 6, out), after);
}

static void flow_cost(struct flow *f, const struct cost_of_host *c)
{
    GString *text = g_string_new(NULL);

    add_clause(text, "", UNIT_PERCENT, c->all.efficiency,
               " % of the machines' CPU time is guest time");
    add_clause(text, "", UNIT_LOAD, c->all.lost / 100, " cores are not");
    add_clause(text, "polling while idle ", UNIT_LOAD, c->all.halt_poll / 100, "");
    add_clause(text, "emulators ", UNIT_LOAD, c->all.emulation / 100, "");
    add_clause(text, "hypervisor processes ", UNIT_BYTES, c->all.overhead, " of memory");
    add_clause(text, "KSM saves ", UNIT_BYTES, c->ksm_saved, "");
    add_clause(text, "steal ", UNIT_PERCENT, c->steal, " %");
    if (c->machines && text->len)
        flow_labelled(f, "cost", text->str);
    g_string_free(text, TRUE);
}

static void flow_host(struct flow *f, const struct advice_host *h)
{
    flow_heading(f, "%s", h->name);
    flow_indent(f, INDENT);
    for (int r = 0; r < BALANCE_RESOURCES; r++)
        flow_balance(f, &h->balance[r]);
    flow_overcommit(f, &h->overcommit);
    flow_cost(f, &h->cost);
    flow_sizes(f, "CPU sizes", h->cpu);
    flow_sizes(f, "RAM sizes", h->memory);
    flow_indent(f, -INDENT);
}

/* ---- the page ---- */

static void flow_entry(struct flow *f, const struct page *page, const void *entry, int name,
                       bool chosen)
{
    const struct entry *e = entry;

    (void)page;
    if (e->advice)
        flow_advice(f, e->advice, name, chosen);
    else
        flow_host(f, e->host);
}

static void flow_page(struct flow *f, const void *data)
{
    const struct page *page = data;
    const struct view *v = f->view;
    GArray *list = list_of(v);

    if (v->advice && v->advice->len)
        flow_heading(f, "advice (%u); vtop runs no command itself", v->advice->len);
    else
        flow_heading(f, "advice");
    if (!v->advice_hosts || !v->advice_hosts->len)
        flow_paragraph(f, "", 0, STYLE_DIM, "the history of the guests is being read");
    else if (!v->advice->len)
        flow_paragraph(f, "", 0, STYLE_DIM, "there is nothing to change");
    page_draw_list(f, page, list, flow_entry, name_width(f, v->advice));
    g_array_free(list, TRUE);
}

/* ---- keys ---- */

static void open_subject(const struct entry *e, enum action action, struct page_turn *turn)
{
    const struct advice *a = e->advice;
    const struct page_class *own = a && a->guest ? &PAGE_GUEST : &PAGE_HOST;

    turn->open = action == ACTION_EXPLAIN ? &PAGE_VALUES : own;
    turn->subject = a ? a->guest ? a->guest : a->host : e->host->host;
}

static bool act(struct page *page, const struct view *v, enum action action, struct page_turn *turn)
{
    GArray *list = list_of(v);
    size_t at = page_cursor(page, list), to = page_move_cursor(page, action, at, list->len);
    bool opens = list->len && (action == ACTION_OPEN || action == ACTION_EXPLAIN);

    if (to < list->len)
        page_choose(page, list, to);
    if (opens)
        open_subject(&g_array_index(list, struct entry, at), action, turn);
    bool handled = to < list->len || opens;
    g_array_free(list, TRUE);
    return handled;
}

/* What could be changed for each guest and host, the most urgent first, with the reasons and the
 * command of the one under the cursor; then for each host how its load is spread, what it has
 * promised, and what virtualization costs. */
const struct page_class PAGE_ADVICE = {
    .title = "advice",
    .opens = ACTION_ADVICE,
    .subject = PAGE_OF_NOTHING,
    .needs = NEED_ALL,
    .has_list = true,
    .has_advice = true,
    .draw = flow_page,
    .act = act,
};
