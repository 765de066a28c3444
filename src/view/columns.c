/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: the vtop authors */
#include <config.h>

#include "view/columns.h"

#include <errno.h>
#include <string.h>

/* ---- lists ---- */

void columns_of_set(struct columns *c, enum metric_set set)
{
    c->count = 0;
    for (enum metric m = metric_begin(KIND_GUEST); m < metric_end(KIND_GUEST); m++)
        if (metric_info(m)->sets & set)
            columns_add(c, m);
}

int columns_parse(struct columns *c, const char *names, char **error)
{
    char **list = g_strsplit(names, ",", -1);
    const char *wrong = NULL;

    c->count = 0;
    for (char **name = list; *name && !wrong; name++) {
        enum metric m = *g_strstrip(*name) ? metric_find(KIND_GUEST, *name) : M_NONE;
        if (m != M_NONE)
            columns_add(c, m);
        else if (**name || name[1]) /* a comma at the end is allowed */
            wrong = *name;
    }
    if (wrong && error)
        *error = g_strdup_printf("there is no column '%s'; --list-columns names them", wrong);
    else if (!c->count && error)
        *error = g_strdup("no column is named");
    g_strfreev(list);
    return wrong || !c->count ? -EINVAL : 0;
}

char *columns_to_names(const struct columns *c)
{
    GString *out = g_string_new(NULL);

    for (size_t i = 0; i < c->count; i++)
        g_string_append_printf(out, "%s%s", i ? "," : "", metric_info(c->metric[i])->export_name);
    return g_string_free(out, FALSE);
}

bool columns_have(const struct columns *c, enum metric m)
{
    for (size_t i = 0; i < c->count; i++)
        if (c->metric[i] == m)
            return true;
    return false;
}

bool columns_add(struct columns *c, enum metric m)
{
    if (columns_have(c, m))
        return false;
    c->metric[c->count++] = m;
    return true;
}

void columns_remove(struct columns *c, size_t at)
{
    if (at >= c->count)
        return;
    c->count--;
    memmove(&c->metric[at], &c->metric[at + 1], (c->count - at) * sizeof(c->metric[0]));
}

void columns_move(struct columns *c, size_t from, size_t to)
{
    if (from >= c->count || to >= c->count)
        return;
    enum metric m = c->metric[from];
    columns_remove(c, from);
    memmove(&c->metric[to + 1], &c->metric[to], (c->count - to) * sizeof(c->metric[0]));
    c->metric[to] = m;
    c->count++;
}

unsigned columns_needs(const struct columns *c)
{
    unsigned needs = 0;

    for (size_t i = 0; i < c->count; i++)
        needs |= metric_info(c->metric[i])->needs;
    return needs;
}

/* ---- geometry ---- */

enum { NARROW = 40, MEDIUM = 100, GAP = 1 };
enum { NAME_SHORTEST = 8, NAME_LONGEST = 60, TYPE_SHORT = 7, TEXT_SHORT = 12 };
/* In a longer graph every cell would change with every tick, which is too much for a slow line. */
enum { GRAPH_SHORTEST = 8, GRAPH_LONGEST = 20 };

static int title_width(enum metric m)
{
    return (int)strlen(metric_info(m)->title);
}

/* Width of a column before the remaining room is distributed. */
static int base_width(enum metric m, int wanted, int width)
{
    const struct metric_info *info = metric_info(m);

    if (info->graph != M_NONE)
        return GRAPH_SHORTEST;
    if (m == M_NAME)
        return CLAMP(wanted, NAME_SHORTEST,
                     width < NARROW ? MAX(width / 2, NAME_SHORTEST) : MAX(16, width / 4));
    if (info->label == LABEL_NONE || wanted < 1)
        return MAX(info->width, title_width(m));
    int most = info->width;
    if (width < MEDIUM)
        most = MIN(most, m == M_TYPE ? TYPE_SHORT : TEXT_SHORT);
    return CLAMP(wanted, title_width(m), MAX(most, title_width(m)));
}

struct order {
    size_t count, pinned;
    size_t at[COLUMNS_MAX]; /* indexes into the list: pinned ones first */
};

static void put(const struct columns *c, size_t from, size_t to, struct order *o)
{
    for (size_t i = from; i < to; i++)
        if (c->metric[i] != M_NAME)
            o->at[o->count++] = i;
}

/* Pinned are the name, and a column before it when there is room for two; on a narrow screen the
 * column before the name moves to the end. In a tree the name comes first. */
static void put_pinned_first(const struct columns *c, bool narrow, bool tree, struct order *o)
{
    size_t name = 0;

    *o = (struct order){.count = 0};
    while (name < c->count && c->metric[name] != M_NAME)
        name++;
    bool together = name < 2 && !narrow;
    if (together && !tree)
        put(c, 0, name, o);
    if (name < c->count)
        o->at[o->count++] = name;
    if (together && tree)
        put(c, 0, name, o);
    o->pinned = name < c->count ? o->count : 0;
    if (narrow)
        put(c, name, c->count, o);
    put(c, together ? name : 0, narrow ? name : c->count, o);
}

/* Do not scroll further than needed to show the last column. */
static size_t limit_scroll(const struct order *o, const int widths[], int room, size_t scroll)
{
    size_t fits = 0;

    for (size_t i = o->count; i-- > o->pinned;) {
        room -= widths[o->at[i]] + GAP;
        if (room < 0)
            break;
        fits++;
    }
    size_t most = o->count - o->pinned - fits;
    /* A column wider than the room can still be scrolled to. */
    if (!fits && most)
        most--;
    return MIN(scroll, most);
}

static void stretch(struct columns_geometry *g, enum metric m, int most, int *spare)
{
    for (size_t i = 0; i < g->count; i++) {
        if (g->place[i].metric != m)
            continue;
        int more = CLAMP(most - g->place[i].width, 0, *spare);
        g->place[i].width += more;
        *spare -= more;
    }
}

static void hand_out(struct columns_geometry *g, int name_wanted, int spare)
{
    stretch(g, M_NAME, MIN(name_wanted, NAME_LONGEST), &spare);
    for (size_t i = 0; i < g->count; i++)
        if (metric_info(g->place[i].metric)->graph != M_NONE)
            stretch(g, g->place[i].metric, GRAPH_LONGEST, &spare);
}

void columns_place(const struct columns *c, const int wanted[], int width, bool tree,
                   size_t *scroll, struct columns_geometry *out)
{
    struct order order;
    int widths[COLUMNS_MAX], used = -GAP, name_wanted = 0;

    *out = (struct columns_geometry){.count = 0};
    put_pinned_first(c, width < NARROW, tree, &order);
    for (size_t i = 0; i < c->count; i++) {
        widths[i] = base_width(c->metric[i], wanted[i], width);
        if (c->metric[i] == M_NAME)
            name_wanted = wanted[i];
    }
    for (size_t i = 0; i < order.pinned; i++)
        used += widths[order.at[i]] + GAP;
    *scroll = limit_scroll(&order, widths, width - used, *scroll);
    used = -GAP;
    for (size_t i = 0; i < order.count; i++) {
        size_t at = order.at[i];
        if (i >= order.pinned && i - order.pinned < *scroll)
            continue;
        if (used + GAP + widths[at] > width && out->count)
            break;
        out->place[out->count++] =
            (struct column_place){.metric = c->metric[at], .width = MIN(widths[at], width)};
        used += GAP + widths[at];
    }
    out->pinned = MIN(order.pinned, out->count);
    out->hidden_left = *scroll;
    out->hidden_right = order.count - out->count - *scroll;
    hand_out(out, name_wanted, MAX(width - used, 0));
    for (size_t i = 1; i < out->count; i++)
        out->place[i].left = out->place[i - 1].left + out->place[i - 1].width + GAP;
}
