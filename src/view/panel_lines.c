/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: the vtop authors */
#include <config.h>

#include "base/clock.h"
#include "base/text.h"
#include "view/findings.h"
#include "view/format.h"
#include "view/panels.h"

#include <stdio.h>

/* ---- the key bar ---- */

/* The column after a label. There are no gaps between labels: colours separate them, as in htop. */
static int label_end(int column, const struct panel_label *label)
{
    return column + text_width(label->key) + text_width(label->text) + 1;
}

int panel_keys(struct canvas *c, const struct rect *where, const struct panel_label *labels)
{
    int column = where->left;

    if (where->rows < 1)
        return column;
    canvas_clip(c, where->top, where->left, where->rows, where->columns);
    for (; labels->key && column < where->left + where->columns; labels++) {
        int end = label_end(column, labels);
        column = canvas_text(c, where->top, column, STYLE_KEY, labels->key);
        canvas_fill(c, where->top, column, end - column, STYLE_KEYTEXT, " ");
        canvas_text(c, where->top, column, STYLE_KEYTEXT, labels->text);
        column = end;
    }
    canvas_fill(c, where->top, column, where->left + where->columns - column, STYLE_KEYTEXT, " ");
    canvas_unclip(c);
    return column;
}

void panel_position(struct canvas *c, const struct rect *where, int left, size_t first, size_t fit,
                    size_t count)
{
    char text[64];
    int end = where->left + where->columns - 1;

    if (where->rows < 1 || count <= fit)
        return;
    int width =
        g_snprintf(text, sizeof(text), "%zu-%zu/%zu", first + 1, MIN(first + fit, count), count);
    if (end - width > left)
        canvas_text(c, where->top, end - width, STYLE_KEYTEXT, text);
}

int panel_key_at(const struct rect *where, const struct panel_label *labels, int column)
{
    int left = where->left;

    for (int i = 0; labels[i].key; i++) {
        int end = label_end(left, &labels[i]);
        if (column >= left && column < end)
            return i;
        left = end;
    }
    return -1;
}

/* ---- input and messages ---- */

void panel_input(struct canvas *c, const struct rect *where, const char *prompt, const char *text,
                 size_t cursor, enum style hint_style, const char *hint)
{
    enum { TEXT_MIN = 10 };
    int row = where->top, end = where->left + where->columns;
    int hint_width = hint ? text_width(hint) + 2 : 0;
    int at = 0;

    if (where->rows < 1)
        return;
    canvas_clip(c, row, where->left, where->rows, where->columns);
    canvas_fill(c, row, where->left, where->columns, STYLE_NORMAL, " ");
    int left = canvas_text(c, row, where->left, STYLE_KEYTEXT, prompt) + 1;
    if (hint && end - left - hint_width >= TEXT_MIN) {
        canvas_text(c, row, end - hint_width + 1, hint_style, hint);
        end -= hint_width;
    }
    /* Drop characters on the left until the cursor is inside. */
    const char *shown = text;
    for (;;) {
        char *before = g_strndup(shown, (gsize)(text + cursor - shown));
        at = text_width(before);
        g_free(before);
        if (at < end - left || shown >= text + cursor)
            break;
        text_next(&shown);
    }
    canvas_clip(c, row, where->left, where->rows, end - where->left);
    canvas_text(c, row, left, STYLE_BOLD, shown);
    canvas_unclip(c);
    c->cursor_row = row;
    c->cursor_column = CLAMP(left + at, where->left, where->left + where->columns - 1);
}

void panel_message(struct canvas *c, const struct rect *where, enum style style, const char *text)
{
    if (where->rows < 1)
        return;
    canvas_fill(c, where->top, where->left, where->columns, style, " ");
    canvas_field(c, where->top, where->left + 1, where->columns - 1, false, style, text, false);
}

/* ---- sources ---- */

/* A source that failed or is stale is shown until it recovers. One that is absent, denied or
 * partial is shown for a while, and then only on the page of the host. */
static bool is_shown(const struct view *v, const struct source_status *s)
{
    enum { SAID_FOR_S = 15 };
    int64_t start_ns = roster_tick_time(v->moment.roster, 1, NULL);

    if (s->state != SOURCE_ABSENT && s->state != SOURCE_DENIED && s->state != SOURCE_PARTIAL)
        return s->state != SOURCE_OK;
    return v->moment.now_ns - MAX(s->since_ns, start_ns) < SAID_FOR_S * CLOCK_NS_PER_S;
}

int panel_sources_rows(const struct view *v)
{
    const GArray *statuses = moment_statuses(&v->moment);
    int rows = 0;

    for (guint i = 0; i < statuses->len; i++)
        rows += is_shown(v, &g_array_index(statuses, struct source_status, i));
    return rows;
}

static void draw_source(struct canvas *c, const struct rect *where, int row, const struct view *v,
                        const struct source_status *s)
{
    char age[FORMAT_SIZE];
    bool aged = s->since_ns && s->state != SOURCE_ABSENT;
    char *text = g_strdup_printf(
        "%s: %s%s%s%s%s", s->name, source_state_name(s->state), aged ? " since " : "",
        aged ? format_duration((double)(v->moment.now_ns - s->since_ns) / 1e9, age) : "",
        s->message ? ": " : "", s->message ? s->message : "");

    canvas_field(c, row, where->left + 1, where->columns - 1, false,
                 s->state == SOURCE_ABSENT ? STYLE_DIM : STYLE_WARN, text, v->glyphs->ascii);
    g_free(text);
}

void panel_sources(struct canvas *c, const struct rect *where, const struct view *v)
{
    const GArray *statuses = moment_statuses(&v->moment);
    int row = where->top;

    canvas_clip(c, where->top, where->left, where->rows, where->columns);
    for (guint i = 0; i < statuses->len; i++)
        if (is_shown(v, &g_array_index(statuses, struct source_status, i)))
            draw_source(c, where, row++, v, &g_array_index(statuses, struct source_status, i));
    canvas_unclip(c);
}

/* ---- findings ---- */

int panel_findings_rows(const struct view *v)
{
    return analysis_has_open(v->analysis, &v->moment);
}

/* "and 1 crit, 2 warn (F7)": the findings but the one that is named; BRIEF: "+3". g_free. */
static char *others_text(const unsigned counts[], int worst, bool brief)
{
    GString *text = g_string_new(NULL);
    unsigned all = 0;

    for (int s = SEVERITY_COUNT - 1; s >= 0; s--) {
        unsigned others = counts[s] - (s == worst);
        all += others;
        if (others && !brief)
            g_string_append_printf(text, "%s%u %s", text->len ? ", " : "and ", others,
                                   severity_name((enum severity)s));
    }
    if (brief && all)
        g_string_printf(text, "+%u", all);
    else if (!brief)
        g_string_append(text, text->len ? " (F7)" : "(F7)");
    return g_string_free(text, FALSE);
}

/* Draw the others at the right end if that leaves enough for the sentence: all of it or half the
 * line. Returns the columns that are left. */
static int draw_others(struct canvas *c, const struct rect *where, int columns, const char *text,
                       int sentence)
{
    int left = columns - text_width(text) - 2;

    if (!*text || left < MIN(sentence, columns / 2))
        return columns;
    canvas_text(c, where->top, where->left + where->columns - text_width(text) - 1, STYLE_LABEL,
                text);
    return left;
}

static void draw_finding(struct canvas *c, const struct rect *where, const struct view *v,
                         const struct finding *x, const unsigned counts[])
{
    enum { SIGN = 3 };
    int columns = where->columns - SIGN - 1, left = columns;
    char *text = g_strdup_printf("%s: %s", finding_subject(x), x->sentence);

    canvas_text(c, where->top, where->left + 1, finding_style(x), finding_sign(x->severity));
    for (int brief = 0; brief < 2 && left == columns; brief++) {
        char *others = others_text(counts, (int)x->severity, brief);
        left = draw_others(c, where, columns, others, text_width(text));
        g_free(others);
    }
    canvas_field(c, where->top, where->left + SIGN, left, false, finding_style(x), text,
                 v->glyphs->ascii);
    g_free(text);
}

static void count_open(const GPtrArray *list, unsigned counts[])
{
    for (guint i = 0; i < list->len; i++) {
        const struct finding *x = g_ptr_array_index(list, i);
        counts[x->severity] += !x->muted;
    }
}

void panel_findings(struct canvas *c, const struct rect *where, const struct view *v)
{
    unsigned counts[SEVERITY_COUNT] = {0};

    if (where->rows < 1 || !panel_findings_rows(v))
        return;
    GPtrArray *list = analysis_findings(v->analysis, &v->moment);
    count_open(list, counts);
    canvas_clip(c, where->top, where->left, where->rows, where->columns);
    draw_finding(c, where, v, g_ptr_array_index(list, 0), counts);
    canvas_unclip(c);
    g_ptr_array_free(list, TRUE);
}

/* ---- menus ---- */

static size_t menu_length(const struct menu *m)
{
    size_t count = 0;

    while (m->items[count])
        count++;
    return count;
}

int panel_menu_columns(const struct menu *m)
{
    int width = text_width(m->title);

    for (size_t i = 0; m->items[i]; i++)
        width = MAX(width, text_width(m->items[i]));
    return width + 2;
}

void panel_menu(struct canvas *c, const struct rect *where, const struct view *v, struct menu *m)
{
    size_t count = menu_length(m), fit = (size_t)MAX(where->rows - 1, 1);

    m->cursor = MIN(m->cursor, count ? count - 1 : 0);
    m->scroll = MIN(m->scroll, m->cursor);
    if (m->cursor >= m->scroll + fit)
        m->scroll = m->cursor - fit + 1;
    canvas_clip(c, where->top, where->left, where->rows, where->columns);
    canvas_field(c, where->top, where->left, where->columns - 1, false, STYLE_HEADER, m->title,
                 v->glyphs->ascii);
    for (size_t i = m->scroll; i < count && i < m->scroll + fit; i++)
        canvas_field(c, where->top + 1 + (int)(i - m->scroll), where->left, where->columns - 1,
                     false, i == m->cursor ? STYLE_CURSOR : STYLE_NORMAL, m->items[i],
                     v->glyphs->ascii);
    canvas_unclip(c);
}
