/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: the vtop authors */
#include <config.h>

#include "base/text.h"
#include "view/page.h"
#include "view/panels.h"

#include <string.h>

static int widest_keys(const struct panel_key *keys)
{
    int width = 0;

    for (; keys->keys; keys++)
        width = MAX(width, text_width(keys->keys));
    return width;
}

/* A section from its heading on; returns what comes after it. */
static const struct panel_key *flow_section(struct flow *f, const struct panel_key *section,
                                            int width)
{
    const struct panel_key *k = section;

    flow_heading(f, "%s", section->section);
    do {
        if (*k->keys)
            flow_paragraph(f, k->keys, width, STYLE_NORMAL, k->text);
        k++;
    } while (k->keys && !k->section);
    flow_gap(f);
    return k;
}

static const struct panel_key *skip_section(const struct panel_key *section)
{
    do
        section++;
    while (section->keys && !section->section);
    return section;
}

/* The section for the context that the user comes from is first. */
static void flow_keys(struct flow *f, size_t first_section)
{
    const struct panel_key *keys = f->view->keys, *first = &keys[first_section];
    int width = MIN(widest_keys(keys) + 2, f->columns / 2);

    flow_section(f, first, width);
    for (const struct panel_key *k = keys; k->keys;)
        k = k == first ? skip_section(k) : flow_section(f, k, width);
}

static void flow_columns(struct flow *f)
{
    enum { TITLE = 10 };

    flow_heading(f, "columns");
    for (enum metric m = metric_begin(KIND_GUEST); m < metric_end(KIND_GUEST); m++)
        flow_paragraph(f, metric_info(m)->title, TITLE, STYLE_NORMAL, metric_info(m)->help);
}

static void flow_signs(struct flow *f)
{
    const struct glyphs *g = f->view->glyphs;
    enum { SIGN = 10 };

    flow_heading(f, "signs");
    flow_paragraph(f, g->absent, SIGN, STYLE_NORMAL,
                   "no value (never zero); e explains why");
    flow_paragraph(f, "+  -", SIGN, STYLE_NORMAL,
                   "at the left edge: the guest has just appeared, or has just left");
    flow_paragraph(f, "*", SIGN, STYLE_NORMAL, "at the left edge: it is tagged");
    flow_paragraph(f, ">", SIGN, STYLE_NORMAL, "at the left edge: the screen follows it");
    flow_paragraph(f, "!  ^  i", SIGN, STYLE_NORMAL,
                   "after a name: its worst finding is critical, a warning, information");
    flow_paragraph(f, "dim", SIGN, STYLE_NORMAL, "zero, absent or stale");
    flow_paragraph(f, "CPU%", SIGN, STYLE_NORMAL,
                   "100 is one core; CPU%H and the like: 100 is the whole host");
}

static void flow_help(struct flow *f, const void *data)
{
    const struct page *page = data;

    flow_keys(f, (size_t)page->subject);
    flow_signs(f);
    flow_gap(f);
    flow_columns(f);
}

/* The keys, from the section page->subject (its index in view->keys) on; signs; columns. */
const struct page_class PAGE_HELP = {
    .title = "help",
    .opens = ACTION_HELP,
    .draw = flow_help,
};
