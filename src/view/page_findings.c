/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: the vtop authors */
#include <config.h>

#include "base/text.h"
#include "view/findings.h"
#include "view/format.h"
#include "view/page.h"

#include <stdio.h>

/* A line of either list: a finding that is open; or in the log, that one began or ended. */
struct entry {
    uint64_t id; /* of page_cursor() */
    const struct finding *finding;
    bool ended;
};

static void append(GArray *list, const struct finding *x, bool ended)
{
    struct entry e = {.id = 2 * x->id + ended, .finding = x, .ended = ended};

    g_array_append_val(list, e);
}

static const struct entry *entry_at(const GArray *list, size_t i)
{
    return &g_array_index(list, struct entry, i);
}

/* ---- the lists ---- */

static GArray *open_findings(const struct view *v)
{
    GPtrArray *findings = analysis_findings(v->analysis, &v->moment);
    GArray *list = g_array_new(FALSE, FALSE, sizeof(struct entry));

    for (guint i = 0; i < findings->len; i++)
        append(list, g_ptr_array_index(findings, i), false);
    g_ptr_array_free(findings, TRUE);
    return list;
}

static int64_t entry_time(const struct entry *e)
{
    return e->ended ? e->finding->until_ns : e->finding->since_ns;
}

/* The latest first. */
static int compare_times(const void *a, const void *b)
{
    const struct entry *x = a, *y = b;
    int64_t p = entry_time(x), q = entry_time(y);

    return p != q ? (p < q) - (p > q) : (x->id < y->id) - (x->id > y->id);
}

/* What had begun and ended by the moment. */
static GArray *log_of(const struct view *v)
{
    const GPtrArray *log = v->analysis ? analysis_log(v->analysis) : NULL;
    GArray *list = g_array_new(FALSE, FALSE, sizeof(struct entry));

    for (guint i = 0; log && i < log->len; i++) {
        const struct finding *x = g_ptr_array_index(log, i);
        if (x->since_ns > moment_mono_ns(&v->moment))
            continue;
        append(list, x, false);
        if (finding_is_over(v, x))
            append(list, x, true);
    }
    g_array_sort(list, compare_times);
    return list;
}

static GArray *list_of(const struct page *page, const struct view *v)
{
    return page->log ? log_of(v) : open_findings(v);
}

/* ---- drawing ---- */

static int name_width(const struct flow *f, const GArray *list)
{
    enum { SHORTEST = 6 };
    int width = SHORTEST;

    for (guint i = 0; i < list->len; i++)
        width = MAX(width, text_width(finding_subject(entry_at(list, i)->finding)));
    return MIN(width, MAX(f->columns / 3, SHORTEST));
}

/* "2 critical, 1 warning; 1 muted" */
static char *counts_text(const GArray *list)
{
    static const char *const names[SEVERITY_COUNT][2] = {
        [SEVERITY_INFO] = {"note", "notes"},
        [SEVERITY_WARN] = {"warning", "warnings"},
        [SEVERITY_CRIT] = {"critical", "critical"}};
    unsigned counts[SEVERITY_COUNT] = {0}, muted = 0;
    GString *text = g_string_new(NULL);

    for (guint i = 0; i < list->len; i++) {
        const struct finding *x = entry_at(list, i)->finding;
        muted += x->muted;
        counts[x->severity] += !x->muted;
    }
    for (int s = SEVERITY_COUNT - 1; s >= 0; s--)
        if (counts[s])
            g_string_append_printf(text, "%s%u %s", text->len ? ", " : "", counts[s],
                                   names[s][counts[s] != 1]);
    if (muted)
        g_string_append_printf(text, "%s%u muted", text->len ? "; " : "", muted);
    return g_string_free(text, FALSE);
}

static void flow_top(struct flow *f, const struct page *page, const GArray *list)
{
    char *counts = counts_text(list);

    if (page->log)
        flow_heading(f, "log of findings, the latest first (%u)", list->len);
    else
        flow_heading(f, "findings%s%s", *counts ? ": " : "", counts);
    if (!list->len)
        flow_paragraph(f, "", 0, STYLE_DIM,
                       page->log ? "no finding has been opened" : "no finding is open");
    g_free(counts);
}

/* "12:05:30 ended ! crit web-12  waits for a CPU  after 2m20s" */
static void flow_event(struct flow *f, const struct entry *e, int name)
{
    const struct finding *x = e->finding;
    char clock[FORMAT_SIZE], before[FORMAT_SIZE + 8], length[FORMAT_SIZE], after[FORMAT_SIZE + 8];

    format_clock(e->ended ? x->until_wall_ns : x->since_wall_ns, clock);
    snprintf(before, sizeof(before), "%s %s ", clock, e->ended ? "ended" : "began");
    format_duration((double)(x->until_ns - x->since_ns) / 1e9, length);
    snprintf(after, sizeof(after), "after %s", length);
    const char *still = finding_is_over(f->view, x) ? "" : "still open";
    struct finding_ends ends = {before, e->ended ? after : still};
    flow_finding_line(f, x, &ends, name);
}

static void flow_entry(struct flow *f, const struct page *page, const void *entry, int name,
                       bool chosen)
{
    const struct entry *e = entry;
    const struct finding *x = e->finding;

    if (page->log)
        flow_event(f, e, name);
    else
        flow_finding_line(f, x, NULL, name);
    if (chosen || !page->log)
        flow_finding_sentence(f, x);
    if (chosen) {
        flow_finding_chain(f, x);
        flow_finding_details(f, x);
    }
}

static void flow_page(struct flow *f, const void *data)
{
    const struct page *page = data;
    GArray *list = list_of(page, f->view);

    flow_top(f, page, list);
    page_draw_list(f, page, list, flow_entry, name_width(f, list));
    g_array_free(list, TRUE);
}

/* ---- keys ---- */

/* A page about the guest or host of the entry under the cursor. */
static void open_subject(const struct entry *e, enum action action, struct page_turn *turn)
{
    const struct page_class *own = e->finding->guest ? &PAGE_GUEST : &PAGE_HOST;

    turn->open = action == ACTION_EXPLAIN ? &PAGE_VALUES : own;
    turn->subject = finding_serial(e->finding);
}

/* A finding that is muted goes to the end of the list; the cursor stays and is on the next one. */
static void mute(struct page *page, const GArray *list, size_t at, struct page_turn *turn)
{
    turn->mute = entry_at(list, at)->finding;
    if (!page->log && !turn->mute->muted && at + 1 < list->len)
        page_choose(page, list, at + 1);
}

static bool act_on(struct page *page, const GArray *list, size_t at, enum action action,
                   struct page_turn *turn)
{
    size_t to = page_move_cursor(page, action, at, list->len);

    if (to < list->len)
        page_choose(page, list, to);
    else if (action == ACTION_OPEN || action == ACTION_EXPLAIN)
        open_subject(entry_at(list, at), action, turn);
    else if (action == ACTION_MUTE)
        mute(page, list, at, turn);
    else
        return false;
    return true;
}

static void toggle_log(struct page *page)
{
    page->log = !page->log;
    page->chosen = 0;
    page->scroll = 0;
}

static bool act(struct page *page, const struct view *v, enum action action, struct page_turn *turn)
{
    if (action == ACTION_LOG) {
        toggle_log(page);
        return true;
    }
    GArray *list = list_of(page, v);
    bool handled = list->len && act_on(page, list, page_cursor(page, list), action, turn);
    g_array_free(list, TRUE);
    return handled;
}

/* The open findings, the worst first, with the evidence of the one under the cursor; or the log of
 * what began and ended. */
const struct page_class PAGE_FINDINGS = {
    .title = "findings",
    .opens = ACTION_FINDINGS,
    .subject = PAGE_OF_NOTHING,
    .has_list = true,
    .draw = flow_page,
    .act = act,
};
