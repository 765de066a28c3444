/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: the vtop authors */
#include <config.h>

#include "base/clock.h"
#include "base/text.h"
#include "view/format.h"
#include "view/panels.h"
#include "view/strip.h"

#include <math.h>
#include <stdio.h>

enum { NAME_LONGEST = 24, BAR = 12 };

static GPtrArray *other_hosts(const struct view *v)
{
    GPtrArray *hosts = moment_hosts(&v->moment);

    g_ptr_array_remove_index(hosts, 0); /* the local one, which the ledger shows */
    return hosts;
}

int panel_hosts_rows(const struct view *v, int rows)
{
    GPtrArray *hosts = other_hosts(v);
    int count = v->hosts_folded ? 0 : MIN((int)hosts->len, rows / 5);

    g_ptr_array_free(hosts, TRUE);
    return count;
}

static int name_width(const GPtrArray *hosts)
{
    int width = 0;

    for (guint i = 0; i < hosts->len; i++)
        width = MAX(width, text_width(entity_label(g_ptr_array_index(hosts, i), LABEL_NAME)));
    return MIN(width, NAME_LONGEST);
}

static const char *number_text(const struct view *v, const struct entity *host, enum metric m,
                               char out[FORMAT_SIZE])
{
    return format_shown(v, metric_info(m)->unit, moment_number(&v->moment, host, m), 6, out);
}

/* "CPU ████▓▓··· 34.2% of 16": virtual machines, the rest of what is used, and what is free.
 * Returns the column after it. */
static int draw_bar(struct canvas *c, int row, int column, const struct view *v, const char *label,
                    double vms, double used, double whole)
{
    double all = isnan(used) || !(whole > 0) ? 0 : CLAMP(used / whole, 0, 1);
    double part = isnan(vms) || !(whole > 0) ? 0 : CLAMP(vms / whole, 0, all);
    int most = (int)lround(all * BAR), first = (int)lround(part * BAR);

    column = canvas_text(c, row, column, STYLE_LABEL, label) + 1;
    canvas_fill(c, row, column, BAR, STYLE_DIM, v->glyphs->idle);
    canvas_fill(c, row, column, first, STYLE_VM, v->glyphs->shade[0]);
    canvas_fill(c, row, column + first, most - first, STYLE_HOST, v->glyphs->shade[2]);
    return column + BAR + 1;
}

/* The problem of a host: that it is gone, or the age of its values. */
static void add_trouble(struct strip *s, const struct view *v, const struct entity *host)
{
    int64_t old_ns = moment_stale_ns(&v->moment, host, M_HOST_CPU);
    char age[FORMAT_SIZE];

    if (moment_is_gone(&v->moment, host))
        strip_add(s, 0, STYLE_GONE, "", STYLE_GONE, "gone");
    else if (old_ns)
        strip_add(s, 0, STYLE_WARN, "", STYLE_WARN, "%s old",
                  format_duration((double)old_ns / (double)CLOCK_NS_PER_S, age));
}

static void draw_host(struct canvas *c, int row, const struct rect *where, const struct view *v,
                      const struct entity *host, int width)
{
    const struct moment *at = &v->moment;
    char *name = text_ellipsize(entity_label(host, LABEL_NAME), width, v->glyphs->ascii);
    int column = where->left + 1, end = where->left + where->columns;
    struct strip cpu = {.count = 0}, rest = {.count = 0};
    char a[FORMAT_SIZE], b[FORMAT_SIZE];

    canvas_text(c, row, column, STYLE_BOLD, name);
    g_free(name);
    column = draw_bar(c, row, column + width + 2, v, "CPU", moment_number(at, host, M_HOST_CPU_VM),
                      moment_number(at, host, M_HOST_CPU), 100);
    strip_add(&cpu, 0, STYLE_LABEL, "", STYLE_NORMAL, "%s%% of %s",
              number_text(v, host, M_HOST_CPU, a), number_text(v, host, M_HOST_CPUS, b));
    enum { CPU_TEXT = 13 };
    strip_draw(&cpu, c, row, column, end - column, 1);
    column += CPU_TEXT;
    column = draw_bar(c, row, column, v, "MEM", moment_number(at, host, M_HOST_MEM_VM),
                      moment_number(at, host, M_HOST_MEM_USED),
                      moment_number(at, host, M_HOST_MEM_TOTAL));
    strip_add(&rest, 1, STYLE_LABEL, "", STYLE_NORMAL, "%s of %s",
              number_text(v, host, M_HOST_MEM_USED, a), number_text(v, host, M_HOST_MEM_TOTAL, b));
    strip_add(&rest, 2, STYLE_LABEL, "", STYLE_NORMAL, "%s vm",
              number_text(v, host, M_HOST_VMS, a));
    if (moment_number(at, host, M_HOST_CONTAINERS) > 0)
        strip_add(&rest, 3, STYLE_LABEL, "", STYLE_NORMAL, "%s ct",
                  number_text(v, host, M_HOST_CONTAINERS, a));
    add_trouble(&rest, v, host);
    strip_draw(&rest, c, row, column, end - column, 2);
}

void panel_hosts(struct canvas *c, const struct rect *where, const struct view *v)
{
    GPtrArray *hosts = other_hosts(v);
    int width = name_width(hosts), shown = MIN(where->rows, (int)hosts->len);
    bool more = shown < (int)hosts->len;

    canvas_clip(c, where->top, where->left, where->rows, where->columns);
    for (int i = 0; i < shown - more; i++)
        draw_host(c, where->top + i, where, v, g_ptr_array_index(hosts, (guint)i), width);
    if (more && shown > 0)
        canvas_printf(c, where->top + shown - 1, where->left + 1, STYLE_DIM, "and %u more hosts",
                      hosts->len - (guint)shown + 1);
    canvas_unclip(c);
    g_ptr_array_free(hosts, TRUE);
}
