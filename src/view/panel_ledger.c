/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: the vtop authors */
#include <config.h>

#include "base/clock.h"
#include "base/text.h"
#include "view/format.h"
#include "view/panels.h"
#include "view/spark.h"
#include "view/strip.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

static double host_number(const struct view *v, enum metric m)
{
    return moment_number(&v->moment, roster_host(v->moment.roster), m);
}

/* The number as text, or the absent glyph. */
static const char *host_text(const struct view *v, enum metric m, char out[FORMAT_SIZE])
{
    return format_shown(v, metric_info(m)->unit, host_number(v, m), 6, out);
}

static enum style host_style(const struct view *v, enum metric m)
{
    double number = host_number(v, m);

    return isnan(number) ? STYLE_DIM : format_severity(m, number);
}

/* ---- the top line ---- */

static void add_guests(struct strip *s, const struct view *v)
{
    double vms = host_number(v, M_HOST_VMS), paused = host_number(v, M_HOST_VMS_PAUSED);
    double containers = host_number(v, M_HOST_CONTAINERS);

    if (vms > 0 && paused > 0)
        strip_add(s, 2, STYLE_TITLE, "", STYLE_TITLE, "%.0f vm (%.0f paused)", vms, paused);
    else if (!isnan(vms))
        strip_add(s, 2, STYLE_TITLE, "", STYLE_TITLE, "%.0f vm", vms);
    if (!isnan(containers))
        strip_add(s, 2, STYLE_TITLE, "", STYLE_TITLE, "%.0f ct", containers);
}

/* The beginning of the history. */
static void add_oldest(struct strip *s, const struct view *v)
{
    int64_t oldest_ns = 0;
    char clock[FORMAT_SIZE];

    roster_tick_time(v->moment.roster, roster_oldest_tick(v->moment.roster), &oldest_ns);
    if (!moment_is_live(&v->moment) && oldest_ns)
        strip_add(s, 8, STYLE_TITLE, "back to", STYLE_TITLE, "%s", format_clock(oldest_ns, clock));
}

static void add_time(struct strip *s, const struct view *v)
{
    int64_t back_ns = moment_ago_ns(&v->moment);
    char clock[FORMAT_SIZE], ago[FORMAT_SIZE];

    format_clock(moment_wall_ns(&v->moment), clock);
    if (back_ns >= CLOCK_NS_PER_S)
        strip_add(s, 0, STYLE_WARN, v->paused ? "PAUSED" : "", STYLE_WARN, "%s, %s ago", clock,
                  format_duration((double)back_ns / 1e9, ago));
    else
        strip_add(s, 0, STYLE_WARN, v->paused ? "PAUSED" : "", STYLE_TITLE, "%s", clock);
}

/* "DEMO: a simulated host": the part before the colon is always shown, the rest when there is
 * room. */
static void add_banner(struct strip *s, const char *banner)
{
    size_t length = strcspn(banner, ":");
    const char *rest = banner + length + strspn(banner + length, ": ");

    strip_add(s, 0, STYLE_TITLE, "", STYLE_WARN, "%.*s", (int)length, banner);
    if (*rest)
        strip_add(s, 5, STYLE_TITLE, "", STYLE_WARN, "%s", rest);
}

/* "1.0 s", "0.25 s", "60m00s" */
static const char *interval_text(int64_t ns, char out[FORMAT_SIZE])
{
    enum { LONG_S = 100 };
    double seconds = (double)ns / (double)CLOCK_NS_PER_S;

    if (seconds >= LONG_S)
        return format_duration(seconds, out);
    snprintf(out, FORMAT_SIZE, ns % (100 * CLOCK_NS_PER_MS) ? "%.2f s" : "%.1f s", seconds);
    return out;
}

void panel_title(struct canvas *c, const struct rect *where, const struct view *v)
{
    struct strip left = {.count = 0}, right = {.count = 0};
    const struct entity *host = roster_host(v->moment.roster);
    char a[FORMAT_SIZE], b[FORMAT_SIZE], d[FORMAT_SIZE];

    if (where->rows < 1)
        return;
    canvas_clip(c, where->top, where->left, where->rows, where->columns);
    canvas_fill(c, where->top, where->left, where->columns, STYLE_TITLE, " ");
    strip_add(&left, 7, STYLE_TITLE, "", STYLE_TITLE, "vtop");
    if (v->banner)
        add_banner(&left, v->banner);
    strip_add(&left, 1, STYLE_TITLE, "", STYLE_TITLE, "%s", entity_label(host, LABEL_NAME));
    strip_add(&left, 6, STYLE_TITLE, "up", STYLE_TITLE, "%s", host_text(v, M_HOST_UPTIME, a));
    strip_add(&left, 3, STYLE_TITLE, "load", STYLE_TITLE, "%s %s %s", host_text(v, M_HOST_LOAD1, a),
              host_text(v, M_HOST_LOAD5, b), host_text(v, M_HOST_LOAD15, d));
    add_guests(&left, v);
    strip_add(&left, 5, STYLE_TITLE, "every", STYLE_TITLE, "%s", interval_text(v->interval_ns, a));
    strip_add(&left, 4, STYLE_TITLE, "self", STYLE_TITLE, "%s%%", host_text(v, M_SELF_CPU, a));
    add_oldest(&left, v);
    add_time(&right, v);
    int width = strip_draw(&right, c, where->top, where->columns, 0, 1) - where->columns;
    int room = where->columns - width - 1;
    strip_draw(&left, c, where->top, where->left + 1, room - 2, 2);
    canvas_fill(c, where->top, where->left + room, width + 1, STYLE_TITLE, " ");
    strip_draw(&right, c, where->top, where->left + MAX(room, 0), where->columns, 1);
    canvas_unclip(c);
}

/* ---- the ledger ---- */

enum { PARTS = 4 };
struct part {
    const char *name;
    enum metric metric;
    enum style style;
    double number;
};

struct ledger {
    const char *name;
    enum metric metric; /* what its sparkline shows */
    double used, whole;
    struct part part[PARTS], rest;
    char total[64];
};

/* PARTS, with the numbers of their metrics. */
static void take_parts(struct ledger *l, const struct view *v, const struct part parts[PARTS])
{
    for (int i = 0; i < PARTS; i++) {
        l->part[i] = parts[i];
        l->part[i].number = host_number(v, parts[i].metric);
    }
}

static double sum_of_parts(const struct ledger *l)
{
    double sum = 0;

    for (int i = 0; i < PARTS; i++)
        sum += isnan(l->part[i].number) ? 0 : l->part[i].number;
    return sum;
}

/* By how much the parts exceed the whole: pages merged by KSM are counted for each guest, and once
 * for the host. */
static double shared_by_parts(const struct ledger *l)
{
    return fmax(0, sum_of_parts(l) - l->used);
}

/* The parts from left to right; each boundary is rounded separately, so that the sum is right.
 * Shared memory is subtracted from all parts in proportion. */
static void draw_bar(struct canvas *c, int row, int column, int width, const struct view *v,
                     const struct ledger *l)
{
    double all = sum_of_parts(l), scale = (all > l->used ? l->used / all : 1) / l->whole, sum = 0;
    int at = 0;

    canvas_fill(c, row, column, width, STYLE_DIM, v->glyphs->idle);
    for (int i = 0; i < PARTS && scale > 0; i++) {
        sum += isnan(l->part[i].number) ? 0 : l->part[i].number;
        int end = CLAMP((int)lround(sum * scale * width), at, width);
        canvas_fill(c, row, column + at, end - at, l->part[i].style, v->glyphs->shade[i]);
        at = end;
    }
}

/* Numbers have a fixed width, so that the text to the right of them does not move. */
enum { PERCENT_WIDTH = 4, BYTES_WIDTH = 5 };

static void add_part(struct strip *s, const struct view *v, int rank, const char *glyph,
                     const struct part *p, enum unit unit)
{
    int width = unit == UNIT_BYTES ? BYTES_WIDTH : PERCENT_WIDTH;
    char label[32], number[FORMAT_SIZE];
    const char *text = format_shown(v, unit, p->number, width, number);

    snprintf(label, sizeof(label), "%s%s", glyph, p->name);
    strip_add(s, rank, p->style, label, isnan(p->number) ? STYLE_DIM : STYLE_NORMAL, "%*s%s",
              MAX(width - text_width(text), 0), "", text);
}

static void add_parts(struct strip *s, const struct view *v, const struct ledger *l)
{
    enum unit unit = metric_info(l->metric)->unit;
    double shared = shared_by_parts(l);
    char number[FORMAT_SIZE];

    for (int i = 0; i < PARTS; i++)
        if (l->part[i].name)
            add_part(s, v, i == PARTS - 1 && !(l->part[i].number > 0) ? 3 : 1, v->glyphs->shade[i],
                     &l->part[i], unit);
    if (shared > l->whole / 200)
        strip_add(s, 1, STYLE_LABEL, "shared", STYLE_NORMAL, "-%s",
                  format_number(unit, shared, 6, number));
    add_part(s, v, 2, v->glyphs->idle, &l->rest, unit);
}

enum { NAME = 4, TOTAL = 13, SPARK = 10, SPARK_LONGEST = 30 };

/* The columns of a bar: a quarter of the screen, as far as the labels of all parts leave it. */
static int bar_width(int columns)
{
    enum { LABELS = 50, SHORTEST = 8, LONGEST = 60 };

    return CLAMP(MIN(columns / 4, columns - NAME - TOTAL - LABELS), SHORTEST, LONGEST);
}

/* "CPU [bar] 62.1% of 32  #vm 41.0 ... ", and the last minute where there is room. */
static void draw_ledger(struct canvas *c, int row, const struct rect *where, const struct view *v,
                        const struct ledger *l, bool selected)
{
    struct strip parts = {.count = 0};
    int column = where->left + 1, bar = bar_width(where->columns);
    int end = where->left + where->columns;

    canvas_text(c, row, column, STYLE_LABEL, l->name);
    column += NAME;
    draw_bar(c, row, column, bar, v, l);
    column += bar + 1;
    int after = canvas_text(c, row, column, STYLE_BOLD, l->total) + 1;
    column = MAX(column + TOTAL, after);
    add_parts(&parts, v, l);
    column = strip_draw(&parts, c, row, column, end - column, 1) + 2;
    struct series s = {
        .entity = roster_host(v->moment.roster), .metric = l->metric, .span = view_graph_span(v)};
    if (end - column >= SPARK)
        spark_series(c, row, MAX(column, end - SPARK_LONGEST), MIN(end - column, SPARK_LONGEST),
                     STYLE_GRAPH, v, &s, l->whole);
    if (selected)
        canvas_restyle(c, row, where->left, where->columns, STYLE_CURSOR);
}

static void draw_cpu(struct canvas *c, int row, const struct rect *where, const struct view *v,
                     bool selected)
{
    struct ledger l = {.name = "CPU", .metric = M_HOST_CPU, .whole = 100};
    static const struct part parts[PARTS] = {
        {"vm", M_HOST_CPU_VM, STYLE_VM, 0},
        {"ct", M_HOST_CPU_CONTAINER, STYLE_CONTAINER, 0},
        {"host", M_HOST_CPU_OTHER, STYLE_HOST, 0},
        {"st", M_HOST_CPU_STEAL, STYLE_STEAL, 0},
    };
    char a[FORMAT_SIZE], b[FORMAT_SIZE];

    take_parts(&l, v, parts);
    l.used = sum_of_parts(&l); /* steal is not used, but has its part */
    l.rest = (struct part){"idle", M_HOST_CPU_IDLE, STYLE_DIM, host_number(v, M_HOST_CPU_IDLE)};
    snprintf(l.total, sizeof(l.total), "%s%% of %s", host_text(v, M_HOST_CPU, a),
             format_shown(v, UNIT_COUNT, host_number(v, M_HOST_CPUS), 4, b));
    draw_ledger(c, row, where, v, &l, selected);
}

static void draw_memory(struct canvas *c, int row, const struct rect *where, const struct view *v)
{
    struct ledger l = {.name = "MEM", .metric = M_HOST_MEM_USED};
    static const struct part parts[PARTS] = {
        {"vm", M_HOST_MEM_VM, STYLE_VM, 0},
        {"ct", M_HOST_MEM_CONTAINER, STYLE_CONTAINER, 0},
        {"host", M_HOST_MEM_OTHER, STYLE_HOST, 0},
        {"huge", M_HOST_HUGEPAGES_FREE, STYLE_GRAPH, 0},
    };
    char a[FORMAT_SIZE], b[FORMAT_SIZE];

    take_parts(&l, v, parts);
    if (!(l.part[PARTS - 1].number > 0))
        l.part[PARTS - 1].name = NULL; /* most hosts set no memory aside */
    l.used = host_number(v, M_HOST_MEM_USED);
    l.whole = host_number(v, M_HOST_MEM_TOTAL);
    l.rest = (struct part){"free", M_HOST_MEM_AVAILABLE, STYLE_DIM, l.whole - l.used};
    snprintf(l.total, sizeof(l.total), "%s of %s", host_text(v, M_HOST_MEM_USED, a),
             format_shown(v, UNIT_BYTES, l.whole, 6, b));
    draw_ledger(c, row, where, v, &l, false);
}

/* ---- pressure, disks, network ---- */

static void add_value(struct strip *s, const struct view *v, int rank, const char *label,
                      enum metric m, const char *suffix)
{
    char number[FORMAT_SIZE];
    const char *text = host_text(v, m, number);

    strip_add(s, rank, STYLE_LABEL, label, host_style(v, m), "%s%s", text,
              text == v->glyphs->absent ? "" : suffix);
}

static void add_pressure(struct strip *s, const struct view *v)
{
    enum reason why =
        moment_value(&v->moment, roster_host(v->moment.roster), M_HOST_PSI_CPU).reason;

    if (why == REASON_PRESSURE_OFF || why == REASON_NO_FILE) {
        strip_add(s, 0, STYLE_LABEL, "PSI", STYLE_DIM, "off");
        return;
    }
    add_value(s, v, 0, "PSI cpu", M_HOST_PSI_CPU, "");
    add_value(s, v, 0, "mem", M_HOST_PSI_MEM, "");
    add_value(s, v, 0, "io", M_HOST_PSI_IO, "");
}

static void add_devices(struct strip *s, const struct view *v)
{
    add_value(s, v, 1, "DSK r", M_HOST_DISK_READ, "/s");
    add_value(s, v, 1, "w", M_HOST_DISK_WRITE, "/s");
    add_value(s, v, 3, "", M_HOST_DISK_LATENCY, " ms");
    add_value(s, v, 2, "NET rx", M_HOST_NET_RX, "/s");
    add_value(s, v, 2, "tx", M_HOST_NET_TX, "/s");
}

static void add_memory_details(struct strip *s, const struct view *v)
{
    if (host_number(v, M_HOST_VMS) > 0)
        add_value(s, v, 4, "", M_HOST_OVERCOMMIT, " vCPU/core");
    if (host_number(v, M_HOST_SWAP_USED) > 0)
        add_value(s, v, 5, "swap", M_HOST_SWAP_USED, "");
    if (host_number(v, M_HOST_KSM_SAVED) > 0)
        add_value(s, v, 6, "ksm", M_HOST_KSM_SAVED, "");
    if (!isnan(host_number(v, M_HOST_MEM_CACHED)))
        add_value(s, v, 7, "cache", M_HOST_MEM_CACHED, "");
}

int panel_ledger_rows(const struct view *v, int rows, int columns)
{
    enum { ONE_LINE = 110, TALL = 20 };

    (void)v;
    return columns < ONE_LINE && rows >= TALL ? 4 : 3;
}

void panel_ledger(struct canvas *c, const struct rect *where, const struct view *v, bool selected)
{
    struct strip strips[2] = {{.count = 0}};
    int row = where->top;

    canvas_clip(c, where->top, where->left, where->rows, where->columns);
    draw_cpu(c, row++, where, v, selected);
    draw_memory(c, row++, where, v);
    add_pressure(&strips[0], v);
    add_devices(&strips[where->rows > 3], v);
    add_memory_details(&strips[0], v);
    for (int i = 0; i < where->rows - 2 && i < 2; i++)
        strip_draw(&strips[i], c, row + i, where->left + 1, where->columns - 1, 2);
    canvas_unclip(c);
}
