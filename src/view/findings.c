/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: the vtop authors */
#include <config.h>

#include "view/findings.h"

#include "base/text.h"
#include "view/format.h"

#include <math.h>

enum { INDENT = 2 };

/* ---- signs ---- */

const char *finding_sign(enum severity s)
{
    static const char *const signs[SEVERITY_COUNT] = {
        [SEVERITY_INFO] = "i", [SEVERITY_WARN] = "^", [SEVERITY_CRIT] = "!"};

    return signs[s];
}

static enum style severity_style(enum severity s)
{
    return s == SEVERITY_CRIT ? STYLE_CRIT : s == SEVERITY_WARN ? STYLE_WARN : STYLE_NORMAL;
}

enum style finding_style(const struct finding *x)
{
    return x->muted ? STYLE_DIM : severity_style(x->severity);
}

const char *finding_subject(const struct finding *x)
{
    return x->guest ? x->guest_name : x->host_name;
}

uint64_t finding_serial(const struct finding *x)
{
    return x->guest ? x->guest : x->host;
}

bool finding_is_over(const struct view *v, const struct finding *x)
{
    return x->until_ns && x->until_ns <= moment_mono_ns(&v->moment);
}

const char *finding_badge(const struct view *v, uint64_t serial, enum style *style)
{
    int worst = v->analysis ? analysis_worst_of(v->analysis, &v->moment, serial) : -1;

    if (worst < 0)
        return NULL;
    *style = severity_style((enum severity)worst);
    return finding_sign((enum severity)worst);
}

const char *finding_row_badge(const struct view *v, const struct row *row, enum style *style)
{
    const char *own = row->kind == ROW_GROUP ? NULL : finding_badge(v, row->id, style);

    if (!row->folded || row->worst < 0)
        return own;
    int worst =
        own ? MAX(row->worst, analysis_worst_of(v->analysis, &v->moment, row->id)) : row->worst;
    *style = severity_style((enum severity)worst);
    return finding_sign((enum severity)worst);
}

/* ---- one line ---- */

/* Since when and for how long: "12:03:10, 1m20s". */
static char *time_text(const struct view *v, const struct finding *x)
{
    char since[FORMAT_SIZE], until[FORMAT_SIZE], length[FORMAT_SIZE];
    bool over = finding_is_over(v, x);
    int64_t end_ns = over ? x->until_ns : moment_mono_ns(&v->moment);

    format_clock(x->since_wall_ns, since);
    format_duration((double)MAX(end_ns - x->since_ns, 0) / 1e9, length);
    return over ? g_strdup_printf("%s to %s, %s", since, format_clock(x->until_wall_ns, until),
                                  length)
                : g_strdup_printf("since %s, %s", since, length);
}

/* What stands at the right end of a line where there is room; the columns that are left. */
static int draw_right(struct flow *f, int left, enum style style, const char *text)
{
    enum { TITLE_MIN = 12 };
    int end = f->left + f->columns, width = text_width(text);

    if (end - left - width - 1 < TITLE_MIN)
        return end - left;
    canvas_text(f->canvas, f->y, end - width, style, text);
    return end - left - width - 1;
}

void flow_finding_line(struct flow *f, const struct finding *x, const struct finding_ends *ends,
                       int name)
{
    bool ascii = f->view->glyphs->ascii;
    enum style style = finding_style(x);
    int left = canvas_text(f->canvas, f->y, f->left, STYLE_NORMAL, ends ? ends->before : "");
    char *time = ends ? g_strdup(ends->after) : time_text(f->view, x);
    char *right =
        g_strdup_printf("%s%s%s", x->muted ? "muted" : "", x->muted && *time ? ", " : "", time);

    left = canvas_printf(f->canvas, f->y, left, style, "%s %s", finding_sign(x->severity),
                         flow_is_narrow(f) ? "" : severity_name(x->severity));
    left += !flow_is_narrow(f);
    if (name) {
        canvas_field(f->canvas, f->y, left, name, false, x->muted ? STYLE_DIM : STYLE_BOLD,
                     finding_subject(x), ascii);
        left += name + 1;
    }
    int room = draw_right(f, left, STYLE_LABEL, right);
    canvas_field(f->canvas, f->y++, left, room, false, style, rule_info(x->rule)->title, ascii);
    g_free(right);
    g_free(time);
}

/* ---- what it rests on ---- */

void flow_finding_sentence(struct flow *f, const struct finding *x)
{
    flow_paragraph(f, "", INDENT, x->muted ? STYLE_DIM : STYLE_NORMAL, x->sentence);
}

/* "RDY% 14.2, limit 10.0, for 1m20s"; "host CPU% 49.0" */
static void flow_evidence(struct flow *f, const struct finding *x, const struct evidence *e,
                          const char *label)
{
    bool of_host = x->guest && metric_info(e->metric)->kind == KIND_HOST;
    char number[FORMAT_SIZE], limit[FORMAT_SIZE], held[FORMAT_SIZE];
    enum unit unit = metric_info(e->metric)->unit;
    GString *text = g_string_new(of_host ? "host " : "");

    g_string_append_printf(text, "%s %s", metric_info(e->metric)->title,
                           format_shown(f->view, unit, e->number, 8, number));
    if (!isnan(e->limit))
        g_string_append_printf(text, ", limit %s", format_number(unit, e->limit, 8, limit));
    if (e->held_ns > 0)
        g_string_append_printf(text, ", for %s", format_duration((double)e->held_ns / 1e9, held));
    flow_labelled(f, label, text->str);
    g_string_free(text, TRUE);
}

/* "steal: 0 %; host swapping: 0 B/s" */
static void flow_clauses(struct flow *f, const GPtrArray *clauses, const char *label)
{
    GString *text = g_string_new(NULL);

    for (guint i = 0; i < clauses->len; i++)
        g_string_append_printf(text, "%s%s", i ? "; " : "",
                               (const char *)g_ptr_array_index(clauses, i));
    if (text->len)
        flow_labelled(f, label, text->str);
    g_string_free(text, TRUE);
}

void flow_finding_chain(struct flow *f, const struct finding *x)
{
    flow_indent(f, INDENT);
    for (guint i = 0; i < x->also->len; i++)
        flow_labelled(f, i ? "" : "also", g_ptr_array_index(x->also, i));
    flow_indent(f, -INDENT);
}

void flow_finding_details(struct flow *f, const struct finding *x)
{
    char *time = time_text(f->view, x);

    flow_indent(f, INDENT);
    for (size_t i = 0; i < x->evidence_count; i++)
        flow_evidence(f, x, &x->evidence[i], i ? "" : "evidence");
    flow_clauses(f, x->ruled_out, "ruled out");
    flow_clauses(f, x->missing, "not known");
    flow_labelled(f, finding_is_over(f->view, x) ? "lasted" : "open", time);
    flow_labelled(f, "rule", rule_info(x->rule)->name);
    flow_indent(f, -INDENT);
    g_free(time);
}

/* ---- the section of a page ---- */

void flow_findings(struct flow *f, uint64_t serial)
{
    GPtrArray *list = analysis_findings_of(f->view->analysis, &f->view->moment, serial);

    if (list->len)
        flow_heading(f, "findings (%u)", list->len);
    for (guint i = 0; i < list->len; i++) {
        const struct finding *x = g_ptr_array_index(list, i);
        flow_finding_line(f, x, NULL, 0);
        flow_finding_sentence(f, x);
        flow_finding_details(f, x);
    }
    if (list->len)
        flow_gap(f);
    g_ptr_array_free(list, TRUE);
}
