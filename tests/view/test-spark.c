/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: the vtop authors */
/* Sparklines and graphs: from history, gaps as gaps, scales that are round. */
#include <config.h>

#include "view/spark.h"

#include "stage.h"

#include <math.h>
#include <string.h>

static const double GAP = NAN;

static void check_spark(const double values[], int count, double top, bool ascii,
                        const char *expected)
{
    struct canvas *c = canvas_new(1, count);

    spark_draw(c, 0, 0, count, STYLE_GRAPH, glyphs_get(ascii), values, top);
    char *text = canvas_to_text(c);
    g_assert_cmpstr(text, ==, expected);
    g_free(text);
    canvas_free(c);
}

static void test_levels(void)
{
    const double ramp[] = {0, 12.5, 25, 37.5, 50, 62.5, 75, 87.5, 100, 250, -3};
    const double holes[] = {GAP, 0, GAP, 100};

    check_spark(ramp, 11, 100, false, "▁▂▃▄▅▆▇███▁\n");
    check_spark(ramp, 11, 100, true, "_.-:=+*###_\n");
    check_spark(holes, 4, 100, false, " ▁ █\n");
    check_spark(ramp, 3, 0, false, "▁▁▁\n");
}

static void test_graph(void)
{
    const double values[] = {0, 50, GAP, 100, 25};
    struct canvas *c = canvas_new(4, 7);
    struct rect where = {.top = 1, .left = 1, .rows = 2, .columns = 5};

    graph_draw(c, &where, STYLE_GRAPH, glyphs_get(false), values, 100);
    char *text = canvas_to_text(c);
    g_assert_cmpstr(text, ==, "\n    █\n ▁█ █▄\n\n");
    g_free(text);
    canvas_free(c);
}

/* Two values to a column; a gap is a gap for each of them. */
static void test_braille(void)
{
    const double values[] = {0, 50, GAP, 100, 25, GAP, GAP, GAP};
    struct canvas *c = canvas_new(4, 7);
    struct rect where = {.top = 1, .left = 1, .rows = 2, .columns = 4};

    graph_draw_braille(c, &where, STYLE_GRAPH, values, 100);
    char *text = canvas_to_text(c);
    g_assert_cmpstr(text, ==, "\n  ⢸\n ⣸⢸⡄\n\n");
    g_free(text);
    canvas_free(c);
}

static void test_round_top(void)
{
    static const struct {
        double most, top;
        bool binary;
    } cases[] = {
        {0.3, 0.5, false},      {7, 10, false},        {387, 500, false},        {0, 0, false},
        {12000, 20000, false},  {1.5e9, 1.5e9, false}, {3 << 20, 5 << 20, true}, {900, 1024, true},
        {0.0004, 0.0005, false}};

    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        const double values[] = {GAP, cases[i].most};
        double top = spark_round_top(values, 2, cases[i].binary);
        g_assert_cmpfloat(top, >=, cases[i].most);
        if (cases[i].most < 1e9)
            g_assert_cmpfloat_with_epsilon(top, cases[i].top, 1e-9);
    }
}

static const struct entity *first_guest(const struct stage *s)
{
    return g_ptr_array_index(roster_guests(s->roster), 0);
}

static struct stage *one_guest(void)
{
    struct stage *s = stage_new(4);

    stage_add(s, &(struct actor){.type = GUEST_DOCKER, .name = "x", .cpu = 10, .memory = 1});
    return s;
}

/* What was not measured is a gap: the first tick has no rate, and before it there was nothing. */
static void test_series(void)
{
    struct stage *s = one_guest();
    double out[6];

    stage_tick(s, 4);
    struct series series = {.entity = first_guest(s), .metric = M_CPU};
    series_read(&s->view, &series, 6, out);
    for (int i = 0; i < 6; i++)
        if (i < 3)
            g_assert_true(isnan(out[i]));
        else
            g_assert_cmpfloat_with_epsilon(out[i], 10, 0.01);
    g_assert_cmpuint(series_span(&series, 6), ==, 6);
    /* At a past tick no later values are shown. */
    s->view.moment.tick = 2;
    series_read(&s->view, &series, 6, out);
    g_assert_cmpfloat_with_epsilon(out[5], 10, 0.01);
    g_assert_true(isnan(out[4]));
    stage_free(s);
}

/* Buckets keep their ticks as time goes on: a graph moves, and only its newest column changes. */
static void test_buckets(void)
{
    struct stage *s = one_guest();
    struct actor *a = g_ptr_array_index(s->actors, 0);
    double before[10], after[10];

    for (int i = 0; i < 50; i++) {
        a->cpu = i * i % 97;
        stage_tick(s, 1);
    }
    struct series series = {.entity = first_guest(s), .metric = M_CPU, .span = 40};
    g_assert_cmpuint(series_span(&series, 10), ==, 40);
    series_read(&s->view, &series, 10, before);
    stage_tick(s, 1);
    series_read(&s->view, &series, 10, after);
    for (int i = 0; i < 9; i++)
        g_assert_cmpfloat(before[i], ==, after[i]);
    stage_tick(s, 4);
    series_read(&s->view, &series, 10, after);
    for (int i = 1; i < 9; i++)
        g_assert_cmpfloat(before[i], ==, after[i - 1]);
    stage_free(s);
}

/* The caption of a graph of the first guest; g_free(). */
static char *caption_of(struct stage *s)
{
    struct canvas *c = canvas_new(3, 100);
    struct rect where = {.rows = 3, .columns = 100};
    struct graph graph = {.entity = first_guest(s), .metric = M_CPU, .title = "CPU%"};

    graph_panel(c, &where, &s->view, &graph);
    char *text = canvas_to_text(c);
    *strchr(text, '\n') = '\0';
    g_test_message("%s", text);
    canvas_free(c);
    return text;
}

static void check_caption(struct stage *s, const char *end)
{
    char *caption = caption_of(s);

    g_assert_true(g_str_has_suffix(caption, end));
    g_free(caption);
}

/* How long a graph goes back is what the clock said, not what the interval is by now. */
static void test_caption(void)
{
    struct stage *s = stage_sketch();
    uint64_t ticks = roster_last_tick(s->roster); /* the first one has no rate */
    char *expected = g_strdup_printf("%us of 10m", (unsigned)ticks - 2 + 60);

    s->view.interval_ns = INT64_C(60000000000);
    check_caption(s, expected);
    g_free(expected);
    stage_free(s);
}

/* Ten minutes of ticks are kept, and minutes before them: twenty at 10 %, twenty at 50 %. */
static struct stage *forty_minutes(void)
{
    struct stage *s = one_guest();
    struct actor *a = g_ptr_array_index(s->actors, 0);

    stage_tick(s, 1200);
    a->cpu = 50;
    stage_tick(s, 1200);
    return s;
}

/* Columns before BLANK are gaps, those before LOW 10 %, those from HIGH on 50 %; between the two is
 * the minute in which both were. */
static void check_trace(const struct stage *s, int columns, int blank, int low, int high)
{
    struct trace t;

    trace_read(&s->view, first_guest(s), M_CPU, columns, &t);
    for (int i = 0; i < columns; i++) {
        if (i < blank)
            g_assert_true(isnan(t.values[i]));
        else if (i < low)
            g_assert_cmpfloat_with_epsilon(t.values[i], 10, 0.01);
        else if (i >= high)
            g_assert_cmpfloat_with_epsilon(t.values[i], 50, 0.01);
        else
            g_assert_true(t.values[i] > 9.99 && t.values[i] < 50.01);
    }
}

/* The window decides how far back a graph goes; what is older than ticks are comes from minutes. */
static void test_windows(void)
{
    static const struct {
        const char *text, *caption;
        double least;
    } windows[] = {{"10 min", "last 10m", 50},
                   {"1 h", "40m00s of 1h", 10},
                   {"24 h", "40m00s of 24h", 10},
                   {"1 min", "last 1m", 50}};
    struct stage *s = forty_minutes();
    struct trace t;

    for (size_t i = 0; i < G_N_ELEMENTS(windows); i++) {
        g_assert_cmpstr(view_window_text(&s->view), ==, windows[i].text);
        check_caption(s, windows[i].caption);
        trace_read(&s->view, first_guest(s), M_CPU, 80, &t);
        g_assert_cmpfloat_with_epsilon(t.least, windows[i].least, 0.01);
        g_assert_cmpfloat_with_epsilon(t.most, 50, 0.01);
        s->view.window_ns = view_next_window_ns(&s->view);
    }
    s->view.window_ns = 0;
    check_trace(s, 60, 0, 0, 0);
    s->view.window_ns = INT64_C(3600000000000);
    check_trace(s, 40, 0, 19, 21);     /* 61 s to a column */
    check_trace(s, 240, 20, 126, 132); /* 11 s to a column, of which a minute fills six or seven */
    /* from a tick in the past, nothing that came later is seen */
    s->view.moment.tick = roster_last_tick(s->roster) - 300;
    trace_read(&s->view, first_guest(s), M_CPU, 80, &t);
    g_assert_cmpint(t.covered_ns, ==, INT64_C(1000000000) * (2400 - 300));
    g_assert_true(trace_has(&s->view, first_guest(s), M_CPU));
    g_assert_false(trace_has(&s->view, first_guest(s), M_READY));
    stage_free(s);
}

/* Nothing is drawn where the guest was not seen; a graph of nothing is blank, not a fault. */
static void test_trace_gaps(void)
{
    struct stage *s = one_guest();
    struct actor *a = g_ptr_array_index(s->actors, 0);
    struct trace t;
    int gaps = 0;

    trace_read(&s->view, roster_host(s->roster), M_HOST_CPU, 50, &t); /* before the first tick */
    g_assert_true(isnan(t.values[49]) && isnan(t.most));
    g_assert_cmpint(t.covered_ns, ==, 0);
    stage_tick(s, 900);
    a->cpu = -1; /* unknown */
    stage_tick(s, 600);
    a->cpu = 20;
    stage_tick(s, 900);
    s->view.window_ns = INT64_C(3600000000000);
    trace_read(&s->view, first_guest(s), M_CPU, 80, &t);
    for (int i = 0; i < 80; i++)
        gaps += isnan(t.values[i]);
    /* nine whole minutes at 31 s to a column, and what the 40 minutes do not fill */
    g_assert_cmpint(gaps, >=, 18);
    g_assert_cmpint(gaps, <=, 20);
    g_assert_false(isnan(t.values[79]));
    stage_free(s);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/spark/levels", test_levels);
    g_test_add_func("/spark/graph", test_graph);
    g_test_add_func("/spark/braille", test_braille);
    g_test_add_func("/spark/round-top", test_round_top);
    g_test_add_func("/spark/caption", test_caption);
    g_test_add_func("/spark/windows", test_windows);
    g_test_add_func("/spark/trace-gaps", test_trace_gaps);
    g_test_add_func("/spark/series", test_series);
    g_test_add_func("/spark/buckets", test_buckets);
    return g_test_run();
}
