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
    /* From a tick in the past, nothing that came later is seen. */
    s->view.moment.tick = 2;
    series_read(&s->view, &series, 6, out);
    g_assert_cmpfloat_with_epsilon(out[5], 10, 0.01);
    g_assert_true(isnan(out[4]));
    stage_free(s);
}

/* Buckets keep their ticks as time goes on: but for the newest one, a graph moves, it does not
 * tremble. */
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

/* How long a graph goes back is what the clock said, not what the interval is by now. */
static void test_caption(void)
{
    struct stage *s = stage_sketch();
    struct canvas *c = canvas_new(3, 100);
    struct rect where = {.rows = 3, .columns = 100};
    struct series series = {
        .entity = g_ptr_array_index(roster_guests(s->roster), 0), .metric = M_CPU, .span = 600};

    s->view.interval_ns = INT64_C(60000000000);
    graph_panel(c, &where, &s->view, &series, "CPU%", 0);
    char *text = canvas_to_text(c);
    uint64_t ticks = roster_last_tick(s->roster);
    char *expected = g_strdup_printf("last %ds\n", (int)ticks - 1 + 60);
    g_test_message("%s", text);
    g_assert_nonnull(strstr(text, expected));
    g_free(expected);
    g_free(text);
    canvas_free(c);
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
    g_test_add_func("/spark/series", test_series);
    g_test_add_func("/spark/buckets", test_buckets);
    return g_test_run();
}
