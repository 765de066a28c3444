#include <config.h>

#include "base/text.h"
#include "view/findings.h"
#include "view/format.h"
#include "view/page.h"

#include <stdio.h>

/* A line of either list: a finding that is open; or in the log, that one began or ended. */
struct entry {
    const struct finding *finding;
    bool ended;
};

static uint64_t entry_id(const struct entry *e)
{
    return 2 * e->finding->id + e->ended;
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

    for (guint i = 0; i < findings->len; i++) {
        struct entry e = {.finding = g_ptr_array_index(findings, i)};
        g_array_append_val(list, e);
    }
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
    uint64_t i = entry_id(x), j = entry_id(y);

    return p != q ? (p < q) - (p > q) : (i < j) - (i > j);
}

/* What had begun and ended by the moment. */
static GArray *log_of(const struct view *v)
{
    const GPtrArray *log = v->analysis ? analysis_log(v->analysis) : NULL;
    GArray *list = g_array_new(FALSE, FALSE, sizeof(struct entry));

    for (guint i = 0; log && i < log->len; i++) {
        struct entry e = {.finding = g_ptr_array_index(log, i)};
        if (e.finding->since_ns > moment_mono_ns(&v->moment))
            continue;
        g_array_append_val(list, e);
        e.ended = true;
        if (finding_is_over(v, e.finding))
            g_array_append_val(list, e);
    }
    g_array_sort(list, compare_times);
    return list;
}

static GArray *list_of(const struct page *page, const struct view *v)
{
    return page->log ? log_of(v) : open_findings(v);
}

/* Which entry the cursor is on; of an empty list 0. */
static size_t cursor_of(const struct page *page, const GArray *list)
{
    for (guint i = 0; page->chosen && i < list->len; i++)
        if (entry_id(entry_at(list, i)) == page->chosen)
            return i;
    return page->chosen && list->len ? MIN(page->at, list->len - 1) : 0;
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

static void flow_entry(struct flow *f, const struct page *page, const struct entry *e, int name,
                       bool chosen)
{
    const struct finding *x = e->finding;
    int y = f->y;

    if (page->log)
        flow_event(f, e, name);
    else
        flow_finding_line(f, x, NULL, name);
    if (chosen)
        canvas_restyle(f->canvas, y, f->left - 1, f->columns + 2, STYLE_CURSOR);
    if (chosen || !page->log)
        flow_finding_sentence(f, x);
    if (chosen) {
        flow_finding_chain(f, x);
        flow_finding_details(f, x);
    }
}

/* The heading scrolls with the first entry. */
static void flow_list(struct flow *f, const void *data)
{
    const struct page *page = data;
    GArray *list = list_of(page, f->view);
    size_t at = cursor_of(page, list);
    int name = name_width(f, list);

    if (at == 0)
        flow_choose(f);
    flow_top(f, page, list);
    for (size_t i = 0; i < list->len; i++) {
        if (i == at && at > 0)
            flow_choose(f);
        flow_entry(f, page, entry_at(list, i), name, i == at);
        if (i == at)
            flow_choose_end(f);
    }
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

static void choose(struct page *page, const GArray *list, size_t at)
{
    page->at = at;
    page->chosen = entry_id(entry_at(list, at));
}

/* A finding that is muted goes to the end of the list; the cursor stays and is on the next one. */
static void mute(struct page *page, const GArray *list, size_t at, struct page_turn *turn)
{
    turn->mute = entry_at(list, at)->finding;
    if (!page->log && !turn->mute->muted && at + 1 < list->len)
        choose(page, list, at + 1);
}

static bool act_on(struct page *page, const GArray *list, size_t at, enum action action,
                   struct page_turn *turn)
{
    size_t to = page_move_cursor(page, action, at, list->len);

    if (to < list->len)
        choose(page, list, to);
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
    bool handled = list->len && act_on(page, list, cursor_of(page, list), action, turn);
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
    .draw = flow_list,
    .act = act,
};
