/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: the vtop authors */
/* What a frame costs on a large host: rows made, sorted, filtered and drawn at 200x50, as a ratio
 * to the frame of 100 guests. "scroll" is what a key costs that moves the cursor: no new sample.
 * "findings" is "new sample" with a finding about most virtual machines. */
#include "collect/demo/demo.h"

#include "base/clock.h"
#include "view/panels.h"

#include <stdio.h>
#include <time.h>

enum { ROWS = 50, COLUMNS = 200, TICKS = 20, FRAMES = 20, SIZES = 3 };

static const unsigned GUESTS[SIZES] = {100, 1000, 5000};

struct bench {
    struct demo *demo;
    struct roster *roster;
    struct analysis *analysis;
    struct table *table;
    struct canvas *canvas;
    struct view view;
    struct layout layout;
};

struct way {
    const char *name;
    enum metric key;
    bool tree, sample;
    const char *filter;
    bool findings;
};

static void tick(struct bench *b)
{
    struct demand demand = {.needs = NEED_ALL, .interval_ns = CLOCK_NS_PER_S};
    struct sample *s = sample_new(0, CLOCK_NS_PER_S);

    b->view.moment.now_ns += CLOCK_NS_PER_S;
    demo_collect(b->demo, &demand, b->view.moment.now_ns, s);
    roster_merge(b->roster, s);
    roster_tick(b->roster, b->view.moment.now_ns, b->view.moment.now_ns);
    analysis_tick(b->analysis, &b->view.moment);
    sample_unref(s);
}

/* An analysis that finds fault with every guest that ever waits for a CPU. */
static struct analysis *strict_analysis(void)
{
    struct thresholds strict;

    thresholds_default(&strict);
    strict.of[THRESHOLD_READY_WARN] = 0.1;
    strict.of[THRESHOLD_READY_HOLD] = 0;
    return analysis_new(&strict, NULL);
}

static void open_bench(struct bench *b, unsigned guests)
{
    struct demo_config config = demo_config_for(guests);
    struct layout_wishes wishes = {.host = 3, .findings = 1};

    *b = (struct bench){.demo = demo_new(&config),
                        .roster = roster_new((size_t)64 << 20),
                        .analysis = strict_analysis(),
                        .table = table_new(),
                        .canvas = canvas_new(ROWS, COLUMNS)};
    b->view = (struct view){.moment.roster = b->roster,
                            .glyphs = glyphs_get(false),
                            .moment.now_ns = 1000 * CLOCK_NS_PER_S,
                            .interval_ns = CLOCK_NS_PER_S};
    layout_make(ROWS, COLUMNS, &wishes, &b->layout);
    for (int i = 0; i < TICKS; i++)
        tick(b);
}

static void close_bench(struct bench *b)
{
    demo_free(b->demo);
    analysis_free(b->analysis);
    roster_free(b->roster);
    table_free(b->table);
    canvas_free(b->canvas);
}

static void draw(struct bench *b)
{
    table_update(b->table, &b->view);
    canvas_clear(b->canvas);
    panel_title(b->canvas, &b->layout.title, &b->view);
    panel_ledger(b->canvas, &b->layout.host, &b->view, false);
    panel_findings(b->canvas, &b->layout.findings, &b->view);
    panel_table(b->canvas, &b->layout.table, &b->view, b->table, NULL);
}

static double cpu_us(void)
{
    struct timespec t;

    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return (double)t.tv_sec * 1e6 + (double)t.tv_nsec / 1e3;
}

/* Microseconds of CPU time per frame; the cursor moves with each, so that there is always another
 * one to draw. */
static double measure(struct bench *b, const struct way *way)
{
    double used = 0;

    table_sort(b->table, way->key, false);
    table_tree(b->table, way->tree);
    table_filter(b->table, way->filter, NULL);
    b->view.analysis = way->findings ? b->analysis : NULL;
    draw(b);
    for (int i = 0; i < FRAMES; i++) {
        if (way->sample)
            tick(b);
        double before = cpu_us();
        table_move(b->table, 1);
        draw(b);
        used += cpu_us() - before;
    }
    return used / FRAMES;
}

int main(void)
{
    static const struct way ways[] = {
        {"scroll", M_CPU, false, false, "", false},
        {"new sample", M_CPU, false, true, "", false},
        {"findings", M_CPU, false, true, "", true},
        {"by name", M_NAME, false, true, "", false},
        {"tree", M_CPU, true, true, "", false},
        {"filter", M_CPU, false, true, "web|db", false},
        {"expression", M_CPU, false, true, "/^(web|db)-[0-9]+/", false}};
    enum { WAYS = G_N_ELEMENTS(ways) };
    double us[SIZES][WAYS];

    for (int s = 0; s < SIZES; s++) {
        struct bench b;
        open_bench(&b, GUESTS[s]);
        for (int w = 0; w < WAYS; w++)
            us[s][w] = measure(&b, &ways[w]);
        close_bench(&b);
    }
    printf("a frame at %dx%d: microseconds of CPU, and how often that of 100 guests\n", COLUMNS,
           ROWS);
    for (int w = 0; w < WAYS; w++) {
        printf("  %-11s", ways[w].name);
        for (int s = 0; s < SIZES; s++)
            printf("  %4u guests %7.0f (%4.1fx)", GUESTS[s], us[s][w], us[s][w] / us[0][w]);
        printf("\n");
    }
    return 0;
}
